// SPDX-License-Identifier: GPL-2.0-or-later
// lgagent: runs Guests for the window and for lgctl, and holds the only privilege.
#include "agent/init.h"
#include "agent/serve.h"
#include "agent/version.h"

#include <csignal>
#include <cstdio>
#include <string_view>
#include <unistd.h>

namespace {

constexpr char kUsage[] =
    "usage: lgagent --socket PATH   serve this user's programs on a unix socket\n"
    "       lgagent --stdio         serve the program at standard input and output\n"
    "       lgagent --version\n"
    "As process 1 it serves the sandbox's virtio port.\n";

} // namespace

int main(int argc, char **argv) {
    std::signal(SIGPIPE, SIG_IGN);
    if (getpid() == 1)
        lg::runAsInit();
    std::string_view mode = argc > 1 ? argv[1] : "";
    if (mode == "--socket" && argc == 3) {
        auto served = lg::serveSocket(argv[2]);
        std::fprintf(stderr, "lgagent: %s\n", served.message().c_str());
        return 1;
    }
    if (mode == "--stdio" && argc == 2) {
        lg::serveStdio();
        return 0;
    }
    if (mode == "--version" && argc == 2) {
        std::puts(lg::kAgentVersion);
        return 0;
    }
    bool help = mode == "--help" && argc == 2;
    std::fputs(kUsage, help ? stdout : stderr);
    return help ? 0 : 2;
}
