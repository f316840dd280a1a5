// SPDX-License-Identifier: GPL-2.0-or-later
// The module's judgements (kmod/checks.c), built as an ordinary program.
#include "checks.h"

#include <QtTest>

class TestChecks : public QObject {
    Q_OBJECT

private slots:
    void rangesWithWrap_data();
    void rangesWithWrap();
    void pageTableEntries();
    void accessErrors_data();
    void accessErrors();
    void descriptorsThatAreRefused_data();
    void descriptorsThatAreRefused();
    void descriptorsThatAreMended();
    void gdtSlotsOfOurs();
    void gates();
    void flagsNeverGivePrivilege();
    void trapStacks();
    void lowestReadyInterrupt();
    void shapesOfLguestData();
    void roomForBootTables();
    void instructions_data();
    void instructions();
    void instructionsCutShort();
    void deviceAccesses_data();
    void deviceAccesses();
    void conditionsThatMakeNoSense();
    void conditions();
    void breakpointRegisters();
    void instructionsAndTheTrapFlag();
};

void TestChecks::rangesWithWrap_data() {
    QTest::addColumn<quint64>("address");
    QTest::addColumn<quint64>("length");
    QTest::addColumn<bool>("good");
    QTest::newRow("all of it") << quint64(0) << quint64(0x10000) << true;
    QTest::newRow("one byte too many") << quint64(0) << quint64(0x10001) << false;
    QTest::newRow("the last byte") << quint64(0xffff) << quint64(1) << true;
    QTest::newRow("behind the end") << quint64(0x10000) << quint64(1) << false;
    QTest::newRow("nothing at the end") << quint64(0x10000) << quint64(0) << true;
    QTest::newRow("wraps") << ~quint64(0) << quint64(2) << false;
    QTest::newRow("wraps to the limit") << ~quint64(0) - 0xfff << quint64(0x11000) << false;
}

void TestChecks::rangesWithWrap() {
    QFETCH(quint64, address);
    QFETCH(quint64, length);
    QFETCH(bool, good);
    QCOMPARE(lg_range_ok(0x10000, address, length), good);
}

void TestChecks::pageTableEntries() {
    QVERIFY(lg_pgd_ok(0x00003067, 16));
    QVERIFY(!lg_pgd_ok(0x000030e7, 16)); // 4 MB page
    QVERIFY(!lg_pgd_ok(0x00003167, 16)); // global
    QVERIFY(!lg_pgd_ok(0x00010067, 16)); // frame 16 of 16
    QVERIFY(lg_pte_ok(0x0000f167, 16));  // global is dropped, not refused
    QVERIFY(!lg_pte_ok(0x0000f0e7, 16)); // PAT
    QVERIFY(!lg_pte_ok(0xfffff067, 16));
    // PAE: the high half counts, NX among it.
    QVERIFY(lg_pte_ok(0x000000000000f067, 16));
    QVERIFY(!lg_pte_ok(0x800000000000f067, 16));
    QVERIFY(!lg_pte_ok(0x000000010000f067, 16));
    QVERIFY(!lg_pgd_ok(0x0000000100003067, 16));
    QVERIFY(lg_pdpte_ok(0x0000000000003001, 16));
    QVERIFY(!lg_pdpte_ok(0x0000000000003003, 16)); // there are no rights at the top
    QVERIFY(!lg_pdpte_ok(0x0000000100003001, 16));
    QVERIFY(lg_cr3_ok(0x3000, 2, 4) && !lg_cr3_ok(0x3020, 2, 4) && !lg_cr3_ok(0x4000, 2, 4));
    QVERIFY(lg_cr3_ok(0x3fe0, 3, 4) && !lg_cr3_ok(0x3ff0, 3, 4) && !lg_cr3_ok(0x4000, 3, 4));
    QVERIFY(!lg_cr3_ok(0xfffffff0, 3, 1 << 20) && !lg_cr3_ok(0xfffffff0, 2, 1 << 20));
    QVERIFY(lg_data_place_ok(0x1000, 1388, 2) && lg_data_place_ok(0x2000 - 1388, 1388, 2));
    QVERIFY(!lg_data_place_ok(0, 1388, 2) && !lg_data_place_ok(0x1002, 1388, 2));
    QVERIFY(!lg_data_place_ok(0x2000 - 1384, 1388, 2) && !lg_data_place_ok(0xfffffffc, 1388, 2));
}

