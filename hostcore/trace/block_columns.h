// SPDX-License-Identifier: GPL-2.0-or-later
// One block of events after another, of each only the columns that are asked for.
#pragma once

#include "trace/block_file.h"

namespace lg::trace {

// Belongs to one thread; the file and the blocks must outlive it.
class BlockColumns {
public:
    explicit BlockColumns(const BlockFile &file) : file_(&file) {}
    BlockColumns() = default; // for blocks in memory

    void enter(const StoredBlock &block);
    void enter(const PackedEvents &block);
    const EventsHead &head() const { return stored_ ? stored_->head : packed_->head; }
    uint32_t count() const { return stored_ ? stored_->at.header.count : packed_->count; }

    // The values of all its records; valid until the next enter().
    Result<BytesView> column(Column column);
    // Records from the `first` of the block on, with these fields only; the others stay as they
    // are.
    Result<void> read(size_t first, ColumnSet wanted, std::span<lg_event> into);

private:
    const BlockFile *file_ = nullptr;
    const StoredBlock *stored_ = nullptr; // one of the two
    const PackedEvents *packed_ = nullptr;
    ColumnSet have_ = 0;
    std::array<Bytes, kColumnCount> values_;
};

} // namespace lg::trace
