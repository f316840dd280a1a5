// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../../resources/guests/kit/virtio.h"

GUEST_ABOUT("Asks for random bytes on the bus that its command line names");

static struct virtio device;
static volatile uint32_t interrupts;

static void interrupted(struct frame *frame) {
    (void)frame;
    if (virtio_interrupt(&device) & 1)
        interrupts++;
}

static uint32_t ask(uint8_t *place, uint32_t bytes) {
    uint32_t written;
    uint16_t head;

    virtq_give(&device.queues[0], 0, place, bytes, VIRTQ_DEVICE_WRITES);
    virtq_kick(&device.queues[0]);
    irq_disable();
    while (!virtq_take(&device.queues[0], &head, &written)) {
        halt();
        irq_disable();
    }
    irq_enable();
    return written;
}

void guest_main(void) {
    static uint8_t bytes[16384];
    uint32_t ones = 0;

    if (!virtio_find(&device, strcmp(command_line, "pci") ? LGUEST_BUS : PCI_BUS, VIRTIO_ENTROPY,
                     0))
        panic("there is no entropy source");
    virtio_start(&device, 0);
    virtio_set_handler(&device, interrupted);
    irq_enable();
    print("asked for 64, got %u\n", ask(bytes, 64));
    for (uint32_t i = 0; i < 64; i++)
        for (uint32_t bit = 0; bit < 8; bit++)
            ones += bytes[i] >> bit & 1;
    if (ones < 150 || ones > 362) /* ten standard deviations from 256 */
        panic("%u of 512 bits are set", ones);
    print("first bytes %08x%08x\n", *(uint32_t *)bytes, *(uint32_t *)(bytes + 4));
    print("asked for 16384, got %u\n", ask(bytes, sizeof(bytes)));
    for (uint32_t i = 4096; i < sizeof(bytes); i++)
        if (bytes[i])
            panic("more was written than was said");
    print("interrupts: %s\n", interrupts >= 2 ? "yes" : "NO");
}
