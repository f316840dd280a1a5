// SPDX-License-Identifier: GPL-2.0-or-later
// Events in words: each kind says something true, and no number breaks it.
#include "inspect/describe.h"
#include "inspect/stats.h"

#include <QtTest>

#include <random>
#include <set>

using namespace lg;

namespace {

lg_event make(lg_event_kind kind, uint16_t code, uint32_t d0 = 0, uint32_t d1 = 0, uint32_t d2 = 0,
              uint32_t d3 = 0) {
    lg_event event = {};
    event.kind = kind;
    event.code = code;
    event.regs.eip = 0xc0100004;
    event.detail[0] = d0;
    event.detail[1] = d1;
    event.detail[2] = d2;
    event.detail[3] = d3;
    return event;
}

} // namespace

class TestDescribe : public QObject {
    Q_OBJECT

    const SymbolTable symbols_{{{0xc0100000, 64, "start"}, {0xc0200000, 64, "handler"}}, 0};

    void says(const lg_event &event, const char *what) {
        auto text = describe(event, &symbols_);
        QVERIFY2(text.find(what) != std::string::npos, text.c_str());
    }

private slots:
    void words() {
        says(make(LG_EV_HYPERCALL, LHCALL_SET_PTE, 0x1000, 0xc0200010, 0x5067),
             "hypercall SET_PTE: page directory 00001000, address c0200010 handler+0x10, "
             "entry 00005067 (RW user A D)");
        says(make(LG_EV_HYPERCALL, LHCALL_SET_PTE), "at c0100004 start+0x4");
        says(make(LG_EV_HYPERCALL, LHCALL_LGUEST_INIT, 0x2000), "lguest_data at 00002000");
        says(make(LG_EV_HYPERCALL, LHCALL_SHUTDOWN, 0, 2), "restart");
        says(make(LG_EV_HYPERCALL, LHCALL_SHUTDOWN, 0, 1), "power off");
        says(make(LG_EV_HYPERCALL, LHCALL_FLUSH_TLB, 1), "all addresses");
        says(make(LG_EV_HYPERCALL, LHCALL_SET_CLOCKEVENT, 1000000), "in 1000.0 µs");
        says(make(LG_EV_HYPERCALL, LHCALL_LOAD_IDT_ENTRY, 14, 0x00610000, 0xc0208e00),
             "#PF page fault: interrupt gate, DPL 0, to 0061:c0200000 handler");
        says(make(LG_EV_HYPERCALL, LHCALL_LOAD_GDT_ENTRY, 12, 0x0000ffff, 0x00cfbb00),
             "entry 12: code, ring 1, base 00000000, limit ffffffff");
        says(make(LG_EV_HYPERCALL, LHCALL_SET_PTE, 0x1000, 0xc0200010, 0x5067, 0xf),
             "entry f:00005067 (RW user A D)");
        says(make(LG_EV_HYPERCALL, LHCALL_VCPU_START, 2, 0x3000, 0xc0200000, 0x8000),
             "VCPU_START: vCPU 2 at c0200000 handler, esp 00008000, lguest_data at 00003000");
        says(make(LG_EV_HYPERCALL, LHCALL_SEND_IPI, 1, 5), "SEND_IPI: to vCPU 1, irq 5");
        says(make(LG_EV_STOPPED, LG_STOP_CONDITION, 3, 17, 0, LG_EV_HYPERCALL),
             "stopped by condition 3: hypercall, record 17");
        says(make(LG_EV_STOPPED, LG_STOP_BREAKPOINT, 2), "stopped at a breakpoint: dr6 2");
        says(make(LG_EV_STOPPED, LG_STOP_ASKED), "stopped as asked; at");
        says(make(LG_EV_RESUMED, 0), "resumed; at");
        says(make(LG_EV_RESUMED, LG_SET_REGISTERS),
             "resumed with other registers than it stopped with; at");
        says(make(LG_EV_RESUMED, LG_SET_MEMORY), "resumed with other memory than it stopped with");
        says(make(LG_EV_RESUMED, LG_SET_REGISTERS | LG_SET_MEMORY),
             "resumed with other registers and memory than it stopped with");
        lg_event filled = make(LG_EV_PAGE_FAULT, 14, 0x5067, 0x1f063, 1, LG_FAULT_FILLED);
        filled.regs.cr2 = 0xc0200010;
        filled.errcode = 2;
        says(filled, "page fault: address c0200010 handler+0x10, write by the kernel, not present: "
                     "shadow entry made; guest entry 00005067 (RW user A D), shadow 10001f063; "
                     "at c0100004 start+0x4");
        says(make(LG_EV_WORLD_SWITCH, 14, 100, 2000, 90, 5),
             "world switch until #PF page fault: in 100, Guest 2000, out 90 ticks; 5 reflected");
        says(make(LG_EV_PAGE_TABLE_CHANGE, LG_TABLE_SET_PTE, 0xc0200010, 1, 0x5067, 1),
             "page table change SET_PTE: address c0200010 handler+0x10, shadow 100005067 to 0");
        says(make(LG_EV_PAGE_TABLE_CHANGE, LG_TABLE_FLUSH, 0x1000, 7),
             "flush: page directory 00001000, 7 shadow tables put aside");
        says(make(LG_EV_PAGE_TABLE_CHANGE, LG_TABLE_NEW_ROOT, 0x1000, 1),
             "new root: page directory 00001000, its shadow begins empty");
        says(make(LG_EV_HYPERCALL, LHCALL_VCPU_INFO, 0x3000), "answer to 00003000");
        says(make(LG_EV_HYPERCALL, 777), "number 777");
        says(make(LG_EV_ASYNC_HYPERCALL, LHCALL_TS, 1), "async hypercall TS");
        says(make(LG_EV_IRQ_DELIVERED, 0, 0xc0200000, 1500), "irq 0 (timer): to c0200000 handler");
        says(make(LG_EV_IRQ_DELIVERED, 3, 0, 1500), "irq 3");
        says(make(LG_EV_IRQ_HELD, 1, LG_HELD_NO_GATE), "no gate");
        says(make(LG_EV_NOTIFY, 0, 0x4001000, 1), "an eventfd");
        says(make(LG_EV_DEAD, LG_DEATH_RESTART), "asked for a restart");
        says(make(LG_EV_REFLECT, 0x80, 0xc0200000, 0, LG_REFLECT_SWITCHER), "inside the Switcher");
        auto fault = make(LG_EV_REFLECT, 14, 0xc0200000);
        fault.regs.cr2 = 0x1234;
        fault.errcode = 7;
        says(fault, "address 00001234, write by user code, not allowed, to c0200000 handler");
        auto port = make(LG_EV_EMULATE, 0, 0x000000ec, 0, 0xcf8, 1);
        says(port, "read from port cf8: instruction ec");
        says(make(LG_EV_EMULATE, 13, 0x0000ef66, 0, 0x80, 2),
             "write to port 80: instruction 66 ef");
        says(make(LG_EV_EMULATE, 14, 0x000a8966, 0, 0x400a038, 3),
             "access to device memory at 0400a038: instruction 66 89 0a");
        says(make(LG_EV_EMULATE, 6, 0x00c1010f, 0, 0, 3), "vmcall, from now on int 0x1f: ");
        says(make(LG_EV_EMULATE, 13, 0x00e0200f, 0, 0, 3), "cr4 read as 0: instruction 0f 20 e0");
        says(make(LG_EV_EMULATE, 13, 0x00f8210f, 0, 0, 3), "debug register read as 0: ");
        says(make(LG_EV_EMULATE, 13, 0x00f8230f, 0, 0, 3), "debug register written, skipped: ");
        says(make(LG_EV_EMULATE, 13, 0x000000fa, 0, 0, 1), "interrupts off, skipped: ");
    }

