// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_access.h"

#include <cstdio>
#include <cstdlib>

namespace lg {

namespace {

// One line, written over: the Guest's console comes right after it.
void writeOver(const std::string &text) {
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
}

} // namespace

std::string defaultHost() {
    const char *host = std::getenv("LGSCOPE_HOST");
    return host && *host ? host : "sandbox";
}

Result<OpenedAgent> openNamedHost(const std::string &host, AgentConnection::Handlers handlers,
                                  const HostNeeds &needs, bool tell) {
    auto opened = openAgent(
        host, std::move(handlers), needs,
        [tell](const std::string &stage, double) {
            if (tell)
                writeOver("lgctl: " + stage);
        },
        std::stop_token());
    if (tell)
        writeOver("");
    return opened;
}

} // namespace lg
