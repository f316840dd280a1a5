// SPDX-License-Identifier: GPL-2.0-or-later
// Machines that were saved when their agent was ready, in the user's cache: one file each, named
// by a hash of all that the state depends on.  A file is there whole or not at all, and its end
// carries a checksum of the rest: a broken one is removed, not started.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace lg {

// $XDG_CACHE_HOME/lgscope, else ~/.cache/lgscope; "" when there is no home either.
std::string cacheFolder();

uint64_t hashOf(std::string_view bytes, uint64_t seed = 0);

class SavedState {
public:
    // `key` is all that the state depends on.
    SavedState(std::string folder, std::string_view key);

    const std::string &path() const { return path_; }
    // Empty when there is none that is usable.
    UniqueFd open() const;
    void forget() const;

    // Where QEMU shall write; then commit() puts it in its place and removes the oldest others.
    Result<std::string> begin() const;
    Result<void> commit(const std::string &written) const;

private:
    void prune() const;

    std::string folder_, path_;
};

} // namespace lg
