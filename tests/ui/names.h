// SPDX-License-Identifier: GPL-2.0-or-later
// What a screen reader could not tell: whatever takes the focus or a click has a name, and
// everything that is to be seen has a role.
#pragma once

#include <QAbstractButton>
#include <QAccessible>
#include <QTabBar>

inline QString described(const QWidget *widget) {
    return QStringLiteral("%1 '%2' in '%3'")
        .arg(QLatin1String(widget->metaObject()->className()), widget->objectName(),
             widget->parent() ? widget->parent()->objectName() : QString());
}

inline bool isInteractive(const QWidget *widget) {
    return widget->focusPolicy() != Qt::NoFocus || qobject_cast<const QAbstractButton *>(widget);
}

inline QStringList namelessIn(const QWidget &parent, int *named = nullptr) {
    QStringList nameless;
    for (QWidget *widget : parent.findChildren<QWidget *>()) {
        if (!isInteractive(widget) || widget->objectName().startsWith("qt_"))
            continue;
        if (const auto *tabs = qobject_cast<QTabBar *>(widget); tabs && tabs->count() == 0)
            continue; // Qt keeps one without tabs, and never shows it
        QAccessibleInterface *face = QAccessible::queryAccessibleInterface(widget);
        const bool good =
            face && !face->text(QAccessible::Name).isEmpty() && face->role() != QAccessible::NoRole;
        if (good && named)
            ++*named;
        if (!good)
            nameless += described(widget);
    }
    return nameless;
}

// The tree as a screen reader walks it, from `face` down: what it finds without a name or a role.
inline void walkTree(QAccessibleInterface *face, const QString &path, QStringList &problems,
                     int *seen) {
    constexpr int kEnough = 60; // cells of a table are alike
    static const QSet<QAccessible::Role> named = {
        QAccessible::Button,  QAccessible::CheckBox,  QAccessible::RadioButton,
        QAccessible::Window,  QAccessible::ComboBox,  QAccessible::EditableText,
        QAccessible::SpinBox, QAccessible::Dialog,    QAccessible::ButtonMenu,
        QAccessible::List,    QAccessible::Table,     QAccessible::MenuItem,
        QAccessible::PageTab, QAccessible::ScrollBar, QAccessible::ProgressBar};
    if (!face || !face->isValid() || face->state().invisible)
        return;
    const QString name = face->text(QAccessible::Name);
    const QString here = path + QStringLiteral("/%1:%2").arg(int(face->role()), 0, 16).arg(name);
    ++*seen;
    const bool separator = face->role() == QAccessible::Separator;
    if (face->role() == QAccessible::NoRole ||
        (named.contains(face->role()) && name.isEmpty() && !separator))
        problems += QStringLiteral("%1 (%2)").arg(
            here,
            face->object() ? QLatin1String(face->object()->metaObject()->className()) : QString());
    for (int i = 0; i < std::min(face->childCount(), kEnough); ++i)
        walkTree(face->child(i), here, problems, seen);
}

inline QStringList speechless(QWidget &top, int *seen = nullptr) {
    QStringList problems;
    int count = 0;
    walkTree(QAccessible::queryAccessibleInterface(&top), {}, problems, seen ? seen : &count);
    return problems;
}
