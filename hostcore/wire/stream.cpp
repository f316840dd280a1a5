// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/stream.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace lg::wire {

namespace {

void makeNonBlocking(int fd) {
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

} // namespace

Stream::Stream(UniqueFd both) : Stream(std::move(both), UniqueFd()) {}

Stream::Stream(UniqueFd in, UniqueFd out)
    : in_(std::move(in)), separateOut_(std::move(out)),
      out_(separateOut_ ? separateOut_.get() : in_.get()),
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    makeNonBlocking(in_.get());
    makeNonBlocking(out_);
}

Stream::Wait Stream::waitFor(int fd, short events, int timeoutMs) {
    pollfd fds[2] = {{fd, events, 0}, {stop_.get(), POLLIN, 0}};
    for (;;) {
        int ready = poll(fds, 2, timeoutMs);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready == 0)
            return Wait::Late;
        if (ready < 0 || fds[1].revents)
            return Wait::Gone;
        if (fds[0].revents & events)
            return Wait::Ready;
        return Wait::Gone; // POLLHUP, POLLERR: nobody is there to speak to
    }
}

Result<size_t> Stream::read(std::span<uint8_t> into) {
    return read(into, std::chrono::steady_clock::time_point::max());
}

Result<size_t> Stream::read(std::span<uint8_t> into, std::chrono::steady_clock::time_point until) {
    for (;;) {
        int timeoutMs = -1;
        if (until != std::chrono::steady_clock::time_point::max()) {
            auto left = std::chrono::ceil<std::chrono::milliseconds>(
                until - std::chrono::steady_clock::now());
            timeoutMs = int(std::clamp<int64_t>(left.count(), 0, 1 << 30));
        }
        switch (waitFor(in_.get(), POLLIN, timeoutMs)) {
        case Wait::Late:
            return Error{"no answer in time"};
        case Wait::Gone:
            return size_t(0);
        case Wait::Ready:
            break;
        }
        ssize_t got = ::read(in_.get(), into.data(), into.size());
        if (got >= 0)
            return size_t(got);
        if (errno == ECONNRESET || errno == EPIPE)
            return size_t(0);
        if (errno != EAGAIN && errno != EINTR)
            return errnoError("reading from the connection");
    }
}

Result<void> Stream::write(BytesView bytes) {
    while (!bytes.empty()) {
        // Not every descriptor is a socket, but a socket must not raise SIGPIPE.
        ssize_t put = send(out_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (put < 0 && errno == ENOTSOCK)
            put = ::write(out_, bytes.data(), bytes.size());
        if (put >= 0) {
            bytes = bytes.subspan(size_t(put));
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN)
            return errnoError("writing to the connection");
        if (waitFor(out_, POLLOUT, -1) != Wait::Ready)
            return Error{"the other side is gone"};
    }
    return {};
}

void Stream::stop() {
    uint64_t one = 1;
    [[maybe_unused]] ssize_t written = ::write(stop_.get(), &one, sizeof one);
}

bool Stream::stopped() const {
    pollfd fd = {stop_.get(), POLLIN, 0};
    return poll(&fd, 1, 0) > 0;
}

} // namespace lg::wire
