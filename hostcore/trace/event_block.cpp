// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/event_block.h"

#include <algorithm>
#include <zstd.h>

namespace lg::trace {

namespace {

// What a recording of a running Guest can afford: 3 packs 5 % better in half again the time.
constexpr int kLevel = 1;

constexpr bool isDelta(Column column) {
    return column == Column::Seq || column == Column::Tsc;
}

template <typename T>
void gather(std::span<const lg_event> records, size_t offset, uint8_t *to) {
    for (const auto &record : records) {
        std::memcpy(to, reinterpret_cast<const uint8_t *>(&record) + offset, sizeof(T));
        to += sizeof(T);
    }
}

template <typename T>
void scatter(const uint8_t *from, size_t offset, std::span<lg_event> records) {
    for (auto &record : records) {
        std::memcpy(reinterpret_cast<uint8_t *>(&record) + offset, from, sizeof(T));
        from += sizeof(T);
    }
}

void takeColumn(Column column, std::span<const lg_event> records, Bytes &values) {
    const auto [offset, width] = shapeOf(column);
    values.resize(records.size() * width);
    switch (width) {
    case 1:
        gather<uint8_t>(records, offset, values.data());
        break;
    case 2:
        gather<uint16_t>(records, offset, values.data());
        break;
    case 4:
        gather<uint32_t>(records, offset, values.data());
        break;
    default:
        gather<uint64_t>(records, offset, values.data());
    }
    uint64_t last = 0;
    for (size_t at = 0; isDelta(column) && at < values.size(); at += sizeof last) {
        const auto value = loadAt<uint64_t>(values, at);
        storeAt(values, at, value - last);
        last = value;
    }
}

EventsHead summaryOf(std::span<const lg_event> records) {
    EventsHead head = {};
    head.tscFirst = UINT64_MAX;
    head.durationLeast = UINT32_MAX;
    for (const auto &record : records) {
        head.kinds |= headBit(record.kind);
        head.vcpus |= headBit(record.vcpu);
        head.tscFirst = std::min<uint64_t>(head.tscFirst, record.tsc);
        head.tscLast = std::max<uint64_t>(head.tscLast, record.tsc);
        head.durationLeast = std::min(head.durationLeast, record.duration);
        head.durationMost = std::max(head.durationMost, record.duration);
    }
    return head;
}

} // namespace

EventPacker::EventPacker() : zstd_(ZSTD_createCCtx(), ZSTD_freeCCtx) {
    ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_checksumFlag, 1);
}
EventPacker::~EventPacker() = default;

BytesView EventPacker::pack(std::span<const lg_event> records) {
    auto head = summaryOf(records);
    packed_.resize(sizeof head + kColumnCount * ZSTD_compressBound(records.size() * 8));
    size_t end = sizeof head;
    for (size_t i = 0; i < kColumnCount; ++i) {
        takeColumn(Column(i), records, values_);
        size_t size = ZSTD_compress2(zstd_.get(), packed_.data() + end, packed_.size() - end,
                                     values_.data(), values_.size());
        if (ZSTD_isError(size))
            return {};
        head.packed[i] = uint32_t(size);
        end += size;
    }
    storeAt(packed_, 0, head);
    return BytesView(packed_).first(end);
}

ColumnUnpacker::ColumnUnpacker() : zstd_(ZSTD_createDCtx(), ZSTD_freeDCtx) {}
ColumnUnpacker::~ColumnUnpacker() = default;

bool ColumnUnpacker::unpack(Column column, BytesView packed, uint32_t count, Bytes &values) {
    values.resize(size_t(count) * shapeOf(column).width);
    size_t size = ZSTD_decompressDCtx(zstd_.get(), values.data(), values.size(), packed.data(),
                                      packed.size());
    if (ZSTD_isError(size) || size != values.size())
        return false;
    uint64_t last = 0;
    for (size_t at = 0; isDelta(column) && at < values.size(); at += sizeof last) {
        last += loadAt<uint64_t>(values, at);
        storeAt(values, at, last);
    }
    return true;
}

PackedEvents::PackedEvents(BytesView packed, uint32_t count_)
    : head(loadAt<EventsHead>(packed, 0)), count(count_),
      columns(packed.begin() + sizeof head, packed.end()) {}

Result<void> PackedEvents::readColumn(Column column, Bytes &values) const {
    thread_local ColumnUnpacker unpacker; // costs more to make than a column takes
    size_t offset = 0;
    for (size_t i = 0; i < size_t(column); ++i)
        offset += head.packed[i];
    const auto packed = BytesView(columns).subspan(offset, head.packed[size_t(column)]);
    if (!unpacker.unpack(column, packed, count, values))
        return Error{"events in memory can't be unpacked"};
    return {};
}

void putColumn(Column column, BytesView values, size_t first, std::span<lg_event> records) {
    const auto [offset, width] = shapeOf(column);
    const uint8_t *from = values.data() + first * width;
    switch (width) {
    case 1:
        return scatter<uint8_t>(from, offset, records);
    case 2:
        return scatter<uint16_t>(from, offset, records);
    case 4:
        return scatter<uint32_t>(from, offset, records);
    default:
        return scatter<uint64_t>(from, offset, records);
    }
}

} // namespace lg::trace
