// SPDX-License-Identifier: GPL-2.0-or-later
// What a driver of virtio's block device may ask for (virtio 1.0, 5.2.6), judged in one place.
#pragma once

#include "base/bytes.h"

namespace lg {

constexpr uint32_t kSectorBytes = 512;
// Of one Guest: on the lguest bus each takes one of its 31 lines.
constexpr size_t kMaxDisks = 8;
// A request has at most so many pieces of such a length; the driver is told.
constexpr uint32_t kDiskPieces = 126, kDiskPieceBytes = 32 << 10;
constexpr uint32_t kMaxDiskRequest = kDiskPieces * kDiskPieceBytes;
constexpr size_t kDiskNameBytes = 20;

struct DiskShape {
    uint64_t sectors = 0;
    bool readOnly = false;
};

struct DiskCommand {
    enum class What { Read, Write, Flush, Name, IoError, Unsupported };
    What what = What::IoError;
    uint64_t offset = 0; // bytes
    uint32_t length = 0; // bytes, at most kMaxDiskRequest
};

constexpr size_t kDiskHeaderBytes = 16;
// Is this a request for bytes that the disk has, of a length that we allow?
bool diskRangeOk(const DiskShape &shape, uint64_t offset, uint64_t length);
// The header as the driver sent it, how many bytes follow it, and how many it wants to have.
DiskCommand judgeDiskRequest(BytesView header, uint64_t sent, uint64_t wanted,
                             const DiskShape &shape);

} // namespace lg