void TestChecks::accessErrors_data() {
    QTest::addColumn<quint32>("pgd");
    QTest::addColumn<quint32>("pte");
    QTest::addColumn<quint32>("hardware");
    QTest::addColumn<int>("shown");
    constexpr quint32 kernel = LG_PTE_P | LG_PTE_RW, user = kernel | LG_PTE_US;
    QTest::newRow("allowed read") << user << user << 0u << -1;
    QTest::newRow("allowed user write") << user << user << 6u << -1;
    QTest::newRow("no directory entry") << 0u << user << 2u << 2;
    QTest::newRow("no page") << user << 0u << 4u << 4;
    // The shadow had nothing (bit 0 clear), the Guest's entry is there and forbids it.
    QTest::newRow("write to read-only") << user << quint32(user & ~LG_PTE_RW) << 2u << 3;
    QTest::newRow("read-only directory") << quint32(user & ~LG_PTE_RW) << user << 2u << 3;
    QTest::newRow("user in kernel page") << user << kernel << 4u << 5;
    QTest::newRow("fetch and reserved bits hidden") << user << 0u << 0x1du << 4;
    QTest::newRow("shadow said present, Guest says no") << user << 0u << 3u << 2;
}

void TestChecks::accessErrors() {
    QFETCH(quint32, pgd);
    QFETCH(quint32, pte);
    QFETCH(quint32, hardware);
    QFETCH(int, shown);
    QCOMPARE(lg_access_error(pgd, pte, hardware), shown);
}

void TestChecks::descriptorsThatAreRefused_data() {
    QTest::addColumn<quint32>("high");
    QTest::newRow("not present") << 0x00cf1b00u;
    QTest::newRow("64-bit code, DPL 1") << 0x00afbb00u;
    QTest::newRow("64-bit code, DPL 3") << 0x00affb00u;
    QTest::newRow("L and D together") << 0x00effb00u;
    QTest::newRow("conforming code") << 0x00cfff00u;
    QTest::newRow("call gate") << 0x0000ec00u;
    QTest::newRow("task gate") << 0x0000e500u;
    QTest::newRow("TSS") << 0x0000e900u;
    QTest::newRow("LDT") << 0x0000e200u;
    QTest::newRow("interrupt gate") << 0x0000ee00u;
}

void TestChecks::descriptorsThatAreRefused() {
    QFETCH(quint32, high);
    const lg_descriptor installed = lg_sanitise_descriptor({0x0000ffff, high});
    QCOMPARE(installed.low, 0u);
    QCOMPARE(installed.high, 0u);
}

void TestChecks::descriptorsThatAreMended() {
    // DPL 0 becomes 1, and the accessed bit is set.
    QCOMPARE(lg_sanitise_descriptor({0x0000ffff, 0x00cf9a00}).high, 0x00cfbb00u);
    QCOMPARE(lg_sanitise_descriptor({0x0000ffff, 0x00cf9200}).high, 0x00cfb300u);
    // DPL 3 stays; so does an expand-down data segment.
    QCOMPARE(lg_sanitise_descriptor({0x0000ffff, 0x00cffa00}).high, 0x00cffb00u);
    QCOMPARE(lg_sanitise_descriptor({0x1234abcd, 0x55cff655}).high, 0x55cff755u);
    QCOMPARE(lg_sanitise_descriptor({0x1234abcd, 0x55cff655}).low, 0x1234abcdu);
}

