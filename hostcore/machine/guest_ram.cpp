// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/guest_ram.h"

#include "image/layout.h"

#include <algorithm>
#include <fstream>
#include <sys/mman.h>

namespace lg {

namespace {

// What the Host needs for itself while a Guest uses all that it was given.
constexpr uint64_t kHostReserve = 24ull << 20;

} // namespace

uint64_t availableMemory() {
    std::ifstream meminfo("/proc/meminfo");
    std::string line;
    while (std::getline(meminfo, line))
        if (line.starts_with("MemAvailable:"))
            return std::stoull(line.substr(13)) << 10;
    return UINT64_MAX;
}

Result<GuestRam> GuestRam::create(uint64_t ramBytes, uint64_t deviceBytes) {
    uint64_t available = availableMemory();
    if (ramBytes > available || available - ramBytes < kHostReserve)
        return Error{"not enough memory: the Guest wants " + std::to_string(ramBytes >> 20) +
                     " MB, and the Host has " + std::to_string(available >> 20) + " MB free"};
    uint64_t total = ramBytes + deviceBytes;
    void *place = mmap(nullptr, total + 2 * kPageBytes, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place == MAP_FAILED)
        return errnoError("not enough memory for the Guest");
    auto *base = static_cast<uint8_t *>(place) + kPageBytes;
    if (mprotect(base, total, PROT_READ | PROT_WRITE) != 0) {
        auto error = errnoError("not enough memory for the Guest");
        munmap(place, total + 2 * kPageBytes);
        return error;
    }
    // A huge page would be pinned whole for each small page that the Guest maps.
    madvise(base, total, MADV_NOHUGEPAGE);
    return GuestRam(base, ramBytes, total);
}

GuestRam::GuestRam(GuestRam &&other) noexcept
    : base_(std::exchange(other.base_, nullptr)), ram_(other.ram_), total_(other.total_) {}

GuestRam::~GuestRam() {
    if (base_)
        munmap(base_ - kPageBytes, total_ + 2 * kPageBytes);
}

std::span<uint8_t> GuestRam::ram(uint64_t address, uint64_t length) const {
    if (address > ram_ || length > ram_ - address)
        return {};
    return {base_ + address, length};
}

std::span<uint8_t> GuestRam::any(uint64_t address, uint64_t length) const {
    if (address > total_ || length > total_ - address)
        return {};
    return {base_ + address, length};
}

std::string GuestRam::text(uint64_t address, size_t limit) const {
    if (address >= ram_)
        return "";
    size_t most = size_t(std::min<uint64_t>(limit, ram_ - address));
    std::string text;
    // Byte by byte: the Guest may be changing it.
    for (size_t i = 0; i < most; ++i) {
        char c = char(*static_cast<const volatile uint8_t *>(base_ + address + i));
        if (c == '\0')
            break;
        text += c;
    }
    return text;
}

Result<void> GuestRam::clear() {
    if (madvise(base_, total_, MADV_DONTNEED) != 0)
        return errnoError("emptying the Guest's memory");
    return {};
}

void GuestRam::load(const Image &image, const std::string &commandLine, BytesView initrd) {
    auto put = [this](uint64_t address, BytesView bytes) {
        auto place = ram(address, bytes.size());
        std::copy(bytes.begin(), bytes.end(), place.begin());
    };
    for (const auto &segment : image.segments)
        put(segment.address, segment.bytes);
    put(kBootParamsAt, makeBootParams(ram_, initrd.size(), image.kind == ImageKind::BzImage));
    put(kCommandLineAt, viewOf(commandLine)); // what follows is zero
    put(ram_ - roundUpToPage(initrd.size()), initrd);
}

} // namespace lg
