// SPDX-License-Identifier: GPL-2.0-or-later
// The host that the user named.
#pragma once

#include "sandbox/open_agent.h"

#include <string>

namespace lg {

// `tell`: say on standard error what takes long.
Result<OpenedAgent> openNamedHost(const std::string &host, AgentConnection::Handlers handlers,
                                  const HostNeeds &needs, bool tell);

// $LGSCOPE_HOST, else the sandbox.
std::string defaultHost();
constexpr char kHostHelp[] = "Where it runs: sandbox, local, unix:PATH or ssh:HOST";

} // namespace lg
