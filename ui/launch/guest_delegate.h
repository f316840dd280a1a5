// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace ui {

// A name in bold and, below it, the one line that says what it is.
class GuestDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    static constexpr int AboutRole = Qt::UserRole + 1;

    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

} // namespace ui
