// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers as the views write them.
#pragma once

#include <QCoreApplication>
#include <QString>

namespace ui {

inline QString hexText(uint64_t value, int digits = 8) {
    return QStringLiteral("%1").arg(static_cast<qulonglong>(value), digits, 16, QLatin1Char('0'));
}

inline QString microsecondsText(double us) {
    const auto say = [](const char *unit, double value, int decimals) {
        return QCoreApplication::translate("Numbers", unit).arg(value, 0, 'f', decimals);
    };
    return us < 10     ? say("%1 µs", us, 2)
           : us < 1000 ? say("%1 µs", us, 1)
           : us < 1e6  ? say("%1 ms", us / 1e3, 1)
                       : say("%1 s", us / 1e6, 1);
}

} // namespace ui
