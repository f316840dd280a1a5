// SPDX-License-Identifier: GPL-2.0-or-later
// A connected descriptor (socket, virtio-serial port) or a pair of them (pipes) that one thread
// reads and another writes, and that a third can stop at any time.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/unique_fd.h"

#include <chrono>

namespace lg::wire {

class Stream {
public:
    // Makes the descriptors non-blocking.
    explicit Stream(UniqueFd both);
    Stream(UniqueFd in, UniqueFd out);

    // How many bytes came; 0 = the other side is gone, or stop() was called.
    Result<size_t> read(std::span<uint8_t> into);
    // The same with a limit; the Error after it says "no answer in time".
    Result<size_t> read(std::span<uint8_t> into, std::chrono::steady_clock::time_point until);
    // All of it, or an Error.
    Result<void> write(BytesView bytes);
    // From any thread: read and write return soon, now and for ever.
    void stop();
    bool stopped() const;

private:
    enum class Wait { Ready, Gone, Late };
    Wait waitFor(int fd, short events, int timeoutMs);

    UniqueFd in_;
    UniqueFd separateOut_; // only when it is another than in_
    int out_;
    UniqueFd stop_;
};

} // namespace lg::wire
