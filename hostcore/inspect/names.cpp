// SPDX-License-Identifier: GPL-2.0-or-later
// The one place where numbers get their names.
#include "inspect/describe.h"

#include <array>
#include <cctype>

namespace lg {

namespace {

struct Hypercall {
    uint32_t number;
    std::string_view name, about;
};

// Of the original's numbers some were never used, and ours begin behind a gap.
constexpr Hypercall kHypercalls[] = {
    {LHCALL_FLUSH_ASYNC, "FLUSH_ASYNC",
     "does nothing itself: the ring of waiting hypercalls is worked off first"},
    {LHCALL_LGUEST_INIT, "LGUEST_INIT",
     "tells where the page of conversation is; comes first, once"},
    {LHCALL_SHUTDOWN, "SHUTDOWN", "ends the Guest: power off (1) or restart (2), with a text"},
    {LHCALL_NEW_PGTABLE, "NEW_PGTABLE", "switches to another page directory (cr3)"},
    {LHCALL_FLUSH_TLB, "FLUSH_TLB", "forgets translations: 0 = of user addresses, 1 = all"},
    {LHCALL_LOAD_IDT_ENTRY, "LOAD_IDT_ENTRY", "sets a gate: who handles this trap or interrupt"},
    {LHCALL_SET_STACK, "SET_STACK", "sets the ring 1 stack for traps out of ring 3"},
    {LHCALL_TS, "TS", "wants to be told of the next use of the FPU"},
    {LHCALL_SET_CLOCKEVENT, "SET_CLOCKEVENT", "arms the timer: so many nanoseconds until irq 0"},
    {LHCALL_HALT, "HALT", "sleeps until an interrupt comes"},
    {LHCALL_SET_PMD, "SET_PMD", "changed a middle-level entry (PAE)"},
    {LHCALL_SET_PTE, "SET_PTE", "changed the page-table entry of an address"},
    {LHCALL_SET_PGD, "SET_PGD", "changed an entry of a page directory"},
    {LHCALL_LOAD_TLS, "LOAD_TLS", "sets the three thread segments, GDT entries 6 to 8"},
    {LHCALL_NOTIFY, "NOTIFY", "kicks a device, or prints a text"},
    {LHCALL_LOAD_GDT_ENTRY, "LOAD_GDT_ENTRY", "sets a segment descriptor"},
    {LHCALL_SEND_INTERRUPTS, "SEND_INTERRUPTS", "asks for interrupts that were held back"},
    {LHCALL_VCPU_START, "VCPU_START",
     "starts another vCPU: its lguest_data, where, on which stack"},
    {LHCALL_SEND_IPI, "SEND_IPI", "raises an interrupt line of another vCPU"},
    {LHCALL_VCPU_INFO, "VCPU_INFO", "asks which vCPU this is, and how many there are"},
};

const Hypercall *hypercallByNumber(uint32_t number) {
    for (const auto &call : kHypercalls)
        if (call.number == number)
            return &call;
    return nullptr;
}

constexpr std::array<std::string_view, LG_EV_KIND_COUNT> kKinds = {
    "none",
    "start",
    "hypercall",
    "async hypercall",
    "page fault",
    "reflect",
    "emulate",
    "irq raised",
    "irq held",
    "irq delivered",
    "host irq",
    "halt",
    "wake",
    "notify",
    "fpu",
    "stopped",
    "resumed",
    "dead",
    "signal",
    "world switch",
    "page table change",
};

struct Vector {
    std::string_view mnemonic, name;
};

// Intel SDM vol. 3, table 7-1.
constexpr std::array<Vector, 32> kVectors = {{
    {"#DE", "divide error"},
    {"#DB", "debug"},
    {"NMI", "non-maskable interrupt"},
    {"#BP", "breakpoint"},
    {"#OF", "overflow"},
    {"#BR", "bound range exceeded"},
    {"#UD", "invalid opcode"},
    {"#NM", "device not available"},
    {"#DF", "double fault"},
    {},
    {"#TS", "invalid TSS"},
    {"#NP", "segment not present"},
    {"#SS", "stack-segment fault"},
    {"#GP", "general protection"},
    {"#PF", "page fault"},
    {},
    {"#MF", "x87 floating-point error"},
    {"#AC", "alignment check"},
    {"#MC", "machine check"},
    {"#XM", "SIMD floating-point exception"},
    {"#VE", "virtualization exception"},
    {"#CP", "control protection"},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {"HCALL", "hypercall"}, // LGUEST_TRAP_ENTRY
}};

constexpr std::array<std::string_view, 10> kRegisters = {"eax", "ebx", "ecx", "edx", "esi",
                                                         "edi", "ebp", "esp", "eip", "eflags"};

std::string plain(std::string_view name) {
    std::string text;
    for (unsigned char c : name)
        if (std::isalnum(c))
            text += char(std::tolower(c));
    return text;
}

} // namespace

std::string_view kindName(uint32_t kind) {
    return kind < kKinds.size() ? kKinds[kind] : "";
}

std::string_view hypercallName(uint32_t number) {
    const auto *call = hypercallByNumber(number);
    return call ? call->name : "";
}

std::string_view hypercallAbout(uint32_t number) {
    const auto *call = hypercallByNumber(number);
    return call ? call->about : "";
}

std::vector<std::string_view> hypercallNames() {
    std::vector<std::string_view> names;
    for (const auto &call : kHypercalls)
        names.push_back(call.name);
    return names;
}

std::string_view vectorMnemonic(uint32_t vector) {
    if (vector == LGUEST_SYSCALL_VECTOR)
        return "SYSCALL";
    return vector < kVectors.size() ? kVectors[vector].mnemonic : "";
}

std::string_view vectorName(uint32_t vector) {
    if (vector == LGUEST_SYSCALL_VECTOR)
        return "system call";
    return vector < kVectors.size() ? kVectors[vector].name : "";
}

std::string_view registerName(unsigned index) {
    return index < kRegisters.size() ? kRegisters[index] : "";
}

std::string_view deathName(uint32_t death) {
    switch (death) {
    case LG_DEATH_KILLED:
        return "killed";
    case LG_DEATH_POWEROFF:
        return "powered off";
    case LG_DEATH_RESTART:
        return "asked for a restart";
    default:
        return "";
    }
}

std::optional<uint32_t> kindByName(std::string_view name) {
    auto wanted = plain(name);
    for (uint32_t kind = 0; kind < kKinds.size(); ++kind)
        if (plain(kKinds[kind]) == wanted)
            return kind;
    return std::nullopt;
}

std::optional<uint32_t> hypercallByName(std::string_view name) {
    auto wanted = plain(name);
    if (wanted.starts_with("lhcall"))
        wanted.erase(0, 6);
    for (const auto &call : kHypercalls)
        if (plain(call.name) == wanted)
            return call.number;
    return wanted == "init" ? std::optional<uint32_t>(LHCALL_LGUEST_INIT) : std::nullopt;
}

std::optional<uint32_t> vectorByName(std::string_view name) {
    auto wanted = plain(name);
    for (uint32_t vector = 0; vector <= 255; ++vector)
        if (!wanted.empty() &&
            (plain(vectorMnemonic(vector)) == wanted || plain(vectorName(vector)) == wanted))
            return vector;
    return std::nullopt;
}

} // namespace lg
