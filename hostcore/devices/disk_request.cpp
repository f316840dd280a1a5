// SPDX-License-Identifier: GPL-2.0-or-later
#include "devices/disk_request.h"

namespace lg {

namespace {

enum : uint32_t { kIn = 0, kOut = 1, kFlush = 4, kGetId = 8 };

} // namespace

bool diskRangeOk(const DiskShape &shape, uint64_t offset, uint64_t length) {
    const uint64_t bytes = shape.sectors * kSectorBytes;
    return length != 0 && length <= kMaxDiskRequest && length % kSectorBytes == 0 &&
           offset % kSectorBytes == 0 && offset <= bytes && length <= bytes - offset;
}

DiskCommand judgeDiskRequest(BytesView header, uint64_t sent, uint64_t wanted,
                             const DiskShape &shape) {
    using What = DiskCommand::What;
    DiskCommand command;
    if (header.size() < kDiskHeaderBytes)
        return command;
    const auto type = loadAt<uint32_t>(header, 0);
    const auto sector = loadAt<uint64_t>(header, 8);
    switch (type) {
    case kIn:
    case kOut: {
        const uint64_t length = type == kIn ? wanted : sent;
        // A sector beyond the disk's is refused before it is multiplied.
        if (sector >= shape.sectors || !diskRangeOk(shape, sector * kSectorBytes, length) ||
            (type == kOut && shape.readOnly))
            return command;
        command.what = type == kIn ? What::Read : What::Write;
        command.offset = sector * kSectorBytes;
        command.length = uint32_t(length);
        return command;
    }
    case kFlush:
        command.what = What::Flush;
        return command;
    case kGetId:
        command.what = What::Name;
        return command;
    default:
        command.what = What::Unsupported;
        return command;
    }
}

} // namespace lg
