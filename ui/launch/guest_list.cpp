// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_list.h"

#include "ui/window/theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyledItemDelegate>

namespace ui {

namespace {

constexpr int kMargin = 8;

class GuestDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override {
        return {120, 2 * option.fontMetrics.height() + 2 * kMargin - 2};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override {
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        const QString name = item.text;
        item.text.clear();
        QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
        const bool selected = item.state & QStyle::State_Selected;
        const QColor ink =
            item.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
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
                          item.fontMetrics.elidedText(index.data(GuestList::AboutRole).toString(),
                                                      Qt::ElideRight, place.width()));
        painter->restore();
    }
};

} // namespace

GuestList::GuestList(const QString &name, QWidget *parent) : QListWidget(parent) {
    setAccessibleName(name);
    setItemDelegate(new GuestDelegate(this));
    setUniformItemSizes(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(this, &QListWidget::itemClicked, this, &GuestList::chosen);
    connect(this, &QListWidget::itemSelectionChanged, this, [this] {
        if (const auto selected = selectedItems(); !selected.isEmpty())
            emit chosen(selected.first());
    });
}

QListWidgetItem *GuestList::addGuest(const QString &name, const QString &about,
                                     const QVariant &data) {
    auto *item = new QListWidgetItem(name, this);
    item->setData(AboutRole, about);
    item->setData(DataRole, data);
    item->setData(Qt::AccessibleDescriptionRole, about);
    item->setToolTip(about);
    return item;
}

void GuestList::fitHeight() {
    setMaximumHeight(count() * sizeHintForRow(0) + 2 * frameWidth());
}

void GuestList::display(QListWidgetItem *item) {
    if (item ? item->isSelected() : selectedItems().isEmpty())
        return;
    const QSignalBlocker quiet(this);
    setCurrentItem(item);
    if (!item)
        clearSelection();
}

void GuestList::keyPressEvent(QKeyEvent *event) {
    // With the focus a row gets the frame but is not selected; the next key that goes there does.
    QListWidgetItem *item = currentItem();
    if (item && !item->isSelected() &&
        (event->key() == Qt::Key_Down || event->key() == Qt::Key_Up)) {
        setCurrentItem(item, QItemSelectionModel::ClearAndSelect);
        return;
    }
    QListWidget::keyPressEvent(event);
}

} // namespace ui
