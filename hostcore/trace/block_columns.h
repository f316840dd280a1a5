// SPDX-License-Identifier: GPL-2.0-or-later
// One block of events after another, of each only the columns that are asked for.
#pragma once

#include "trace/block_file.h"

namespace lg::trace {

// Belongs to one thread; the file must outlive it.
class BlockColumns {
public:
    explicit BlockColumns(const BlockFile &file) : file_(file) {}

    void enter(const StoredBlock &block);
    const EventsHead &head() const { return block_->head; }
    uint32_t count() const { return block_->at.header.count; }

    // The values of all its records; valid until the next enter().
    Result<BytesView> column(Column column);
    // Records from the `first` of the block on, with these fields only; the others stay as they
    // are.
    Result<void> read(size_t first, ColumnSet wanted, std::span<lg_event> into);

private:
    const BlockFile &file_;
    const StoredBlock *block_ = nullptr;
    ColumnSet have_ = 0;
    std::array<Bytes, kColumnCount> values_;
};

} // namespace lg::trace
