// SPDX-License-Identifier: GPL-2.0-or-later
// Frames in a file that tcpdump and Wireshark read (pcap, version 2.4, times in nanoseconds).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/unique_fd.h"

#include <memory>
#include <string>

namespace lg {

class PcapFile {
public:
    static Result<PcapFile> create(const std::string &path);
    // An Error at the first frame that could not be written; later ones are left out.
    Result<void> add(BytesView frame);

private:
    PcapFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

    std::string path_;
    UniqueFd fd_;
    bool failed_ = false;
};

} // namespace lg
