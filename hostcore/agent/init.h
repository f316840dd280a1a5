// SPDX-License-Identifier: GPL-2.0-or-later
// The agent as the first process of the sandbox: there is no other user space in it.
#pragma once

namespace lg {

constexpr char kAgentPort[] = "org.lgscope.agent";

// Mounts, loads the modules, keeps an agent running on the port, ends the machine.
[[noreturn]] void runAsInit();

} // namespace lg
