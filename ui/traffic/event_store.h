// SPDX-License-Identifier: GPL-2.0-or-later
// The bounded memory of a live guest's events.
#pragma once

#include "event_window.h"
#include "trace/event_block.h"

#include <atomic>
#include <deque>
#include <mutex>

namespace ui {

class UnpackedChunks;

// So many events of a live guest, as they came or, when they are no longer the newest, packed as
// in a recording: then they take about a tenth of the memory.
struct EventChunk {
    static constexpr uint64_t kEvents = lg::trace::kRecordsPerBlock;

    std::unique_ptr<std::array<lg_event, kEvents>> records; // or
    std::unique_ptr<const lg::trace::PackedEvents> packed;

    size_t bytes() const {
        return packed ? sizeof *packed + packed->columns.size() : sizeof *records;
    }
};

// The connection's thread appends while the window's thread takes windows.
class EventStore {
public:
    static constexpr uint64_t kDefaultCapacity = 10'000'000; // the table's work grows with its rows
    static constexpr uint64_t kDefaultBytes = 192 << 20;
    static constexpr uint64_t kChunkEvents = EventChunk::kEvents;
    static constexpr size_t kRawChunks = 16;   // the newest, which are looked at most
    static constexpr uint64_t kDropShare = 16; // so large a part of what is kept goes at once

    // Keeps the newest events, as many as this and as fit into so much memory, but those that are
    // not packed yet always.
    explicit EventStore(uint64_t capacity = kDefaultCapacity, uint64_t bytes = kDefaultBytes);

    // Takes the events in the order given and puts a loss where a vCPU's
    // sequence numbers have a hole.
    void append(std::span<const lg_event> events);

    EventWindowPtr window() const;
    EventCounts counts() const;
    uint64_t tscBase() const;
    uint64_t bytes() const;

private:
    void push(const lg_event &event);
    void turnChunk();
    void packOne();

    const uint64_t capacity_, mostBytes_;
    std::atomic<uint64_t> tscBase_ = 0;

    // What windows and counts are made of: held for a moment only, so that the window's thread
    // never waits for somebody who is in the middle of a thousand events.
    mutable std::mutex mutex_;
    std::deque<std::shared_ptr<const EventChunk>> chunks_;
    uint64_t first_ = 0;
    uint64_t end_ = 0;
    uint64_t bytes_ = 0;
    EventCounts counts_;
    const std::shared_ptr<UnpackedChunks> unpacked_; // for the lists

    std::mutex writing_;                                    // of the rest, which append() works on
    std::array<lg_event, kChunkEvents> *records_ = nullptr; // of the newest chunk
    lg::trace::EventPacker packer_;
    uint64_t written_ = 0; // not before end_; nobody reads what lies behind end_
    EventCounts counting_;
    std::array<uint64_t, 256> nextSeq_{};
    std::array<bool, 256> known_{};
};

} // namespace ui
