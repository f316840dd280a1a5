// SPDX-License-Identifier: GPL-2.0-or-later
#include "match_finder.h"

#include <QtConcurrent>

#include <algorithm>

namespace ui {

namespace {

// As many as are looked at before it can be cancelled.
constexpr uint64_t kStretch = 8 * EventWindow::kRead;

} // namespace

void MatchFinder::cancel() {
    *cancelled_ = true;
    looking_ = false;
}

void MatchFinder::start(const Search &search) {
    cancel();
    cancelled_ = std::make_shared<std::atomic<bool>>();
    looking_ = true;
    QtConcurrent::run([search, cancelled = cancelled_] { return look(search, *cancelled); })
        .then(this, [this, forward = search.forward,
                     cancelled = cancelled_](std::optional<uint64_t> index) {
            if (*cancelled)
                return;
            looking_ = false;
            if (index)
                emit found(*index);
            else
                emit nothing(forward);
        });
}

std::optional<uint64_t> MatchFinder::look(const Search &search,
                                          const std::atomic<bool> &cancelled) {
    const EventWindow &window = *search.window;
    const uint64_t first = window.first(), end = window.end();
    // What is still to be looked at: [low, high).
    uint64_t low = search.forward ? std::clamp(search.from, first, end) : first;
    uint64_t high = search.forward ? end : std::clamp(search.from, first, end);
    while (low < high && !cancelled) {
        const uint64_t many = std::min(kStretch, high - low);
        const uint64_t from = search.forward ? low : high - many;
        auto matches = window.find(search.filter, search.symbols.get(), from, from + many);
        if (!search.forward)
            std::reverse(matches.begin(), matches.end());
        for (const uint64_t index : matches)
            if (!isLoss(window.at(index))) // they pass every filter
                return index;
        (search.forward ? low : high) = search.forward ? from + many : from;
    }
    return std::nullopt;
}

} // namespace ui
