// SPDX-License-Identifier: GPL-2.0-or-later
#include "saved/saved_guest.h"

#include <chrono>
#include <filesystem>

namespace lg {

namespace {

std::string wholePath(const std::string &path) {
    std::error_code failed;
    auto whole = std::filesystem::absolute(path, failed);
    return failed ? path : whole.string();
}

} // namespace

SavedGuest savedGuestOf(const LaunchSpec &launch, const std::string &imagePath,
                        const std::vector<std::string> &disks, const std::string &network) {
    SavedGuest saved;
    saved.program = "lgscope " LGSCOPE_VERSION;
    saved.imagePath = wholePath(imagePath);
    saved.savedWallNs = uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                     .count());
    saved.launch = launch;
    for (size_t i = 0; i < disks.size() && i < launch.disks.size(); ++i)
        saved.disks.push_back({wholePath(disks[i]), launch.disks[i]->shape().sectors});
    saved.network = network;
    saved.launch.disks.clear();
    saved.launch.network.reset();
    saved.launch.conditions.clear();
    return saved;
}

std::string savedDevices(const SavedGuest &saved, bool disks, bool network) {
    std::string text;
    for (const auto &disk : saved.disks)
        if (disks)
            text += (text.empty() ? "the disk " : ", the disk ") + disk.words;
    if (network && !saved.network.empty())
        text += (text.empty() ? "the network " : ", the network ") + saved.network;
    return text;
}

Result<LaunchSpec> launchSpecOf(SavedGuest saved) {
    LaunchSpec spec = std::move(saved.launch);
    for (const auto &wanted : saved.disks) {
        auto disk = DiskFile::openAs(wanted.words);
        if (!disk)
            return Error{"the saved Guest's disk is not as it was: " + disk.message()};
        if ((*disk)->shape().sectors != wanted.sectors)
            return Error{
                "the disk " + (*disk)->path() + " has " + std::to_string((*disk)->shape().sectors) +
                " sectors, and the saved Guest knows one of " + std::to_string(wanted.sectors)};
        spec.disks.push_back(std::move(*disk));
    }
    if (!saved.network.empty()) {
        auto options = parseNetwork(saved.network);
        if (!options)
            return options.error();
        options->pcap = saved.pcap;
        auto network = UserNetwork::open(*options);
        if (!network)
            return network.error();
        spec.network = std::move(*network);
    }
    return spec;
}

} // namespace lg
