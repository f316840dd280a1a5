// SPDX-License-Identifier: GPL-2.0-or-later
// From the name of a host to an open connection.
#pragma once

#include "sandbox/sandbox.h"
#include "wire/connection.h"
#include "wire/hosts.h"

#include <memory>
#include <string>

namespace lg {

// Taken apart in the right order: first the conversation, then what it was with.
class HostAccess {
public:
    // A sandbox gets what the Guest needs. `progress`: tell on standard error what takes long.
    static Result<std::unique_ptr<HostAccess>> open(const std::string &host,
                                                    AgentConnection::Handlers handlers,
                                                    const LaunchSpec &guest, bool progress);
    ~HostAccess();

    AgentConnection &agent() { return *connection_; }

private:
    HostAccess() = default;
    Result<void> openSandbox(const AgentConnection::Handlers &handlers, const LaunchSpec &guest,
                             bool progress);

    std::unique_ptr<Sandbox> sandbox_;
    HostStream stream_;
    std::unique_ptr<AgentConnection> connection_;
};

// $LGSCOPE_HOST, else the sandbox.
std::string defaultHost();
constexpr char kHostHelp[] = "Where it runs: sandbox, local, unix:PATH or ssh:HOST";

} // namespace lg
