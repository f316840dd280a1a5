// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/memory_search.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace lg {

namespace {

constexpr uint32_t kPage = 4096;
constexpr uint32_t kStep = 1u << 20; // what is read at a time
constexpr size_t kNear = 8;          // equal bytes between two differences that are told as one
constexpr size_t kLongest = 64;      // of a difference: the rest is the next one's

struct Place {
    uint64_t begin, end; // virtual
    uint32_t physical;
};

// One stretch of addresses, read and searched in steps that overlap by the pattern's length.
class Search {
public:
    Search(const MemoryReader &read, BytesView pattern, const MemoryProgress &progress,
           uint64_t all)
        : read_(read), pattern_(pattern), progress_(progress), all_(all) {}

    Result<std::optional<uint32_t>> in(const Place &place) {
        if (place.begin != next_)
            kept_.clear();
        for (uint64_t at = place.begin; at < place.end;) {
            const auto length = uint32_t(std::min<uint64_t>(kStep, place.end - at));
            auto bytes = read_(place.physical + uint32_t(at - place.begin), length);
            if (!bytes)
                return bytes.error();
            const uint64_t start = at - kept_.size();
            kept_.insert(kept_.end(), bytes->begin(), bytes->end());
            const auto hit =
                std::search(kept_.begin(), kept_.end(), pattern_.begin(), pattern_.end());
            if (hit != kept_.end())
                return std::optional(uint32_t(start + uint64_t(hit - kept_.begin())));
            const size_t keep = std::min(kept_.size(), pattern_.size() - 1);
            kept_.erase(kept_.begin(), kept_.end() - ptrdiff_t(keep));
            at += length;
            done_ += length;
            if (!progress_(done_, all_)) {
                stopped_ = true;
                break;
            }
        }
        next_ = place.end;
        return std::optional<uint32_t>();
    }

    bool stopped() const { return stopped_; }

private:
    const MemoryReader &read_;
    BytesView pattern_;
    const MemoryProgress &progress_;
    uint64_t all_, done_ = 0, next_ = 0;
    Bytes kept_;
    bool stopped_ = false;
};

} // namespace

Result<Bytes> parsePattern(const std::string &text, PatternKind kind) {
    if (kind == PatternKind::Text) {
        if (text.empty())
            return Error{"there is no text to look for"};
        return Bytes(text.begin(), text.end());
    }
    if (kind == PatternKind::Value) {
        const bool minus = text.starts_with("-");
        std::string digits = text.substr(minus ? 1 : 0);
        const bool hex = digits.starts_with("0x") || digits.starts_with("0X");
        digits = digits.substr(hex ? 2 : 0);
        uint32_t value = 0;
        const char *end = digits.data() + digits.size();
        const auto parsed = std::from_chars(digits.data(), end, value, hex ? 16 : 10);
        if (parsed.ec != std::errc() || parsed.ptr != end)
            return Error{"\"" + text + "\" is no number of 32 bits"};
        value = minus ? 0u - value : value;
        return Bytes{uint8_t(value), uint8_t(value >> 8), uint8_t(value >> 16),
                     uint8_t(value >> 24)};
    }
    std::string digits;
    for (const char c : text)
        if (std::isxdigit(static_cast<unsigned char>(c)))
            digits += c;
        else if (!std::isspace(static_cast<unsigned char>(c)))
            return Error{std::string("'") + c + "' is no digit of a byte such as 0f"};
    if (digits.empty() || digits.size() % 2 != 0)
        return Error{"bytes have two digits each, as in: 0f 05"};
    Bytes bytes;
    for (size_t i = 0; i < digits.size(); i += 2) {
        uint8_t byte = 0;
        std::from_chars(&digits[i], &digits[i] + 2, byte, 16);
        bytes.push_back(byte);
    }
    return bytes;
}

Result<std::optional<uint32_t>> searchMemory(const MemoryReader &read,
                                             const std::vector<MappedRange> &ranges, uint32_t from,
                                             BytesView pattern, const MemoryProgress &progress) {
    uint64_t all = 0;
    std::vector<Place> order, before;
    // A match that begins before `from` may end behind it.
    const uint64_t limit = uint64_t{from} + pattern.size() - 1;
    for (const MappedRange &range : ranges) {
        const uint64_t end = uint64_t{range.address} + uint64_t{range.pages} * kPage;
        const uint32_t begin = std::max(range.address, from);
        all += end - range.address;
        if (end > from)
            order.push_back({begin, end, range.physical + (begin - range.address)});
        if (range.address < limit)
            before.push_back({range.address, std::min(end, limit), range.physical});
    }
    order.insert(order.end(), before.begin(), before.end());
    Search search(read, pattern, progress, all);
    for (const Place &place : order) {
        auto found = search.in(place);
        if (!found || *found || search.stopped())
            return found;
    }
    return std::optional<uint32_t>();
}

Result<Bytes> readAll(const MemoryReader &read, uint64_t bytes, const MemoryProgress &progress) {
    Bytes all;
    all.reserve(bytes);
    while (all.size() < bytes) {
        auto part =
            read(uint32_t(all.size()), uint32_t(std::min<uint64_t>(kStep, bytes - all.size())));
        if (!part)
            return part.error();
        if (part->empty())
            break;
        all.insert(all.end(), part->begin(), part->end());
        if (!progress(all.size(), bytes))
            return Error{"given up"};
    }
    return all;
}

std::vector<MemoryDifference> compareMemory(BytesView before, BytesView now, size_t most) {
    std::vector<MemoryDifference> all;
    const size_t length = std::min(before.size(), now.size());
    for (size_t at = 0; at < length && all.size() < most; ++at) {
        // Most of memory is equal, and memory is large.
        at = size_t(std::mismatch(before.begin() + ptrdiff_t(at),
                                  before.begin() + ptrdiff_t(length), now.begin() + ptrdiff_t(at))
                        .first -
                    before.begin());
        if (at == length)
            break;
        size_t last = at;
        for (size_t i = at + 1; i < length && i - last <= kNear && i - at < kLongest; ++i)
            if (before[i] != now[i])
                last = i;
        const auto part = [&](BytesView of) {
            return Bytes(of.begin() + ptrdiff_t(at), of.begin() + ptrdiff_t(last + 1));
        };
        all.push_back({uint32_t(at), part(before), part(now)});
        at = last;
    }
    return all;
}

} // namespace lg
