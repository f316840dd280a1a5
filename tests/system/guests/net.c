// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A network of the smallest kind: ARP, a DHCP question, UDP, and one TCP connection at a time. Its
 * command line begins with the bus. Then: dhcp asks for an address; ask=PORT sends "ping" to that
 * UDP port of the way out, 10.0.2.2, and prints the answer; deaf sleeps for so long that whatever
 * is sent to it is lost, and counts what is not; bad sends what no card may send. At the end it
 * serves port 7, UDP and TCP, with the text in capitals, until somebody sends "quit".
 */
#include "../../../resources/guests/kit/virtio.h"

GUEST_ABOUT("Answers on a network");

#define BUFFERS 64
#define BUFFER_BYTES 2048
#define US 0x0a00020fu
#define GATE 0x0a000202u
#define PORT 7

enum { TCP = 6, UDP = 17 };
enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

struct ethernet {
    uint8_t to[6], from[6];
    uint16_t type;
} __attribute__((packed));

struct ip {
    uint8_t version, tos;
    uint16_t length, id, fragment;
    uint8_t ttl, protocol;
    uint16_t checksum;
    uint32_t from, to;
} __attribute__((packed));

struct arp {
    uint16_t hardware, protocol;
    uint8_t sizes[2];
    uint16_t operation;
    uint8_t from[6];
    uint32_t from_ip;
    uint8_t to[6];
    uint32_t to_ip;
} __attribute__((packed));

struct udp {
    uint16_t from, to, length, checksum;
} __attribute__((packed));

struct tcp {
    uint16_t from, to;
    uint32_t sequence, acknowledged;
    uint8_t offset, flags;
    uint16_t window, checksum, urgent;
} __attribute__((packed));

static struct virtio card;
static struct virtq *const receiving = &card.queues[0], *const sending = &card.queues[1];
static uint8_t in[BUFFERS][BUFFER_BYTES], out[BUFFER_BYTES];
static uint8_t mac[6], gate_mac[6] = {0x52, 0x55, 10, 0, 2, 2};
static uint32_t header_bytes, expected, our_sequence;
static bool done;

static uint16_t swap16(uint16_t x) {
    return (uint16_t)(x << 8 | x >> 8);
}

static uint32_t swap32(uint32_t x) {
    return __builtin_bswap32(x);
}

static void interrupted(struct frame *frame) {
    (void)frame;
    virtio_interrupt(&card);
}

static uint16_t checksum(uint32_t sum, const void *bytes, uint32_t count) {
    const uint8_t *at = bytes;

    for (uint32_t i = 0; i < count; i++)
        sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return swap16((uint16_t)~sum);
}

/* Sends the first so many bytes of `out`, header and all, and waits until they are gone. */
static void send_raw(uint32_t bytes) {
    uint16_t head;
    uint32_t written;

    virtq_give(sending, 0, out, bytes, 0);
    virtq_kick(sending);
    irq_disable();
    while (!virtq_take(sending, &head, &written)) {
        halt();
        irq_disable();
    }
    irq_enable();
}

static void *begin_frame(const uint8_t *to, uint16_t type) {
    struct ethernet *ethernet = (void *)(out + header_bytes);

    memset(out, 0, sizeof(out));
    memcpy(ethernet->to, to, 6);
    memcpy(ethernet->from, mac, 6);
    ethernet->type = swap16(type);
    return ethernet + 1;
}

/* What is in the packet stands behind its IP header already. */
static void send_ip(uint32_t from, uint32_t to, uint8_t protocol, uint32_t bytes) {
    struct ip *ip = (void *)(out + header_bytes + sizeof(struct ethernet));

    *ip = (struct ip){
        0x45,         0,         swap16((uint16_t)(sizeof(*ip) + bytes)), 0, 0, 64, protocol, 0,
        swap32(from), swap32(to)};
    ip->checksum = checksum(0, ip, sizeof(*ip));
    send_raw(header_bytes + sizeof(struct ethernet) + sizeof(*ip) + bytes);
}

static struct udp *begin_udp(const uint8_t *to, uint16_t from_port, uint16_t to_port,
                             uint32_t bytes) {
    struct udp *udp = (void *)((struct ip *)begin_frame(to, 0x0800) + 1);

    *udp = (struct udp){swap16(from_port), swap16(to_port), swap16((uint16_t)(8 + bytes)), 0};
    return udp;
}

