// SPDX-License-Identifier: GPL-2.0-or-later
// What a file with a saved Guest holds beside the Guest's memory: all that is needed to launch it
// again, and its state, which is the agent's to read.
#pragma once

#include "wire/connection.h"

#include <string>
#include <vector>

namespace lg {

struct SavedDisk {
    std::string words; // as lgctl --disk, with the whole path
    uint64_t sectors = 0;
};

struct SavedGuest {
    std::string program; // what wrote the file
    std::string imagePath;
    uint64_t savedWallNs = 0; // since 1970
    // name, image, initrd, memory, vCPUs, command line; neither disks nor network.
    LaunchSpec launch;
    std::vector<SavedDisk> disks;
    std::string network; // as lgctl --net, or empty
    std::string pcap;    // as lgctl --pcap; not in the file
    Bytes state;         // encodeState() of the agent's
    Bytes console;       // the newest that it had printed, ConsoleTail::kMost at most
};

// The words that the user said to lgctl or the window, and what the program made of them.
SavedGuest savedGuestOf(const LaunchSpec &launch, const std::string &imagePath,
                        const std::vector<std::string> &disks, const std::string &network);
// "the disk /a/b, the network user": for whoever has to say that they may be opened.
std::string savedDevices(const SavedGuest &saved, bool disks = true, bool network = true);
// Opens its disks and its network again and puts them into the spec, as for a launch.
Result<LaunchSpec> launchSpecOf(SavedGuest saved);

} // namespace lg
