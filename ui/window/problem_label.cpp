// SPDX-License-Identifier: GPL-2.0-or-later
#include "problem_label.h"

#include "theme.h"

#include <QApplication>
#include <QEvent>

namespace ui {

ProblemLabel::ProblemLabel(QWidget *parent) : QLabel(parent) {
    colour();
}

void ProblemLabel::changeEvent(QEvent *event) {
    if (event->type() == QEvent::PaletteChange && !colouring_)
        colour();
    QLabel::changeEvent(event);
}

void ProblemLabel::colour() {
    colouring_ = true;
    tint(this, QPalette::WindowText, signalColours(QApplication::palette()).error);
    colouring_ = false;
}

QString sentence(const std::string &words) {
    QString text = QString::fromStdString(words);
    text[0] = text.at(0).toUpper();
    return text + QLatin1Char('.');
}

} // namespace ui
