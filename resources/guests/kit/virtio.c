// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding devices and speaking with them over rings. On the lguest bus a page of descriptors
 * lies right behind memory, the Launcher has made the rings, and each queue has an interrupt
 * line; a kick is the hypercall NOTIFY. On PCI a page of registers says what there is, the driver
 * makes the rings, and the device has one line; a kick is a write to a register.
 */
#include "virtio.h"

#define VENDOR_VIRTIO 0x1af4
#define PCI_DEVICES 32
#define FEATURE_VERSION_1 1 /* of features 32 to 63 */

/* The page of registers, as the Launcher lays it out. */
enum {
    DEVICE_FEATURE_SELECT = 0,
    DEVICE_FEATURE = 4,
    DRIVER_FEATURE_SELECT = 8,
    DRIVER_FEATURE = 12,
    NUM_QUEUES = 18,
    DEVICE_STATUS = 20,
    QUEUE_SELECT = 22,
    QUEUE_SIZE = 24,
    QUEUE_ENABLE = 28,
    QUEUE_DESCRIPTORS = 32,
    QUEUE_AVAILABLE = 40,
    QUEUE_USED = 48,
    NOTIFY = 56,
    ISR = 58,
    DEVICE_CONFIG = 60
};

struct descriptor_head {
    uint8_t type, queues, feature_bytes, config_bytes, status;
} __attribute__((packed));

struct queue_config {
    uint16_t size, irq;
    uint32_t pfn;
} __attribute__((packed));

uint32_t register_read(uint32_t address, uint32_t bytes) {
    uint32_t value = 0;

    if (bytes == 1)
        __asm__ volatile("movb %1, %b0" : "+q"(value) : "m"(*(volatile uint8_t *)address));
    else if (bytes == 2)
        __asm__ volatile("movw %1, %w0" : "+r"(value) : "m"(*(volatile uint16_t *)address));
    else
        __asm__ volatile("movl %1, %0" : "=r"(value) : "m"(*(volatile uint32_t *)address));
    return value;
}

void register_write(uint32_t address, uint32_t bytes, uint32_t value) {
    if (bytes == 1)
        __asm__ volatile("movb %b1, %0" : "=m"(*(volatile uint8_t *)address) : "q"(value));
    else if (bytes == 2)
        __asm__ volatile("movw %w1, %0" : "=m"(*(volatile uint16_t *)address) : "r"(value));
    else
        __asm__ volatile("movl %1, %0" : "=m"(*(volatile uint32_t *)address) : "r"(value));
}

static uint32_t pci_config(uint32_t device, uint32_t offset) {
    uint32_t value;

    __asm__ volatile("outl %0, %1"
                     :
                     : "a"(1u << 31 | device << 11 | offset), "Nd"((uint16_t)0xcf8));
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"((uint16_t)0xcfc));
    return value;
}

static bool find_on_pci(struct virtio *device, enum virtio_type type, uint32_t number) {
    static bool mapped;

    for (uint32_t i = 1; i < PCI_DEVICES; i++) {
        if (pci_config(i, 0) != ((0x1040u + type) << 16 | VENDOR_VIRTIO) || number--)
            continue;
        if (!mapped)
            pgdir_load(pgdir_new()); /* one to one, with the devices' pages */
        mapped = true;
        device->at = pci_config(i, 0x10) & ~15u;
        device->config_at = device->at + DEVICE_CONFIG;
        device->queue_count = register_read(device->at + NUM_QUEUES, 2);
        for (uint32_t q = 0; q < VIRTIO_QUEUES; q++)
            device->queues[q].irq = pci_config(i, 0x3c) & 0xff;
        return true;
    }
    return false;
}

static bool find_on_lguest_bus(struct virtio *device, enum virtio_type type, uint32_t number) {
    for (uint32_t at = memory_size;;) {
        const struct descriptor_head *head = (void *)at;
        uint32_t features = at + sizeof(*head) + head->queues * sizeof(struct queue_config);

        if (!head->type)
            return false;
        if (head->type == type && !number--) {
            device->at = at;
            device->features_at = features;
            device->config_at = features + 2u * head->feature_bytes;
            device->queue_count = head->queues;
            return true;
        }
        at = features + 2u * head->feature_bytes + head->config_bytes;
    }
}

bool virtio_find(struct virtio *device, enum virtio_bus bus, enum virtio_type type,
                 uint32_t number) {
    bool found;

    memset(device, 0, sizeof(*device));
    device->bus = bus;
    found = bus == PCI_BUS ? find_on_pci(device, type, number)
                           : find_on_lguest_bus(device, type, number);
    if (found && device->queue_count > VIRTIO_QUEUES)
        device->queue_count = VIRTIO_QUEUES;
    return found;
}

uint32_t virtio_features(struct virtio *device) {
    uint32_t features = 0;

    if (device->bus == PCI_BUS) {
        register_write(device->at + DEVICE_FEATURE_SELECT, 4, 0);
        return register_read(device->at + DEVICE_FEATURE, 4);
    }
    memcpy(&features, (void *)device->features_at,
           ((struct descriptor_head *)device->at)->feature_bytes & 7);
    return features;
}