void TestChecks::gdtSlotsOfOurs() {
    for (unsigned slot : {0u, 1u, 2u, 3u, 4u, 5u, 10u, 11u, 16u, 17u, 31u})
        QVERIFY(lg_gdt_slot_is_ours(slot));
    for (unsigned slot : {6u, 7u, 8u, 12u, 13u, 14u, 15u, 26u, 27u, 28u})
        QVERIFY(!lg_gdt_slot_is_ours(slot));
}

void TestChecks::gates() {
    const lg_descriptor interrupt{0x00611234, 0xabcd8e00}, trap{0x00611234, 0xabcdef00};
    QVERIFY(lg_gate_ok(interrupt) && lg_gate_is_interrupt(interrupt));
    QVERIFY(lg_gate_ok(trap) && !lg_gate_is_interrupt(trap));
    QCOMPARE(lg_gate_offset(trap), 0xabcd1234u);
    QCOMPARE(lg_gate_dpl(interrupt), 0u);
    QCOMPARE(lg_gate_dpl(trap), 3u);
    QVERIFY(!lg_gate_ok({0, 0x00008500})); // task gate
    QVERIFY(!lg_gate_ok({0, 0x00008c00})); // call gate
    QVERIFY(!lg_gate_ok({0, 0x00009e00})); // S = 1
    QVERIFY(!lg_gate_present({0, 0x00000e00}));
    for (unsigned vector : {2u, 8u, 15u, 31u})
        QVERIFY(lg_vector_is_reserved(vector));
    QVERIFY(!lg_vector_is_reserved(14));
    // The ones that the Host must see never take the short way.
    for (unsigned vector : {1u, 2u, 7u, 8u, 13u, 14u, 18u, 31u, 32u, 255u})
        QVERIFY(!lg_vector_may_be_reflected_in_switcher(vector));
    QVERIFY(lg_vector_may_be_reflected_in_switcher(LGUEST_SYSCALL_VECTOR));
    for (unsigned vector : {0u, 1u, 6u, 13u, 14u, 17u})
        QVERIFY(lg_vector_is_fault(vector));
    for (unsigned vector : {2u, 3u, 4u, 18u, 31u, 32u, 128u})
        QVERIFY(!lg_vector_is_fault(vector));
}

void TestChecks::flagsNeverGivePrivilege() {
    constexpr quint64 iopl = 0x3000, nt = 0x4000, vm = 0x20000, vif = 0x180000, ac = 0x40000;
    const quint64 flags = lg_sanitise_eflags(~0ull);
    QCOMPARE(flags & (iopl | vm | vif), 0u);
    QCOMPARE(flags >> 32, 0u);
    QCOMPARE(flags & 0x202, 0x202u);
    // AC is the Guest's own: Linux 3.7 and later stop when it is set at their start.
    QCOMPARE(flags & ac, ac);
    QCOMPARE(flags & nt, nt); // its own, too: an interrupt of the Host must not take it away
    QCOMPARE(lg_sanitise_eflags(0), 0x202u);
}

void TestChecks::trapStacks() {
    QVERIFY(lg_stack_ok(0x69, 0x2000, 2));
    QVERIFY(!lg_stack_ok(0x68, 0x2000, 1)); // ring 0
    QVERIFY(!lg_stack_ok(0x7b, 0x2000, 1)); // ring 3
    QVERIFY(!lg_stack_ok(0x6d, 0x2000, 1)); // in the LDT
    QVERIFY(!lg_stack_ok(0x69, 0x2000, 3));
    QVERIFY(!lg_stack_ok(0x69, 60, 1)); // a frame would wrap around
}

