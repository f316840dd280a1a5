// SPDX-License-Identifier: GPL-2.0-or-later
// From the name of a host to an agent that answers, for lgctl and the window.
#pragma once

#include "sandbox/sandbox.h"
#include "wire/connection.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace lg {

// What Guests will need there at the same time; a sandbox is made as large as that.
struct HostNeeds {
    uint64_t memoryBytes = 0;
    unsigned vcpus = 1;
    bool operator==(const HostNeeds &) const = default;
};

// The needs that the usual sandbox is good for.
bool fitsUsualSandbox(const HostNeeds &needs);

struct OpenedAgent {
    // What has to stay for the agent to stay: the sandbox's VM, a process.
    // Before `agent`, so that it goes after it.
    std::shared_ptr<void> keeper;
    std::unique_ptr<AgentConnection> agent;
    // Why the host went away, when it knows better than the connection; may be empty.
    std::function<std::string()> whyGone;
};

// Reaches the host ("sandbox", or as in wire/hosts.h), starting what has to be started.  Blocks,
// calling `progress` on this thread; gives up soon after a stop is asked for.
Result<OpenedAgent> openAgent(const std::string &host, AgentConnection::Handlers handlers,
                              const HostNeeds &needs, const Sandbox::Progress &progress,
                              const std::stop_token &stop);

} // namespace lg
