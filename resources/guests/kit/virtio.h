/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drivers' half of virtio, for both places where the Launcher has its devices: the lguest bus
 * (Guests up to 3.19; GUEST_ABI.md, section 11) and PCI (4.0 to 4.13; section 12). The same
 * device is at both, for whichever driver there is.
 */
#ifndef VIRTIO_H
#define VIRTIO_H

#include "kit.h"

enum virtio_type { VIRTIO_NET = 1, VIRTIO_DISK = 2, VIRTIO_CONSOLE = 3, VIRTIO_ENTROPY = 4 };
enum virtio_bus { LGUEST_BUS, PCI_BUS };

#define VIRTIO_STATUS_ACKNOWLEDGE 1
#define VIRTIO_STATUS_DRIVER 2
#define VIRTIO_STATUS_DRIVER_OK 4
#define VIRTIO_STATUS_FEATURES_OK 8

#define VIRTQ_DEVICE_WRITES 2
#define VIRTQ_NEXT 1

struct ring_descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags, next;
};

struct ring_available {
    uint16_t flags, index, ring[];
};

struct ring_used {
    uint16_t flags, index;
    struct {
        uint32_t id, length;
    } ring[];
};

struct virtq {
    struct virtio *device;
    uint16_t size, number;
    uint32_t irq;
    volatile struct ring_descriptor *descriptors;
    volatile struct ring_available *available;
    volatile struct ring_used *used;
    uint16_t seen; /* of used->index */
};

#define VIRTIO_QUEUES 2
struct virtio {
    enum virtio_bus bus;
    uint32_t at; /* its descriptor on the lguest bus, or its page of registers */
    uint32_t features_at, config_at;
    uint32_t queue_count;
    struct virtq queues[VIRTIO_QUEUES];
};

/* The device of this type with this number, from 0 on; false if there are not so many. */
bool virtio_find(struct virtio *device, enum virtio_bus bus, enum virtio_type type,
                 uint32_t number);
/* What it offers, of features 0 to 31. */
uint32_t virtio_features(struct virtio *device);
/* Says which of them are wanted, prepares the queues, tells the device that a driver is here. */
void virtio_start(struct virtio *device, uint32_t features);
/* As before virtio_start(). */
void virtio_reset(struct virtio *device);
uint8_t virtio_config(struct virtio *device, uint32_t offset);
uint32_t virtio_config32(struct virtio *device, uint32_t offset);

/* A handler that must call virtio_interrupt(), which is true when something was used. */
void virtio_set_handler(struct virtio *device, handler_fn *handler);
/* What the interrupt was for: 1 = queues, 2 = the configuration (on PCI only). */
uint8_t virtio_interrupt(struct virtio *device);

/* Fills in a descriptor, and offers a chain that begins with one. */
void virtq_describe(struct virtq *queue, uint16_t index, const volatile void *place,
                    uint32_t length, uint16_t flags, uint16_t next);
void virtq_offer(struct virtq *queue, uint16_t head);
void virtq_kick(struct virtq *queue);
/* The same in one go: a chain of one. */
static inline void virtq_give(struct virtq *queue, uint16_t index, const volatile void *place,
                              uint32_t length, uint16_t flags) {
    virtq_describe(queue, index, place, length, flags, 0);
    virtq_offer(queue, index);
}
/* The next chain that came back; its head, and how many bytes were written. */
bool virtq_take(struct virtq *queue, uint16_t *head, uint32_t *written);

/* Device registers: accesses of exactly one width. */
uint32_t register_read(uint32_t address, uint32_t bytes);
void register_write(uint32_t address, uint32_t bytes, uint32_t value);

#endif
