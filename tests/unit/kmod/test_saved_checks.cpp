// SPDX-License-Identifier: GPL-2.0-or-later
// What a saved Guest may say (kmod/saved_checks.c): a good one, and each field made wrong.
#include "checks.h"

#include <QtTest>

#include <functional>

namespace {

constexpr __u32 kPages = 4096;
const lg_descriptor kCode1 = {0x0000ffff, 0x00cfbb00}, kData1 = {0x0000ffff, 0x00cfb300},
                    kCode3 = {0x0000ffff, 0x00cffb00}, kData3 = {0x0000ffff, 0x00cff300},
                    kReadOnly1 = {0x0000ffff, 0x00cfb100}, kCode0 = {0x0000ffff, 0x00cf9b00};

lg_saved_shape shape() {
    return {kPages, kPages + 4, 2, 2, 1388, 0xffff};
}

lg_saved_guest goodGuest() {
    lg_saved_guest g = {};
    g.pfn_limit = kPages;
    g.device_limit = kPages + 4;
    g.vcpus = 2;
    g.levels = 2;
    g.data_bytes = 1388;
    g.kernel_address = 0xc0000000;
    g.noirq_iret = 0xc0100000;
    g.idt[14] = {0x00611000, 0xc0108e00};
    return g;
}

lg_saved_vcpu goodVcpu() {
    lg_saved_vcpu s = {};
    s.started = 1;
    s.regs.cs = LGUEST_KERNEL_CS;
    s.regs.ss = s.regs.ds = s.regs.es = LGUEST_KERNEL_DS;
    s.regs.cr3 = 0x5000;
    s.lguest_data = 0x2000;
    s.ss1 = LGUEST_KERNEL_DS;
    s.esp1 = 0xc0200000;
    s.stack_pages = 2;
    s.timer_armed = 1;
    s.timer_ns = 1000000;
    s.gdt[12] = kCode1;
    s.gdt[13] = kData1;
    s.gdt[14] = kCode3;
    s.gdt[15] = kData3;
    const __u32 mxcsr = 0x1f80;
    memcpy(s.fpu + 24, &mxcsr, 4);
    return s;
}

} // namespace

using Spoil = std::function<void(lg_saved_guest &)>;
using SpoilVcpu = std::function<void(lg_saved_vcpu &)>;
Q_DECLARE_METATYPE(Spoil)
Q_DECLARE_METATYPE(SpoilVcpu)

class TestSavedChecks : public QObject {
    Q_OBJECT

private slots:
    void whatIsGood();
    void guests_data();
    void guests();
    void vcpus_data();
    void vcpus();
    void vcpusBeforeInit();
    void whatWasNotStarted();
};

void TestSavedChecks::whatIsGood() {
    const auto s = shape();
    auto g = goodGuest();
    QVERIFY(lg_saved_guest_ok(&g, &s));
    auto v = goodVcpu();
    QVERIFY(lg_saved_vcpu_ok(&v, &s));
    v.regs.cs = 0x73; // in ring 3
    v.regs.ss = 0x7b;
    v.regs.fs = 0;
    v.regs.gs = 3; // null as well
    v.ss1 = v.esp1 = v.stack_pages = 0;
    QVERIFY(lg_saved_vcpu_ok(&v, &s));
    v.regs.ds = 27 * 8; // its slot is empty by now
    QVERIFY(lg_saved_vcpu_ok(&v, &s));
    for (__u32 bytes : {1388u, 1392u, 1396u})
        QCOMPARE(lg_data_layout_sized(bytes)->size, __u16(bytes));
    QVERIFY(!lg_data_layout_sized(1389));
    g = {};
    g.pfn_limit = kPages;
    g.device_limit = kPages + 4;
    g.vcpus = 2;
    QVERIFY(lg_saved_guest_ok(&g, &s)); // before INIT
    g.levels = 0;
    g.data_bytes = 1396;
    g.kernel_address = 0xc0000000;
    g.boot_tables = 0x100000;
    g.noirq_start = 0xc0100000;
    g.noirq_end = 0xc0100010;
    QVERIFY(lg_saved_guest_ok(&g, &s));
}

void TestSavedChecks::guests_data() {
    QTest::addColumn<Spoil>("spoil");
    const auto row = [](const char *name, Spoil spoil) { QTest::newRow(name) << spoil; };
    row("memory", [](auto &g) { g.pfn_limit++; });
    row("device memory", [](auto &g) { g.device_limit--; });
    row("vCPUs", [](auto &g) { g.vcpus = 3; });
    row("one level", [](auto &g) { g.levels = 1; });
    row("four levels", [](auto &g) { g.levels = 4; });
    row("no era", [](auto &g) { g.data_bytes = 1390; });
    row("tables before INIT", [](auto &g) { g.data_bytes = g.noirq_iret = g.kernel_address = 0; });
    row("a kernel before INIT", [](auto &g) { g.data_bytes = g.levels = g.noirq_iret = 0; });
    row("kernel at 0", [](auto &g) { g.kernel_address = 0; });
    row("kernel within a page", [](auto &g) { g.kernel_address |= 0x10; });
    row("boot tables of another era", [](auto &g) { g.boot_tables = 0x1000; });
    row("boot tables outside", [](auto &g) {
        g.data_bytes = 1396;
        g.noirq_iret = 0;
        g.boot_tables = kPages * 4096u;
    });
    row("a window of another era", [](auto &g) { g.noirq_end = 1; });
    row("an iret of another era", [](auto &g) { g.data_bytes = 1392; });
    row("a call gate", [](auto &g) { g.idt[20] = {0x00611000, 0xc0108c00}; });
    row("a gate that is not present", [](auto &g) { g.idt[20] = {0x00611000, 0xc0100e00}; });
    row("a gate for NMI", [](auto &g) { g.idt[2] = {0x00611000, 0xc0108e00}; });
    row("a gate for the hypercall", [](auto &g) { g.idt[0x1f] = {0x00611000, 0xc0108e00}; });
}

