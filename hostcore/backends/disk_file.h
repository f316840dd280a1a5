// SPDX-License-Identifier: GPL-2.0-or-later
// A raw disk image or a block device of the user's machine, open and locked for one Guest.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "devices/disk_request.h"

#include <memory>
#include <string>

namespace lg {

class DiskFile {
public:
    // Locked until this goes: for itself alone when it may be written, else against writers.
    static Result<std::shared_ptr<DiskFile>> open(const std::string &path, bool readOnly);
    // "FILE" or "FILE,ro", as on the command line.
    static Result<std::shared_ptr<DiskFile>> openAs(const std::string &text);

    const std::string &path() const { return path_; }
    const DiskShape &shape() const { return shape_; }
    // What the Guest may read as the disk's name: the end of the file's.
    std::string name() const;

    // Whoever asks need not be trusted: only what diskRangeOk() says is done.
    Result<Bytes> read(uint64_t offset, uint64_t length) const;
    Result<void> write(uint64_t offset, BytesView bytes);
    // All that was written is on the medium when this comes back.
    Result<void> flush();

private:
    DiskFile(std::string path, UniqueFd fd, const DiskShape &shape)
        : path_(std::move(path)), fd_(std::move(fd)), shape_(shape) {}

    const std::string path_;
    const UniqueFd fd_;
    const DiskShape shape_;
};

} // namespace lg
