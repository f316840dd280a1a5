// SPDX-License-Identifier: GPL-2.0-or-later
#include "devices/chain.h"

#include <algorithm>

namespace lg {

namespace {

// Calls `use` with each part of the pieces between skip and skip + count.
template <typename Use>
void forEachPart(const Pieces &pieces, uint64_t skip, size_t count, Use use) {
    for (auto piece : pieces) {
        if (count == 0)
            return;
        if (skip >= piece.size()) {
            skip -= piece.size();
            continue;
        }
        auto part = piece.subspan(skip, std::min(count, piece.size() - size_t(skip)));
        skip = 0;
        count -= part.size();
        use(part);
    }
}

} // namespace

uint64_t bytesOf(const Pieces &pieces) {
    uint64_t sum = 0;
    for (auto piece : pieces)
        sum += piece.size();
    return sum;
}

Bytes gather(const Pieces &pieces, uint64_t skip, size_t count) {
    Bytes bytes;
    bytes.reserve(size_t(std::min<uint64_t>(count, bytesOf(pieces))));
    forEachPart(pieces, skip, count,
                [&](BytesView part) { bytes.insert(bytes.end(), part.begin(), part.end()); });
    return bytes;
}

size_t scatter(const Pieces &pieces, uint64_t skip, BytesView bytes) {
    const size_t all = bytes.size();
    forEachPart(pieces, skip, bytes.size(), [&](std::span<uint8_t> part) {
        std::copy_n(bytes.begin(), part.size(), part.begin());
        bytes = bytes.subspan(part.size());
    });
    return all - bytes.size();
}

} // namespace lg