void TestChecks::conditionsThatMakeNoSense() {
    lg_condition c = {};
    QVERIFY(lg_condition_ok(&c));
    c.count = LG_CONDITION_TERMS;
    QVERIFY(lg_condition_ok(&c));
    c.terms[3].field = LG_FIELD_COUNT;
    QVERIFY(!lg_condition_ok(&c));
    c.terms[3] = {LG_FIELD_DETAIL5, LG_OP_COUNT, 0, 0};
    QVERIFY(!lg_condition_ok(&c));
    c.terms[3] = {LG_FIELD_DETAIL5, LG_OP_GE, 0, 0};
    QVERIFY(lg_condition_ok(&c));
    c.count++;
    QVERIFY(!lg_condition_ok(&c));
    c.count = 0;
    c.flags = 2;
    QVERIFY(!lg_condition_ok(&c));
}

void TestChecks::conditions() {
    lg_event e = {};
    e.kind = LG_EV_REFLECT;
    e.vcpu = 3;
    e.code = 14;
    e.regs.eip = 0xc0100000;
    e.regs.cs = 0x73;
    e.detail[5] = 0xfffffff0;
    lg_condition c = {};
    c.kinds = LG_KIND(LG_EV_REFLECT);
    c.vcpus = 1u << 3;
    c.code_first = c.code_last = 14;
    c.eip_first = c.eip_last = 0xc0100000;
    c.count = 2;
    c.terms[0] = {LG_FIELD_CS, LG_OP_EQ, 3, 3};
    c.terms[1] = {LG_FIELD_DETAIL5, LG_OP_GT, 0xffffffff, 0x7fffffff}; // without sign
    QVERIFY(lg_condition_matches(&c, &e));
    const auto differs = [&](auto change) {
        lg_condition other = c;
        change(other);
        return !lg_condition_matches(&other, &e);
    };
    QVERIFY(differs([](auto &o) { o.kinds = LG_KIND(LG_EV_HALT); }));
    QVERIFY(differs([](auto &o) { o.vcpus = 1; }));
    QVERIFY(differs([](auto &o) { o.code_first = 15; }));
    QVERIFY(differs([](auto &o) { o.code_last = 13; }));
    QVERIFY(differs([](auto &o) { o.eip_first++; }));
    QVERIFY(differs([](auto &o) { o.eip_last--; }));
    QVERIFY(differs([](auto &o) { o.terms[0].value = 1; }));
    QVERIFY(differs([](auto &o) { o.terms[1].op = LG_OP_LT; }));
    QVERIFY(lg_condition_is_about_vector(&c, 14));
    QVERIFY(!lg_condition_is_about_vector(&c, 13));
    // A stop must not stop itself, and the dead stay so.
    c = {};
    c.kinds = ~0ull;
    c.vcpus = c.code_last = c.eip_last = ~0u;
    for (auto kind : {LG_EV_STOPPED, LG_EV_RESUMED, LG_EV_DEAD, LG_EV_NONE, LG_EV_KIND_COUNT}) {
        e.kind = kind;
        QVERIFY(!lg_condition_matches(&c, &e));
    }
    e.kind = LG_EV_SIGNAL;
    QVERIFY(lg_condition_matches(&c, &e));
    e.vcpu = 200;
    QVERIFY(!lg_condition_matches(&c, &e));
}

void TestChecks::breakpointRegisters() {
    const auto ok = [](lg_breakpoint b) { return lg_breakpoint_ok(&b); };
    QVERIFY(ok({0xffffffff, LG_BREAK_NONE, 77}));
    QVERIFY(ok({0xffffffff, LG_BREAK_EXECUTE, 1}));
    QVERIFY(!ok({0x1000, LG_BREAK_EXECUTE, 2}));
    QVERIFY(ok({0x1002, LG_BREAK_WRITE, 2}) && ok({0x1004, LG_BREAK_ACCESS, 4}));
    QVERIFY(!ok({0x1001, LG_BREAK_WRITE, 2}) && !ok({0x1002, LG_BREAK_ACCESS, 4}));
    QVERIFY(!ok({0x1000, LG_BREAK_WRITE, 0}) && !ok({0x1000, LG_BREAK_WRITE, 8}));
    QVERIFY(!ok({0x1000, LG_BREAK_ACCESS + 1, 1}));
    const lg_breakpoint none[4] = {};
    QCOMPARE(lg_breakpoints_dr7(none), 0u);
    // Intel SDM vol. 3, figure 18-1: enabled by G0 to G3, then R/W and LEN from bit 16 on.
    const lg_breakpoint four[4] = {{0x1000, LG_BREAK_EXECUTE, 1},
                                   {0x1001, LG_BREAK_WRITE, 1},
                                   {0, LG_BREAK_NONE, 0},
                                   {0x1004, LG_BREAK_ACCESS, 4}};
    QCOMPARE(lg_breakpoints_dr7(four), 0xf010078au);
}

