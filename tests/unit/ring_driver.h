// SPDX-License-Identifier: GPL-2.0-or-later
// A driver's end of a ring right behind the Guest's memory, for tests that are the Guest.
#pragma once

#include "devices/lguest_bus.h"

#include <QtGlobal>

using namespace lg;

constexpr uint64_t kRam = 1 << 20;
constexpr uint16_t kCount = LguestBus::kQueueDescriptors;
constexpr uint16_t kNext = 1, kWrite = 2; // flags of descriptors

struct Driver {
    GuestRam &ram;
    uint64_t ring;
    uint16_t offered = 0;

    std::span<uint8_t> at(uint64_t address, uint64_t length) { return ram.any(address, length); }

    void descriptor(uint16_t index, uint64_t address, uint32_t length, uint16_t flags = 0,
                    uint16_t next = 0) {
        auto place = at(ring + 16ull * index, 16);
        storeAt(place, 0, address);
        storeAt(place, 8, length);
        storeAt(place, 12, flags);
        storeAt(place, 14, next);
    }

    void offer(uint16_t head) {
        storeAt(at(ring + 4096 + 4 + 2 * (offered % kCount), 2), 0, head);
        ++offered;
        storeAt(at(ring + 4096 + 2, 2), 0, offered);
    }

    void avail(uint16_t flags) { storeAt(at(ring + 4096, 2), 0, flags); }
    uint16_t usedIndex() { return loadAt<uint16_t>(at(ring + 8192 + 2, 2), 0); }
    uint32_t usedHead(uint16_t n) {
        return loadAt<uint32_t>(at(ring + 8192 + 4 + 8 * (n % kCount), 4), 0);
    }
    uint32_t usedLength(uint16_t n) {
        return loadAt<uint32_t>(at(ring + 8192 + 8 + 8 * (n % kCount), 4), 0);
    }
};

inline GuestRam makeRam() {
    auto ram = GuestRam::create(kRam, LguestBus::deviceBytes(2));
    if (!ram)
        qFatal("%s", ram.message().c_str());
    return std::move(*ram);
}
