// SPDX-License-Identifier: GPL-2.0-or-later
#include "image/layout.h"

namespace lg {

namespace {

// Offsets of Documentation/arch/x86/boot.rst and zero-page.rst, as measured in GUEST_ABI.md.
constexpr size_t kE820Entries = 0x1e8;
constexpr size_t kVersion = 0x206;
constexpr size_t kTypeOfLoader = 0x210;
constexpr size_t kLoadFlags = 0x211;
constexpr size_t kRamdiskImage = 0x218;
constexpr size_t kRamdiskSize = 0x21c;
constexpr size_t kCmdLinePtr = 0x228;
constexpr size_t kKernelAlignment = 0x230;
constexpr size_t kHardwareSubarch = 0x23c;
constexpr size_t kE820Map = 0x2d0;

constexpr uint8_t kKeepSegments = 1 << 6;
constexpr uint32_t kSubarchLguest = 1;
constexpr uint32_t kUsableRam = 1;

} // namespace

Bytes makeBootParams(uint64_t memoryBytes, uint64_t initrdBytes, bool bzImage) {
    Bytes page(kPageBytes);
    std::span<uint8_t> p(page);
    p[kE820Entries] = 1;
    storeAt<uint64_t>(p, kE820Map, 0);
    storeAt<uint64_t>(p, kE820Map + 8, memoryBytes);
    storeAt<uint32_t>(p, kE820Map + 16, kUsableRam);
    // Without "HdrS": the version alone makes the kernel believe the subarch.
    storeAt<uint16_t>(p, kVersion, 0x0207);
    p[kLoadFlags] = kKeepSegments;
    storeAt<uint32_t>(p, kCmdLinePtr, kCommandLineAt);
    storeAt<uint32_t>(p, kHardwareSubarch, kSubarchLguest);
    if (bzImage)
        storeAt<uint32_t>(p, kKernelAlignment, kBzImageAlignment);
    if (initrdBytes != 0) {
        uint64_t room = roundUpToPage(initrdBytes);
        p[kTypeOfLoader] = 0xff;
        storeAt<uint32_t>(p, kRamdiskImage, uint32_t(memoryBytes - room));
        storeAt<uint32_t>(p, kRamdiskSize, uint32_t(room));
    }
    return page;
}

} // namespace lg
