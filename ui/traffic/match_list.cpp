// SPDX-License-Identifier: GPL-2.0-or-later
#include "match_list.h"

#include <algorithm>

namespace ui {

uint64_t MatchList::at(size_t row) const {
    const uint64_t which = gone_ + row;
    const auto after =
        std::upper_bound(runs_.begin(), runs_.end(), which,
                         [](uint64_t number, const Run &run) { return number < run.before; });
    const Run &run = *std::prev(after);
    return run.high << 16 | run.low[which - run.before];
}

size_t MatchList::rowFrom(uint64_t number) const {
    const auto run =
        std::lower_bound(runs_.begin(), runs_.end(), number >> 16,
                         [](const Run &one, uint64_t high) { return one.high < high; });
    if (run == runs_.end())
        return size();
    auto place = run->low.begin();
    if (run->high == number >> 16)
        place = std::lower_bound(run->low.begin(), run->low.end(), static_cast<uint16_t>(number));
    const uint64_t which = run->before + static_cast<uint64_t>(place - run->low.begin());
    return static_cast<size_t>(std::max(which, gone_) - gone_);
}

void MatchList::append(std::span<const uint64_t> numbers) {
    for (const uint64_t number : numbers) {
        if (runs_.empty() || runs_.back().high != number >> 16) {
            if (!runs_.empty())
                runs_.back().low.shrink_to_fit();
            runs_.push_back({number >> 16, end_, {}});
        }
        runs_.back().low.push_back(static_cast<uint16_t>(number));
        ++end_;
    }
}

void MatchList::dropFront(size_t rows) {
    gone_ += rows;
    while (!runs_.empty() && runs_.front().before + runs_.front().low.size() <= gone_)
        runs_.pop_front();
}

} // namespace ui
