// SPDX-License-Identifier: GPL-2.0-or-later
// Linux's compressed kernels: Documentation/arch/x86/boot.rst.  The real-mode set-up code at the
// front is not for a Guest; the rest runs unmodified at 1 MiB.
#include "image/elf_image.h"
#include "image/layout.h"

#include <algorithm>
#include <optional>

namespace lg {

namespace {

constexpr size_t kSetupSects = 0x1f1;
constexpr size_t kSysSize = 0x1f4; // of what comes after the set-up code, in paragraphs
constexpr size_t kBootFlag = 0x1fe;
constexpr size_t kHeader = 0x202;
constexpr size_t kVersion = 0x206;
constexpr size_t kLoadFlags = 0x211;
constexpr size_t kCode32Start = 0x214;
constexpr size_t kHeaderEnd = 0x218;
constexpr size_t kRelocatable = 0x234;
constexpr size_t kXLoadFlags = 0x236;
constexpr size_t kPreferredAddress = 0x258;
constexpr size_t kInitSize = 0x260;
constexpr uint16_t kVersionOfSysSize = 0x0204;
constexpr uint16_t kVersionOfInitSize = 0x020a;
constexpr uint16_t kVersionOfXLoadFlags = 0x020c;
constexpr uint8_t kLoadedHigh = 1;
constexpr uint16_t kIs64Bit = 1;
constexpr size_t kParagraph = 16;

// Where it unpacks itself, and how much it needs there before it looks at memory; nothing if it is
// too old to tell.
Result<std::optional<ImageSegment>> unpacked(BytesView file) {
    if (loadAt<uint16_t>(file, kVersion) < kVersionOfInitSize ||
        file.size() < kInitSize + sizeof(uint32_t))
        return std::optional<ImageSegment>();
    auto address = loadAt<uint64_t>(file, kPreferredAddress);
    if (file[kRelocatable])
        address = std::max<uint64_t>(address, kBzImageAlignment);
    auto bytes = loadAt<uint32_t>(file, kInitSize);
    if (bytes == 0)
        return std::optional<ImageSegment>();
    if (address > kMaxMemoryBytes || bytes > kMaxMemoryBytes - address)
        return Error{"wants to unpack itself beyond the memory that a Guest can have"};
    return std::optional(ImageSegment{uint32_t(address), bytes, {}});
}

// Both places may be one.
void addSegment(std::vector<ImageSegment> &segments, const ImageSegment &more) {
    auto &first = segments.front();
    uint64_t end = uint64_t(more.address) + more.memoryBytes;
    if (more.address > uint64_t(first.address) + first.memoryBytes)
        segments.push_back(more);
    else if (end > uint64_t(first.address) + first.memoryBytes)
        first.memoryBytes = uint32_t(end - first.address);
}

} // namespace

bool looksLikeBzImage(BytesView file) {
    return file.size() >= kHeaderEnd && loadAt<uint16_t>(file, kBootFlag) == 0xaa55 &&
           std::memcmp(file.data() + kHeader, "HdrS", 4) == 0;
}

Result<Image> parseBzImage(BytesView file, const std::string &name) {
    if (loadAt<uint16_t>(file, kVersion) < 0x0200 || !(file[kLoadFlags] & kLoadedHigh))
        return Error{"is an old zImage, not a bzImage: it can't be loaded at 1 MiB"};
    size_t setupSects = file[kSetupSects] ? file[kSetupSects] : 4;
    size_t start = (setupSects + 1) * 512;
    if (start >= file.size())
        return Error{"is a truncated bzImage: nothing comes after its set-up code"};
    auto kernel = file.subspan(start);
    // It would begin, and stop without a word in the middle of unpacking itself.
    const uint16_t version = loadAt<uint16_t>(file, kVersion);
    const uint64_t whole = uint64_t(loadAt<uint32_t>(file, kSysSize)) * kParagraph;
    if (version >= kVersionOfSysSize && kernel.size() + kParagraph <= whole)
        return Error{"is a truncated bzImage: " + std::to_string(whole - kernel.size()) +
                     " bytes are missing"};
    if (version >= kVersionOfXLoadFlags && loadAt<uint16_t>(file, kXLoadFlags) & kIs64Bit)
        return Error{kNot32Bit};
    if (kernel.size() > kMaxMemoryBytes)
        return Error{"is bigger than the memory that a Guest can have"};
    Image image;
    image.kind = ImageKind::BzImage;
    image.name = name;
    image.entry = loadAt<uint32_t>(file, kCode32Start);
    image.segments.push_back(
        {kBzImageAt, uint32_t(kernel.size()), Bytes(kernel.begin(), kernel.end())});
    auto room = unpacked(file);
    if (!room)
        return room.error();
    if (*room)
        addSegment(image.segments, **room);
    image.symbols = std::make_shared<SymbolTable>();
    return image;
}

} // namespace lg
