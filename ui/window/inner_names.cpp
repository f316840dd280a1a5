// SPDX-License-Identifier: GPL-2.0-or-later
#include "inner_names.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QComboBox>
#include <QCoreApplication>
#include <QLineEdit>
#include <QScrollBar>

namespace ui {

namespace {

QString nameOf(const QWidget *part, const QString &whole) {
    const auto say = [&whole](const char *text) {
        return QCoreApplication::translate("InnerNames", text).arg(whole);
    };
    if (const auto *button = qobject_cast<const QAbstractButton *>(part)) {
        if (!button->text().isEmpty())
            return button->text();
        return button->toolTip().isEmpty() ? say(QT_TRANSLATE_NOOP("InnerNames", "%1: all"))
                                           : button->toolTip();
    }
    if (qobject_cast<const QLineEdit *>(part))
        return say(QT_TRANSLATE_NOOP("InnerNames", "%1: text to search for"));
    if (qobject_cast<const QScrollBar *>(part))
        return say(QT_TRANSLATE_NOOP("InnerNames", "%1: scroll"));
    if (qobject_cast<const QAbstractItemView *>(part))
        return say(QT_TRANSLATE_NOOP("InnerNames", "%1: choices"));
    return whole;
}

} // namespace

void nameInnerParts(QWidget *whole) {
    // The list of a combo box is made when somebody asks for it.
    if (auto *combo = qobject_cast<QComboBox *>(whole))
        combo->view();
    for (QWidget *part : whole->findChildren<QWidget *>())
        if (part->accessibleName().isEmpty())
            part->setAccessibleName(nameOf(part, whole->accessibleName()));
}

} // namespace ui
