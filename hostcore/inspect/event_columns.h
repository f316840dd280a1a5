// SPDX-License-Identifier: GPL-2.0-or-later
// The fields of an event, by number: what recordings keep apart and filters ask for one by one.
#pragma once

#include "lguest_uapi.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace lg {

enum class Column : uint8_t {
    Seq,
    Tsc,
    Kind,
    Code,
    Vcpu,
    Halted,
    HostCpu,
    Eax,
    Ebx,
    Ecx,
    Edx,
    Esi,
    Edi,
    Ebp,
    Esp,
    Eip,
    Eflags,
    Cs,
    Ss,
    Ds,
    Es,
    Fs,
    Gs,
    Cr2,
    Cr3,
    Duration,
    IrqPending,
    Errcode,
    IrqEnabled,
    IrqBlocked,
    Detail0,
    Detail1,
    Detail2,
    Detail3,
    Detail4,
    Detail5,
    Count
};

constexpr size_t kColumnCount = size_t(Column::Count);

struct ColumnShape {
    uint8_t offset; // in lg_event
    uint8_t width;
};

#define LG_COLUMN(member)                                                                          \
    ColumnShape {                                                                                  \
        offsetof(lg_event, member), sizeof(static_cast<lg_event *>(nullptr)->member)               \
    }
constexpr std::array<ColumnShape, kColumnCount> kColumns = {
    LG_COLUMN(seq),         LG_COLUMN(tsc),         LG_COLUMN(kind),        LG_COLUMN(code),
    LG_COLUMN(vcpu),        LG_COLUMN(halted),      LG_COLUMN(host_cpu),    LG_COLUMN(regs.eax),
    LG_COLUMN(regs.ebx),    LG_COLUMN(regs.ecx),    LG_COLUMN(regs.edx),    LG_COLUMN(regs.esi),
    LG_COLUMN(regs.edi),    LG_COLUMN(regs.ebp),    LG_COLUMN(regs.esp),    LG_COLUMN(regs.eip),
    LG_COLUMN(regs.eflags), LG_COLUMN(regs.cs),     LG_COLUMN(regs.ss),     LG_COLUMN(regs.ds),
    LG_COLUMN(regs.es),     LG_COLUMN(regs.fs),     LG_COLUMN(regs.gs),     LG_COLUMN(regs.cr2),
    LG_COLUMN(regs.cr3),    LG_COLUMN(duration),    LG_COLUMN(irq_pending), LG_COLUMN(errcode),
    LG_COLUMN(irq_enabled), LG_COLUMN(irq_blocked), LG_COLUMN(detail[0]),   LG_COLUMN(detail[1]),
    LG_COLUMN(detail[2]),   LG_COLUMN(detail[3]),   LG_COLUMN(detail[4]),   LG_COLUMN(detail[5])};
#undef LG_COLUMN

constexpr const ColumnShape &shapeOf(Column column) {
    return kColumns[size_t(column)];
}

// One behind the other they are the whole record.
constexpr bool columnsCoverTheEvent() {
    size_t end = 0;
    for (const auto &column : kColumns) {
        if (column.offset != end)
            return false;
        end += column.width;
    }
    return end == sizeof(lg_event);
}
static_assert(columnsCoverTheEvent());

// A bit for each.
using ColumnSet = uint64_t;

constexpr ColumnSet kAllColumns = (ColumnSet{1} << kColumnCount) - 1;

template <typename... Columns>
constexpr ColumnSet columnSet(Columns... columns) {
    return (ColumnSet{0} | ... | (ColumnSet{1} << size_t(columns)));
}

constexpr bool contains(ColumnSet set, Column column) {
    return set >> size_t(column) & 1;
}

} // namespace lg
