// SPDX-License-Identifier: GPL-2.0-or-later
// The layout of a .lgtrace file.
//
//   FileHeader
//   blocks: BlockHeader, then `packedBytes` bytes; but for events a frame of zstd that unpacks to
//           `rawBytes`
//   the last block is the index: an IndexEntry for each block before it, behind that of a block of
//           events its EventsHead as well
//   Trailer
//
// Blocks stand by themselves: a file without its end (kill -9, disk full) is read by walking from
// header to header, and both checksums say where whole blocks end.
//
// A block of events is an EventsHead and then a frame of zstd, with zstd's own checksum, for each
// column (inspect/event_columns.h) of its records, so that who asks for two fields of ten million
// events unpacks two. A column is its values, one behind the other; of Seq and Tsc it is what they
// grow by.
#pragma once

#include "inspect/event_columns.h"
#include "lguest_uapi.h"

#include <cstddef>
#include <cstdint>

namespace lg::trace {

constexpr char kFileMagic[9] = "LGTRACE\n";
constexpr char kEndMagic[9] = "LGTREND\n";
constexpr uint32_t kVersion = 2;
constexpr uint32_t kBlockMagic = 0x4b42474c; // "LGBK"

constexpr uint32_t kRecordsPerBlock = 8192;
constexpr uint32_t kMaxRawBytes = 8u << 20;
constexpr uint32_t kPagesPerBlock = 64; // who wants one unpacks all
constexpr uint32_t kShadowPerBlock = 1u << 16;

enum class BlockKind : uint32_t {
    Meta = 1,    // CBOR map
    Symbols = 2, // u32 virtual offset, then u32 address, u32 size, u16 length, name; repeated
    Events = 3,  // EventsHead, columns
    Console = 4, // ConsoleHead, bytes; repeated
    Losses = 5,  // LossEntry, repeated
    Index = 6,   // IndexEntry, repeated
    // Of a snapshot (snapshot/snapshot.h): its pages, its shadow's entries, and then itself. What
    // no Snapshot speaks of belongs to one that was not finished.
    Pages = 7,    // pages
    Shadow = 8,   // ShadowEntry, repeated
    Snapshot = 9, // CBOR map
};

struct FileHeader {
    char magic[8];
    uint32_t version; // kVersion
    uint32_t uapi;    // LG_UAPI_VERSION: what lg_event means
    uint64_t zero[2];
};

struct BlockHeader {
    uint32_t magic; // kBlockMagic
    uint32_t kind;  // BlockKind
    uint64_t first; // number of the first record, piece of console output, page or entry
    uint32_t count; // of items
    uint32_t packedBytes;
    uint32_t rawBytes;
    uint32_t dataCrc; // of the packed bytes; Events: of their EventsHead
    uint32_t zero;
    uint32_t headerCrc; // of all above
};

// What its records have between them, so that many a question needs none of them.
struct EventsHead {
    uint64_t kinds; // LG_KIND() of each; of 63 and above: the highest bit
    uint64_t vcpus; // a bit for each; of 63 and above: the highest bit
    uint64_t tscFirst, tscLast;
    uint32_t durationLeast, durationMost;
    uint32_t packed[kColumnCount]; // bytes of each column
};

struct IndexEntry {
    uint64_t offset; // of the block's header
    BlockHeader header;
};

struct Trailer {
    uint64_t indexOffset;
    char magic[8];
};

struct ConsoleHead {
    uint64_t tsc;
    uint64_t before; // events recorded before it
    uint32_t length;
    uint32_t zero;
};

struct LossEntry {
    uint64_t before;
    uint64_t count;
    uint32_t vcpu;
    uint32_t zero;
};

static_assert(sizeof(FileHeader) == 32);
static_assert(sizeof(BlockHeader) == 40);
static_assert(offsetof(BlockHeader, headerCrc) == 36);
static_assert(sizeof(EventsHead) == 40 + 4 * kColumnCount);
static_assert(sizeof(IndexEntry) == 48);
static_assert(sizeof(Trailer) == 16);
static_assert(sizeof(ConsoleHead) == 24);
static_assert(sizeof(LossEntry) == 24);

// CRC-32 as in zip and Ethernet.
uint32_t crc32(const void *bytes, size_t length);

} // namespace lg::trace
