// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/block_columns.h"

#include <algorithm>

namespace lg::trace {

void BlockColumns::enter(const StoredBlock &block) {
    stored_ = &block;
    packed_ = nullptr;
    have_ = 0;
}

void BlockColumns::enter(const PackedEvents &block) {
    stored_ = nullptr;
    packed_ = &block;
    have_ = 0;
}

Result<BytesView> BlockColumns::column(Column column) {
    auto &values = values_[size_t(column)];
    if (!contains(have_, column)) {
        auto got = stored_ ? file_->readColumn(*stored_, column, values)
                           : packed_->readColumn(column, values);
        if (!got)
            return got.error();
        have_ |= columnSet(column);
    }
    return BytesView(values);
}

Result<void> BlockColumns::read(size_t first, ColumnSet wanted, std::span<lg_event> into) {
    for (size_t i = 0; i < kColumnCount; ++i)
        if (contains(wanted, Column(i)))
            if (auto values = column(Column(i)); !values)
                return values.error();
    // So few at a time that they stay in the processor's nearest cache from column to column.
    constexpr size_t kAtOnce = 128;
    while (!into.empty()) {
        const auto some = into.first(std::min(into.size(), kAtOnce));
        for (size_t i = 0; i < kColumnCount; ++i)
            if (contains(wanted, Column(i)))
                putColumn(Column(i), values_[i], first, some);
        first += some.size();
        into = into.subspan(some.size());
    }
    return {};
}

} // namespace lg::trace
