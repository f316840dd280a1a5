// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "trace/block_file.h"

#include <algorithm>
#include <list>
#include <mutex>

namespace lg::trace {

constexpr size_t kBlocksKept = 4;

// Blocks of one kind whose items are numbered through, and what was unpacked of the last few.
template <typename Unpacked>
class NumberedBlocks {
public:
    explicit NumberedBlocks(std::vector<StoredBlock> blocks) : blocks_(std::move(blocks)) {}

    uint64_t count() const { return blocks_.empty() ? 0 : end(blocks_.back()); }
    static uint64_t end(const StoredBlock &block) {
        return block.at.header.first + block.at.header.count;
    }
    const StoredBlock &of(uint64_t number) const {
        auto after = std::upper_bound(
            blocks_.begin(), blocks_.end(), number,
            [](uint64_t n, const StoredBlock &b) { return n < b.at.header.first; });
        return *std::prev(after);
    }

    // Calls back with what unpack(block) gives, now or the last time.
    template <typename Unpack, typename Use>
    auto use(const StoredBlock &block, Unpack unpack, Use use) -> decltype(use(Unpacked())) {
        const std::lock_guard lock(mutex_);
        auto kept = std::find_if(kept_.begin(), kept_.end(),
                                 [&](const auto &k) { return k.first == &block; });
        if (kept != kept_.end()) {
            kept_.splice(kept_.begin(), kept_, kept);
        } else {
            Result<Unpacked> unpacked = unpack(block);
            if (!unpacked)
                return unpacked.error();
            kept_.emplace_front(&block, std::move(*unpacked));
            if (kept_.size() > kBlocksKept)
                kept_.pop_back();
        }
        return use(kept_.front().second);
    }

private:
    std::vector<StoredBlock> blocks_;
    std::mutex mutex_;
    std::list<std::pair<const StoredBlock *, Unpacked>> kept_; // last used first
};

} // namespace lg::trace