void TestSavedChecks::guests() {
    QFETCH(Spoil, spoil);
    auto g = goodGuest();
    spoil(g);
    const auto s = shape();
    QVERIFY(!lg_saved_guest_ok(&g, &s));
}

void TestSavedChecks::vcpus_data() {
    QTest::addColumn<SpoilVcpu>("spoil");
    const auto row = [](const char *name, SpoilVcpu spoil) { QTest::newRow(name) << spoil; };
    row("no such vCPU", [](auto &v) { v.vcpu = 2; });
    row("the first one not started", [](auto &v) { v.started = 0; });
    row("started twice", [](auto &v) { v.started = 2; });
    row("halted twice", [](auto &v) { v.halted = 2; });
    row("two hypercalls", [](auto &v) { v.hypercall = 2; });
    row("TS", [](auto &v) { v.ts = 0x8; });
    row("behind the ring", [](auto &v) { v.next_hypercall = LHCALL_RING_SIZE; });
    row("code of ring 0", [](auto &v) { v.regs.cs = 0x60; });
    row("code of ring 0, descriptor too", [](auto &v) {
        v.gdt[12] = kCode0;
        v.regs.cs = 0x60;
    });
    row("the Host's code", [](auto &v) { v.regs.cs = 0x10; });
    row("the Host's code, asked for at ring 1", [](auto &v) {
        v.gdt[2] = kCode1;
        v.regs.cs = 0x11;
    });
    row("code of ring 2", [](auto &v) { v.regs.cs = 0x62; });
    row("code of another ring", [](auto &v) { v.regs.cs = 0x63; });
    row("code in an LDT", [](auto &v) { v.regs.cs = 0x65; });
    row("code behind the GDT", [](auto &v) { v.regs.cs = 0x101; });
    row("data as code", [](auto &v) { v.regs.cs = LGUEST_KERNEL_DS; });
    row("no code", [](auto &v) { v.gdt[12] = {}; });
    row("64-bit code", [](auto &v) { v.gdt[12].high |= 1u << 21; });
    row("no stack", [](auto &v) { v.regs.ss = 0; });
    row("a stack of ring 3", [](auto &v) { v.regs.ss = 0x7b; });
    row("a stack of ring 0", [](auto &v) { v.regs.ss = 0x18; });
    row("a stack in code", [](auto &v) { v.regs.ss = LGUEST_KERNEL_CS; });
    row("a stack that can't be written", [](auto &v) { v.gdt[13] = kReadOnly1; });
    row("the Host's data in ds", [](auto &v) { v.regs.ds = 0x18; });
    row("the Host's TSS in es", [](auto &v) { v.regs.es = 0x20; });
    row("an LDT in fs", [](auto &v) { v.regs.fs = 0x6c; });
    row("an LDT's null in fs", [](auto &v) { v.regs.fs = 4; });
    row("behind the GDT in gs", [](auto &v) { v.regs.gs = 0x100; });
    row("trap stack of ring 3", [](auto &v) { v.ss1 = 0x7b; });
    row("trap stack at 0", [](auto &v) { v.esp1 = 0; });
    row("trap stack of three pages", [](auto &v) { v.stack_pages = 3; });
    row("no lguest_data", [](auto &v) { v.lguest_data = 0; });
    row("lguest_data at the end", [](auto &v) { v.lguest_data = kPages * 4096u - 4; });
    row("lguest_data crooked", [](auto &v) { v.lguest_data = 0x2002; });
    row("page table outside", [](auto &v) { v.regs.cr3 = kPages * 4096u; });
    row("page table crooked", [](auto &v) { v.regs.cr3 = 0x5020; });
    row("a timer of more than 32 bits", [](auto &v) { v.timer_ns = 1ull << 32; });
    row("a timer that is more than armed", [](auto &v) { v.timer_armed = 2; });
    row("a bit of MXCSR that is none", [](auto &v) { v.fpu[26] = 1; });
}

void TestSavedChecks::vcpus() {
    QFETCH(SpoilVcpu, spoil);
    auto v = goodVcpu();
    spoil(v);
    const auto s = shape();
    QVERIFY(!lg_saved_vcpu_ok(&v, &s));
}

void TestSavedChecks::vcpusBeforeInit() {
    auto s = shape();
    s.levels = s.data_bytes = 0;
    auto v = goodVcpu();
    v.lguest_data = v.regs.cr3 = 0;
    QVERIFY(lg_saved_vcpu_ok(&v, &s));
    v.regs.cr3 = 0x1000;
    QVERIFY(!lg_saved_vcpu_ok(&v, &s));
    v.regs.cr3 = 0;
    v.lguest_data = 0x2000;
    QVERIFY(!lg_saved_vcpu_ok(&v, &s));
    v.lguest_data = 0;
    v.vcpu = 1; // who should have started it?
    QVERIFY(!lg_saved_vcpu_ok(&v, &s));
}

void TestSavedChecks::whatWasNotStarted() {
    const auto s = shape();
    lg_saved_vcpu v = {};
    v.vcpu = 1;
    QVERIFY(lg_saved_vcpu_ok(&v, &s));
}

QTEST_GUILESS_MAIN(TestSavedChecks)
#include "test_saved_checks.moc"
