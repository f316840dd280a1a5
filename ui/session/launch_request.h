// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "image/image.h"

#include <QString>
#include <QStringList>

namespace ui {

// What the user asks for, in the user's words: the same fields that lgctl run
// takes.
struct LaunchRequest {
    QString image; // a path, or guest:NAME
    quint64 memoryBytes = lg::kDefaultMemoryBytes;
    QString commandLine;
    QString initrd;
    QStringList disks;                        // as lgctl --disk, each
    QString network;                          // as lgctl --net, or empty
    QString host = QStringLiteral("sandbox"); // as lgctl --host
    bool lossless = false;
    quint32 vcpus = 1;

    QString name() const;
    // The same by lgctl, quoted for a shell.
    QString asCommand() const;
    QStringList toList() const;
    static LaunchRequest fromList(const QStringList &list);
    bool operator==(const LaunchRequest &) const = default;
};

} // namespace ui
