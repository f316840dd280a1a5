// SPDX-License-Identifier: GPL-2.0-or-later
// The layout of a .lgsaved file: a FileHeader, then blocks, each a BlockHeader and `packedBytes`
// bytes of zstd that unpack to `rawBytes`.  First comes Meta; then the Blobs that it names, each
// in pieces that lie behind one another; then pages of Memory; then End.  A file without its end
// is no saved Guest.
#pragma once

#include "lguest_saved.h"
#include "trace/format.h"

#include <cstddef>
#include <cstdint>

namespace lg::saved {

constexpr char kFileMagic[9] = "LGSAVED\n";
constexpr uint32_t kVersion = 1;
constexpr uint32_t kBlockMagic = 0x4253474c; // "LGSB"
constexpr uint32_t kMaxRawBytes = 4u << 20;

enum class BlockKind : uint32_t {
    Meta = 1,   // CBOR map
    Blob = 2,   // u32 number, bytes
    Memory = 3, // u32 count, u32 number of each page, the pages
    End = 4,    // u64: pages of Memory in this file
};

struct FileHeader {
    char magic[8];
    uint32_t version; // kVersion
    uint32_t state;   // LG_SAVED_VERSION: what the state means
};

struct BlockHeader {
    uint32_t magic; // kBlockMagic
    uint32_t kind;  // BlockKind
    uint32_t packedBytes;
    uint32_t rawBytes;
    uint32_t dataCrc;   // of the packed bytes
    uint32_t headerCrc; // of all above
};

static_assert(sizeof(FileHeader) == 16);
static_assert(sizeof(BlockHeader) == 24);

} // namespace lg::saved
