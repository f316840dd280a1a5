// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspect/symbols.h"
#include "lguest_uapi.h"

#include <QAbstractTableModel>

#include <memory>
#include <optional>

namespace ui {

// All registers of a 32-bit Guest at one event, beside those at the event
// before it on the same vCPU.
class RegisterModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Value, Before, Meaning, ColumnCount };
    static constexpr int ChangedRole = Qt::UserRole;

    using QAbstractTableModel::QAbstractTableModel;

    void show(const lg_event &now, const std::optional<lg_event> &before,
              std::shared_ptr<const lg::SymbolTable> symbols);
    void clear();
    bool changed(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString meaning(int row) const;

    bool shown_ = false;
    lg_event_regs now_{};
    std::optional<lg_event_regs> before_;
    std::shared_ptr<const lg::SymbolTable> symbols_;
};

} // namespace ui
