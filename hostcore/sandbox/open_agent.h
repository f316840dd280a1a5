// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "wire/connection.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace ui {

struct OpenedAgent {
    // What has to stay for the agent to stay: the sandbox's VM, a process.
    // Before `agent`, so that it goes after it.
    std::shared_ptr<void> keeper;
    std::unique_ptr<lg::AgentConnection> agent;
    // Why the host went away, when it knows better than the connection; may be empty.
    std::function<std::string()> whyGone;
};

// Reaches the host ("sandbox", "local", "unix:PATH", "ssh:HOST"), starting what
// has to be started.  Blocks; gives up soon after a stop is asked for.
lg::Result<OpenedAgent>
openAgent(const std::string &host, lg::AgentConnection::Handlers handlers,
          const std::function<void(const std::string &step, int percent)> &progress,
          const std::stop_token &stop);

} // namespace ui
