// SPDX-License-Identifier: GPL-2.0-or-later
// What a screen reader could not tell: everything that takes the focus or a click has a name.
#pragma once

#include <QAbstractButton>
#include <QAccessible>
#include <QTabBar>

inline QStringList namelessIn(const QWidget &parent, int *named = nullptr) {
    QStringList nameless;
    for (QWidget *widget : parent.findChildren<QWidget *>()) {
        const bool interactive =
            widget->focusPolicy() != Qt::NoFocus || qobject_cast<QAbstractButton *>(widget);
        if (!interactive || widget->objectName().startsWith("qt_"))
            continue;
        if (const auto *tabs = qobject_cast<QTabBar *>(widget); tabs && tabs->count() == 0)
            continue; // Qt keeps one without tabs, and never shows it
        QAccessibleInterface *face = QAccessible::queryAccessibleInterface(widget);
        const bool good = face && !face->text(QAccessible::Name).isEmpty();
        if (good && named)
            ++*named;
        if (!good)
            nameless +=
                QStringLiteral("%1 '%2' in '%3'")
                    .arg(QLatin1String(widget->metaObject()->className()), widget->objectName(),
                         widget->parent() ? widget->parent()->objectName() : QString());
    }
    return nameless;
}
