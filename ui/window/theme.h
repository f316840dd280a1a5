// SPDX-License-Identifier: GPL-2.0-or-later
// Light and dark: the desktop's choice, or the user's.
#pragma once

#include <QColor>
#include <QPalette>
#include <QString>

class QWidget;

namespace ui {

enum class Theme { Desktop, Light, Dark };

Theme themeByName(const QString &name, bool *known = nullptr);
QString themeName(Theme theme);

// Sets the application's style and palette, and with Desktop keeps following.
void applyTheme(Theme theme);
bool isDark(const QPalette &palette);

// The colours that mean something, readable (4.5:1) on the palette's Base.
struct SignalColours {
    QColor changed; // a register that differs from the event before
    QColor loss;    // events that were lost
    QColor lossBase;
    QColor muted; // secondary text
    QColor error; // the place where a filter goes wrong
    QColor okay;
    QColor matchBase; // an event that a filter lets through, among others
    // One accent per event kind, for the mark in front of its name.
    static QColor kind(unsigned kind, bool dark);
};
SignalColours signalColours(const QPalette &palette);

// Gives one role of a widget another colour; the rest goes on following the theme.
void tint(QWidget *widget, QPalette::ColorRole role, const QColor &colour);

// A name that QTermWidget::setColorScheme() takes.
QString terminalColourScheme(const QPalette &palette);

} // namespace ui