void TestChecks::instructionsAndTheTrapFlag() {
    const auto of = [](std::vector<__u8> bytes) {
        return lg_flags_insn(bytes.data(), bytes.size());
    };
    QCOMPARE(of({0x9c}), LG_FLAGS_PUSHED);
    QCOMPARE(of({0x66, 0x9c}), LG_FLAGS_PUSHED);
    QCOMPARE(of({0x9d, 0x90}), LG_FLAGS_LOADED);
    QCOMPARE(of({0xf3, 0x2e, 0xcf}), LG_FLAGS_LOADED);
    QCOMPARE(of({0x90, 0x9c}), LG_FLAGS_KEPT);
    QCOMPARE(of({0x66, 0x66, 0x66}), LG_FLAGS_KEPT);
    QCOMPARE(of({}), LG_FLAGS_KEPT);
}

void TestChecks::lowestReadyInterrupt() {
    QCOMPARE(lg_next_irq(0, 0), -1);
    QCOMPARE(lg_next_irq(0x8000000a, 0), 1);
    QCOMPARE(lg_next_irq(0x8000000a, 0x0000000a), 31);
    QCOMPARE(lg_next_irq(0xffffffff, 0xffffffff), -1);
}

void TestChecks::shapesOfLguestData() {
    for (const auto &[kernelAt, size] : {std::pair{1380u, 1388u}, {1384u, 1392u}, {1388u, 1396u}}) {
        std::vector<__u8> data(LG_DATA_MAX);
        const quint32 kernel = 0xc0000000, vector = 0x80;
        memcpy(&data[kernelAt], &kernel, 4);
        memcpy(&data[kernelAt + 4], &vector, 4);
        const auto *layout = lg_data_layout(data.data(), data.size());
        QVERIFY(layout);
        QCOMPARE(unsigned(layout->size), size);
        // Cut off by the end of memory: not recognised, and nothing read behind it.
        std::vector<__u8> cut(data.begin(), data.begin() + size - 1);
        QVERIFY(!lg_data_layout(cut.data(), cut.size()));
    }
    const std::vector<__u8> zeroes(LG_DATA_MAX);
    QVERIFY(!lg_data_layout(zeroes.data(), zeroes.size()));
}

