// SPDX-License-Identifier: GPL-2.0-or-later
// Cases 77 to 79. A driver that lies to its devices, on either bus. The first
// words of the command line name the bus, the type of device and the queue, the last the attack.
// What breaks the ring's rules ends the Guest with a reason; what a device can answer or ignore
// it does, with bounded work and memory, and the Guest comes to its end.
#include "../../../resources/guests/kit/virtio.h"
#include "hostile.h"

HOSTILE("a driver that lies to its devices");

static struct virtio device;
static struct virtq *queue;
static uint8_t page[4096] __attribute__((aligned(4096)));

static const char *next_word(const char *word) {
    while (*word && *word != ' ')
        word++;
    return *word ? word + 1 : word;
}

static bool word_is(const char *word, const char *name) {
    size_t length = strlen(name);

    return !memcmp(word, name, length) && (word[length] == ' ' || !word[length]);
}

static void offer(uint16_t head) {
    virtq_offer(queue, head);
    virtq_kick(queue);
}

/* All of memory in each descriptor of a chain as long as the ring: gigabytes in one request. */
static void giants(uint16_t flags) {
    for (uint16_t i = 0; i < queue->size; i++)
        virtq_describe(queue, i, NULL, memory_size,
                       (uint16_t)(flags | (i + 1 < queue->size ? VIRTQ_NEXT : 0)),
                       (uint16_t)(i + 1));
    offer(0);
}

/* The ring is where the device is told to write: it overwrites its own words. */
static void self(void) {
    for (uint32_t i = 0; i < 300; i++) {
        virtq_describe(queue, 0, queue->used, 4096, VIRTQ_DEVICE_WRITES, 0);
        virtq_describe(queue, 1, queue->available, 512, VIRTQ_DEVICE_WRITES, 0);
        offer((uint16_t)(i % 2));
    }
}

static void flood(void) {
    virtq_describe(queue, 0, page, sizeof(page), VIRTQ_DEVICE_WRITES, 0);
    for (uint32_t i = 0; i < 20000; i++) {
        /* More than the ring has would be a lie. */
        while ((uint16_t)(queue->available->index - queue->used->index) > 200)
            hypercall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
        offer(0);
    }
}

/* Resets, and queues that change places, while requests are under way. */
static void resets(void) {
    for (uint32_t i = 0; i < 200; i++) {
        virtq_describe(queue, 0, page, 16, VIRTQ_NEXT, 1);
        virtq_describe(queue, 1, page, 513, VIRTQ_DEVICE_WRITES, 0);
        virtq_offer(queue, 0);
        virtio_start(&device, 0);
    }
}

/* Every register of its page, with each width; only PCI has them. */
static void registers(void) {
    for (uint32_t value = 0; value < 3; value++)
        for (uint32_t at = 0; at < 56; at++)
            if (at != 24 && at != 28) /* a queue's size and its end have rules of their own */
                register_write(device.at + at, 1u << (at % 3), value ? 0u - value : 0x12345678);
    for (uint32_t at = 60; at < 512; at++)
        register_write(device.at + at, 1, at);
}

static void break_the_rules(const char *attack) {
    virtq_describe(queue, 0, page, 16, 0, 0);
    if (word_is(attack, "circle"))
        virtq_describe(queue, 0, page, 16, VIRTQ_NEXT, 0);
    if (word_is(attack, "outside"))
        virtq_describe(queue, 0, (void *)(memory_size - 8), 16, VIRTQ_DEVICE_WRITES, 0);
    if (word_is(attack, "wraps")) {
        virtq_describe(queue, 0, page, 0xffffffff, VIRTQ_DEVICE_WRITES, 0);
        queue->descriptors[0].address = ~0ull;
    }
    if (word_is(attack, "host")) /* what would be the Host's half in a 64-bit kernel */
        queue->descriptors[0].address = 0xffff888000000000ull;
    if (word_is(attack, "indirect"))
        virtq_describe(queue, 0, page, 16, 4, 0);
    if (word_is(attack, "index"))
        queue->available->index += 300;
    if (word_is(attack, "statusless")) /* a request with nowhere to say how it went */
        virtq_describe(queue, 0, page, 16, 0, 0);
    if (word_is(attack, "headless"))
        virtq_describe(queue, 0, page, 16, VIRTQ_DEVICE_WRITES, 0);
    if (word_is(attack, "wrong_way"))
        virtq_describe(queue, 0, page, 16, queue->number ? VIRTQ_DEVICE_WRITES : 0, 0);
    offer(word_is(attack, "head") ? 65535 : 0);
}

static void ignore(struct frame *frame) {
    (void)frame;
    virtio_interrupt(&device);
}

void guest_main(void) {
    const char *type = next_word(command_line), *number = next_word(type);
    const char *attack = next_word(number);

    catch_traps();
    if (!virtio_find(&device, word_is(command_line, "pci") ? PCI_BUS : LGUEST_BUS,
                     (enum virtio_type)(*type - '0'), 0))
        panic("the device is not there");
    virtio_start(&device, 0);
    virtio_set_handler(&device, ignore);
    irq_enable();
    queue = &device.queues[*number - '0'];
    if (word_is(attack, "giants_in"))
        giants(VIRTQ_DEVICE_WRITES);
    else if (word_is(attack, "giants_out"))
        giants(0);
    else if (word_is(attack, "self"))
        self();
    else if (word_is(attack, "flood"))
        flood();
    else if (word_is(attack, "resets"))
        resets();
    else if (word_is(attack, "registers"))
        registers();
    else
        break_the_rules(attack);
    /* What was asked for last may still be under way. */
    for (uint64_t until = cycles() + 200000000; cycles() < until;)
        hypercall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
    contained();
}
