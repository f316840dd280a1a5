// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "launch_request.h"
#include "wire/connection.h"

namespace ui {

// What a guest's devices need of this machine, open for it.
struct GuestDevices {
    std::vector<std::shared_ptr<lg::DiskFile>> disks;
    std::shared_ptr<lg::UserNetwork> network;

    static lg::Result<GuestDevices> open(const LaunchRequest &request);
};

} // namespace ui
