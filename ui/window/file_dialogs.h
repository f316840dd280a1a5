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

// Ask for a file beside the window's other work, beginning where the last one was chosen.
void askToOpen(QWidget *parent, const QString &title, const QString &kinds,
               const std::function<void(const QString &)> &then);
// It is offered to be called as what it is about.
void askToSave(QWidget *parent, const QString &title, const QString &kinds, const QString &about,
               const std::function<void(const QString &)> &then);

} // namespace ui
