// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/block_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <zstd.h>

namespace lg::trace {

Error BlockFile::damaged(const std::string &what) const {
    return {"the recording " + path_ + " is damaged: " + what};
}

Result<void> BlockFile::readAt(uint64_t offset, std::span<uint8_t> into) const {
    while (!into.empty()) {
        ssize_t got = pread(fd_.get(), into.data(), into.size(), off_t(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errnoError("reading the recording " + path_);
        if (got == 0)
            return damaged("it became shorter while it was read");
        offset += size_t(got);
        into = into.subspan(size_t(got));
    }
    return {};
}

Result<void> BlockFile::checkFileHeader() const {
    Bytes bytes(sizeof(FileHeader));
    if (size_ < bytes.size())
        return Error{path_ + " is no recording of lgscope"};
    if (auto got = readAt(0, bytes); !got)
        return got;
    auto header = loadAt<FileHeader>(bytes, 0);
    if (std::memcmp(header.magic, kFileMagic, sizeof header.magic) != 0)
        return Error{path_ + " is no recording of lgscope"};
    if (header.version != kVersion || header.uapi != LG_UAPI_VERSION)
        return Error{"the recording " + path_ +
                     " is of another version: " + std::to_string(header.version) + "." +
                     std::to_string(header.uapi) + ", this program reads " +
                     std::to_string(kVersion) + "." + std::to_string(LG_UAPI_VERSION)};
    return {};
}

bool BlockFile::headerFits(uint64_t offset, const BlockHeader &header) const {
    return header.magic == kBlockMagic &&
           header.headerCrc == crc32(&header, offsetof(BlockHeader, headerCrc)) &&
           header.rawBytes <= kMaxRawBytes && offset <= size_ &&
           size_ - offset >= sizeof(BlockHeader) &&
           header.packedBytes <= size_ - offset - sizeof(BlockHeader);
}

bool BlockFile::headFits(const BlockHeader &header, const EventsHead &head) const {
    uint64_t columns = 0;
    for (uint32_t size : head.packed)
        columns += size;
    return crc32(&head, sizeof head) == header.dataCrc &&
           header.rawBytes == uint64_t(header.count) * sizeof(lg_event) &&
           header.packedBytes == sizeof head + columns;
}

// Of a head that is spoilt nothing is believed: every question goes to the columns, which are not
// found, so that the damage shows where the events would.
EventsHead BlockFile::readHead(const IndexEntry &block) const {
    Bytes bytes(sizeof(EventsHead));
    if (block.header.packedBytes >= bytes.size() &&
        readAt(block.offset + sizeof(BlockHeader), bytes)) {
        auto head = loadAt<EventsHead>(bytes, 0);
        if (headFits(block.header, head))
            return head;
    }
    EventsHead unknown = {};
    unknown.kinds = unknown.vcpus = unknown.tscLast = UINT64_MAX;
    unknown.durationMost = UINT32_MAX;
    return unknown;
}

bool BlockFile::loadIndex() {
    Bytes bytes(sizeof(Trailer));
    if (size_ < sizeof(FileHeader) + sizeof(Trailer) || !readAt(size_ - sizeof(Trailer), bytes))
        return false;
    auto trailer = loadAt<Trailer>(bytes, 0);
    if (std::memcmp(trailer.magic, kEndMagic, sizeof trailer.magic) != 0 ||
        trailer.indexOffset > size_ - sizeof(Trailer))
        return false;
    IndexEntry index = {trailer.indexOffset, {}};
    bytes.resize(sizeof(BlockHeader));
    if (size_ - trailer.indexOffset < bytes.size() || !readAt(trailer.indexOffset, bytes))
        return false;
    index.header = loadAt<BlockHeader>(bytes, 0);
    if (!headerFits(index.offset, index.header) || index.header.kind != uint32_t(BlockKind::Index))
        return false;
    auto raw = read(index);
    if (!raw)
        return false;
    uint64_t behind = sizeof(FileHeader);
    for (BytesView rest = *raw; !rest.empty();) {
        StoredBlock block = {};
        if (rest.size() < sizeof block.at)
            return false;
        block.at = loadAt<IndexEntry>(rest, 0);
        rest = rest.subspan(sizeof block.at);
        const auto &header = block.at.header;
        if (block.at.offset < behind || !headerFits(block.at.offset, header))
            return false;
        behind = block.at.offset + sizeof(BlockHeader) + header.packedBytes;
        if (header.kind == uint32_t(BlockKind::Events)) {
            if (rest.size() < sizeof block.head)
                return false;
            block.head = loadAt<EventsHead>(rest, 0);
            rest = rest.subspan(sizeof block.head);
            if (!headFits(header, block.head))
                return false;
        }
        blocks_.push_back(block);
    }
    return true;
}

void BlockFile::walk() {
    blocks_.clear();
    uint64_t offset = sizeof(FileHeader);
    Bytes bytes(sizeof(BlockHeader));
    while (size_ - offset >= sizeof(BlockHeader) && readAt(offset, bytes)) {
        auto header = loadAt<BlockHeader>(bytes, 0);
        if (!headerFits(offset, header))
            return;
        if (header.kind == uint32_t(BlockKind::Events))
            blocks_.push_back({{offset, header}, readHead({offset, header})});
        else if (header.kind != uint32_t(BlockKind::Index))
            blocks_.push_back({{offset, header}, {}});
        offset += sizeof(BlockHeader) + header.packedBytes;
    }
}

Result<BlockFile> BlockFile::open(const std::string &path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info = {};
    if (!fd || fstat(fd.get(), &info) != 0)
        return errnoError("cannot open the recording " + path);
    if (!S_ISREG(info.st_mode))
        return Error{"cannot open the recording " + path + ": it is no ordinary file"};
    BlockFile file(path, std::move(fd), uint64_t(info.st_size));
    if (auto good = file.checkFileHeader(); !good)
        return good.error();
    file.complete_ = file.loadIndex();
    if (!file.complete_)
        file.walk();
    return file;
}

Result<Bytes> BlockFile::read(const IndexEntry &block) const {
    std::string where = "the block at byte " + std::to_string(block.offset);
    Bytes packed(block.header.packedBytes);
    if (auto got = readAt(block.offset + sizeof(BlockHeader), packed); !got)
        return got.error();
    if (crc32(packed.data(), packed.size()) != block.header.dataCrc)
        return damaged(where + " has a wrong checksum");
    Bytes raw(block.header.rawBytes);
    size_t size = ZSTD_decompress(raw.data(), raw.size(), packed.data(), packed.size());
    if (ZSTD_isError(size) || size != raw.size())
        return damaged(where + " can't be unpacked");
    return raw;
}

Result<void> BlockFile::readColumn(const StoredBlock &block, Column column, Bytes &values) const {
    // What zstd works with costs more to make than a column takes.
    thread_local ColumnUnpacker unpacker;
    thread_local Bytes packed;
    uint64_t offset = block.at.offset + sizeof(BlockHeader) + sizeof(EventsHead);
    for (size_t i = 0; i < size_t(column); ++i)
        offset += block.head.packed[i];
    packed.resize(block.head.packed[size_t(column)]);
    if (auto got = readAt(offset, packed); !got)
        return got;
    if (!unpacker.unpack(column, packed, block.at.header.count, values))
        return damaged("the block at byte " + std::to_string(block.at.offset) +
                       " can't be unpacked");
    return {};
}

} // namespace lg::trace
