// SPDX-License-Identifier: GPL-2.0-or-later
// The devices that a Guest has, in the order in which both buses show them.
#pragma once

#include "devices/console.h"
#include "devices/disk.h"
#include "devices/entropy.h"
#include "devices/net.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lg {

struct DiskSpec {
    uint32_t channel = 0; // what its tasks are known by outside
    DiskShape shape;
    std::string name;
};

struct NetSpec {
    uint32_t channel = 0; // what its frames are known by outside
    MacAddress mac = {};
};

struct DeviceSpec {
    TerminalSize terminal;
    std::vector<DiskSpec> disks;
    std::optional<NetSpec> net;
};

// What the devices have to say to the world.
class DeviceOutput {
public:
    virtual ~DeviceOutput() = default;
    virtual void print(BytesView text) = 0; // may block
    virtual void disk(uint32_t channel, DiskTask task) = 0;
    virtual void frame(uint32_t channel, BytesView frame) = 0; // may drop it
};

class DeviceSet {
public:
    // Of all devices together.
    static unsigned queueCount(const DeviceSpec &spec);
    // `output` outlives the set.
    DeviceSet(const DeviceSpec &spec, DeviceOutput &output);

    // The console comes first.
    const std::vector<VirtioDevice *> &all() const { return all_; }
    ConsoleDevice &console() { return console_; }
    bool disksIdle();
    // nullptr: there is none with this channel.
    DiskDevice *disk(uint32_t channel);
    NetDevice *net(uint32_t channel);

private:
    ConsoleDevice console_;
    EntropyDevice entropy_;
    struct Disk {
        uint32_t channel;
        std::unique_ptr<DiskDevice> device;
    };
    std::vector<Disk> disks_;
    uint32_t netChannel_ = 0;
    std::optional<NetDevice> net_;
    std::vector<VirtioDevice *> all_;
};

} // namespace lg
