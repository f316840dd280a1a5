// SPDX-License-Identifier: GPL-2.0-or-later
// What must hold for every input of the module's checks, however senseless.
#include "checks.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

namespace {

void require(bool holds, const char *what) {
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

void checkDescriptor(lg_descriptor asked) {
    const lg_descriptor d = lg_sanitise_descriptor(asked);
    if (!d.low && !d.high)
        return;
    require(d.high & (1u << 15), "installed is present");
    require(d.high & (1u << 12), "installed is code or data");
    require(!(d.high & (1u << 21)), "installed is not 64-bit code");
    require((d.high >> 13) & 3, "installed is not for ring 0");
    require(d.high & (1u << 8), "installed is accessed");
    require((d.high & 0x0c00) != 0x0c00, "installed is not conforming");
}

void checkInstruction(const std::vector<__u8> &bytes) {
    const lg_insn insn = lg_decode(bytes.data(), bytes.size());
    if (insn.what == LG_EMULATE_NOT)
        return;
    require(insn.length >= 1 && insn.length <= bytes.size(), "length within the bytes");
    require(insn.size == 1 || insn.size == 2 || insn.size == 4, "operand size");
    require(insn.reg < 8, "register");
}

void checkInspector(const __u8 *data, size_t size) {
    lg_condition condition;
    lg_event event;
    lg_breakpoint four[LG_BREAKPOINTS];
    const auto fill = [&](void *to, size_t bytes) {
        for (size_t i = 0; i < bytes; i++)
            static_cast<__u8 *>(to)[i] = size ? __u8(data[i % size] + i / size) : 0;
    };
    fill(&condition, sizeof(condition));
    fill(&event, sizeof(event));
    fill(four, sizeof(four));
    condition.count %= LG_CONDITION_TERMS + 2;
    for (auto &term : condition.terms)
        term.field %= LG_FIELD_COUNT + 1;
    event.kind %= LG_EV_KIND_COUNT + 1;
    if (lg_condition_ok(&condition) && lg_condition_matches(&condition, &event)) {
        require(condition.kinds >> event.kind & 1, "kind asked for");
        require(event.kind != LG_EV_STOPPED && event.kind != LG_EV_DEAD, "can be stopped");
        require(event.kind != LG_EV_REFLECT || lg_condition_is_about_vector(&condition, event.code),
                "a match is about its vector");
    }
    bool good = true;
    for (const auto &one : four)
        good = good && lg_breakpoint_ok(&one);
    if (good)
        require(!(lg_breakpoints_dr7(four) & 0x2855), "no local, GD or reserved bits");
    lg_flags_insn(data, size);
}

void checkAccess(const std::vector<__u8> &bytes) {
    const lg_insn insn = lg_decode_access(bytes.data(), bytes.size());
    if (insn.what == LG_EMULATE_NOT)
        return;
    require(insn.what == LG_EMULATE_LOAD || insn.what == LG_EMULATE_STORE, "load or store");
    require(insn.length >= 2 && insn.length <= bytes.size(), "the instruction lies in the bytes");
    require(insn.size == 1 || insn.size == 2 || insn.size == 4, "a width");
    require(insn.reg < 8 && insn.reg_size >= insn.size, "a register that takes it");
    const __u32 whole = lg_insn_to_reg(&insn, 0x89abcdef, 0x01020384);
    require(insn.reg_size == 4 || (whole ^ 0x89abcdef) >> 16 == 0, "other bytes stay");
}

// A state that a Guest can have, with some words of it replaced.
void checkSaved(const __u8 *data, size_t size) {
    static lg_saved_guest guest;
    static lg_saved_vcpu vcpu;
    const lg_descriptor code = {0x0000ffff, 0x00cfbb00}, stack = {0x0000ffff, 0x00cfb300};
    guest = {};
    guest.pfn_limit = guest.device_limit = 4096;
    guest.vcpus = 1;
    guest.levels = 2;
    guest.data_bytes = 1388;
    guest.kernel_address = 0xc0000000;
    vcpu = {};
    vcpu.started = 1;
    vcpu.lguest_data = 0x2000;
    vcpu.regs.cs = LGUEST_KERNEL_CS;
    vcpu.regs.ss = LGUEST_KERNEL_DS;
    vcpu.gdt[12] = code;
    vcpu.gdt[13] = stack;
    for (size_t i = 0; i + 6 <= size; i += 6) {
        __u16 place;
        __u32 word;
        memcpy(&place, data + i, 2);
        memcpy(&word, data + i + 2, 4);
        if (place & 1)
            memcpy(reinterpret_cast<__u8 *>(&guest) + place / 2 % (sizeof(guest) / 4) * 4, &word,
                   4);
        else
            memcpy(reinterpret_cast<__u8 *>(&vcpu) + place / 2 % (sizeof(vcpu) / 4) * 4, &word, 4);
    }
    lg_saved_shape shape = {4096, 4096, 1, 0, 0, 0xffff};
    if (!lg_saved_guest_ok(&guest, &shape))
        return;
    require(guest.levels == 0 || guest.levels == 2 || guest.levels == 3, "levels");
    for (unsigned i = 0; i < LGUEST_IDT_ENTRIES; i++)
        require(!lg_gate_present(guest.idt[i]) ||
                    (lg_gate_ok(guest.idt[i]) && !lg_vector_is_reserved(i)),
                "gates");
    shape.levels = guest.levels;
    shape.data_bytes = guest.data_bytes;
    if (!lg_saved_vcpu_ok(&vcpu, &shape))
        return;
    require((vcpu.regs.cs & 3) && !(vcpu.regs.cs & 4), "never ring 0, never an LDT");
    const lg_descriptor found = lg_sanitise_descriptor(vcpu.gdt[(vcpu.regs.cs >> 3) % 32]);
    require(vcpu.regs.cs >> 3 < LGUEST_GDT_ENTRIES && lg_gate_dpl(found) == (vcpu.regs.cs & 3u),
            "code of its own ring");
    for (unsigned selector : {vcpu.regs.ds, vcpu.regs.es, vcpu.regs.fs, vcpu.regs.gs})
        require(selector < 4 || (selector < LGUEST_GDT_ENTRIES * 8u && !(selector & 4) &&
                                 !lg_gdt_slot_is_ours(selector >> 3)),
                "data segments of its own");
    require(vcpu.next_hypercall < LHCALL_RING_SIZE, "a place in the ring");
    if (vcpu.lguest_data)
        require(__u64(vcpu.lguest_data) + guest.data_bytes <= 4096ull << 12, "data in memory");
}

// Random addresses are rarely a kernel's: the low bits are left out.
void checkBootTables(const __u32 *words) {
    const __u32 limit = words[2] & 0xfffff, kernel = words[3] & ~0x3fffffu;
    lg_boot_tables t = {};
    if (!lg_boot_tables_fit(words[0], words[1] & 0xffffff, limit, kernel, 0x2000, &t))
        return;
    const __u64 end = t.at + (1ull + t.directories + t.two + t.pae) * 4096;
    require(t.at >= 0x2000 && end <= __u64(limit) << 12, "boot tables within memory");
    require(end <= words[0] && end + (words[1] & 0xffffff) <= words[0], "and below the initrd");
    require(end <= __u64(t.pages) << 12, "and where they lead");
    require((kernel >> 22) >= 8 && (kernel >> 22) + t.two <= 1024,
            "in the directory's kernel part");
    require(((kernel >> 21) & 511) + t.pae <= t.directories * 512, "in PAE's directories");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const __u8 *data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const __u8 *data, size_t size) {
    __u32 words[4] = {};
    if (size)
        memcpy(words, data, size < sizeof(words) ? size : sizeof(words));

    checkDescriptor({words[0], words[1]});
    checkAccess(std::vector<__u8>(data, data + (size < LG_INSN_MAX ? size : LG_INSN_MAX)));
    checkInstruction(std::vector<__u8>(data, data + (size < 8 ? size : 8)));
    const __u64 flags = lg_sanitise_eflags(words[0] | __u64(words[1]) << 32);
    require(!(flags & 0x1a3000) && (flags & 0x200), "flags without IOPL, VM, VIF; with IF");
    const __u64 entry = words[0] | (__u64(words[3] & 0x800000ff) << 32);
    if (lg_pdpte_ok(entry, words[1]) || lg_pgd_ok(entry, words[1]) || lg_pte_ok(entry, words[1]))
        require((entry >> 12) < words[1], "frame within memory");
    for (unsigned levels : {2u, 3u})
        if (lg_cr3_ok(words[0], levels, words[1] & 0xfffff))
            require(__u64(words[0]) + 32 <= __u64(words[1] & 0xfffff) << 12, "table in memory");
    if (lg_data_place_ok(words[0], 1388, words[1]))
        require(words[0] && __u64(words[0]) + 1388 <= __u64(words[1]) << 12, "data in memory");
    const int error = lg_access_error(words[0], words[1], words[2]);
    require(error >= -1 && error < 8, "error code has three bits");
    const __u64 address = words[0] | (__u64(words[1]) << 32), length = words[2];
    if (lg_range_ok(words[3], address, length))
        require(address <= words[3] && length <= words[3] - address, "range within memory");
    const int irq = lg_next_irq(words[0], words[1]);
    require(irq < 0 ? !(words[0] & ~words[1]) : ((words[0] & ~words[1]) >> irq) & 1, "ready line");
    lg_data_layout(data, size);
    checkBootTables(words);
    checkInspector(data, size);
    checkSaved(data, size);
    return 0;
}

#ifdef WITHOUT_LIBFUZZER
int main() {
    std::mt19937 random(1);
    for (int i = 0; i < 1'000'000; i++) {
        std::vector<__u8> input(random() % 24);
        for (__u8 &byte : input)
            byte = __u8(random());
        // Instructions of interest are rare among random bytes.
        static const __u8 openings[] = {0xfa, 0xe4, 0xe7, 0xec, 0x66, 0x0f};
        if (!input.empty() && random() % 2)
            input[0] = openings[random() % sizeof(openings)];
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    puts("1000000 inputs");
    return 0;
}
#endif
