// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace ui {

inline const QString kTraceSuffix = QStringLiteral(".lgtrace");
inline const QString kGuestSuffix = QStringLiteral(".lgsaved");

// As a file dialog wants the kinds of files that there are.
QString recordingFiles();
QString savedGuestFiles();

// Asks for a file, to read or to write, beside the window's other work. It begins where the last
// one was chosen.
void askFile(QWidget *parent, bool open, const QString &title, const QString &kinds,
             const std::function<void(const QString &)> &then);

} // namespace ui
