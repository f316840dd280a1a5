// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_options.h"

#include "base/file.h"
#include "image/bundled.h"

namespace lg {

void addDeviceOptions(CLI::App &command, GuestArguments &arguments) {
    command
        .add_option("--disk", arguments.disks,
                    "A raw disk image or block device, FILE or FILE,ro; may be given several times")
        ->allow_extra_args(false);
    auto *network = command.add_option(
        "--net", arguments.network,
        "A network card: user, and after commas forward=tcp:HOSTPORT:GUESTPORT (or udp:...), host "
        "(this machine's own services, at 10.0.2.2)");
    command
        .add_option("--pcap", arguments.pcap, "With --net: all frames, for tcpdump or Wireshark")
        ->needs(network);
}

Result<void> replaceDevices(const GuestArguments &arguments, SavedGuest &saved, bool openSaved) {
    const auto wanted = savedDevices(saved, arguments.disks.empty(), arguments.network.empty());
    if (!openSaved && !wanted.empty())
        return Error{"the saved Guest wants " + wanted +
                     ": allow it with --devices, or name others with --disk and --net"};
    if (!arguments.disks.empty() && arguments.disks.size() != saved.disks.size())
        return Error{"the saved Guest has " + std::to_string(saved.disks.size()) +
                     " disks: give as many, in their order, or none"};
    for (size_t i = 0; i < arguments.disks.size(); ++i)
        saved.disks[i].words = arguments.disks[i];
    if (arguments.network.empty())
        return {};
    if (saved.network.empty())
        return Error{"the saved Guest has no network card"};
    saved.network = arguments.network;
    saved.pcap = arguments.pcap;
    return {};
}

void addImage(CLI::App &command, GuestArguments &arguments) {
    command
        .add_option("image", arguments.image,
                    "A kernel (ELF vmlinux or bzImage), or guest:NAME for a bundled one")
        ->required();
}

void addGuestOptions(CLI::App &command, GuestArguments &arguments) {
    command.add_option("--memory", arguments.memoryMiB, "Its memory in MB")->capture_default_str();
    command
        .add_option("--vcpus", arguments.vcpus,
                    "Its virtual processors, 1 to " + std::to_string(LG_VCPUS_MAX))
        ->capture_default_str();
    command.add_option("--initrd", arguments.initrd, "A file for the top of its memory");
    addDeviceOptions(command, arguments);
    command.add_option("--host", arguments.host, kHostHelp)->capture_default_str();
    command.add_option("commandline", arguments.commandLine, "After --: the guest's command line");
}

Result<LaunchSpec> makeLaunchSpec(const GuestArguments &arguments) {
    auto path = resolveGuest(arguments.image);
    if (!path)
        return path.error();
    auto image = loadImage(*path);
    if (!image)
        return image.error();
    LaunchSpec spec;
    spec.name = image->name;
    if (arguments.memoryMiB > kMaxMemoryBytes >> 20)
        return Error{"a Guest can have at most " + std::to_string(kMaxMemoryBytes >> 20) +
                     " MB of memory"};
    spec.memoryBytes = arguments.memoryMiB << 20;
    if (auto possible = checkVcpuCount(arguments.vcpus); !possible)
        return possible.error();
    spec.vcpus = uint32_t(arguments.vcpus);
    if (!arguments.initrd.empty()) {
        auto initrd = readWholeFile(arguments.initrd, "the initrd", kMaxMemoryBytes);
        if (!initrd)
            return initrd.error();
        spec.initrd = std::move(*initrd);
    }
    if (arguments.disks.size() > kMaxDisks)
        return Error{"a Guest can have at most " + std::to_string(kMaxDisks) + " disks"};
    for (const auto &text : arguments.disks) {
        auto disk = DiskFile::openAs(text);
        if (!disk)
            return disk.error();
        spec.disks.push_back(std::move(*disk));
    }
    if (!arguments.network.empty()) {
        auto options = parseNetwork(arguments.network);
        if (!options)
            return options.error();
        options->pcap = arguments.pcap;
        auto network = UserNetwork::open(*options);
        if (!network)
            return network.error();
        spec.network = std::move(*network);
    }
    for (const auto &word : arguments.commandLine)
        spec.commandLine += (spec.commandLine.empty() ? "" : " ") + word;
    spec.image = std::move(*image);
    auto fits = checkFits(spec.image, spec.memoryBytes, spec.commandLine, spec.initrd.size());
    if (!fits)
        return fits.error();
    return spec;
}

} // namespace lg
