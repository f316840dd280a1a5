// SPDX-License-Identifier: GPL-2.0-or-later
#include "devices/device_set.h"

#include <algorithm>

namespace lg {

unsigned DeviceSet::queueCount(const DeviceSpec &spec) {
    return ConsoleDevice::kQueues + EntropyDevice::kQueues +
           unsigned(spec.disks.size()) * DiskDevice::kQueues + (spec.net ? NetDevice::kQueues : 0);
}

DeviceSet::DeviceSet(const DeviceSpec &spec, DeviceOutput &output)
    : console_([&output](BytesView text) { output.print(text); }) {
    all_ = {&console_, &entropy_};
    console_.setSize(spec.terminal);
    for (const auto &disk : spec.disks) {
        auto submit = [&output, channel = disk.channel](DiskTask task) {
            output.disk(channel, std::move(task));
        };
        disks_.push_back(
            {disk.channel, std::make_unique<DiskDevice>(disk.shape, disk.name, std::move(submit))});
        all_.push_back(disks_.back().device.get());
    }
    if (spec.net) {
        netChannel_ = spec.net->channel;
        net_.emplace(spec.net->mac,
                     [this, &output](BytesView frame) { output.frame(netChannel_, frame); });
        all_.push_back(&*net_);
    }
}

NetDevice *DeviceSet::net(uint32_t channel) {
    return net_ && netChannel_ == channel ? &*net_ : nullptr;
}

bool DeviceSet::disksIdle() {
    return std::all_of(disks_.begin(), disks_.end(),
                       [](const Disk &disk) { return disk.device->idle(); });
}

DiskDevice *DeviceSet::disk(uint32_t channel) {
    for (auto &disk : disks_)
        if (disk.channel == channel)
            return disk.device.get();
    return nullptr;
}

} // namespace lg
