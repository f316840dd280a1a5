// SPDX-License-Identifier: GPL-2.0-or-later
// The newest of what a Guest has printed: a file with it keeps that much of it.
#pragma once

#include "base/bytes.h"

#include <algorithm>

namespace lg {

class ConsoleTail {
public:
    static constexpr size_t kMost = 256 << 10;

    void add(BytesView bytes) {
        all_.insert(all_.end(), bytes.begin(), bytes.end());
        if (all_.size() > 2 * kMost)
            all_ = newest();
    }

    // What was too much is cut at the end of a line, where no letter and no escape sequence is
    // torn; within a line when there is no such place.
    Bytes newest() const {
        if (all_.size() <= kMost)
            return all_;
        const auto from = all_.end() - ptrdiff_t(kMost);
        const auto line = std::find(from, all_.end(), uint8_t('\n'));
        return Bytes(line == all_.end() ? from : line + 1, all_.end());
    }

private:
    Bytes all_;
};

} // namespace lg
