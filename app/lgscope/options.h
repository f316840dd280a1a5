// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QSize>
#include <QString>
#include <QStringList>

struct Options {
    QString demo; // a bundled guest's name, "" = no demo
    QString open; // a recording or a kernel
    QString theme;
    QString screenshot;
    QString consoleText;
    QStringList show; // views to bring to the front
    bool exitAfterScreenshot = false;
    QSize size;
};

// Ends the program at --help, --version and at anything it does not know.
Options parseOptions(const QStringList &arguments);
