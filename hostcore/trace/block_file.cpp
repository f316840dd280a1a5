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
    if (!raw || raw->size() % sizeof(IndexEntry) != 0)
        return false;
    uint64_t behind = sizeof(FileHeader);
    for (size_t at = 0; at < raw->size(); at += sizeof(IndexEntry)) {
        auto entry = loadAt<IndexEntry>(*raw, at);
        if (entry.offset < behind || !headerFits(entry.offset, entry.header))
            return false;
        behind = entry.offset + sizeof(BlockHeader) + entry.header.packedBytes;
        blocks_.push_back(entry);
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
        if (header.kind != uint32_t(BlockKind::Index))
            blocks_.push_back({offset, header});
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

} // namespace lg::trace
