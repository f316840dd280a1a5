// SPDX-License-Identifier: GPL-2.0-or-later
// What every command that launches a Guest takes.
#pragma once

#include "host_access.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace lg {

struct GuestArguments {
    std::string image;
    uint64_t memoryMiB = kDefaultMemoryBytes >> 20;
    uint64_t vcpus = 1;
    std::string initrd;
    std::vector<std::string> disks;
    std::string network, pcap;
    std::string host = defaultHost();
    std::vector<std::string> commandLine;
};

void addGuestOptions(CLI::App &command, GuestArguments &arguments);
// Reads the files and checks that they fit.
Result<LaunchSpec> makeLaunchSpec(const GuestArguments &arguments);

} // namespace lg
