// SPDX-License-Identifier: GPL-2.0-or-later
#include "kind_delegate.h"

#include "event_model.h"
#include "ui/window/theme.h"

#include <QApplication>
#include <QPainter>

namespace ui {

void KindDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const {
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QString text = item.text;
    item.text.clear();
    const QStyle *style = item.widget ? item.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);

    if (text.isEmpty())
        return; // a lane in which nothing happened

    const int side = item.fontMetrics.height() / 2;
    const QRect mark(item.rect.left() + 5, item.rect.center().y() - side / 2, side, side);
    const unsigned kind = index.data(EventModel::KindRole).toUInt();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    const bool selected = item.state & QStyle::State_Selected;
    if (selected) { // a frame keeps it apart from a selection of the same hue
        painter->setBrush(item.palette.color(QPalette::HighlightedText));
        painter->drawRoundedRect(mark.adjusted(-2, -2, 2, 2), 3, 3);
    }
    painter->setBrush(SignalColours::kind(kind, !selected && isDark(item.palette)));
    painter->drawRoundedRect(mark, 2, 2);
    const QVariant ink = index.data(Qt::ForegroundRole);
    painter->setPen(selected        ? item.palette.color(QPalette::HighlightedText)
                    : ink.isValid() ? ink.value<QColor>()
                                    : item.palette.color(QPalette::Text));
    const QRect place = item.rect.adjusted(side + 11, 0, -2, 0);
    painter->drawText(place, Qt::AlignVCenter | Qt::AlignLeft,
                      item.fontMetrics.elidedText(text, Qt::ElideRight, place.width()));
    painter->restore();
}

} // namespace ui
