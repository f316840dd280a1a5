// SPDX-License-Identifier: GPL-2.0-or-later
#include "go_to_line.h"

#include "event_model.h"

#include <QKeyEvent>
#include <QRegularExpressionValidator>

#include <algorithm>

namespace ui {

namespace {

// What has a point, a comma or an s is a time; what cannot be either cannot be typed. 18 digits
// fit.
constexpr auto kPlace = R"(#?\d{1,18}|\d{1,9}([.,]\d{0,9})?\s?s?)";

} // namespace

GoToLine::GoToLine(const EventModel *model, QWidget *parent) : QLineEdit(parent), model_(model) {
    setObjectName(QStringLiteral("goToLine"));
    setAccessibleName(tr("Go to an event's number or time"));
    setPlaceholderText(tr("number, or seconds: 1.5"));
    setToolTip(tr("The number of an event, or the seconds since the first one with a point or an s "
                  "(1.5, 2s). Return goes there, Escape closes this."));
    setValidator(
        new QRegularExpressionValidator(QRegularExpression(QString::fromLatin1(kPlace)), this));
    setMinimumWidth(24 * fontMetrics().horizontalAdvance(QLatin1Char('0')));
    connect(this, &QLineEdit::returnPressed, this, &GoToLine::go);
    hide();
}

void GoToLine::open() {
    show();
    setFocus(Qt::ShortcutFocusReason);
    selectAll();
}

void GoToLine::go() {
    QString place = text();
    if (place.contains(QLatin1Char('.')) || place.contains(QLatin1Char(',')) ||
        place.endsWith(QLatin1Char('s'))) {
        place.remove(QLatin1Char('s')).replace(QLatin1Char(','), QLatin1Char('.'));
        // The list rounds to microseconds: what it calls so is what is meant.
        constexpr double kRounded = 0.5e-6;
        emit timeWanted(model_->tscAt(place.trimmed().toDouble() + kRounded));
    } else {
        const qulonglong number = place.remove(QLatin1Char('#')).toULongLong();
        emit eventWanted(std::max<qulonglong>(number, 1) - 1);
    }
}

void GoToLine::keyPressEvent(QKeyEvent *event) {
    if (event->key() == Qt::Key_Escape) {
        hide();
        emit closed();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace ui
