// SPDX-License-Identifier: GPL-2.0-or-later
// The three ways in which clients reach an agent.
#pragma once

#include "agent/session.h"

#include <string>

namespace lg {

// One client after the other on a virtio-serial port; returns when one asks for the end.
Result<void> servePort(const std::string &path, const SessionOptions &options);
// Any number of clients at once on a unix socket, of this user only.
Result<void> serveSocket(const std::string &path);
// The one at the other end of standard input and output.
void serveStdio();

} // namespace lg
