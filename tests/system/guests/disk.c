// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands, one for each word: lguest or pci (the bus, first), disk=N (0 from the beginning),
 * about, write=LETTER (fills the disk with it), read, flush, edges (what the driver must not do and
 * the device must answer), many (as many requests at once as the ring takes), reset, forever, wait.
 */
#include "../../../resources/guests/kit/virtio.h"

GUEST_ABOUT("Uses disks as its command line says");

#define SECTOR 512u
#define RUN 64u /* sectors of one request */

enum { IN = 0, OUT = 1, FLUSH = 4, GET_ID = 8 };
enum { F_READ_ONLY = 1u << 5, F_FLUSH = 1u << 9 };

struct request {
    uint32_t type, reserved;
    uint64_t sector;
};

static enum virtio_bus bus;
static struct virtio disk;
static struct virtq *const queue = &disk.queues[0];
static uint8_t data[RUN * SECTOR] __attribute__((aligned(4096)));

static void interrupted(struct frame *frame) {
    (void)frame;
    virtio_interrupt(&disk);
}

static uint64_t sectors(void) {
    return virtio_config32(&disk, 0) | (uint64_t)virtio_config32(&disk, 4) << 32;
}

static void open_disk(uint32_t number) {
    if (!virtio_find(&disk, bus, VIRTIO_DISK, number))
        panic("there is no disk %u", number);
    virtio_start(&disk, virtio_features(&disk));
    virtio_set_handler(&disk, interrupted);
}

static void put_request(uint16_t first, struct request *header, void *bytes, uint32_t length,
                        volatile uint8_t *status) {
    *status = 0xee;
    virtq_describe(queue, first, header, sizeof(*header), VIRTQ_NEXT, first + 1);
    if (length)
        virtq_describe(queue, first + 1, bytes, length,
                       VIRTQ_NEXT | (header->type == OUT ? 0 : VIRTQ_DEVICE_WRITES), first + 2);
    else
        queue->descriptors[first].next = first + 2;
    virtq_describe(queue, first + 2, status, 1, VIRTQ_DEVICE_WRITES, 0);
    virtq_offer(queue, first);
}

static uint32_t wait_for_one(void) {
    uint32_t written;
    uint16_t head;

    irq_disable();
    while (!virtq_take(queue, &head, &written)) {
        halt();
        irq_disable();
    }
    irq_enable();
    return written;
}

static uint8_t request(uint32_t type, uint64_t sector, void *bytes, uint32_t length) {
    static struct request header;
    static volatile uint8_t status;

    header = (struct request){type, 0, sector};
    put_request(0, &header, bytes, length, &status);
    virtq_kick(queue);
    wait_for_one();
    return status;
}

static void must(bool good, const char *what) {
    if (!good)
        panic("disk: not so: %s", what);
}

static void about(void) {
    char name[21] = {0};
    uint32_t features = virtio_features(&disk);

    must(request(GET_ID, 0, name, 20) == 0, "it has a name");
    print("%s: %u sectors%s%s\n", name, (uint32_t)sectors(),
          features & F_READ_ONLY ? ", read-only" : "", features & F_FLUSH ? ", flush" : "");
}

static void fill(char letter) {
    uint32_t all = (uint32_t)sectors();

    memset(data, letter, sizeof(data));
    for (uint32_t at = 0; at < all; at += RUN) {
        uint32_t count = all - at < RUN ? all - at : RUN;

        *(uint32_t *)data = at;
        if (request(OUT, at, data, count * SECTOR)) {
            print("write error at %u\n", at);
            return;
        }
    }
    print("written\n");
}

static void read_all(void) {
    uint32_t all = (uint32_t)sectors(), letter = 0;

    for (uint32_t at = 0; at < all; at += RUN) {
        uint32_t count = all - at < RUN ? all - at : RUN;

        memset(data, 0, sizeof(data));
        must(request(IN, at, data, count * SECTOR) == 0, "a read succeeds");
        must(*(uint32_t *)data == at, "each sector has what was written there");
        letter = data[count * SECTOR - 1];
    }
    print("read %c\n", (char)letter);
}

/* Wrong ones are answered, and the disk goes on. */
static void edges(void) {
    uint64_t all = sectors();

    must(request(IN, all, data, SECTOR) == 1, "a read behind the end");
    must(request(IN, all - 1, data, 2 * SECTOR) == 1, "a read over the end");
    must(request(OUT, all, data, SECTOR) == 1, "a write behind the end");
    must(request(IN, ~0ull, data, SECTOR) == 1, "a sector that wraps");
    must(request(IN, 1ull << 55, data, SECTOR) == 1, "bytes that wrap");
    must(request(IN, 0, data, 100) == 1, "less than a sector");
    must(request(IN, 0, data, 0) == 1, "nothing");
    must(request(99, 0, data, SECTOR) == 2, "an unknown request");
    must(request(IN, 0, data, SECTOR) == 0, "a read after all that");
    print("edges are kept\n");
}

/* Each request with memory of its own, the whole ring at a time. */
static void many(void) {
    enum { COUNT = 80 };
    static struct request headers[COUNT];
    static volatile uint8_t status[COUNT];
    static uint8_t places[COUNT][SECTOR];
    uint32_t all = (uint32_t)sectors();

    for (uint16_t i = 0; i < COUNT; i++) {
        headers[i] = (struct request){IN, 0, i % (all / RUN) * RUN};
        put_request((uint16_t)(i * 3), &headers[i], places[i], SECTOR, &status[i]);
    }
    virtq_kick(queue);
    for (uint32_t i = 0; i < COUNT; i++)
        must(wait_for_one() == SECTOR + 1, "as much is written as was asked for");
    for (uint32_t i = 0; i < COUNT; i++)
        must(status[i] == 0 && *(uint32_t *)places[i] == (uint32_t)headers[i].sector,
             "each has its own");
    print("many at once\n");
}

/* In the middle of requests; what was under way comes no more. */
static void reset(void) {
    static struct request header;
    static volatile uint8_t status;

    header = (struct request){IN, 0, 0};
    for (uint32_t i = 0; i < 20; i++) {
        put_request(0, &header, data, SECTOR, &status);
        virtq_kick(queue);
        virtio_reset(&disk);
        virtio_start(&disk, F_FLUSH);
    }
    must(request(IN, 0, data, SECTOR) == 0, "a read after a reset");
    print("reset\n");
}

static bool word_is(const char *word, const char *name) {
    size_t length = strlen(name);

    return !memcmp(word, name, length) && (word[length] == ' ' || !word[length]);
}

void guest_main(void) {
    irq_enable();
    for (const char *word = command_line; *word; word++) {
        if (word_is(word, "pci"))
            bus = PCI_BUS;
        if (word_is(word, "lguest") || word_is(word, "pci"))
            open_disk(0);
        if (!memcmp(word, "disk=", 5))
            open_disk((uint32_t)(word[5] - '0'));
        if (word_is(word, "about"))
            about();
        if (!memcmp(word, "write=", 6))
            fill(word[6]);
        if (word_is(word, "read"))
            read_all();
        if (word_is(word, "flush"))
            print("flush: %u\n", request(FLUSH, 0, NULL, 0));
        if (word_is(word, "edges"))
            edges();
        if (word_is(word, "many"))
            many();
        if (word_is(word, "reset"))
            reset();
        if (word_is(word, "forever"))
            for (;;)
                fill('x');
        if (word_is(word, "wait"))
            for (;;)
                halt();
        while (*word && *word != ' ')
            word++;
        if (!*word)
            break;
    }
}
