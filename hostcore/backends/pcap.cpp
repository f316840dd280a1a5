// SPDX-License-Identifier: GPL-2.0-or-later
#include "backends/pcap.h"

#include "devices/net_frame.h"

#include <cerrno>
#include <ctime>
#include <fcntl.h>

namespace lg {

namespace {

constexpr uint32_t kNanosecondMagic = 0xa1b23c4d, kEthernet = 1;

// In one write, so that a frame is in the file whole or not at all.
Result<void> writeWhole(int fd, const Bytes &bytes, const std::string &path) {
    ssize_t put;
    do
        put = write(fd, bytes.data(), bytes.size());
    while (put < 0 && errno == EINTR);
    if (put == ssize_t(bytes.size()))
        return {};
    if (put >= 0)
        errno = ENOSPC;
    return errnoError("cannot write " + path);
}

} // namespace

Result<PcapFile> PcapFile::create(const std::string &path) {
    UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!fd)
        return errnoError("cannot write " + path);
    Bytes header;
    append(header, kNanosecondMagic);
    append(header, uint16_t(2));
    append(header, uint16_t(4));
    append(header, uint64_t(0)); // of no time zone and no known accuracy
    append(header, uint32_t(kMaxEthernetBytes));
    append(header, kEthernet);
    if (auto written = writeWhole(fd.get(), header, path); !written)
        return written.error();
    return PcapFile(path, std::move(fd));
}

Result<void> PcapFile::add(BytesView frame) {
    if (failed_)
        return {};
    timespec now = {};
    clock_gettime(CLOCK_REALTIME, &now);
    Bytes record;
    record.reserve(16 + frame.size());
    append(record, uint32_t(now.tv_sec));
    append(record, uint32_t(now.tv_nsec));
    append(record, uint32_t(frame.size()));
    append(record, uint32_t(frame.size()));
    record.insert(record.end(), frame.begin(), frame.end());
    auto written = writeWhole(fd_.get(), record, path_);
    failed_ = !written;
    return written;
}

} // namespace lg
