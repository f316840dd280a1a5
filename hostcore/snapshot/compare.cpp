// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/compare.h"

#include "image/layout.h"

namespace lg {

Result<MomentDifferences> compareMoments(const Moment &before, const Moment &after, size_t most,
                                         const MemoryProgress &progress) {
    MomentDifferences all;
    const auto pages = before.pagesUnlike(after);
    for (size_t i = 0; i < pages.size(); ++i) {
        if (!progress(i, pages.size()))
            return Error{"given up"};
        const uint32_t address = pages[i] * kPageBytes;
        if (address >= before.memoryBytes())
            break; // the pages of the devices' bus
        const auto was = before.readMemory(0, address, kPageBytes, false);
        const auto is = after.readMemory(0, address, kPageBytes, false);
        if (!was)
            return was.error();
        if (!is)
            return is.error();
        uint64_t differ = 0;
        for (size_t at = 0; at < kPageBytes; ++at)
            differ += (*was)[at] != (*is)[at];
        if (differ == 0)
            continue;
        all.pages.push_back(pages[i]);
        all.bytes += differ;
        if (all.places.size() == most)
            continue;
        for (auto &one : compareMemory(*was, *is, most - all.places.size())) {
            one.address += address;
            all.places.push_back(std::move(one));
        }
    }
    return all;
}

} // namespace lg
