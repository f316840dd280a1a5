// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspect/symbols.h"
#include "lguest_uapi.h"

#include <QAbstractTableModel>

#include <array>
#include <memory>
#include <optional>

namespace ui {

// All registers of a 32-bit Guest at one moment, beside those at the one before
// it on the same vCPU.
class RegisterModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Value, Before, Meaning, ColumnCount };
    static constexpr int ChangedRole = Qt::UserRole;

    using QAbstractTableModel::QAbstractTableModel;

    // The descriptors that the segments stand for, if they are known: at an event they are not.
    using Gdt = std::array<lg_descriptor, LGUEST_GDT_ENTRIES>;
    void show(const lg_event_regs &now, const std::optional<lg_event_regs> &before,
              std::shared_ptr<const lg::SymbolTable> symbols,
              const std::optional<Gdt> &gdt = std::nullopt);
    void clear();
    bool changed(int row) const;
    uint32_t value(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString meaning(int row) const;

    bool shown_ = false;
    lg_event_regs now_{};
    std::optional<lg_event_regs> before_;
    std::optional<Gdt> gdt_;
    std::shared_ptr<const lg::SymbolTable> symbols_;
};

} // namespace ui
