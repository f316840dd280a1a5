// SPDX-License-Identifier: GPL-2.0-or-later
// The memory of one Guest in the Launcher: RAM from guest-physical 0 and, behind it, the pages of
// the lguest bus.  A page that can't be touched stands on each side.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "image/image.h"

#include <cstdint>
#include <optional>
#include <string>

namespace lg {

class GuestRam {
public:
    static Result<GuestRam> create(uint64_t ramBytes, uint64_t deviceBytes);
    GuestRam(GuestRam &&other) noexcept;
    GuestRam &operator=(GuestRam &&) = delete;
    ~GuestRam();

    uint8_t *base() const { return base_; }
    uint64_t ramBytes() const { return ram_; }
    uint64_t totalBytes() const { return total_; }

    // The only ways in with a Guest's numbers; empty when any of it lies outside.
    std::span<uint8_t> ram(uint64_t address, uint64_t length) const;
    std::span<uint8_t> any(uint64_t address, uint64_t length) const;
    // Text at a guest-physical address up to its nul, the end of RAM, or `limit`.
    std::string text(uint64_t address, size_t limit) const;

    // Kernel, boot parameters, command line, initrd; checkFits() has said yes.
    void load(const Image &image, const std::string &commandLine, BytesView initrd);
    // All of it is zero.
    Result<void> clear();

private:
    GuestRam(uint8_t *base, uint64_t ram, uint64_t total) : base_(base), ram_(ram), total_(total) {}

    uint8_t *base_;
    uint64_t ram_;
    uint64_t total_;
};

// MemAvailable of this machine.
uint64_t availableMemory();

} // namespace lg
