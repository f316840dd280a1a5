// SPDX-License-Identifier: GPL-2.0-or-later
// The one place where numbers get their names.
#include "inspect/describe.h"

#include <array>
#include <cctype>

namespace lg {

namespace {

struct Hypercall {
    std::string_view name, about;
};

constexpr std::array<Hypercall, LHCALL_COUNT> kHypercalls = {{
    {"FLUSH_ASYNC", "does nothing itself: the ring of waiting hypercalls is worked off first"},
    {"LGUEST_INIT", "tells where the page of conversation is; comes first, once"},
    {"SHUTDOWN", "ends the Guest: power off (1) or restart (2), with a text"},
    {},
    {"NEW_PGTABLE", "switches to another page directory (cr3)"},
    {"FLUSH_TLB", "forgets translations: 0 = of user addresses, 1 = all"},
    {"LOAD_IDT_ENTRY", "sets a gate: who handles this trap or interrupt"},
    {"SET_STACK", "sets the ring 1 stack for traps out of ring 3"},
    {"TS", "wants to be told of the next use of the FPU"},
    {"SET_CLOCKEVENT", "arms the timer: so many nanoseconds until irq 0"},
    {"HALT", "sleeps until an interrupt comes"},
    {},
    {},
    {"SET_PMD", "changed a middle-level entry (PAE)"},
    {"SET_PTE", "changed the page-table entry of an address"},
    {"SET_PGD", "changed an entry of a page directory"},
    {"LOAD_TLS", "sets the three thread segments, GDT entries 6 to 8"},
    {"NOTIFY", "kicks a device, or prints a text"},
    {"LOAD_GDT_ENTRY", "sets a segment descriptor"},
    {"SEND_INTERRUPTS", "asks for interrupts that were held back"},
}};

constexpr std::array<std::string_view, LG_EV_KIND_COUNT> kKinds = {
    "none",     "start",   "hypercall",  "async hypercall", "page fault",
    "reflect",  "emulate", "irq raised", "irq held",        "irq delivered",
    "host irq", "halt",    "wake",       "notify",          "fpu",
    "stopped",  "resumed", "dead",       "signal",
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
    return number < kHypercalls.size() ? kHypercalls[number].name : "";
}

std::string_view hypercallAbout(uint32_t number) {
    return number < kHypercalls.size() ? kHypercalls[number].about : "";
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
    for (uint32_t number = 0; number < kHypercalls.size(); ++number)
        if (!wanted.empty() && plain(kHypercalls[number].name) == wanted)
            return number;
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
