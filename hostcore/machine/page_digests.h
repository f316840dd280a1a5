// SPDX-License-Identifier: GPL-2.0-or-later
// What each page of a Guest's memory was like at the last snapshot, in 8 bytes: two pages in
// 2^64 that differ look alike.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <vector>

namespace lg {

class PageDigests {
public:
    enum class Page {
        AsBefore, // or zero, and all pages that are not zero are told
        Changed,
        Cleared // it is zero now
    };

    // A round over all pages.  True: told is what differs from the round before, which somebody
    // may not want, or which did not come to its end.
    bool begin(size_t pages, bool changesAreEnough);
    // Each page once, in order.
    Page look(uint32_t number, BytesView bytes);
    bool complete() const { return looked_ == digests_.size(); }

private:
    std::vector<uint64_t> digests_; // 0 = a page of zeros
    size_t looked_ = 0;
    bool changes_ = false;
};

} // namespace lg