static void capitals(uint8_t *to, const uint8_t *from, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        to[i] = from[i] >= 'a' && from[i] <= 'z' ? from[i] - 32 : from[i];
    if (count >= 4 && !memcmp(from, "quit", 4))
        done = true;
}

static void take_udp(const struct ip *ip, const struct udp *udp, uint32_t bytes) {
    const uint8_t *text = (const uint8_t *)(udp + 1);
    uint32_t count = swap16(udp->length) - 8u;

    if (bytes < 8 || count > bytes - 8)
        return;
    if (swap16(udp->from) == 67 && count >= 240) { /* yiaddr of BOOTP */
        print("offered %u.%u.%u.%u\n", text[16], text[17], text[18], text[19]);
        done = true;
    } else if (swap16(udp->to) == PORT) {
        struct udp *answer = begin_udp(gate_mac, PORT, swap16(udp->from), count);

        capitals((uint8_t *)(answer + 1), text, count);
        send_ip(US, swap32(ip->from), UDP, 8 + count);
    } else {
        print("answer ");
        for (uint32_t i = 0; i < count; i++)
            print("%c", text[i]);
        print("\n");
        done = true;
    }
}

static void take_tcp(const struct ip *ip, const struct tcp *tcp, uint32_t bytes) {
    uint32_t head = (tcp->offset >> 4) * 4u, count = bytes - head;
    struct tcp *answer = (void *)((struct ip *)begin_frame(gate_mac, 0x0800) + 1);
    uint8_t flags = ACK;

    if (head > bytes || swap16(tcp->to) != PORT)
        return;
    if (tcp->flags & SYN) {
        expected = swap32(tcp->sequence) + 1;
        our_sequence = 1000;
        flags |= SYN;
        count = 0;
    } else if (swap32(tcp->sequence) != expected || (!count && !(tcp->flags & FIN))) {
        return; /* only an acknowledgement, or what we have already */
    }
    capitals((uint8_t *)(answer + 1), (const uint8_t *)tcp + head, count);
    expected += count;
    if (tcp->flags & FIN) {
        expected++;
        flags |= FIN;
    }
    *answer = (struct tcp){tcp->to,
                           tcp->from,
                           swap32(our_sequence),
                           swap32(expected),
                           5 << 4,
                           (uint8_t)(flags | (count ? PSH : 0)),
                           swap16(BUFFER_BYTES),
                           0,
                           0};
    our_sequence += count + ((flags & (SYN | FIN)) != 0);
    /* The sum of addresses, protocol and length, as if they were in front. */
    answer->checksum = checksum((US >> 16) + (US & 0xffff) + (swap32(ip->from) >> 16) +
                                    (swap32(ip->from) & 0xffff) + TCP + sizeof(*answer) + count,
                                answer, sizeof(*answer) + count);
    send_ip(US, swap32(ip->from), TCP, sizeof(*answer) + count);
}

static void take_arp(const struct arp *arp) {
    struct arp *answer;

    if (swap16(arp->operation) != 1 || swap32(arp->to_ip) != US)
        return;
    answer = begin_frame(arp->from, 0x0806);
    *answer = *arp;
    answer->operation = swap16(2);
    memcpy(answer->from, mac, 6);
    answer->from_ip = swap32(US);
    memcpy(answer->to, arp->from, 6);
    answer->to_ip = arp->from_ip;
    send_raw(header_bytes + sizeof(struct ethernet) + sizeof(*answer));
}

static void take_frame(const uint8_t *bytes, uint32_t count) {
    const struct ethernet *ethernet = (const void *)bytes;
    const struct ip *ip = (const void *)(ethernet + 1);
    uint32_t inside;

    if (swap16(ethernet->type) == 0x0806 && count >= sizeof(*ethernet) + sizeof(struct arp))
        return take_arp((const void *)ip);
    inside = swap16(ip->length) - (uint32_t)sizeof(*ip);
    if (swap16(ethernet->type) != 0x0800 || ip->version != 0x45 || inside > count)
        return;
    if (ip->protocol == UDP)
        take_udp(ip, (const void *)(ip + 1), inside);
    if (ip->protocol == TCP)
        take_tcp(ip, (const void *)(ip + 1), inside);
}

