// SPDX-License-Identifier: GPL-2.0-or-later
#include "image/image.h"
#include "image/layout.h"
#include "lguest_uapi.h"

namespace lg {

namespace {

std::string megabytes(uint64_t bytes) {
    return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MB";
}

// Without CONFIG_HIGHMEM a kernel of 2.6.31 to 3.19 looks for its devices right behind what it can
// map, which is memory when it has more: all that is above PAGE_OFFSET but this (arch/x86/mm/
// init_32.c, __VMALLOC_RESERVE), or some MB less.
constexpr uint64_t kNotForMemory = 128 << 20;

uint64_t memoryItCanUse(const SymbolTable &symbols) {
    if (!symbols.address("lguest_devices_init") || symbols.address("kmap_high"))
        return kMaxMemoryBytes; // another transport, or CONFIG_HIGHMEM; or nobody knows
    const uint64_t above = (uint64_t(1) << 32) - symbols.virtualOffset();
    return above > kNotForMemory ? above - kNotForMemory : kMaxMemoryBytes;
}

} // namespace

uint64_t Image::end() const {
    if (segments.empty())
        return 0;
    return uint64_t(segments.back().address) + segments.back().memoryBytes;
}

Result<void> checkFits(const Image &image, uint64_t memoryBytes, const std::string &commandLine,
                       uint64_t initrdBytes) {
    if (memoryBytes < kMinMemoryBytes || memoryBytes > kMaxMemoryBytes)
        return Error{"a Guest can have " + megabytes(kMinMemoryBytes) + " to " +
                     megabytes(kMaxMemoryBytes) + " of memory, not " + megabytes(memoryBytes)};
    if (memoryBytes % kPageBytes != 0)
        return Error{"the Guest's memory must be a whole number of pages"};
    if (commandLine.size() > kMaxCommandLine)
        return Error{"the command line has " + std::to_string(commandLine.size()) +
                     " characters; the limit is " + std::to_string(kMaxCommandLine)};
    if (commandLine.find('\0') != std::string::npos)
        return Error{"the command line has a nul character in it"};

    // The same rules as for a file, because an agent gets its segments from anybody.
    bool entryInside = false;
    uint64_t end = kFirstFreeAt;
    for (const auto &segment : image.segments) {
        if (segment.bytes.size() > segment.memoryBytes || segment.address < end)
            return Error{"the image's segments overlap each other or the boot parameters"};
        end = uint64_t(segment.address) + segment.memoryBytes;
        entryInside |= image.entry >= segment.address && image.entry < end;
    }
    if (end > memoryBytes)
        return Error{"the image reaches up to " + megabytes(end) +
                     " of memory, and the Guest has only " + megabytes(memoryBytes)};
    if (const auto most = image.symbols ? memoryItCanUse(*image.symbols) : memoryBytes;
        memoryBytes > most)
        return Error{"this kernel has no CONFIG_HIGHMEM and would find no devices with more than " +
                     megabytes(most) + " of memory"};
    if (!entryInside)
        return Error{"the image's entry point lies in none of its segments"};
    if (initrdBytes > memoryBytes || roundUpToPage(initrdBytes) > memoryBytes - end)
        return Error{"the initrd (" + megabytes(initrdBytes) +
                     ") does not fit behind the image in " + megabytes(memoryBytes)};
    return {};
}

Result<void> checkVcpuCount(uint64_t vcpus) {
    if (vcpus >= 1 && vcpus <= LG_VCPUS_MAX)
        return {};
    return Error{"a Guest can have 1 to " + std::to_string(LG_VCPUS_MAX) + " vCPUs, not " +
                 std::to_string(vcpus)};
}

} // namespace lg
