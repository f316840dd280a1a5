// SPDX-License-Identifier: GPL-2.0-or-later
// The filter language, the same in the window and in lgctl:
//
//   kind == hypercall && code == SET_PTE
//   eip >= 0xc0000000 and ring == 3
//   symbol ~ "schedule" || duration > 20us
//   time >= 1.5s and time < 1.6s
//   not (kind == page-fault)
//
// Fields: kind code vector irq ring vcpu seq tsc duration flags errcode cpu pending blocked
//         eax ebx ecx edx esi edi ebp esp eip eflags cs ss ds es fs gs cr2 cr3
//         arg0 to arg5 (the event's details) symbol text
//         time (since the trace's first event)
// Operators: == != < <= > >= ~ !~ (contains, for symbol and text) & (any bit set)
// and: && and;  or: || or;  not: ! not;  parentheses.
// Numbers: decimal, 0x hex.  Times, for time and duration: 20us, 1.5ms, 2s, 300ns; without a
// unit time counts seconds, and duration ticks, as tsc does.  Names stand for numbers where the
// field has names: kinds, hypercalls, vectors ("#PF", pf, "page fault").
#pragma once

#include "inspect/symbols.h"
#include "lguest_uapi.h"

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lg {

struct FilterError {
    std::string message;
    size_t position = 0; // byte offset in the text, for the caret
};

// What makes ticks of times; khz 0: unknown, and a filter with times is an error.
struct FilterClock {
    uint64_t khz = 0;  // ticks in a millisecond
    uint64_t base = 0; // the ticks that are time 0
    bool operator==(const FilterClock &) const = default;
};

// For who needs no events: a filter of times is understood there, and refused for what it is.
inline constexpr FilterClock kSomeClock{1, 0};

namespace filter {
struct Node;
}

// Immutable once made: any number of threads may ask it at once.
class Filter {
public:
    // An empty text matches everything.
    static std::variant<Filter, FilterError> parse(std::string_view text,
                                                   const FilterClock &clock = {});

    Filter() = default;
    bool matches(const lg_event &event, const SymbolTable *symbols = nullptr) const;
    // This and "vcpu == n".
    Filter onVcpu(unsigned vcpu) const;
    bool matchesAll() const { return !root_; }
    const filter::Node *root() const { return root_.get(); } // null: matches all

private:
    std::shared_ptr<const filter::Node> root_;
};

// For completion: what may stand at this place of an unfinished text, best first.
std::vector<std::string> filterCompletions(std::string_view textBeforeCursor);

} // namespace lg
