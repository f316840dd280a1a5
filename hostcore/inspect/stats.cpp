// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/stats.h"

#include "inspect/describe.h"

#include <algorithm>

namespace lg {

namespace {

void addTo(EventCount &sum, const EventCount &part) {
    sum.count += part.count;
    sum.ticks += part.ticks;
    sum.longest = std::max(sum.longest, part.longest);
}

std::string kindText(uint32_t kind) {
    auto name = kindName(kind);
    return name.empty() ? "kind " + std::to_string(kind) : std::string(name);
}

} // namespace

void EventStats::add(std::span<const lg_event> events) {
    for (const auto &event : events) {
        addTo(counts_[uint32_t(event.kind) << 16 | event.code],
              {1, event.duration, event.duration});
        firstTsc_ = total_ == 0 ? event.tsc : std::min<uint64_t>(firstTsc_, event.tsc);
        lastTsc_ = std::max<uint64_t>(lastTsc_, event.tsc);
        ++total_;
    }
}

std::map<std::string, EventCount> EventStats::byKind() const {
    std::map<std::string, EventCount> result;
    for (const auto &[key, count] : counts_)
        addTo(result[kindText(key >> 16)], count);
    return result;
}

std::map<std::string, EventCount> EventStats::byCode() const {
    std::map<std::string, EventCount> result;
    for (const auto &[key, count] : counts_) {
        lg_event event = {};
        event.kind = uint16_t(key >> 16);
        event.code = uint16_t(key);
        auto code = codeText(event);
        addTo(result[kindText(key >> 16) + (code.empty() ? "" : " " + code)], count);
    }
    return result;
}

} // namespace lg