static void offer_buffers(void) {
    for (uint16_t i = 0; i < BUFFERS; i++)
        virtq_give(receiving, i, in[i], BUFFER_BYTES, VIRTQ_DEVICE_WRITES);
    virtq_kick(receiving);
}

static void serve(void) {
    done = false;
    while (!done) {
        uint16_t head;
        uint32_t written;

        irq_disable();
        if (!virtq_take(receiving, &head, &written)) {
            halt();
            continue;
        }
        irq_enable();
        if (written > header_bytes)
            take_frame(in[head] + header_bytes, written - header_bytes);
        virtq_give(receiving, head, in[head], BUFFER_BYTES, VIRTQ_DEVICE_WRITES);
        virtq_kick(receiving);
    }
}

static void dhcp(void) {
    static const uint8_t everybody[6] = {255, 255, 255, 255, 255, 255};
    /* Cookie, "discover", end. */
    static const uint8_t options[] = {0x63, 0x82, 0x53, 0x63, 53, 1, 1, 255};
    uint8_t *bootp = (uint8_t *)(begin_udp(everybody, 68, 67, 300) + 1);

    bootp[0] = 1; /* a question, of Ethernet, with addresses of 6 bytes */
    bootp[1] = 1;
    bootp[2] = 6;
    bootp[4] = 0x77;
    memcpy(bootp + 28, mac, 6);
    memcpy(bootp + 236, options, sizeof(options));
    send_ip(0, 0xffffffff, UDP, 308);
    serve();
}

static void ask(uint16_t port) {
    struct udp *udp = begin_udp(gate_mac, 1234, port, 4);

    memcpy(udp + 1, "ping", 4);
    send_ip(US, GATE, UDP, 12);
    serve();
}

/* Frames that are too short, too long, that ask for work of the card; all vanish. */
static void bad(void) {
    begin_frame(gate_mac, 0x0800);
    send_raw(header_bytes + 13);
    send_raw(header_bytes);
    send_raw(1);
    send_raw(BUFFER_BYTES);
    out[0] = 1; /* sum it up for me */
    send_raw(header_bytes + 60);
    out[0] = 0;
    out[1] = 1; /* cut it up for me */
    send_raw(header_bytes + 60);
    print("bad frames are sent\n");
}

static volatile uint32_t ticks;

static void tick(struct frame *frame) {
    (void)frame;
    ticks++;
}

static void deaf(void) {
    uint32_t count = 0, written;
    uint16_t head;

    print("deaf\n");
    set_handler(LGUEST_FIRST_IRQ_VECTOR + LGUEST_TIMER_IRQ, tick);
    irq_unblock(LGUEST_TIMER_IRQ);
    timer_set(1500000000);
    irq_disable();
    while (!ticks) {
        halt();
        irq_disable();
    }
    irq_enable();
    while (virtq_take(receiving, &head, &written)) {
        virtq_give(receiving, head, in[head], BUFFER_BYTES, VIRTQ_DEVICE_WRITES);
        count++;
    }
    print("heard %u at once\n", count);
    virtq_kick(receiving);
}

static uint16_t number(const char *text) {
    uint32_t value = 0;

    while (*text >= '0' && *text <= '9')
        value = value * 10 + (uint32_t)(*text++ - '0');
    return (uint16_t)value;
}

void guest_main(void) {
    bool pci = !memcmp(command_line, "pci", 3);

    if (!virtio_find(&card, pci ? PCI_BUS : LGUEST_BUS, VIRTIO_NET, 0)) {
        print("there is no network card\n");
        return;
    }
    header_bytes = pci ? 12 : 10;
    virtio_start(&card, virtio_features(&card));
    virtio_set_handler(&card, interrupted);
    for (uint32_t i = 0; i < 6; i++)
        mac[i] = virtio_config(&card, i);
    print("mac %x:%x:%x:%x:%x:%x, link %u\n", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5],
          virtio_config(&card, 6));
    irq_enable();
    offer_buffers();
    for (const char *word = command_line; *word; word++) {
        if (!memcmp(word, "dhcp", 4))
            dhcp();
        if (!memcmp(word, "ask=", 4))
            ask(number(word + 4));
        if (!memcmp(word, "deaf", 4))
            deaf();
        if (!memcmp(word, "bad", 3))
            bad();
        while (*word && *word != ' ')
            word++;
        if (!*word)
            break;
    }
    print("serving\n");
    serve();
}
