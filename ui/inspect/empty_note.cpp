// SPDX-License-Identifier: GPL-2.0-or-later
#include "empty_note.h"

#include <QEvent>

namespace ui {

EmptyNote::EmptyNote(QWidget *over) : QLabel(over) {
    setAccessibleName(tr("Why there is nothing here"));
    setAlignment(Qt::AlignCenter);
    setWordWrap(true);
    setForegroundRole(QPalette::PlaceholderText);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    over->installEventFilter(this);
    setGeometry(over->rect());
}

void EmptyNote::say(const QString &text) {
    if (text != this->text())
        setText(text);
    setVisible(!text.isEmpty());
}

bool EmptyNote::eventFilter(QObject *watched, QEvent *event) {
    if (event->type() == QEvent::Resize)
        setGeometry(parentWidget()->rect());
    return QLabel::eventFilter(watched, event);
}

} // namespace ui
