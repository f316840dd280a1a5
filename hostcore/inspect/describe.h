// SPDX-License-Identifier: GPL-2.0-or-later
// Events in words.  The tables of names are defined once, in names.cpp, and used by the lists,
// the filter language, the exports and the command line.
#pragma once

#include "inspect/event_columns.h"
#include "inspect/line.h"
#include "lguest_uapi.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lg {

// All return "" for a number without a name.
std::string_view kindName(uint32_t kind);         // "hypercall", "page fault", ...
std::string_view hypercallName(uint32_t number);  // "SET_PTE"
std::string_view hypercallAbout(uint32_t number); // what it is for, one line
std::vector<std::string_view> hypercallNames();   // of all that there are
std::string_view vectorMnemonic(uint32_t vector); // "#PF"
std::string_view vectorName(uint32_t vector);     // "page fault"
std::string_view registerName(unsigned index);    // "eax" .. "eflags", in lg_event_regs' order
std::string_view deathName(uint32_t death);       // "powered off"

// The way back, for the filter language: case, '-', '_' and ' ' do not matter.
std::optional<uint32_t> kindByName(std::string_view name);
std::optional<uint32_t> hypercallByName(std::string_view name);
std::optional<uint32_t> vectorByName(std::string_view name);

// What the event's code means: "SET_PTE", "#PF page fault", "irq 0 (timer)", or "".
std::string codeText(const lg_event &event);
// The kind's own details in words: "address c0234000, entry 00234063 (present, writable)".
std::string detailText(const lg_event &event, const SymbolTable *symbols);
// One line with everything: "hypercall SET_PTE pgdir 00234000, ...".
std::string describe(const lg_event &event, const SymbolTable *symbols);
// The same, not yet written out; and of which columns it is made.
void tell(Line &line, const lg_event &event);
constexpr ColumnSet kToldColumns =
    columnSet(Column::Kind, Column::Code, Column::Errcode, Column::Eax, Column::Cr2, Column::Eip,
              Column::Detail0, Column::Detail1, Column::Detail2, Column::Detail3, Column::Detail4,
              Column::Detail5);
// Why a vCPU stopped (lg_stop_reason): "at a breakpoint".
std::string_view stopReasonText(uint32_t reason);
// Flag bits: "CF ZF IF ...", "P RW US A D".
std::string eflagsText(uint32_t eflags);
std::string pageEntryText(uint32_t entry);
// Error code of a page fault: "write to a page that is not present, from user mode".
std::string pageFaultText(uint32_t errcode);
// "code, ring 1, base 0, limit 4 GiB" for a GDT entry, "trap gate, DPL 3, to 0061:c0101234" for
// a guest's IDT entry.
std::string descriptorText(const lg_descriptor &descriptor);
std::string gateText(const lg_descriptor &gate, const SymbolTable *symbols);
std::string gate64Text(const lg_gate64 &gate);
std::string switcherPageName(uint32_t what);

// 0..3, from cs.
inline unsigned ringOf(const lg_event &event) {
    return event.regs.cs & 3u;
}

} // namespace lg
