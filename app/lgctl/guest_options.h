// SPDX-License-Identifier: GPL-2.0-or-later
// What every command that launches a Guest takes.
#pragma once

#include "host_access.h"
#include "saved/saved_guest.h"

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

// The image is the first of its arguments; the command line, of which there is no end, the last.
void addImage(CLI::App &command, GuestArguments &arguments);
void addGuestOptions(CLI::App &command, GuestArguments &arguments);
// Disks and network alone, as for a Guest that was saved with others.
void addDeviceOptions(CLI::App &command, GuestArguments &arguments);
// Those of them that were given, in the place of the saved ones.  The file may be anybody's: what
// it names is opened when the user has said so.
Result<void> replaceDevices(const GuestArguments &arguments, SavedGuest &saved, bool openSaved);
// Reads the files and checks that they fit.
Result<LaunchSpec> makeLaunchSpec(const GuestArguments &arguments);

} // namespace lg
