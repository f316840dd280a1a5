// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/differences.h"

#include "base/text.h"

#include <cstring>

namespace lg {

namespace {

constexpr uint32_t kPresent = 0x8000, kSegment = 0x1000, kDpl = 0x6000;
constexpr unsigned kFirstOurs = 2, kLastOurs = 5; // 64-bit code, data and TSS

constexpr uint64_t kEntryPresent = 1, kEntryWrite = 2, kEntryUser = 4, kEntryAccessed = 0x20,
                   kEntryDirty = 0x40;

} // namespace

std::string gdtDifference(unsigned slot, const lg_descriptor &asked,
                          const lg_descriptor &installed) {
    if (std::memcmp(&asked, &installed, sizeof asked) == 0)
        return "";
    if (slot >= kFirstOurs && slot <= kLastOurs)
        return "the Switcher's own slot: a Guest cannot have it";
    if (asked.low == 0 && asked.high == 0)
        return "the Guest asked for nothing here";
    if (installed.low != 0 || installed.high != 0) {
        if ((asked.high & kDpl) == 0 && (installed.high & kDpl) != 0)
            return "ring 0 became ring 1, where the Guest's kernel runs";
        return "marked as accessed, so that the processor need not write the table";
    }
    if (!(asked.high & kPresent))
        return "not present, so nothing is installed";
    if (!(asked.high & kSegment))
        return "a system segment or gate: only the Host has those";
    if (asked.high & 0x200000)
        return "a 64-bit segment: the Guest stays in 32-bit code";
    if ((asked.high & 0xc00) == 0xc00)
        return "conforming code would run in the caller's ring";
    return "a slot that stays the Host's";
}

std::string gateDifference(unsigned vector, const lg_descriptor &asked,
                           const lg_gate64 &installed) {
    const bool wants = asked.high & kPresent;
    if (vector == LGUEST_TRAP_ENTRY)
        return "the hypercall: it always enters the Switcher, from ring 1 too";
    const char *way = vector == LGUEST_SYSCALL_VECTOR
                          ? "the Switcher reflects it to the Guest's handler"
                      : !wants ? "no gate of the Guest's: the Switcher takes it to the Host"
                      : vector < LGUEST_FIRST_IRQ_VECTOR
                          ? "the Switcher looks at it first, then the Guest's handler has it"
                      : vector < LGUEST_FIRST_IRQ_VECTOR + LGUEST_IRQS
                          ? "a virtual interrupt: the Host enters the handler when it delivers one"
                          : "the Switcher takes it to the Host";
    const unsigned wanted = asked.high >> 13 & 3, got = installed.high >> 13 & 3;
    if (wants && wanted != got)
        return std::string(way) + (got < wanted
                                       ? textf("; int %u is closed to ring %u", vector, wanted)
                                       : textf("; int %u is open from ring %u on", vector, got));
    return way;
}

std::string walkDifference(const lg_walk &walk) {
    if (walk.levels == 0)
        return "no paging yet: the shadow maps guest-physical addresses as they are";
    const uint64_t shadow = walk.shadow_entry[2];
    if (!walk.mapped)
        return shadow & kEntryPresent
                   ? "the Guest took it out of its tables and has not flushed yet"
                   : "not in the Guest's tables: a touch is the Guest's own page fault";
    const uint64_t guest = walk.guest_entry[walk.levels - 1];
    if (!(shadow & kEntryPresent))
        return "not in the shadow yet: the first touch makes the entry";
    if ((guest & kEntryWrite) && !(shadow & kEntryWrite))
        return guest & kEntryDirty ? "not writable in the shadow: the Host's page is read-only yet"
                                   : "not writable in the shadow until the first write, so that "
                                     "the Host can mark the Guest's entry dirty";
    std::string text =
        "other frame numbers: the Guest counts its own memory, the shadow the Host's";
    if (!(guest & kEntryAccessed))
        text += "; the Guest's entry is not marked as accessed";
    if (!(guest & kEntryUser) && (shadow & kEntryUser))
        text += "; ring 1 is a supervisor for the processor, yet the shadow lets users in";
    return text;
}

} // namespace lg
