// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/describe.h"

#include "base/text.h"

#include <cstring>

namespace lg {

namespace {

std::string line(uint32_t number) {
    return number == LGUEST_TIMER_IRQ ? "irq 0 (timer)" : textf("irq %u", number);
}

std::string vectorText(uint32_t vector) {
    auto mnemonic = vectorMnemonic(vector), name = vectorName(vector);
    if (!name.empty())
        return std::string(mnemonic) + " " + std::string(name);
    if (vector >= LGUEST_FIRST_IRQ_VECTOR && vector < LGUEST_FIRST_IRQ_VECTOR + LGUEST_IRQS)
        return textf("vector %u, ", vector) + line(vector - LGUEST_FIRST_IRQ_VECTOR);
    return textf("vector %u", vector);
}

std::string nanoseconds(uint64_t ns) {
    if (ns < 10000)
        return textf("%llu ns", static_cast<unsigned long long>(ns));
    if (ns < 10000000)
        return textf("%.1f µs", double(ns) / 1e3);
    return textf("%.1f ms", double(ns) / 1e6);
}

std::string hypercallText(const lg_event &event, const SymbolTable *symbols) {
    const uint32_t *arg = event.detail;
    switch (event.code) {
    case LHCALL_LGUEST_INIT:
        return textf("lguest_data at %08x", arg[0]);
    case LHCALL_SHUTDOWN:
        return textf("text at %08x, %s", arg[0],
                     arg[1] == LGUEST_SHUTDOWN_RESTART ? "restart" : "power off");
    case LHCALL_NEW_PGTABLE:
        return textf("page directory %08x", arg[0]);
    case LHCALL_FLUSH_TLB:
        return arg[0] ? "all addresses" : "user addresses";
    case LHCALL_LOAD_IDT_ENTRY:
        return vectorText(arg[0]) + ": " + gateText({arg[1], arg[2]}, symbols);
    case LHCALL_SET_STACK:
        return textf("ss %04x, esp %08x, %u page%s", arg[0], arg[1], arg[2],
                     arg[2] == 1 ? "" : "s");
    case LHCALL_TS:
        return arg[0] ? "tell me" : "not now";
    case LHCALL_SET_CLOCKEVENT:
        return arg[0] ? "in " + nanoseconds(arg[0]) : "off";
    case LHCALL_SET_PTE:
        // The upper half of the entry is for Guests with PAE; the others leave it zero.
        return textf("page directory %08x, address %s, entry ", arg[0],
                     addressText(arg[1], symbols).c_str()) +
               (arg[3] ? textf("%x:", arg[3]) : "") +
               textf("%08x (%s)", arg[2], pageEntryText(arg[2]).c_str());
    case LHCALL_SET_PMD:
    case LHCALL_SET_PGD:
        return textf("table %08x, entry %u", arg[0], arg[1]);
    case LHCALL_LOAD_TLS:
        return textf("descriptors at %08x", arg[0]);
    case LHCALL_NOTIFY:
        return textf("address %08x", arg[0]);
    case LHCALL_LOAD_GDT_ENTRY:
        return textf("entry %u: ", arg[0]) + descriptorText({arg[1], arg[2]});
    case LHCALL_VCPU_START:
        return textf("vCPU %u at %s, esp %08x, lguest_data at %08x", arg[0],
                     addressText(arg[2], symbols).c_str(), arg[3], arg[1]);
    case LHCALL_SEND_IPI:
        return textf("to vCPU %u, ", arg[0]) + line(arg[1]);
    case LHCALL_VCPU_INFO:
        return textf("answer to %08x", arg[0]);
    default:
        return "";
    }
}

std::string heldReason(uint32_t reason) {
    switch (reason) {
    case LG_HELD_DISABLED:
        return "the Guest has interrupts off";
    case LG_HELD_WINDOW:
        return "the Guest is about to return from a trap";
    case LG_HELD_NO_GATE:
        return "the Guest has no gate for it";
    default:
        return textf("reason %u", reason);
    }
}

std::string faultResult(uint32_t result) {
    switch (result) {
    case LG_FAULT_FILLED:
        return "shadow entry made";
    case LG_FAULT_UPGRADED:
        return "shadow entry got more rights";
    case LG_FAULT_IDENTITY:
        return "no paging yet: mapped 1:1";
    default:
        return textf("result %u", result);
    }
}

std::string bytesText(const uint32_t *words, unsigned length) {
    uint8_t bytes[8];
    std::memcpy(bytes, words, sizeof bytes);
    std::string text;
    for (unsigned i = 0; i < length && i < sizeof bytes; ++i)
        text += textf(i ? " %02x" : "%02x", bytes[i]);
    return text;
}

// What lg.ko did for the Guest, as kmod/checks.c tells instructions apart.
std::string emulatedWork(const lg_event &event) {
    uint8_t bytes[8];
    std::memcpy(bytes, event.detail, sizeof bytes);
    const uint32_t address = event.detail[2];
    if (event.code == 14)
        return textf("access to device memory at %08x", address);
    switch (const uint8_t *at = bytes[0] == 0x66 ? bytes + 1 : bytes; *at) {
    case 0xe4:
    case 0xe5:
    case 0xec:
    case 0xed:
        return textf("read from port %x", address);
    case 0xe6:
    case 0xe7:
    case 0xee:
    case 0xef:
        return textf("write to port %x", address);
    case 0xfa:
        return "interrupts off, skipped";
    default:
        break;
    }
    switch (bytes[1]) {
    case 0x01:
        return "vmcall, from now on int 0x1f";
    case 0x20:
        return "cr4 read as 0";
    case 0x21:
        return "debug register read as 0";
    default:
        return "debug register written, skipped";
    }
}

std::string emulateText(const lg_event &event) {
    return emulatedWork(event) + ": instruction " + bytesText(event.detail, event.detail[3]);
}

std::string stopReason(const lg_event &event) {
    return event.code == LG_STOP_CONDITION ? textf("by condition %u", event.detail[0])
                                           : std::string(stopReasonText(event.code));
}

std::string stopText(const lg_event &event) {
    const uint32_t *d = event.detail;
    if (event.code == LG_STOP_BREAKPOINT)
        return textf("dr6 %x", d[0]);
    if (event.code != LG_STOP_CONDITION)
        return "";
    uint64_t seq = uint64_t(d[2]) << 32 | d[1];
    std::string text(kindName(d[3]));
    return seq == UINT64_MAX ? text
                             : text + textf(", record %llu", static_cast<unsigned long long>(seq));
}

std::string tableChange(uint32_t what) {
    switch (what) {
    case LG_TABLE_SET_PTE:
        return "SET_PTE";
    case LG_TABLE_SET_PGD:
        return "SET_PGD";
    case LG_TABLE_SET_PMD:
        return "SET_PMD";
    case LG_TABLE_FLUSH:
        return "flush";
    case LG_TABLE_NEW_ROOT:
        return "new root";
    default:
        return textf("change %u", what);
    }
}

std::string tableChangeText(const lg_event &event, const SymbolTable *symbols) {
    const uint32_t *d = event.detail;
    auto shadow = [](uint32_t low, uint32_t high) {
        return textf("%llx", static_cast<unsigned long long>(uint64_t(high) << 32 | low));
    };
    switch (event.code) {
    case LG_TABLE_SET_PTE:
        return "address " + addressText(d[0], symbols) + ", shadow " + shadow(d[2], d[3]) + " to " +
               shadow(d[4], d[5]);
    case LG_TABLE_FLUSH:
        return textf("page directory %08x, %u shadow tables put aside", d[0], d[1]);
    case LG_TABLE_NEW_ROOT:
        return textf("page directory %08x, %s", d[0],
                     d[1] ? "its shadow begins empty" : "its shadow was kept");
    default:
        return textf("table %08x, %u shadow entries dropped", d[0], d[1]);
    }
}

std::string reflectText(const lg_event &event, const SymbolTable *symbols) {
    std::string text;
    if (event.code == 14)
        text = textf("address %08x, ", event.regs.cr2) + pageFaultText(event.errcode) + ", ";
    else if (event.code == LGUEST_SYSCALL_VECTOR)
        text = textf("number %u, ", event.regs.eax);
    else if (event.errcode != 0)
        text = textf("error code %x, ", event.errcode);
    text += "to " + addressText(event.detail[0], symbols);
    return text + (event.detail[2] == LG_REFLECT_SWITCHER ? " inside the Switcher" : "");
}

} // namespace

std::string codeText(const lg_event &event) {
    switch (event.kind) {
    case LG_EV_HYPERCALL:
    case LG_EV_ASYNC_HYPERCALL: {
        auto name = hypercallName(event.code);
        return name.empty() ? textf("number %u", event.code) : std::string(name);
    }
    case LG_EV_REFLECT:
        return vectorText(event.code);
    case LG_EV_HOST_IRQ:
        return textf("vector %u", event.code);
    case LG_EV_IRQ_RAISED:
    case LG_EV_IRQ_HELD:
    case LG_EV_IRQ_DELIVERED:
        return line(event.code);
    case LG_EV_DEAD:
        return std::string(deathName(event.code));
    case LG_EV_STOPPED:
        return stopReason(event);
    case LG_EV_WORLD_SWITCH:
        return event.code < 256 ? "until " + vectorText(event.code)
                                : textf("until trap %u", event.code);
    case LG_EV_PAGE_TABLE_CHANGE:
        return tableChange(event.code);
    default:
        return "";
    }
}

std::string detailText(const lg_event &event, const SymbolTable *symbols) {
    const uint32_t *d = event.detail;
    switch (event.kind) {
    case LG_EV_START:
        return textf("%u pages, at ", d[0]) + addressText(d[1], symbols);
    case LG_EV_HYPERCALL:
    case LG_EV_ASYNC_HYPERCALL:
        return hypercallText(event, symbols);
    case LG_EV_PAGE_FAULT: {
        uint64_t shadow = uint64_t(d[2]) << 32 | d[1];
        return textf("address %s, %s: %s; guest entry %08x (%s), shadow %llx",
                     addressText(event.regs.cr2, symbols).c_str(),
                     pageFaultText(event.errcode).c_str(), faultResult(d[3]).c_str(), d[0],
                     pageEntryText(d[0]).c_str(), static_cast<unsigned long long>(shadow));
    }
    case LG_EV_REFLECT:
        return reflectText(event, symbols);
    case LG_EV_EMULATE:
        return emulateText(event);
    case LG_EV_IRQ_RAISED:
        return textf("pending %08x", d[0]);
    case LG_EV_IRQ_HELD:
        return heldReason(d[0]);
    case LG_EV_IRQ_DELIVERED:
        return "to " + addressText(d[0], symbols) + " after " +
               nanoseconds(uint64_t(d[2]) << 32 | d[1]);
    case LG_EV_STOPPED:
        return stopText(event);
    case LG_EV_WORLD_SWITCH:
        return textf("in %u, Guest %u, out %u ticks; %u reflected inside the Switcher", d[0], d[1],
                     d[2], d[3]);
    case LG_EV_PAGE_TABLE_CHANGE:
        return tableChangeText(event, symbols);
    case LG_EV_NOTIFY:
        return textf("address %08x, to %s", d[0], d[1] ? "an eventfd" : "the Launcher");
    default:
        return "";
    }
}

std::string headText(const lg_event &event) {
    auto kind = kindName(event.kind);
    std::string text = kind.empty() ? textf("event of kind %u", event.kind) : std::string(kind);
    if (auto code = codeText(event); !code.empty())
        text += " " + code;
    return text;
}

std::string describe(const lg_event &event, const SymbolTable *symbols) {
    std::string text = headText(event);
    if (auto detail = detailText(event, symbols); !detail.empty())
        text += ": " + detail;
    return text + "; at " + addressText(event.regs.eip, symbols);
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

std::string pageEntryText(uint32_t entry) {
    if (!(entry & 1))
        return entry ? "not present" : "empty";
    std::string text = entry & 2 ? "RW" : "RO";
    text += entry & 4 ? " user" : " kernel";
    if (entry & 0x20)
        text += " A";
    if (entry & 0x40)
        text += " D";
    if (entry & 0x80)
        text += " PS";
    if (entry & 0x100)
        text += " G";
    return text;
}

std::string pageFaultText(uint32_t errcode) {
    // Intel SDM vol. 3, 5.7.
    std::string text = errcode & 16 ? "fetch" : errcode & 2 ? "write" : "read";
    text += errcode & 4 ? " by user code" : " by the kernel";
    text += errcode & 1 ? ", not allowed" : ", not present";
    return errcode & 8 ? text + ", reserved bit set" : text;
}

std::string descriptorText(const lg_descriptor &d) {
    if (d.low == 0 && d.high == 0)
        return "empty";
    if (!(d.high & 0x8000))
        return "not present";
    uint32_t base = d.low >> 16 | (d.high & 0xff) << 16 | (d.high & 0xff000000);
    uint64_t limit = (d.low & 0xffff) | (d.high & 0xf0000);
    if (d.high & 0x800000)
        limit = limit << 12 | 0xfff;
    unsigned type = d.high >> 8 & 15;
    std::string text;
    if (!(d.high & 0x1000))
        text = type == 2                 ? "LDT"
               : type == 9 || type == 11 ? "TSS"
               : type == 12              ? "call gate"
                                         : textf("system type %u", type);
    else if (type & 8)
        text = std::string(type & 4 ? "conforming " : "") + "code" + (type & 2 ? "" : ", no read");
    else
        text =
            std::string(type & 4 ? "expand-down " : "") + "data" + (type & 2 ? "" : ", no write");
    bool code = (d.high & 0x1800) == 0x1800;
    const char *size = d.high & 0x1000 && !(d.high & 0x600000) ? ", 16-bit"
                       : code && d.high & 0x200000             ? ", 64-bit"
                                                               : "";
    return text + textf(", ring %u, base %08x, limit %llx%s", d.high >> 13 & 3, base,
                        static_cast<unsigned long long>(limit), size);
}

std::string gateText(const lg_descriptor &gate, const SymbolTable *symbols) {
    if (!(gate.high & 0x8000))
        return "none";
    unsigned type = gate.high >> 8 & 31;
    std::string text = type == 14   ? "interrupt gate"
                       : type == 15 ? "trap gate"
                                    : textf("gate of type %u", type);
    uint32_t offset = (gate.high & 0xffff0000) | (gate.low & 0xffff);
    return text + textf(", DPL %u, to %04x:", gate.high >> 13 & 3, gate.low >> 16) +
           addressText(offset, symbols);
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
