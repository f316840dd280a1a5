// SPDX-License-Identifier: GPL-2.0-or-later
#include "devices/pci_bus.h"

#include <algorithm>

namespace lg {

namespace {

// The page of registers: common configuration, then three small things, then the device's own.
constexpr uint32_t kCommonBytes = 56, kNotify = 56, kIsr = 58, kDeviceConfig = 60;

// Configuration space (PCI 3.0, 6.1; virtio 1.0, 4.1.4).
constexpr uint32_t kConfigBytes = 0x98, kBar0 = 0x10, kCapCommon = 0x40, kCapNotify = 0x50,
                   kCapIsr = 0x64, kCapDevice = 0x74, kCapWindow = 0x84;
constexpr uint32_t kWindowBar = kCapWindow + 4, kWindowOffset = kCapWindow + 8,
                   kWindowLength = kCapWindow + 12, kWindowData = kCapWindow + 16;
constexpr uint8_t kFeaturesOk = 8, kDriverOk = 4, kFailed = 0x80;

struct Class {
    uint8_t base, sub;
};

Class classOf(uint8_t virtioType) {
    switch (virtioType) {
    case 1:
        return {0x02, 0x00}; // network
    case 2:
        return {0x01, 0x80}; // storage, other
    case 3:
        return {0x07, 0x00}; // communication
    default:
        return {0xff, 0x00};
    }
}

void capability(std::span<uint8_t> config, uint32_t at, uint8_t type, uint8_t bytes, uint8_t next,
                uint32_t offset, uint32_t length) {
    config[at] = 9; // vendor specific
    config[at + 1] = next;
    config[at + 2] = bytes;
    config[at + 3] = type;
    storeAt<uint32_t>(config, at + 8, offset);
    storeAt<uint32_t>(config, at + 12, length);
}

uint32_t loadBytes(std::span<const uint8_t> from, uint32_t offset, uint32_t bytes) {
    uint32_t value = 0;
    for (uint32_t i = 0; i < bytes; ++i)
        value |= uint32_t(offset + i < from.size() ? from[offset + i] : 0xff) << (8 * i);
    return value;
}

uint64_t withHalf(uint64_t old, bool high, uint32_t half) {
    return high ? (old & 0xffffffff) | uint64_t(half) << 32 : (old & ~0xffffffffull) | half;
}

Bytes makeConfig(const VirtioDevice &device, uint32_t line, uint32_t bar) {
    Bytes bytes(kConfigBytes);
    std::span<uint8_t> config(bytes);
    const auto own = uint32_t(device.config().size());
    storeAt<uint16_t>(config, 0, uint16_t(0x1af4));
    storeAt<uint16_t>(config, 2, uint16_t(0x1040 + device.type()));
    storeAt<uint16_t>(config, 6, uint16_t(0x10)); // there are capabilities
    config[8] = 1;
    config[10] = classOf(device.type()).sub;
    config[11] = classOf(device.type()).base;
    storeAt<uint32_t>(config, kBar0, bar);
    storeAt<uint16_t>(config, 0x2c, uint16_t(0x1af4));
    storeAt<uint16_t>(config, 0x2e, uint16_t(0x40));
    config[0x34] = kCapCommon;
    config[0x3c] = uint8_t(line);
    capability(config, kCapCommon, 1, 16, kCapNotify, 0, kCommonBytes);
    capability(config, kCapNotify, 2, 20, kCapIsr, kNotify, 2);
    capability(config, kCapIsr, 3, 16, kCapWindow, kIsr, 1);
    capability(config, kCapWindow, 5, 20, own ? kCapDevice : 0, 0, 0);
    if (own)
        capability(config, kCapDevice, 4, 16, 0, kDeviceConfig, own);
    return bytes;
}

} // namespace

PciBus::PciBus(const GuestRam &ram, uint64_t window, const std::vector<VirtioDevice *> &devices)
    : ram_(ram), window_(window) {
    for (auto *device : devices) {
        const size_t index = functions_.size();
        Function function;
        function.device = device;
        function.config = makeConfig(*device, line(index), uint32_t(window + index * kPageBytes));
        function.queues.resize(device->queueCount());
        functions_.push_back(std::move(function));
    }
}

Result<PciBus::Answer> PciBus::access(const lg_io &io) {
    std::lock_guard lock(mutex_);
    if (io.what == LG_IO_PORT)
        return configAccess(io);
    uint64_t offset = io.address - window_;
    if (io.address < window_ || offset / kPageBytes >= functions_.size())
        return Answer();
    return registers(functions_[offset / kPageBytes], uint32_t(offset % kPageBytes), io);
}

// Configuration mechanism 1: an address at 0xcf8, then data at 0xcfc to 0xcff.
Result<PciBus::Answer> PciBus::configAccess(const lg_io &io) {
    constexpr uint32_t kAddressPort = 0xcf8, kDataPort = 0xcfc;
    if (io.address < kDataPort) {
        if (io.write && io.address == kAddressPort && io.bytes == 4)
            address_ = io.value;
        return Answer{loadBytes({reinterpret_cast<const uint8_t *>(&address_), 4},
                                io.address - kAddressPort, io.bytes),
                      {}};
    }
    const uint32_t number = (address_ >> 11) & 31, at = (address_ & 0xfc) + (io.address & 3);
    const bool here = (address_ >> 31) && ((address_ >> 16) & 0xff) == 0 &&
                      ((address_ >> 8) & 7) == 0 && number <= functions_.size();
    if (!here || at + io.bytes > kConfigBytes)
        return Answer();
    if (number == 0) { // the host bridge: nothing but its class
        Bytes bridge(kConfigBytes);
        bridge[11] = 6;
        return Answer{loadBytes(bridge, at, io.bytes), {}};
    }
    Function &function = functions_[number - 1];
    std::span<uint8_t> config(function.config);
    if (at >= kWindowData && at < kWindowData + 4)
        return pciWindow(function, io);
    if (!io.write) {
        if (at == kBar0 && io.bytes == 4 && function.sizing)
            return Answer{uint32_t(~(kPageBytes - 1)), {}};
        return Answer{loadBytes(config, at, io.bytes), {}};
    }
    if (at == kBar0 && io.bytes == 4) {
        function.sizing = io.value == ~0u; // it stays where it is
    } else if (at == kWindowBar && io.bytes == 1) {
        config[at] = uint8_t(io.value);
    } else if ((at == kWindowOffset || at == kWindowLength) && io.bytes == 4) {
        storeAt<uint32_t>(config, at, io.value);
    }
    return Answer();
}

// The registers of a device, seen through configuration space (virtio 1.0, 4.1.4.7).
Result<PciBus::Answer> PciBus::pciWindow(Function &function, const lg_io &io) {
    std::span<uint8_t> config(function.config);
    lg_io inner = io;
    inner.bytes = std::min(io.bytes, loadAt<uint32_t>(config, kWindowLength));
    const auto offset = loadAt<uint32_t>(config, kWindowOffset);
    if (config[kWindowBar] != 0 || offset >= kPageBytes ||
        (inner.bytes != 1 && inner.bytes != 2 && inner.bytes != 4))
        return Answer();
    return registers(function, offset, inner);
}

Result<PciBus::Answer> PciBus::registers(Function &function, uint32_t offset, const lg_io &io) {
    if (!io.write) {
        Answer answer{readRegister(function, offset, io.bytes), {}};
        if (offset == kIsr)
            function.isr = 0;
        return answer;
    }
    if (offset < kCommonBytes) {
        if (auto written = writeCommon(function, offset, io.value); !written)
            return written.error();
    } else if (offset == kNotify) {
        if (io.value >= function.queues.size())
            return Error{"virtio: the driver kicks queue " + std::to_string(io.value)};
        return Answer{0, Kick{size_t(&function - functions_.data()), unsigned(io.value)}};
    } else if (offset >= kDeviceConfig) {
        function.device->configWritten(offset - kDeviceConfig, io.value);
    }
    return Answer();
}

uint32_t PciBus::readRegister(Function &function, uint32_t offset, uint32_t bytes) const {
    const uint64_t offered = function.device->features() | VirtioDevice::kVersion1;
    Bytes page(kDeviceConfig);
    std::span<uint8_t> common(page);
    storeAt<uint32_t>(common, 0, function.featureSelect);
    storeAt<uint32_t>(
        common, 4,
        function.featureSelect > 1 ? 0 : uint32_t(offered >> (32 * function.featureSelect)));
    storeAt<uint32_t>(common, 8, function.driverFeatureSelect);
    storeAt<uint32_t>(
        common, 12,
        function.driverFeatureSelect > 1
            ? 0
            : uint32_t(function.driverFeatures >> (32 * function.driverFeatureSelect)));
    storeAt<uint16_t>(common, 16, uint16_t(0xffff)); // no MSI-X
    storeAt<uint16_t>(common, 18, uint16_t(function.queues.size()));
    common[20] = function.status;
    common[21] = function.generation;
    storeAt<uint16_t>(common, 22, function.queueSelect);
    storeAt<uint16_t>(common, 26, uint16_t(0xffff));
    if (function.queueSelect < function.queues.size()) {
        const Queue &queue = function.queues[function.queueSelect];
        storeAt<uint16_t>(common, 24, queue.count);
        storeAt<uint16_t>(common, 28, uint16_t(queue.ring ? 1 : 0));
        storeAt<uint64_t>(common, 32, queue.parts.descriptors);
        storeAt<uint64_t>(common, 40, queue.parts.available);
        storeAt<uint64_t>(common, 48, queue.parts.used);
    }
    common[kIsr] = function.isr;
    if (offset >= kDeviceConfig)
        return loadBytes(function.device->config(), offset - kDeviceConfig, bytes);
    return loadBytes(common, offset, bytes);
}

Result<void> PciBus::writeCommon(Function &function, uint32_t offset, uint32_t value) {
    Queue *queue = function.queueSelect < function.queues.size()
                       ? &function.queues[function.queueSelect]
                       : nullptr;
    switch (offset) {
    case 0:
        function.featureSelect = value;
        return {};
    case 8:
        function.driverFeatureSelect = value;
        return {};
    case 12:
        if (function.driverFeatureSelect <= 1 && !(function.status & kFeaturesOk))
            function.driverFeatures =
                withHalf(function.driverFeatures, function.driverFeatureSelect == 1, value);
        return {};
    case 20:
        if (value == 0)
            reset(function);
        function.status = uint8_t(value);
        // What was not offered is not accepted: the driver sees that the bit does not stay.
        if (function.driverFeatures & ~(function.device->features() | VirtioDevice::kVersion1))
            function.status &= uint8_t(~kFeaturesOk);
        return {};
    case 22:
        function.queueSelect = uint16_t(value);
        return {};
    default:
        break;
    }
    if (!queue || queue->ring)
        return {};
    switch (offset) {
    case 24:
        if (value == 0 || value > kQueueDescriptors || (value & (value - 1)) != 0)
            return Error{"virtio: the driver wants a queue of " + std::to_string(value)};
        queue->count = uint16_t(value);
        return {};
    case 28: {
        if (value != 1)
            return {};
        auto ring = VirtQueue::make(ram_, queue->parts, queue->count);
        if (!ring)
            return ring.error();
        queue->ring.emplace(*ring);
        return {};
    }
    case 32:
    case 36:
        queue->parts.descriptors = withHalf(queue->parts.descriptors, offset & 4, value);
        return {};
    case 40:
    case 44:
        queue->parts.available = withHalf(queue->parts.available, offset & 4, value);
        return {};
    case 48:
    case 52:
        queue->parts.used = withHalf(queue->parts.used, offset & 4, value);
        return {};
    default:
        return {};
    }
}

void PciBus::reset(Function &function) {
    function.driverFeatures = 0;
    function.featureSelect = function.driverFeatureSelect = 0;
    function.queueSelect = 0;
    function.isr = 0;
    function.device->reset();
    for (auto &queue : function.queues) {
        queue.ring.reset();
        queue.parts = {};
        queue.count = kQueueDescriptors;
    }
}

PciBus::Saved PciBus::save() {
    std::lock_guard lock(mutex_);
    Saved saved;
    saved.address = address_;
    for (const auto &function : functions_) {
        std::span<const uint8_t> config(function.config);
        saved.functions.push_back({function.featureSelect, function.driverFeatureSelect,
                                   function.driverFeatures, function.queueSelect, function.status,
                                   function.isr, function.generation, uint8_t(function.sizing),
                                   config[kWindowBar], 0, loadAt<uint32_t>(config, kWindowOffset),
                                   loadAt<uint32_t>(config, kWindowLength)});
        for (const auto &queue : function.queues)
            saved.queues.push_back({queue.parts, queue.count, uint16_t(queue.ring ? 1 : 0),
                                    queue.ring ? queue.ring->position() : VirtQueue::Position()});
    }
    return saved;
}

Result<void> PciBus::restore(const Saved &saved) {
    std::lock_guard lock(mutex_);
    size_t queues = 0;
    for (const auto &function : functions_)
        queues += function.queues.size();
    if (saved.functions.size() != functions_.size() || saved.queues.size() != queues)
        return Error{"the saved Guest had other devices"};
    address_ = saved.address;
    auto from = saved.queues.begin();
    for (size_t i = 0; i < functions_.size(); ++i) {
        const SavedFunction &old = saved.functions[i];
        Function &function = functions_[i];
        function.featureSelect = old.featureSelect;
        function.driverFeatureSelect = old.driverFeatureSelect;
        function.driverFeatures =
            old.driverFeatures & (function.device->features() | VirtioDevice::kVersion1);
        function.queueSelect = old.queueSelect;
        function.status = old.status;
        function.isr = old.isr;
        function.generation = old.generation;
        function.sizing = old.sizing;
        std::span<uint8_t> config(function.config);
        config[kWindowBar] = old.windowBar;
        storeAt(config, kWindowOffset, old.windowOffset);
        storeAt(config, kWindowLength, old.windowLength);
        for (auto &queue : function.queues) {
            const SavedQueue &wanted = *from++;
            if (wanted.count > kQueueDescriptors)
                return Error{"the saved Guest has a queue of " + std::to_string(wanted.count)};
            queue.parts = wanted.parts;
            queue.count = wanted.count;
            queue.ring.reset();
            if (!wanted.enabled)
                continue;
            auto ring = VirtQueue::make(ram_, wanted.parts, wanted.count);
            if (!ring)
                return ring.error();
            ring->setPosition(wanted.position);
            queue.ring.emplace(*ring);
        }
    }
    return {};
}

bool PciBus::configChanged(size_t device) {
    std::lock_guard lock(mutex_);
    Function &function = functions_[device];
    ++function.generation;
    if (!(function.status & kDriverOk) || (function.status & kFailed))
        return false;
    function.isr |= 2;
    return true;
}

Result<bool> PciBus::service(const Kick &kick) {
    std::lock_guard lock(mutex_);
    Function &function = functions_[kick.device];
    Queue &queue = function.queues[kick.queue];
    if (!(function.status & kDriverOk) || (function.status & kFailed) || !queue.ring)
        return false;
    function.device->accept(function.driverFeatures);
    auto served = function.device->service(kick.queue, *queue.ring);
    if (served && *served)
        function.isr |= 1;
    return served;
}

} // namespace lg