static void accept(struct virtio *device, uint32_t features) {
    uint8_t bytes;

    if (device->bus == PCI_BUS) {
        for (uint32_t half = 0; half < 2; half++) {
            register_write(device->at + DRIVER_FEATURE_SELECT, 4, half);
            register_write(device->at + DRIVER_FEATURE, 4, half ? FEATURE_VERSION_1 : features);
        }
        return;
    }
    bytes = ((struct descriptor_head *)device->at)->feature_bytes;
    memcpy((void *)(device->features_at + bytes), &features, bytes & 7);
}

static void set_status(struct virtio *device, uint8_t status) {
    if (device->bus == PCI_BUS) {
        register_write(device->at + DEVICE_STATUS, 1, status);
        return;
    }
    ((struct descriptor_head *)device->at)->status = status;
    hypercall(LHCALL_NOTIFY, device->at, 0, 0, 0);
}

/* The driver makes the ring: its three parts may lie anywhere, here each on a page. */
static void open_on_pci(struct virtq *queue) {
    uint32_t at = queue->device->at;

    register_write(at + QUEUE_SELECT, 2, queue->number);
    queue->size = (uint16_t)register_read(at + QUEUE_SIZE, 2);
    if (!queue->descriptors) {
        queue->descriptors = page_alloc();
        queue->available = page_alloc();
        queue->used = page_alloc();
    }
    const uint32_t parts[][2] = {{QUEUE_DESCRIPTORS, (uint32_t)queue->descriptors},
                                 {QUEUE_AVAILABLE, (uint32_t)queue->available},
                                 {QUEUE_USED, (uint32_t)queue->used}};
    for (uint32_t i = 0; i < 3; i++) {
        memset((void *)parts[i][1], 0, 4096);
        register_write(at + parts[i][0], 4, parts[i][1]);
        register_write(at + parts[i][0] + 4, 4, 0);
    }
    register_write(at + QUEUE_ENABLE, 2, 1);
}

/* The Launcher has made it: descriptors, what is available, and on a page of its own what is used.
 */
static void open_on_lguest_bus(struct virtq *queue) {
    struct queue_config config;
    uint32_t at;

    memcpy(&config,
           (void *)(queue->device->at + sizeof(struct descriptor_head) +
                    queue->number * sizeof(config)),
           sizeof(config));
    at = config.pfn << 12;
    queue->size = config.size;
    queue->irq = config.irq;
    queue->descriptors = (void *)at;
    queue->available = (void *)(at + 16u * queue->size);
    queue->used = (void *)((at + 16u * queue->size + 6 + 2u * queue->size + 4095) & ~4095u);
}

void virtio_start(struct virtio *device, uint32_t features) {
    uint8_t status = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER;

    set_status(device, 0);
    set_status(device, status);
    accept(device, features);
    if (device->bus == PCI_BUS) {
        status |= VIRTIO_STATUS_FEATURES_OK;
        set_status(device, status);
        if (register_read(device->at + DEVICE_STATUS, 1) != status)
            panic("virtio: the device does not take the features");
    }
    for (uint32_t i = 0; i < device->queue_count; i++) {
        struct virtq *queue = &device->queues[i];

        queue->device = device;
        queue->number = (uint16_t)i;
        queue->seen = 0;
        if (device->bus == PCI_BUS)
            open_on_pci(queue);
        else
            open_on_lguest_bus(queue);
    }
    set_status(device, status | VIRTIO_STATUS_DRIVER_OK);
}

void virtio_reset(struct virtio *device) {
    set_status(device, 0);
}

uint8_t virtio_config(struct virtio *device, uint32_t offset) {
    return (uint8_t)register_read(device->config_at + offset, 1);
}

uint32_t virtio_config32(struct virtio *device, uint32_t offset) {
    return register_read(device->config_at + offset, 4);
}

void virtio_set_handler(struct virtio *device, handler_fn *handler) {
    for (uint32_t i = 0; i < device->queue_count; i++) {
        set_handler(LGUEST_FIRST_IRQ_VECTOR + device->queues[i].irq, handler);
        irq_unblock(device->queues[i].irq);
    }
}

uint8_t virtio_interrupt(struct virtio *device) {
    return device->bus == PCI_BUS ? (uint8_t)register_read(device->at + ISR, 1) : 1;
}

void virtq_describe(struct virtq *queue, uint16_t index, const volatile void *place,
                    uint32_t length, uint16_t flags, uint16_t next) {
    queue->descriptors[index] = (struct ring_descriptor){(uint32_t)place, length, flags, next};
}

void virtq_offer(struct virtq *queue, uint16_t head) {
    queue->available->ring[queue->available->index % queue->size] = head;
    __asm__ volatile("" ::: "memory");
    queue->available->index++;
    __asm__ volatile("" ::: "memory");
}

void virtq_kick(struct virtq *queue) {
    if (queue->device->bus == PCI_BUS)
        register_write(queue->device->at + NOTIFY, 2, queue->number);
    else
        hypercall(LHCALL_NOTIFY, (uint32_t)queue->descriptors, 0, 0, 0);
}

bool virtq_take(struct virtq *queue, uint16_t *head, uint32_t *written) {
    if (queue->seen == queue->used->index)
        return false;
    __asm__ volatile("" ::: "memory");
    *head = (uint16_t)queue->used->ring[queue->seen % queue->size].id;
    *written = queue->used->ring[queue->seen % queue->size].length;
    queue->seen++;
    return true;
}
