// SPDX-License-Identifier: GPL-2.0-or-later
#include "opened_guest.h"

namespace ui {

LaunchRequest OpenedGuest::request() const {
    LaunchRequest request;
    request.image = QString::fromStdString(guest.imagePath);
    request.memoryBytes = guest.launch.memoryBytes;
    request.vcpus = guest.launch.vcpus;
    request.commandLine = QString::fromStdString(guest.launch.commandLine);
    request.network = QString::fromStdString(guest.network);
    for (const auto &disk : guest.disks)
        request.disks += QString::fromStdString(disk.words);
    return request;
}

} // namespace ui
