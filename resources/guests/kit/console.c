// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtio console on the lguest bus: two queues, the first for keys, the second for text; each
 * has its own interrupt line.
 */
#include "virtio.h"

#define BUFFERS 8
#define BUFFER_BYTES 64

static struct virtio console;
static char key_buffers[BUFFERS][BUFFER_BYTES], text_buffers[BUFFERS][BUFFER_BYTES];
static bool text_free[BUFFERS];
static bool is_open;
static char typed[256];
static volatile uint32_t typed_in, typed_out;

static struct virtq *const keys = &console.queues[0], *const text = &console.queues[1];

static void collect_keys(void) {
    uint16_t buffer;
    uint32_t length;

    while (virtq_take(keys, &buffer, &length)) {
        for (uint32_t i = 0; i < length && typed_in - typed_out < sizeof(typed); i++)
            typed[typed_in++ % sizeof(typed)] = key_buffers[buffer][i];
        virtq_give(keys, buffer, key_buffers[buffer], BUFFER_BYTES, VIRTQ_DEVICE_WRITES);
    }
    virtq_kick(keys);
}

static void collect_text(void) {
    uint16_t buffer;
    uint32_t length;

    while (virtq_take(text, &buffer, &length))
        text_free[buffer] = true;
}

static void interrupted(struct frame *frame) {
    if (frame->vector == LGUEST_FIRST_IRQ_VECTOR + keys->irq)
        collect_keys();
    else
        collect_text();
}

bool console_open(void) {
    if (!virtio_find(&console, LGUEST_BUS, VIRTIO_CONSOLE, 0))
        return false;
    virtio_start(&console, 0);
    virtio_set_handler(&console, interrupted);
    for (uint16_t i = 0; i < BUFFERS; i++) {
        text_free[i] = true;
        virtq_give(keys, i, key_buffers[i], BUFFER_BYTES, VIRTQ_DEVICE_WRITES);
    }
    is_open = true;
    virtq_kick(keys);
    return true;
}

int console_key(void) {
    if (typed_in == typed_out)
        return -1;
    return (unsigned char)typed[typed_out++ % sizeof(typed)];
}

/* Called by text.c for a line once the console is open. */
bool kit_console_write(const char *from, uint32_t length);

bool kit_console_write(const char *from, uint32_t length) {
    if (!is_open)
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
        memcpy(text_buffers[buffer], from, part);
        virtq_give(text, buffer, text_buffers[buffer], part, 0);
        virtq_kick(text);
        if (enabled & LGUEST_IF)
            irq_enable();
        from += part;
        length -= part;
    }
    return true;
}
