// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../../resources/guests/kit/virtio.h"

GUEST_ABOUT("Tells the size of its terminal, and on PCI each other one until it has one column");

#define FEATURE_SIZE 1

static struct virtio console;
static volatile bool changed;

static void interrupted(struct frame *frame) {
    (void)frame;
    if (virtio_interrupt(&console) & 2)
        changed = true;
}

void guest_main(void) {
    bool pci = !strcmp(command_line, "pci");
    uint32_t size;

    if (!virtio_find(&console, pci ? PCI_BUS : LGUEST_BUS, VIRTIO_CONSOLE, 0) ||
        !(virtio_features(&console) & FEATURE_SIZE))
        panic("there is no console with a size");
    virtio_start(&console, FEATURE_SIZE);
    virtio_set_handler(&console, interrupted);
    do {
        irq_disable();
        changed = false;
        size = virtio_config32(&console, 0);
        print("%u columns, %u rows\n", size & 0xffff, size >> 16);
        while (pci && !changed && (size & 0xffff) != 1) {
            halt();
            irq_disable();
        }
    } while (pci && (size & 0xffff) != 1);
}
