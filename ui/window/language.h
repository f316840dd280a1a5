// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QStringList>

namespace ui {

// That there are, as their names in a locale: "de", "en".
QStringList languages();

// Of all texts that are made from now on, and of numbers and dates: one of languages(), or empty
// for the desktop's, in English where there is no translation. False, and nothing changes, when
// there is no such.
bool setLanguage(const QString &name);

} // namespace ui
