// SPDX-License-Identifier: GPL-2.0-or-later
// Records turned into columns and back; format.h has the layout.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "trace/format.h"

#include <memory>
#include <span>

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace lg::trace {

class EventPacker {
public:
    EventPacker();
    ~EventPacker();

    // An EventsHead and the columns; valid until the next call. Empty when there is no memory.
    BytesView pack(std::span<const lg_event> records);

private:
    std::unique_ptr<ZSTD_CCtx_s, size_t (*)(ZSTD_CCtx_s *)> zstd_;
    Bytes values_, packed_;
};

class ColumnUnpacker {
public:
    ColumnUnpacker();
    ~ColumnUnpacker();

    // False when these bytes are no column of so many records.
    bool unpack(Column column, BytesView packed, uint32_t count, Bytes &values);

private:
    std::unique_ptr<ZSTD_DCtx_s, size_t (*)(ZSTD_DCtx_s *)> zstd_;
};

// A block of events in memory. Any number of threads may read it.
struct PackedEvents {
    EventsHead head;
    uint32_t count;
    Bytes columns;

    // What an EventPacker made of so many records.
    PackedEvents(BytesView packed, uint32_t count);
    Result<void> readColumn(Column column, Bytes &values) const;
};

// Puts values [first, first + records.size()) of the column into the records.
void putColumn(Column column, BytesView values, size_t first, std::span<lg_event> records);

// The bit for a kind or a vCPU in an EventsHead.
constexpr uint64_t headBit(uint32_t number) {
    return uint64_t{1} << (number < 63 ? number : 63);
}

} // namespace lg::trace
