// SPDX-License-Identifier: GPL-2.0-or-later
// Ways to an agent that is not in the sandbox (sandbox/sandbox.h is the way to that one).
//
//   local       this machine: the agent's socket if it is there, else an lgagent of our own
//   unix:PATH   an agent that listens there
//   ssh:HOST    `lgagent --stdio` over there; ssh asks for what it needs on the terminal
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

#include <string>
#include <sys/types.h>

namespace lg {

// An agent that we started ends when the stream is closed; reap() then waits for it.
struct HostStream {
    UniqueFd stream;
    pid_t child = -1;
    void reap();
};

Result<HostStream> openHost(const std::string &host);
// $XDG_RUNTIME_DIR/lgscope-agent, else /run/user/UID/lgscope-agent.
std::string defaultAgentSocket();

} // namespace lg
