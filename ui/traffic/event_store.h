// SPDX-License-Identifier: GPL-2.0-or-later
// The bounded memory of a live guest's events.
#pragma once

#include "event_window.h"

#include <atomic>
#include <deque>
#include <mutex>

namespace ui {

// The connection's thread appends while the window's thread takes windows.
class EventStore {
public:
    static constexpr uint64_t kDefaultCapacity = 2'000'000;
    static constexpr uint64_t kChunkEvents = 4096;

    explicit EventStore(uint64_t capacity = kDefaultCapacity);

    // Takes the events in the order given and puts a loss where a vCPU's
    // sequence numbers have a hole.
    void append(std::span<const lg_event> events);

    EventWindowPtr window() const;
    EventCounts counts() const;
    uint64_t tscBase() const;
    uint64_t capacity() const { return capacity_; }

    struct Chunk {
        std::array<lg_event, kChunkEvents> events;
    };

private:
    void push(const lg_event &event);
    void turnChunk();

    const uint64_t capacity_;
    std::atomic<uint64_t> tscBase_ = 0;

    // What windows and counts are made of: held for a moment only, so that the window's thread
    // never waits for somebody who is in the middle of a thousand events.
    mutable std::mutex mutex_;
    std::deque<std::shared_ptr<Chunk>> chunks_;
    uint64_t first_ = 0;
    uint64_t end_ = 0;
    EventCounts counts_;

    std::mutex writing_; // of the rest, which append() works on
    std::shared_ptr<Chunk> chunk_;
    uint64_t written_ = 0; // not before end_; nobody reads what lies behind end_
    EventCounts counting_;
    std::array<uint64_t, 256> nextSeq_{};
    std::array<bool, 256> known_{};
};

} // namespace ui