    void namesBothWays() {
        std::set<std::string> seen;
        for (uint32_t kind = 0; kind < LG_EV_KIND_COUNT; ++kind) {
            QVERIFY(!kindName(kind).empty());
            QCOMPARE(kindByName(kindName(kind)), std::optional<uint32_t>(kind));
            QVERIFY(seen.insert(std::string(kindName(kind))).second);
        }
        int hypercalls = 0;
        for (uint32_t number = 0; number < 64; ++number) {
            if (hypercallName(number).empty())
                continue;
            ++hypercalls;
            QVERIFY(!hypercallAbout(number).empty());
            QCOMPARE(hypercallByName(hypercallName(number)), std::optional<uint32_t>(number));
        }
        QCOMPARE(hypercalls, 17 + 3); // GUEST_ABI: 0-2, 4-10, 13-19; ours: 32-34
        QCOMPARE(hypercallNames().size(), size_t(hypercalls));
        QVERIFY(hypercallName(3).empty() && hypercallName(11).empty() && hypercallName(12).empty());
        for (uint32_t vector = 0; vector < 256; ++vector)
            if (!vectorMnemonic(vector).empty())
                QCOMPARE(vectorByName(vectorMnemonic(vector)), std::optional<uint32_t>(vector));
        QCOMPARE(vectorByName("page fault"), std::optional<uint32_t>(14));
        QCOMPARE(vectorByName(""), std::optional<uint32_t>());
        QCOMPARE(kindName(LG_EV_KIND_COUNT), std::string_view());
        QCOMPARE(hypercallName(UINT32_MAX), std::string_view());
    }

