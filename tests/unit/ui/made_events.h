// SPDX-License-Identifier: GPL-2.0-or-later
// Events for tests of models; only guests make real ones.
#pragma once

#include "ui/traffic/event_store.h"

#include <vector>

inline lg_event madeEvent(uint64_t seq, uint16_t kind, uint8_t vcpu = 0) {
    lg_event event{};
    event.seq = seq;
    event.tsc = 1000 + seq * 10;
    event.kind = kind;
    event.vcpu = vcpu;
    event.regs.cs = LGUEST_KERNEL_CS;
    event.regs.eip = 0xc0100000u + static_cast<uint32_t>(seq);
    return event;
}

inline std::vector<lg_event> madeEvents(uint64_t from, uint64_t count, uint8_t vcpu = 0) {
    std::vector<lg_event> events;
    for (uint64_t seq = from; seq < from + count; ++seq)
        events.push_back(madeEvent(seq, seq % 4 == 0 ? LG_EV_HYPERCALL : LG_EV_PAGE_FAULT, vcpu));
    return events;
}

// Registers and details that differ, as those of a Guest do.
inline std::vector<lg_event> variedEvents(uint64_t from, uint64_t count, uint8_t vcpu = 0) {
    auto events = madeEvents(from, count, vcpu);
    for (lg_event &event : events) {
        event.regs.eip = 0xc0100000u + static_cast<uint32_t>(event.seq * 40503u & 0xfffff);
        event.regs.eax = static_cast<uint32_t>(event.seq * 2654435761u >> 7);
        event.detail[0] = event.regs.eax ^ event.regs.eip;
        event.duration = static_cast<uint32_t>(event.seq % 1013);
    }
    return events;
}

class StoreSource : public ui::EventSource {
public:
    explicit StoreSource(uint64_t capacity = ui::EventStore::kDefaultCapacity) : store(capacity) {}
    ui::EventWindowPtr window() const override { return store.window(); }
    ui::EventCounts counts() const override { return store.counts(); }
    std::shared_ptr<const lg::SymbolTable> symbols() const override { return names; }
    uint32_t tscKhz() const override { return khz; }
    uint64_t tscBase() const override { return store.tscBase(); }
    bool live() const override { return true; }

    ui::EventStore store;
    std::shared_ptr<lg::SymbolTable> names = std::make_shared<lg::SymbolTable>();
    uint32_t khz = 1'000'000;
};
