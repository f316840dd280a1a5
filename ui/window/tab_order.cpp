// SPDX-License-Identifier: GPL-2.0-or-later
#include "tab_order.h"

#include <QLayout>
#include <QWidget>

namespace ui {

namespace {

void collect(const QLayout *layout, QWidgetList &widgets) {
    for (int i = 0; i < layout->count(); ++i) {
        QLayoutItem *item = layout->itemAt(i);
        if (const QLayout *inner = item->layout()) {
            collect(inner, widgets);
        } else if (QWidget *widget = item->widget()) {
            if (widget->layout() && !widget->isWindow())
                collect(widget->layout(), widgets);
            else if (widget->focusPolicy() & Qt::TabFocus)
                widgets << widget;
        }
    }
}

} // namespace

void tabInLayoutOrder(QWidget *widget) {
    QWidgetList widgets;
    if (widget->layout())
        collect(widget->layout(), widgets);
    for (qsizetype i = 1; i < widgets.size(); ++i)
        QWidget::setTabOrder(widgets.at(i - 1), widgets.at(i));
}

} // namespace ui