void TestChecks::roomForBootTables() {
    constexpr quint32 mb = 1 << 20, limit = 64 << 8, kernel = 0xc0000000;
    lg_boot_tables t = {};
    QVERIFY(lg_boot_tables_fit(64 * mb, mb + 1, limit, kernel, 20 * mb, &t));
    QCOMPARE(t.pages, 64u << 8);
    QCOMPARE(t.directories, 1u);
    QCOMPARE(t.two, 16u);
    QCOMPARE(t.pae, 32u);
    QCOMPARE(t.at, 63 * mb - 4096 - (1 + 1 + 16 + 32) * 4096); // right below the initrd
    // More than the kernel's part has room for: the tables lie where they lead.
    QVERIFY(lg_boot_tables_fit(3072 * mb, 0, 3072 << 8, kernel, 0, &t));
    QCOMPARE(t.pages, 896u << 8);
    QVERIFY(t.at + (1 + t.directories + t.two + t.pae) * 4096 <= 896 * mb);
    QVERIFY(lg_boot_tables_fit(64 * mb, 0, limit, 0x80000000, 0, &t));
    QCOMPARE(t.directories, 2u);
    QVERIFY(!lg_boot_tables_fit(65 * mb, 0, limit, kernel, 0, &t));       // not its memory
    QVERIFY(!lg_boot_tables_fit(64 * mb, 65 * mb, limit, kernel, 0, &t)); // initrd
    QVERIFY(!lg_boot_tables_fit(64 * mb, ~0u, limit, kernel, 0, &t));
    QVERIFY(!lg_boot_tables_fit(64 * mb, 64 * mb - 4096, limit, kernel, 0, &t));
    QVERIFY(!lg_boot_tables_fit(0, 0, limit, kernel, 0, &t));
    QVERIFY(!lg_boot_tables_fit(64 * mb, 0, limit, kernel, 64 * mb, &t)); // the kernel is there
    QVERIFY(!lg_boot_tables_fit(64 * mb, 0, limit, 0, 0, &t));            // PAE's entries too
    QVERIFY(!lg_boot_tables_fit(64 * mb, 0, limit, 0xc0001000, 0, &t));
    QVERIFY(!lg_boot_tables_fit(64 * mb, 0, limit, 0xfffff000, 0, &t));
}

void TestChecks::instructions_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("what");
    QTest::addColumn<unsigned>("length");
    QTest::addColumn<unsigned>("size");
    const auto row = [](const char *name, const char *hex, lg_emulate what, unsigned length,
                        unsigned size) {
        QTest::newRow(name) << QByteArray::fromHex(hex) << int(what) << length << size;
    };
    row("cli", "fa90", LG_EMULATE_SKIP, 1, 4);
    row("in al, ib", "e460", LG_EMULATE_IN, 2, 1);
    row("in eax, ib", "e560", LG_EMULATE_IN, 2, 4);
    row("in ax, dx", "66ed", LG_EMULATE_IN, 2, 2);
    row("in al, dx", "ec", LG_EMULATE_IN, 1, 1);
    row("out dx, eax", "ef", LG_EMULATE_OUT, 1, 4);
    row("out ib, al", "e680", LG_EMULATE_OUT, 2, 1);
    row("mov eax, cr4", "0f20e0", LG_EMULATE_READ_ZERO, 3, 4);
    row("mov ecx, cr4", "0f20e1", LG_EMULATE_READ_ZERO, 3, 4);
    row("mov eax, dr7", "0f21f8", LG_EMULATE_READ_ZERO, 3, 4);
    row("mov dr7, eax", "0f23f8", LG_EMULATE_SKIP, 3, 4);
    row("vmcall", "0f01c1", LG_EMULATE_VMCALL, 3, 4);
    row("mov eax, cr3", "0f20d8", LG_EMULATE_NOT, 0, 4);
    row("rdmsr", "0f32", LG_EMULATE_NOT, 0, 4);
    row("hlt", "f4", LG_EMULATE_NOT, 0, 4);
    row("only prefixes", "6666", LG_EMULATE_NOT, 0, 2);
}

void TestChecks::instructions() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, what);
    QFETCH(unsigned, length);
    QFETCH(unsigned, size);
    const lg_insn insn = lg_decode(reinterpret_cast<const __u8 *>(bytes.data()), bytes.size());
    QCOMPARE(int(insn.what), what);
    QCOMPARE(insn.length, length);
    QCOMPARE(insn.size, size);
}

