// SPDX-License-Identifier: GPL-2.0-or-later
#include "image/bundled.h"

#include "image/image.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace lg {

namespace fs = std::filesystem;

namespace {

constexpr const char kPrefix[] = "guest:";

} // namespace

std::string bundledGuestsFolder() {
    if (const char *folder = std::getenv("LGSCOPE_GUESTS"))
        return folder;
    std::error_code ignored;
    auto program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    return (program / "../lib/lgscope/guests").lexically_normal();
}

std::vector<BundledGuest> bundledGuests() {
    std::vector<BundledGuest> guests;
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(bundledGuestsFolder(), error)) {
        if (!entry.is_regular_file(error) || entry.path().has_extension())
            continue;
        // Whatever else the build leaves there is no Guest.
        auto image = loadImage(entry.path());
        if (image && !image->about.empty())
            guests.push_back({image->name, entry.path(), image->about, image->vcpus});
    }
    std::sort(guests.begin(), guests.end(),
              [](const auto &a, const auto &b) { return a.name < b.name; });
    return guests;
}

Result<std::string> resolveGuest(const std::string &imageOrGuest) {
    if (!imageOrGuest.starts_with(kPrefix))
        return imageOrGuest;
    auto name = imageOrGuest.substr(sizeof kPrefix - 1);
    std::string known;
    for (const auto &guest : bundledGuests()) {
        if (guest.name == name)
            return guest.path;
        known += (known.empty() ? "" : ", ") + guest.name;
    }
    if (known.empty())
        return Error{"no bundled guests are in " + bundledGuestsFolder()};
    return Error{"there is no bundled guest \"" + name + "\"; there are " + known};
}

} // namespace lg