    void anyNumbers() {
        std::mt19937 random(4);
        for (int round = 0; round < 20000; ++round) {
            lg_event event;
            auto *bytes = reinterpret_cast<uint8_t *>(&event);
            for (size_t i = 0; i < sizeof event; ++i)
                bytes[i] = uint8_t(random());
            if (round % 2) {
                event.kind = uint16_t(random() % (LG_EV_KIND_COUNT + 1));
                event.code = uint16_t(random() % 40);
            }
            auto text = describe(event, round % 3 ? &symbols_ : nullptr);
            QVERIFY(!text.empty() && text.find('\n') == std::string::npos);
            (void)eflagsText(event.regs.eflags);
            (void)pageEntryText(event.detail[0]);
            (void)descriptorText({event.detail[0], event.detail[1]});
            (void)gateText({event.detail[0], event.detail[1]}, &symbols_);
        }
    }

    void descriptors() {
        QCOMPARE(descriptorText({0, 0}), std::string("empty"));
        QCOMPARE(descriptorText({0x0000ffff, 0x00cff300}),
                 std::string("data, ring 3, base 00000000, limit ffffffff"));
        QCOMPARE(descriptorText({0x12345678, 0x9a40bb12}),
                 std::string("code, ring 1, base 9a121234, limit 5678"));
        QCOMPARE(descriptorText({0x0000ffff, 0x00af9b00}),
                 std::string("code, ring 0, base 00000000, limit ffffffff, 64-bit"));
        QCOMPARE(gateText({0, 0}, nullptr), std::string("none"));
        QCOMPARE(gate64Text({0x00105678, 0x1234ee02, 0xffffffff, 0}),
                 std::string("interrupt gate, DPL 3, stack 2, to 0010:ffffffff12345678"));
    }

    void statistics() {
        EventStats stats;
        auto a = make(LG_EV_HYPERCALL, LHCALL_SET_PTE);
        a.duration = 10;
        a.tsc = 100;
        auto b = a;
        b.duration = 30;
        b.tsc = 200;
        auto c = make(LG_EV_HALT, 0);
        c.tsc = 300;
        const lg_event all[] = {a, b, c};
        stats.add(all);
        QCOMPARE(stats.total(), uint64_t(3));
        QCOMPARE(stats.firstTsc(), uint64_t(100));
        QCOMPARE(stats.lastTsc(), uint64_t(300));
        QCOMPARE(stats.byKind()["hypercall"].count, uint64_t(2));
        auto pte = stats.byCode()["hypercall SET_PTE"];
        QCOMPARE(pte.ticks, uint64_t(40));
        QCOMPARE(pte.longest, uint64_t(30));
        QCOMPARE(stats.byCode()["halt"].count, uint64_t(1));
    }
};

QTEST_APPLESS_MAIN(TestDescribe)
#include "test_describe.moc"
