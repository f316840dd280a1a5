// SPDX-License-Identifier: GPL-2.0-or-later
// A Guest's kernel as a file says it: where which bytes go in guest-physical memory, where to
// start, and what the addresses are called.  Everything in the file is checked here, once; a
// file that is no kernel, or a hostile one, gives one line that says what is wrong with it.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "inspect/symbols.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lg {

enum class ImageKind { Elf, BzImage };

struct ImageSegment {
    uint32_t address = 0;     // guest-physical
    uint32_t memoryBytes = 0; // at least bytes.size(); the rest is zero
    Bytes bytes;
};

struct Image {
    ImageKind kind = ImageKind::Elf;
    std::string name;   // the file's name without its folder
    std::string about;  // one line from section .lguest.about, or empty
    uint32_t vcpus = 1; // how many it is about, from section .lguest.vcpus; at most LG_VCPUS_MAX
    uint32_t entry = 0;
    std::vector<ImageSegment> segments;         // sorted by address, apart from each other
    std::shared_ptr<const SymbolTable> symbols; // never null, may be empty

    // First guest-physical address behind everything that is loaded.
    uint64_t end() const;
};

// No thread; no state; safe to call from any thread.
Result<Image> parseImage(BytesView file, const std::string &name);
Result<Image> loadImage(const std::string &path);

// What must hold between an image, the memory, the command line and an initrd before a Guest
// can be made of them.  The same check is made by the window, lgctl and the agent.
constexpr uint64_t kMinMemoryBytes = 1 << 20;
constexpr uint64_t kMaxMemoryBytes = 3ull << 30;
constexpr uint64_t kDefaultMemoryBytes = 64ull << 20;
constexpr size_t kMaxCommandLine = 2047; // without the nul
Result<void> checkFits(const Image &image, uint64_t memoryBytes, const std::string &commandLine,
                       uint64_t initrdBytes);
// 1 to LG_VCPUS_MAX.
Result<void> checkVcpuCount(uint64_t vcpus);

} // namespace lg