// Every beginning of an instruction, in memory of exactly its size: ASan sees one byte too far.
void TestChecks::deviceAccesses_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("what");
    QTest::addColumn<int>("length");
    QTest::addColumn<quint32>(
        "result"); // STORE: what is written; LOAD: the register, of 0x11223344
    const auto row = [](const char *name, const char *hex, int what, int length,
                        quint32 result = 0) {
        QTest::newRow(name) << QByteArray::fromHex(hex) << what << length << result;
    };
    // Registers hold 0xaabbccdd; 0xfffffff0 is what a load finds.
    row("mov [ebx], eax", "8903", LG_EMULATE_STORE, 2, 0xaabbccdd);
    row("mov [ebx], ax", "668903", LG_EMULATE_STORE, 3, 0xccdd);
    row("mov [ebx], al", "8803", LG_EMULATE_STORE, 2, 0xdd);
    row("mov [ebx], ah", "8823", LG_EMULATE_STORE, 2, 0xcc);
    row("mov [ebx+8], 0x12345678", "c7430878563412", LG_EMULATE_STORE, 7, 0x12345678);
    row("mov word [abs], 0x1234", "66c705000000803412", LG_EMULATE_STORE, 9, 0x1234);
    row("mov byte [ebx], 1", "c60301", LG_EMULATE_STORE, 3, 1);
    row("mov [abs], eax", "a300000080", LG_EMULATE_STORE, 5, 0xaabbccdd);
    row("mov eax, [ebx]", "8b03", LG_EMULATE_LOAD, 2, 0xfffffff0);
    row("mov ax, [ebx]", "668b03", LG_EMULATE_LOAD, 3, 0xaabbfff0);
    row("mov ah, [ebx]", "8a23", LG_EMULATE_LOAD, 2, 0xaabbf0dd);
    row("mov eax, gs:[ebx+ecx*4+0x100]", "658b848b00010000", LG_EMULATE_LOAD, 8, 0xfffffff0);
    row("mov eax, [ecx*4+abs]", "8b048d00000080", LG_EMULATE_LOAD, 7, 0xfffffff0);
    row("mov al, [abs]", "a000000080", LG_EMULATE_LOAD, 5, 0xaabbccf0);
    row("movzx eax, byte [ebx]", "0fb603", LG_EMULATE_LOAD, 3, 0xf0);
    row("movzx eax, word [ebx]", "0fb703", LG_EMULATE_LOAD, 3, 0xfff0);
    row("movsx eax, byte [ebx]", "0fbe03", LG_EMULATE_LOAD, 3, 0xfffffff0);
    row("movsx ax, byte [ebx]", "660fbe03", LG_EMULATE_LOAD, 4, 0xaabbfff0);
    row("register to register", "89c3", LG_EMULATE_NOT, 0);
    row("add [ebx], eax", "0103", LG_EMULATE_NOT, 0);
    row("lock inc", "f0ff03", LG_EMULATE_NOT, 0);
    row("movs", "a5", LG_EMULATE_NOT, 0);
    row("c7 /1", "c70b00000000", LG_EMULATE_NOT, 0);
    row("cut short", "c7430878", LG_EMULATE_NOT, 0);
    row("nothing but prefixes", "666666666666666666666666666666", LG_EMULATE_NOT, 0);
}

void TestChecks::deviceAccesses() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, what);
    QFETCH(int, length);
    QFETCH(quint32, result);
    const lg_insn insn =
        lg_decode_access(reinterpret_cast<const __u8 *>(bytes.data()), size_t(bytes.size()));
    QCOMPARE(int(insn.what), what);
    QCOMPARE(int(insn.length), length);
    if (what == LG_EMULATE_STORE)
        QCOMPARE(lg_insn_from_reg(&insn, 0xaabbccdd), result);
    if (what == LG_EMULATE_LOAD)
        QCOMPARE(lg_insn_to_reg(&insn, 0xaabbccdd, 0xfffffff0), result);
}

void TestChecks::instructionsCutShort() {
    for (const char *hex : {"66e560", "0f20e0", "0f01c1", "e680"}) {
        const QByteArray whole = QByteArray::fromHex(hex);
        for (int count = 0; count < whole.size(); count++) {
            const std::vector<__u8> cut(whole.begin(), whole.begin() + count);
            QCOMPARE(int(lg_decode(cut.data(), cut.size()).what), int(LG_EMULATE_NOT));
        }
    }
}

QTEST_GUILESS_MAIN(TestChecks)
#include "test_checks.moc"
