// SPDX-License-Identifier: GPL-2.0-or-later
// The blocks of a .lgtrace file, each checked when it is taken.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "trace/event_block.h"
#include "trace/format.h"

#include <string>
#include <vector>

namespace lg::trace {

struct StoredBlock {
    IndexEntry at;
    EventsHead head; // of a block of events
};

// Immutable once open: any number of threads may read.
class BlockFile {
public:
    static Result<BlockFile> open(const std::string &path);

    bool complete() const { return complete_; }
    const std::vector<StoredBlock> &blocks() const { return blocks_; } // without the index
    // The unpacked bytes of a block that is not of events.
    Result<Bytes> read(const IndexEntry &block) const;
    // A column of a block of events.
    Result<void> readColumn(const StoredBlock &block, Column column, Bytes &values) const;

private:
    BlockFile(std::string path, UniqueFd fd, uint64_t size)
        : path_(std::move(path)), fd_(std::move(fd)), size_(size) {}

    Result<void> readAt(uint64_t offset, std::span<uint8_t> into) const;
    Result<void> checkFileHeader() const;
    bool headerFits(uint64_t offset, const BlockHeader &header) const;
    bool headFits(const BlockHeader &header, const EventsHead &head) const;
    EventsHead readHead(const IndexEntry &block) const;
    bool loadIndex();
    void walk();
    Error damaged(const std::string &what) const;

    std::string path_;
    UniqueFd fd_;
    uint64_t size_;
    bool complete_ = false;
    std::vector<StoredBlock> blocks_;
};

} // namespace lg::trace
