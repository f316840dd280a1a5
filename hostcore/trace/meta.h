// SPDX-License-Identifier: GPL-2.0-or-later
// What a recording knows beside its events.
#pragma once

#include <cstdint>
#include <string>

namespace lg {

struct TraceMeta {
    std::string guest; // name given at launch
    std::string image; // file name
    std::string commandLine;
    std::string host;    // the Host's kernel release
    std::string program; // what wrote the file, with version
    uint64_t memoryBytes = 0;
    uint32_t vcpus = 1;
    uint64_t startWallNs = 0; // since 1970
    uint32_t tscKhz = 0;      // 0 = not known: times stay in ticks
    uint32_t eventMode = 0;   // lg_event_mode
    std::string selection;    // the filter that has left events out of it, if there was one
};

} // namespace lg
