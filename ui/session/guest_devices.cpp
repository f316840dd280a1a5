// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_devices.h"

namespace ui {

lg::Result<GuestDevices> GuestDevices::open(const LaunchRequest &request) {
    GuestDevices devices;
    for (const QString &text : request.disks) {
        auto disk = lg::DiskFile::openAs(text.toStdString());
        if (!disk)
            return disk.error();
        devices.disks.push_back(std::move(*disk));
    }
    if (request.network.isEmpty())
        return devices;
    auto options = lg::parseNetwork(request.network.toStdString());
    if (!options)
        return options.error();
    auto network = lg::UserNetwork::open(*options);
    if (!network)
        return network.error();
    devices.network = std::move(*network);
    return devices;
}

} // namespace ui
