// SPDX-License-Identifier: GPL-2.0-or-later
#include "event_window.h"

#include <algorithm>

namespace ui {

std::vector<uint64_t> EventWindow::find(const lg::Filter &filter, const lg::SymbolTable *symbols,
                                        uint64_t from, uint64_t until) const {
    std::vector<uint64_t> found;
    std::vector<lg_event> block(1024);
    for (uint64_t at = from; at < until;) {
        const size_t want = static_cast<size_t>(std::min<uint64_t>(block.size(), until - at));
        const size_t got = read(at, std::span(block).first(want));
        if (got == 0)
            break;
        for (size_t i = 0; i < got; ++i)
            if (isLoss(block[i]) || filter.matches(block[i], symbols))
                found.push_back(at + i);
        at += got;
    }
    return found;
}

} // namespace ui
