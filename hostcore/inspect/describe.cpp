// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/describe.h"

#include "base/text.h"

#include <cstring>

namespace lg {

using namespace std::string_view_literals;

namespace {

void tellLine(Line::Writer &line, uint32_t number) {
    line << "irq " << decimal(number) << (number == LGUEST_TIMER_IRQ ? " (timer)"sv : ""sv);
}

void tellVector(Line::Writer &line, uint32_t vector) {
    if (auto name = vectorName(vector); !name.empty()) {
        line << vectorMnemonic(vector) << " " << name;
        return;
    }
    line << "vector " << decimal(vector);
    if (vector >= LGUEST_FIRST_IRQ_VECTOR && vector < LGUEST_FIRST_IRQ_VECTOR + LGUEST_IRQS)
        tellLine(line << ", ", vector - LGUEST_FIRST_IRQ_VECTOR);
}

void tellTime(Line::Writer &line, uint64_t ns) {
    if (ns < 10000) {
        line << decimal(ns) << " ns";
        return;
    }
    const bool micro = ns < 10000000;
    const uint64_t unit = micro ? 100 : 100000, tenths = ns / unit + (ns % unit >= unit / 2);
    line << decimal(tenths / 10) << "." << decimal(tenths % 10) << (micro ? " µs"sv : " ms"sv);
}

void tellPageEntry(Line::Writer &line, uint32_t entry) {
    if (!(entry & 1)) {
        line << (entry ? "not present"sv : "empty"sv);
        return;
    }
    line << (entry & 2 ? "RW"sv : "RO"sv) << (entry & 4 ? " user"sv : " kernel"sv);
    line << (entry & 0x20 ? " A"sv : ""sv) << (entry & 0x40 ? " D"sv : ""sv);
    line << (entry & 0x80 ? " PS"sv : ""sv) << (entry & 0x100 ? " G"sv : ""sv);
}

void tellPageFault(Line::Writer &line, uint32_t errcode) {
    // Intel SDM vol. 3, 5.7.
    line << (errcode & 16 ? "fetch"sv : errcode & 2 ? "write"sv : "read"sv);
    line << (errcode & 4 ? " by user code"sv : " by the kernel"sv);
    line << (errcode & 1 ? ", not allowed"sv : ", not present"sv);
    line << (errcode & 8 ? ", reserved bit set"sv : ""sv);
}

void tellDescriptor(Line::Writer &line, const lg_descriptor &d) {
    if (!(d.high & 0x8000)) {
        line << (d.low == 0 && d.high == 0 ? "empty"sv : "not present"sv);
        return;
    }
    uint32_t base = d.low >> 16 | (d.high & 0xff) << 16 | (d.high & 0xff000000);
    uint64_t limit = (d.low & 0xffff) | (d.high & 0xf0000);
    if (d.high & 0x800000)
        limit = limit << 12 | 0xfff;
    unsigned type = d.high >> 8 & 15;
    if (d.high & 0x1000 && type & 8)
        line << (type & 4 ? "conforming "sv : ""sv) << "code" << (type & 2 ? ""sv : ", no read"sv);
    else if (d.high & 0x1000)
        line << (type & 4 ? "expand-down "sv : ""sv) << "data"
             << (type & 2 ? ""sv : ", no write"sv);
    else if (type == 2)
        line << "LDT";
    else if (type == 9 || type == 11)
        line << "TSS";
    else if (type == 12)
        line << "call gate";
    else
        line << "system type " << decimal(type);
    bool code = (d.high & 0x1800) == 0x1800;
    line << ", ring " << decimal(d.high >> 13 & 3) << ", base " << hex8(base) << ", limit "
         << hex(limit);
    line << (d.high & 0x1000 && !(d.high & 0x600000) ? ", 16-bit"sv
             : code && d.high & 0x200000             ? ", 64-bit"sv
                                                     : ""sv);
}

void tellGate(Line::Writer &line, const lg_descriptor &gate) {
    if (!(gate.high & 0x8000)) {
        line << "none";
        return;
    }
    unsigned type = gate.high >> 8 & 31;
    if (type == 14 || type == 15)
        line << (type == 14 ? "interrupt gate"sv : "trap gate"sv);
    else
        line << "gate of type " << decimal(type);
    uint32_t offset = (gate.high & 0xffff0000) | (gate.low & 0xffff);
    line << ", DPL " << decimal(gate.high >> 13 & 3) << ", to " << hex(gate.low >> 16, 4) << ":"
         << placeAt(offset);
}

void tellHypercall(Line::Writer &line, const lg_event &event) {
    const uint32_t *arg = event.detail;
    switch (event.code) {
    case LHCALL_LGUEST_INIT:
        line << "lguest_data at " << hex8(arg[0]);
        return;
    case LHCALL_SHUTDOWN:
        line << "text at " << hex8(arg[0])
             << (arg[1] == LGUEST_SHUTDOWN_RESTART ? ", restart"sv : ", power off"sv);
        return;
    case LHCALL_NEW_PGTABLE:
        line << "page directory " << hex8(arg[0]);
        return;
    case LHCALL_FLUSH_TLB:
        line << (arg[0] ? "all addresses"sv : "user addresses"sv);
        return;
    case LHCALL_LOAD_IDT_ENTRY:
        tellVector(line, arg[0]);
        tellGate(line << ": ", {arg[1], arg[2]});
        return;
    case LHCALL_SET_STACK:
        line << "ss " << hex(arg[0], 4) << ", esp " << hex8(arg[1]) << ", " << decimal(arg[2])
             << (arg[2] == 1 ? " page"sv : " pages"sv);
        return;
    case LHCALL_TS:
        line << (arg[0] ? "tell me"sv : "not now"sv);
        return;
    case LHCALL_SET_CLOCKEVENT:
        if (arg[0])
            tellTime(line << "in ", arg[0]);
        else
            line << "off";
        return;
    case LHCALL_SET_PTE:
        line << "page directory " << hex8(arg[0]) << ", address " << placeAt(arg[1]) << ", entry ";
        // The upper half of the entry is for Guests with PAE; the others leave it zero.
        if (arg[3])
            line << hex(arg[3]) << ":";
        tellPageEntry(line << hex8(arg[2]) << " (", arg[2]);
        line << ")";
        return;
    case LHCALL_SET_PMD:
    case LHCALL_SET_PGD:
        line << "table " << hex8(arg[0]) << ", entry " << decimal(arg[1]);
        return;
    case LHCALL_LOAD_TLS:
        line << "descriptors at " << hex8(arg[0]);
        return;
    case LHCALL_NOTIFY:
        line << "address " << hex8(arg[0]);
        return;
    case LHCALL_LOAD_GDT_ENTRY:
        tellDescriptor(line << "entry " << decimal(arg[0]) << ": ", {arg[1], arg[2]});
        return;
    case LHCALL_VCPU_START:
        line << "vCPU " << decimal(arg[0]) << " at " << placeAt(arg[2]) << ", esp " << hex8(arg[3])
             << ", lguest_data at " << hex8(arg[1]);
        return;
    case LHCALL_SEND_IPI:
        tellLine(line << "to vCPU " << decimal(arg[0]) << ", ", arg[1]);
        return;
    case LHCALL_VCPU_INFO:
        line << "answer to " << hex8(arg[0]);
        return;
    }
}

void tellHeld(Line::Writer &line, uint32_t reason) {
    switch (reason) {
    case LG_HELD_DISABLED:
        line << "the Guest has interrupts off";
        return;
    case LG_HELD_WINDOW:
        line << "the Guest is about to return from a trap";
        return;
    case LG_HELD_NO_GATE:
        line << "the Guest has no gate for it";
        return;
    default:
        line << "reason " << decimal(reason);
    }
}

void tellFaultResult(Line::Writer &line, uint32_t result) {
    switch (result) {
    case LG_FAULT_FILLED:
        line << "shadow entry made";
        return;
    case LG_FAULT_UPGRADED:
        line << "shadow entry got more rights";
        return;
    case LG_FAULT_IDENTITY:
        line << "no paging yet: mapped 1:1";
        return;
    default:
        line << "result " << decimal(result);
    }
}

// What lg.ko did for the Guest, as kmod/checks.c tells instructions apart.
void tellEmulated(Line::Writer &line, const lg_event &event, const uint8_t *bytes) {
    const uint32_t address = event.detail[2];
    if (event.code == 14) {
        line << "access to device memory at " << hex8(address);
        return;
    }
    switch (bytes[0] == 0x66 ? bytes[1] : bytes[0]) {
    case 0xe4:
    case 0xe5:
    case 0xec:
    case 0xed:
        line << "read from port " << hex(address);
        return;
    case 0xe6:
    case 0xe7:
    case 0xee:
    case 0xef:
        line << "write to port " << hex(address);
        return;
    case 0xfa:
        line << "interrupts off, skipped";
        return;
    default:
        break;
    }
    switch (bytes[1]) {
    case 0x01:
        line << "vmcall, from now on int 0x1f";
        return;
    case 0x20:
        line << "cr4 read as 0";
        return;
    case 0x21:
        line << "debug register read as 0";
        return;
    default:
        line << "debug register written, skipped";
    }
}

void tellEmulate(Line::Writer &line, const lg_event &event) {
    uint8_t bytes[8];
    std::memcpy(bytes, event.detail, sizeof bytes);
    tellEmulated(line, event, bytes);
    line << ": instruction ";
    for (unsigned i = 0; i < event.detail[3] && i < sizeof bytes; ++i)
        line << (i ? " "sv : ""sv) << hex(bytes[i], 2);
}

void tellStop(Line::Writer &line, const lg_event &event) {
    const uint32_t *d = event.detail;
    if (event.code == LG_STOP_BREAKPOINT)
        line << "dr6 " << hex(d[0]);
    if (event.code != LG_STOP_CONDITION)
        return;
    uint64_t seq = uint64_t(d[2]) << 32 | d[1];
    line << kindName(d[3]);
    if (seq != UINT64_MAX)
        line << ", record " << decimal(seq);
}

void tellTable(Line::Writer &line, uint32_t what) {
    switch (what) {
    case LG_TABLE_SET_PTE:
        line << "SET_PTE";
        return;
    case LG_TABLE_SET_PGD:
        line << "SET_PGD";
        return;
    case LG_TABLE_SET_PMD:
        line << "SET_PMD";
        return;
    case LG_TABLE_FLUSH:
        line << "flush";
        return;
    case LG_TABLE_NEW_ROOT:
        line << "new root";
        return;
    default:
        line << "change " << decimal(what);
    }
}

Line::Piece wide(uint32_t low, uint32_t high) {
    return hex(uint64_t(high) << 32 | low);
}

void tellTableChange(Line::Writer &line, const lg_event &event) {
    const uint32_t *d = event.detail;
    switch (event.code) {
    case LG_TABLE_SET_PTE:
        line << "address " << placeAt(d[0]) << ", shadow " << wide(d[2], d[3]) << " to "
             << wide(d[4], d[5]);
        return;
    case LG_TABLE_FLUSH:
        line << "page directory " << hex8(d[0]) << ", " << decimal(d[1])
             << " shadow tables put aside";
        return;
    case LG_TABLE_NEW_ROOT:
        line << "page directory " << hex8(d[0])
             << (d[1] ? ", its shadow begins empty"sv : ", its shadow was kept"sv);
        return;
    default:
        line << "table " << hex8(d[0]) << ", " << decimal(d[1]) << " shadow entries dropped";
    }
}

void tellReflect(Line::Writer &line, const lg_event &event) {
    if (event.code == 14) {
        tellPageFault(line << "address " << hex8(event.regs.cr2) << ", ", event.errcode);
        line << ", ";
    } else if (event.code == LGUEST_SYSCALL_VECTOR) {
        line << "number " << decimal(event.regs.eax) << ", ";
    } else if (event.errcode != 0) {
        line << "error code " << hex(event.errcode) << ", ";
    }
    line << "to " << placeAt(event.detail[0])
         << (event.detail[2] == LG_REFLECT_SWITCHER ? " inside the Switcher"sv : ""sv);
}

void tellFault(Line::Writer &line, const lg_event &event) {
    const uint32_t *d = event.detail;
    tellPageFault(line << "address " << placeAt(event.regs.cr2) << ", ", event.errcode);
    tellFaultResult(line << ": ", d[3]);
    tellPageEntry(line << "; guest entry " << hex8(d[0]) << " (", d[0]);
    line << "), shadow " << wide(d[1], d[2]);
}

void tellCode(Line::Writer &line, const lg_event &event) {
    switch (event.kind) {
    case LG_EV_HYPERCALL:
    case LG_EV_ASYNC_HYPERCALL:
        if (auto name = hypercallName(event.code); !name.empty())
            line << name;
        else
            line << "number " << decimal(event.code);
        return;
    case LG_EV_REFLECT:
        return tellVector(line, event.code);
    case LG_EV_HOST_IRQ:
        line << "vector " << decimal(event.code);
        return;
    case LG_EV_IRQ_RAISED:
    case LG_EV_IRQ_HELD:
    case LG_EV_IRQ_DELIVERED:
        return tellLine(line, event.code);
    case LG_EV_DEAD:
        line << deathName(event.code);
        return;
    case LG_EV_STOPPED:
        if (event.code == LG_STOP_CONDITION)
            line << "by condition " << decimal(event.detail[0]);
        else
            line << stopReasonText(event.code);
        return;
    case LG_EV_RESUMED:
        line << (event.code & LG_SET_REGISTERS ? "with other registers"sv : ""sv)
             << (event.code & LG_SET_MEMORY
                     ? event.code & LG_SET_REGISTERS ? " and memory"sv : "with other memory"sv
                     : ""sv)
             << (event.code ? " than it stopped with"sv : ""sv);
        return;
    case LG_EV_WORLD_SWITCH:
        if (event.code < 256)
            tellVector(line << "until ", event.code);
        else
            line << "until trap " << decimal(event.code);
        return;
    case LG_EV_PAGE_TABLE_CHANGE:
        return tellTable(line, event.code);
    }
}

void tellDetail(Line::Writer &line, const lg_event &event) {
    const uint32_t *d = event.detail;
    switch (event.kind) {
    case LG_EV_START:
        line << decimal(d[0]) << " pages, at " << placeAt(d[1]);
        return;
    case LG_EV_HYPERCALL:
    case LG_EV_ASYNC_HYPERCALL:
        return tellHypercall(line, event);
    case LG_EV_PAGE_FAULT:
        return tellFault(line, event);
    case LG_EV_REFLECT:
        return tellReflect(line, event);
    case LG_EV_EMULATE:
        return tellEmulate(line, event);
    case LG_EV_IRQ_RAISED:
        line << "pending " << hex8(d[0]);
        return;
    case LG_EV_IRQ_HELD:
        return tellHeld(line, d[0]);
    case LG_EV_IRQ_DELIVERED:
        line << "to " << placeAt(d[0]) << " after ";
        return tellTime(line, uint64_t(d[2]) << 32 | d[1]);
    case LG_EV_STOPPED:
        return tellStop(line, event);
    case LG_EV_WORLD_SWITCH:
        line << "in " << decimal(d[0]) << ", Guest " << decimal(d[1]) << ", out " << decimal(d[2])
             << " ticks; " << decimal(d[3]) << " reflected inside the Switcher";
        return;
    case LG_EV_PAGE_TABLE_CHANGE:
        return tellTableChange(line, event);
    case LG_EV_NOTIFY:
        line << "address " << hex8(d[0]) << (d[1] ? ", to an eventfd"sv : ", to the Launcher"sv);
        return;
    }
}

// Behind other words, if there is anything to tell.
template <typename Tell>
void add(Line::Writer &line, std::string_view between, Tell tellPart) {
    const auto before = line.mark();
    line << between;
    const auto begun = line.mark();
    tellPart();
    if (!line.hasAny(begun))
        line.cut(before);
}

void tellAll(Line::Writer &line, const lg_event &event) {
    if (auto kind = kindName(event.kind); !kind.empty())
        line << kind;
    else
        line << "event of kind " << decimal(event.kind);
    add(line, " ", [&] { tellCode(line, event); });
    add(line, ": ", [&] { tellDetail(line, event); });
    line << "; at " << placeAt(event.regs.eip);
}

template <typename Tell>
std::string written(const SymbolTable *symbols, Tell tellPart) {
    Line line;
    {
        Line::Writer writer(line);
        tellPart(writer);
    }
    return line.text(symbols);
}

} // namespace

// Asked of millions of events: all of it is one function, so that nothing goes through memory but
// the pieces.
[[gnu::flatten]] void tell(Line &line, const lg_event &event) {
    Line::Writer writer(line);
    tellAll(writer, event);
}

std::string describe(const lg_event &event, const SymbolTable *symbols) {
    return written(symbols, [&](Line::Writer &line) { tellAll(line, event); });
}

std::string codeText(const lg_event &event) {
    return written(nullptr, [&](Line::Writer &line) { tellCode(line, event); });
}

std::string detailText(const lg_event &event, const SymbolTable *symbols) {
    return written(symbols, [&](Line::Writer &line) { tellDetail(line, event); });
}

std::string pageEntryText(uint32_t entry) {
    return written(nullptr, [&](Line::Writer &line) { tellPageEntry(line, entry); });
}

std::string pageFaultText(uint32_t errcode) {
    return written(nullptr, [&](Line::Writer &line) { tellPageFault(line, errcode); });
}

std::string descriptorText(const lg_descriptor &descriptor) {
    return written(nullptr, [&](Line::Writer &line) { tellDescriptor(line, descriptor); });
}

std::string gateText(const lg_descriptor &gate, const SymbolTable *symbols) {
    return written(symbols, [&](Line::Writer &line) { tellGate(line, gate); });
}

std::string_view stopReasonText(uint32_t reason) {
    switch (reason) {
    case LG_STOP_ASKED:
        return "as asked";
    case LG_STOP_CONDITION:
        return "an event matched";
    case LG_STOP_STEP:
        return "after a step";
    case LG_STOP_BREAKPOINT:
        return "at a breakpoint";
    case LG_STOP_OTHER:
        return "with another vCPU";
    default:
        return "";
    }
}

std::string eflagsText(uint32_t eflags) {
    static constexpr struct {
        uint32_t bit;
        const char *name;
    } kFlags[] = {{0, "CF"},  {2, "PF"},   {4, "AF"},   {6, "ZF"},  {7, "SF"},  {8, "TF"},
                  {9, "IF"},  {10, "DF"},  {11, "OF"},  {14, "NT"}, {16, "RF"}, {17, "VM"},
                  {18, "AC"}, {19, "VIF"}, {20, "VIP"}, {21, "ID"}};
    std::string text;
    for (const auto &flag : kFlags)
        if (eflags >> flag.bit & 1)
            text += (text.empty() ? "" : " ") + std::string(flag.name);
    return text + textf("%sIOPL %u", text.empty() ? "" : " ", eflags >> 12 & 3);
}

std::string gate64Text(const lg_gate64 &gate) {
    if (!(gate.high & 0x8000))
        return "none";
    unsigned type = gate.high >> 8 & 15;
    uint64_t offset =
        uint64_t(gate.offset_high) << 32 | (gate.high & 0xffff0000) | (gate.low & 0xffff);
    return textf("%s gate, DPL %u, stack %u, to %04x:%llx", type == 14 ? "interrupt" : "trap",
                 gate.high >> 13 & 3, gate.high & 7, gate.low >> 16,
                 static_cast<unsigned long long>(offset));
}

std::string switcherPageName(uint32_t what) {
    switch (what) {
    case LG_SWITCHER_TEXT:
        return "text";
    case LG_SWITCHER_STATE:
        return "state of the vCPU";
    case LG_SWITCHER_IDT:
        return "IDT";
    case LG_SWITCHER_GDT_TSS:
        return "GDT and TSS";
    case LG_SWITCHER_STACK:
        return "stack";
    case LG_SWITCHER_GUEST_DATA:
        return "lguest_data";
    case LG_SWITCHER_LOG:
        return "ring of event records";
    default:
        return textf("page of kind %u", what);
    }
}

} // namespace lg
