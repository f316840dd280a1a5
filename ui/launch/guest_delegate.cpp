// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_delegate.h"

#include "ui/window/theme.h"

#include <QApplication>
#include <QListWidget>
#include <QPainter>

namespace ui {

namespace {
constexpr int kMargin = 8;
} // namespace

QListWidget *GuestDelegate::dress(QListWidget *list, const QString &name) {
    list->setAccessibleName(name);
    list->setItemDelegate(new GuestDelegate(list));
    list->setUniformItemSizes(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return list;
}

void GuestDelegate::addItem(QListWidget *list, const QString &name, const QString &about,
                            const QVariant &data) {
    auto *item = new QListWidgetItem(name, list);
    item->setData(AboutRole, about);
    item->setData(DataRole, data);
    item->setData(Qt::AccessibleDescriptionRole, about);
    item->setToolTip(about);
}

QSize GuestDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const {
    return {120, 2 * option.fontMetrics.height() + 2 * kMargin - 2};
}

void GuestDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const {
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QString name = item.text;
    item.text.clear();
    QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
    const bool selected = item.state & QStyle::State_Selected;
    const QColor ink = item.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    const QRect place = item.rect.adjusted(kMargin + 2, kMargin - 2, -kMargin, -kMargin + 2);
    painter->save();
    QFont bold = item.font;
    bold.setBold(true);
    painter->setFont(bold);
    painter->setPen(ink);
    painter->drawText(place, Qt::AlignTop | Qt::AlignLeft,
                      QFontMetrics(bold).elidedText(name, Qt::ElideMiddle, place.width()));
    painter->setFont(item.font);
    painter->setPen(selected ? ink : signalColours(item.palette).muted);
    painter->drawText(place, Qt::AlignBottom | Qt::AlignLeft,
                      item.fontMetrics.elidedText(index.data(AboutRole).toString(), Qt::ElideRight,
                                                  place.width()));
    painter->restore();
}

} // namespace ui
