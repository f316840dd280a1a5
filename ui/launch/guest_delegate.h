// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QStyledItemDelegate>

class QListWidget;

namespace ui {

// A name in bold and, below it, the one line that says what it is.
class GuestDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    static constexpr int DataRole = Qt::UserRole, AboutRole = Qt::UserRole + 1;

    // A list of such, and what is in it.
    static QListWidget *dress(QListWidget *list, const QString &name);
    static void addItem(QListWidget *list, const QString &name, const QString &about,
                        const QVariant &data);

    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

} // namespace ui
