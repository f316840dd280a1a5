// SPDX-License-Identifier: GPL-2.0-or-later
#include "image/image.h"

#include "base/file.h"
#include "image/elf_image.h"

namespace lg {

namespace {

constexpr uint64_t kMaxImageBytes = 2ull << 30; // a vmlinux with all its debug information

bool entryInSegments(const Image &image) {
    for (const auto &segment : image.segments)
        if (image.entry >= segment.address && image.entry - segment.address < segment.memoryBytes)
            return true;
    return false;
}

} // namespace

Result<Image> parseImage(BytesView file, const std::string &name) {
    auto image = [&]() -> Result<Image> {
        if (file.empty())
            return Error{"is empty"};
        if (looksLikeElf(file))
            return parseElf(file, name);
        if (looksLikeBzImage(file))
            return parseBzImage(file, name);
        return Error{"is no kernel: neither an ELF file (vmlinux) nor a bzImage"};
    }();
    if (!image)
        return Error{name + " " + image.message()};
    if (!entryInSegments(*image)) {
        char entry[16];
        std::snprintf(entry, sizeof entry, "0x%x", image->entry);
        return Error{name + " can't start: its entry point " + entry +
                     " (a physical address) lies in none of its segments"};
    }
    return image;
}

Result<Image> loadImage(const std::string &path) {
    auto file = readWholeFile(path, "the image", kMaxImageBytes);
    if (!file)
        return file.error();
    return parseImage(*file, path.substr(path.rfind('/') + 1));
}

} // namespace lg
