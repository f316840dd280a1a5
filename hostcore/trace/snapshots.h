// SPDX-License-Identifier: GPL-2.0-or-later
// The snapshots of a recording: which there are, and the memory and the shadow tables of each.
#pragma once

#include "snapshot/snapshot.h"
#include "trace/numbered_blocks.h"

#include <optional>

namespace lg {

// Any number of threads may ask.
class Snapshots {
public:
    // The file outlives it.
    explicit Snapshots(const trace::BlockFile &file) : file_(file) {}

    size_t count() const { return all_.size(); }
    const Snapshot &at(size_t number) const { return all_[number]; }
    // The newest that is not younger than this.
    std::optional<size_t> before(uint64_t tsc) const;
    // A page as it was then.
    Result<Bytes> page(size_t snapshot, uint32_t number) const;
    // Pages that may differ between two of them; those that nobody wrote in between are left out.
    std::vector<uint32_t> changedPages(size_t one, size_t other) const;
    Result<std::vector<ShadowEntry>> shadow(size_t snapshot) const;

    // For who loads them, in this order; false: it makes no sense.
    bool addBlock(const trace::StoredBlock &block);
    bool add(Snapshot snapshot);
    void loaded();

private:
    static constexpr uint64_t kZero = UINT64_MAX;
    // From this snapshot on the page is what lies there in the file.
    struct Place {
        uint32_t page;
        uint32_t snapshot;
        uint64_t stored; // kZero = nothing but zeros
    };

    uint64_t stored(size_t snapshot, uint32_t page) const;

    const trace::BlockFile &file_;
    std::vector<Snapshot> all_;     // by time
    std::vector<uint32_t> wholeAt_; // of each: the newest up to it that told all pages
    std::vector<Place> places_;     // by page, then by snapshot
    std::vector<trace::StoredBlock> pageBlocks_, shadowBlocks_;
    uint64_t pageCount_ = 0, shadowCount_ = 0;
    std::unique_ptr<trace::NumberedBlocks<Bytes>> pages_, shadows_; // made by loaded()
};

} // namespace lg
