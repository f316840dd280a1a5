// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtio console on the lguest bus (GUEST_ABI.md, section 11): behind the last
 * page of memory lies a page of descriptors, one for each device.  The console has two
 * queues, the first for keys, the second for text; each has its own interrupt line.
 */
#include "kit.h"

#define VIRTIO_CONSOLE 3
#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER 2
#define STATUS_DRIVER_OK 4

#define DESC_DEVICE_WRITES 2
#define BUFFERS 8
#define BUFFER_BYTES 64

struct descriptor_head {
    uint8_t type, queues, feature_bytes, config_bytes, status;
} __attribute__((packed));

struct queue_config {
    uint16_t size, irq;
    uint32_t pfn;
} __attribute__((packed));

struct ring_descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags, next;
};

struct available {
    uint16_t flags, index, ring[];
};

struct used {
    uint16_t flags, index;
    struct {
        uint32_t id, length;
    } ring[];
};

struct queue {
    struct queue_config config;
    volatile struct ring_descriptor *descriptors;
    volatile struct available *available;
    volatile struct used *used;
    uint16_t seen; /* of used->index */
    char buffers[BUFFERS][BUFFER_BYTES];
};

static struct queue keys, text;
static bool text_free[BUFFERS];
static char typed[256];
static volatile uint32_t typed_in, typed_out;

static void kick(struct queue *queue) {
    hypercall(LHCALL_NOTIFY, queue->config.pfn << 12, 0, 0, 0);
}

static void give(struct queue *queue, uint16_t buffer, uint32_t length, uint16_t flags) {
    queue->descriptors[buffer] =
        (struct ring_descriptor){(uint32_t)queue->buffers[buffer], length, flags, 0};
    queue->available->ring[queue->available->index % queue->config.size] = buffer;
    __asm__ volatile("" ::: "memory");
    queue->available->index++;
    __asm__ volatile("" ::: "memory");
}

static void keys_arrived(struct frame *frame) {
    (void)frame;
    while (keys.seen != keys.used->index) {
        uint32_t buffer = keys.used->ring[keys.seen % keys.config.size].id;
        uint32_t length = keys.used->ring[keys.seen % keys.config.size].length;

        for (uint32_t i = 0; i < length && typed_in - typed_out < sizeof(typed); i++)
            typed[typed_in++ % sizeof(typed)] = keys.buffers[buffer][i];
        keys.seen++;
        give(&keys, (uint16_t)buffer, BUFFER_BYTES, DESC_DEVICE_WRITES);
    }
    kick(&keys);
}

static void collect_text(void) {
    while (text.seen != text.used->index)
        text_free[text.used->ring[text.seen++ % text.config.size].id] = true;
}

static void text_was_read(struct frame *frame) {
    (void)frame;
    collect_text();
}

static void open_queue(struct queue *queue, const struct queue_config *config,
                       handler_fn *handler) {
    uint32_t at;

    memcpy(&queue->config, config, sizeof(*config));
    at = queue->config.pfn << 12;
    queue->descriptors = (void *)at;
    queue->available = (void *)(at + 16u * queue->config.size);
    /* The used ring begins on the next page boundary. */
    queue->used =
        (void *)((at + 16u * queue->config.size + 6 + 2u * queue->config.size + 4095) & ~4095u);
    set_handler(LGUEST_FIRST_IRQ_VECTOR + queue->config.irq, handler);
    irq_unblock(queue->config.irq);
}

bool console_open(void) {
    uint32_t at = memory_size;

    for (;;) {
        struct descriptor_head *head = (void *)at;

        if (!head->type)
            return false;
        if (head->type == VIRTIO_CONSOLE && head->queues >= 2) {
            const struct queue_config *queues = (void *)(at + sizeof(*head));

            head->status |= STATUS_ACKNOWLEDGE | STATUS_DRIVER;
            open_queue(&keys, &queues[0], keys_arrived);
            open_queue(&text, &queues[1], text_was_read);
            for (uint16_t i = 0; i < BUFFERS; i++) {
                text_free[i] = true;
                give(&keys, i, BUFFER_BYTES, DESC_DEVICE_WRITES);
            }
            head->status |= STATUS_DRIVER_OK;
            hypercall(LHCALL_NOTIFY, at, 0, 0, 0);
            kick(&keys);
            return true;
        }
        at += sizeof(*head) + head->queues * sizeof(struct queue_config) +
              2u * head->feature_bytes + head->config_bytes;
    }
}

int console_key(void) {
    if (typed_in == typed_out)
        return -1;
    return (unsigned char)typed[typed_out++ % sizeof(typed)];
}

/* Called by text.c for a line once the console is open. */
bool kit_console_write(const char *from, uint32_t length);

bool kit_console_write(const char *from, uint32_t length) {
    if (!text.used)
        return false;
    while (length) {
        uint32_t part = length < BUFFER_BYTES ? length : BUFFER_BYTES;
        uint32_t enabled = this_vcpu()->data.irq_enabled;
        uint16_t buffer = 0;

        irq_disable();
        for (;;) {
            collect_text();
            for (buffer = 0; buffer < BUFFERS && !text_free[buffer]; buffer++)
                ;
            if (buffer < BUFFERS)
                break;
            halt(); /* the line of this queue wakes us */
            irq_disable();
        }
        text_free[buffer] = false;
        memcpy(text.buffers[buffer], from, part);
        give(&text, buffer, part, 0);
        kick(&text);
        if (enabled & LGUEST_IF)
            irq_enable();
        from += part;
        length -= part;
    }
    return true;
}
