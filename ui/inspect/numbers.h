// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers as the views write them: those of the machine in hexadecimal digits, those for people as
// their language has them.
#pragma once

#include <QCoreApplication>
#include <QLocale>
#include <QString>

#include <algorithm>
#include <climits>

namespace ui {

inline QString hexText(uint64_t value, int digits = 8) {
    return QStringLiteral("%1").arg(static_cast<qulonglong>(value), digits, 16, QLatin1Char('0'));
}

inline QString numberText(uint64_t number) {
    return QLocale().toString(static_cast<qulonglong>(number));
}

// For tr(), which takes an int to choose a plural form by.
inline int countable(uint64_t number) {
    return static_cast<int>(std::min<uint64_t>(number, INT_MAX));
}

inline QString microsecondsText(double us) {
    const auto say = [](const char *unit, double value, int decimals) {
        return QCoreApplication::translate("Numbers", unit).arg(value, 0, 'f', decimals);
    };
    return us < 10     ? say(QT_TRANSLATE_NOOP("Numbers", "%L1 µs"), us, 2)
           : us < 1000 ? say(QT_TRANSLATE_NOOP("Numbers", "%L1 µs"), us, 1)
           : us < 1e6  ? say(QT_TRANSLATE_NOOP("Numbers", "%L1 ms"), us / 1e3, 1)
                       : say(QT_TRANSLATE_NOOP("Numbers", "%L1 s"), us / 1e6, 1);
}

} // namespace ui
