// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/serve.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>

namespace lg {

using namespace wire;

namespace {

void waitForClient(int port) {
    for (;;) {
        pollfd fd = {port, POLLIN, 0};
        poll(&fd, 1, -1);
        if (!(fd.revents & POLLHUP))
            return;
        // Nobody has the other end open, and the port has no way to wait for that.
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

// A socket that nobody answers on was left by an agent that is gone.
bool isStale(const sockaddr_un &address) {
    UniqueFd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto *name = reinterpret_cast<const sockaddr *>(&address);
    return probe && connect(probe.get(), name, sizeof address) != 0 && errno == ECONNREFUSED;
}

Result<UniqueFd> listenAt(const std::string &path) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return Error{"the socket's path is too long: " + path};
    std::memcpy(address.sun_path, path.data(), path.size());
    if (isStale(address))
        unlink(path.c_str());
    UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (fd.get() < 0)
        return errnoError("making a socket");
    mode_t before = umask(0177);
    int bound = bind(fd.get(), reinterpret_cast<sockaddr *>(&address), sizeof address);
    umask(before);
    if (bound != 0 || listen(fd.get(), 8) != 0)
        return errnoError("cannot listen at " + path);
    return fd;
}

bool ofThisUser(int client) {
    ucred peer = {};
    socklen_t size = sizeof peer;
    return getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == getuid();
}

} // namespace

Result<void> servePort(const std::string &path, const SessionOptions &options) {
    UniqueFd port(open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    if (!port)
        return errnoError("cannot open " + path);
    std::puts("lgagent: ready");
    std::fflush(stdout);
    FrameParser parser(kClientMagic);
    // Whoever spoke with an agent before this one shall know that it is gone.
    auto greeting = makePreamble(kAgentMagic, 0);
    [[maybe_unused]] ssize_t put = write(port.get(), &greeting, sizeof greeting);
    for (;;) {
        waitForClient(port.get());
        Session session(Stream(UniqueFd(fcntl(port.get(), F_DUPFD_CLOEXEC, 0))), parser, options);
        if (session.serve() == Session::End::Shutdown)
            return {};
    }
}

Result<void> serveSocket(const std::string &path) {
    auto listener = listenAt(path);
    if (!listener)
        return listener.error();
    std::printf("lgagent: ready at %s\n", path.c_str());
    std::fflush(stdout);
    for (;;) {
        UniqueFd client(accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!client && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (!client)
            return errnoError("waiting for clients");
        if (!ofThisUser(client.get())) {
            std::fputs("lgagent: another user's program was turned away\n", stderr);
            continue;
        }
        std::thread([path, fd = std::move(client)]() mutable {
            FrameParser parser(kClientMagic);
            Session session(Stream(std::move(fd)), parser, {});
            if (session.serve() == Session::End::Shutdown) {
                unlink(path.c_str());
                std::_Exit(0); // the kernel frees the other clients' Guests
            }
        }).detach();
    }
}

void serveStdio() {
    FrameParser parser(kClientMagic);
    Session session(Stream(UniqueFd(STDIN_FILENO), UniqueFd(STDOUT_FILENO)), parser, {});
    session.serve();
}

} // namespace lg
