// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace lg {

constexpr char kAgentVersion[] = "lgagent " LGSCOPE_VERSION;

} // namespace lg
