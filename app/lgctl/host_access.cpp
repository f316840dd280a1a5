// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_access.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace lg {

namespace {

constexpr uint64_t kMiB = 1 << 20;
constexpr uint64_t kSandboxOwnMiB = 160; // kernel, agent, and what a Guest costs besides its RAM
constexpr auto kSavedPatience = std::chrono::seconds(10);

// Steps, because each size of sandbox has a saved state of its own.
unsigned sandboxMiB(uint64_t guestBytes) {
    uint64_t wanted = guestBytes / kMiB + kSandboxOwnMiB;
    return unsigned(std::max<uint64_t>(512, (wanted + 511) / 512 * 512));
}

void tell(const std::string &stage) {
    // One line, written over: the Guest's console comes right after it.
    std::fprintf(stderr, "\r\033[K%s", stage.c_str());
}

} // namespace

std::string defaultHost() {
    const char *host = std::getenv("LGSCOPE_HOST");
    return host && *host ? host : "sandbox";
}

Result<void> HostAccess::openSandbox(const AgentConnection::Handlers &handlers,
                                     const LaunchSpec &guest, bool progress) {
    for (bool savedState : {true, false}) {
        SandboxOptions options;
        options.memoryMiB = sandboxMiB(guest.memoryBytes);
        // More than this machine has would only take turns.
        options.cpus = std::min(guest.vcpus, std::max(1u, std::thread::hardware_concurrency()));
        options.useSavedState = savedState;
        auto sandbox = Sandbox::start(
            options,
            [progress](const std::string &stage, double) {
                if (progress)
                    tell("sandbox: " + stage);
            },
            std::stop_token());
        if (progress)
            tell("");
        if (!sandbox)
            return sandbox.error();
        sandbox_ = std::move(*sandbox);
        bool fromSaved = sandbox_->fromSavedState();
        auto connection = AgentConnection::open(
            sandbox_->takeStream(), handlers,
            fromSaved ? kSavedPatience : std::chrono::milliseconds(std::chrono::seconds(30)));
        if (connection) {
            connection_ = std::move(*connection);
            return {};
        }
        if (!fromSaved)
            return connection.error();
        // Whatever is wrong with the saved state, a machine that boots has not got it.
        sandbox_->forgetSavedState();
        sandbox_.reset();
    }
    return Error{"the sandbox does not answer"};
}

Result<std::unique_ptr<HostAccess>> HostAccess::open(const std::string &host,
                                                     AgentConnection::Handlers handlers,
                                                     const LaunchSpec &guest, bool progress) {
    std::unique_ptr<HostAccess> access(new HostAccess());
    if (host == "sandbox") {
        if (auto opened = access->openSandbox(handlers, guest, progress); !opened)
            return opened.error();
        return access;
    }
    auto stream = openHost(host);
    if (!stream)
        return stream.error();
    access->stream_ = std::move(*stream);
    auto connection = AgentConnection::open(std::move(access->stream_.stream), std::move(handlers));
    if (!connection)
        return connection.error();
    access->connection_ = std::move(*connection);
    return access;
}

HostAccess::~HostAccess() {
    connection_.reset();
    sandbox_.reset();
    stream_.stream.reset();
    stream_.reap();
}

} // namespace lg
