// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox/saved_state.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/mman.h>
#include <sys/stat.h>
#include <vector>

namespace lg {

namespace fs = std::filesystem;

namespace {

constexpr size_t kKept = 3; // of about 70 MB each
constexpr auto kStalePart = std::chrono::minutes(10);
constexpr char kPrefix[] = "vm-";
constexpr char kSuffix[] = ".state";
constexpr char kPartSuffix[] = ".part";

// QEMU reads its own part and doesn't look at what follows.
struct Trailer {
    char magic[8];
    uint64_t size;
    uint64_t hash;
};
constexpr char kMagic[9] = "LGSTATE1";

// The file's first `size` bytes, hashed at the speed of memory.
Result<uint64_t> hashOfFile(int fd, size_t size) {
    void *bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (bytes == MAP_FAILED)
        return errnoError("cannot read a saved sandbox");
    auto hash = hashOf({static_cast<const char *>(bytes), size});
    munmap(bytes, size);
    return hash;
}

bool isWhole(int fd) {
    struct stat info;
    Trailer trailer;
    if (fstat(fd, &info) != 0 || info.st_size <= off_t(sizeof trailer))
        return false;
    auto size = size_t(info.st_size) - sizeof trailer;
    if (pread(fd, &trailer, sizeof trailer, off_t(size)) != sizeof trailer ||
        std::memcmp(trailer.magic, kMagic, sizeof trailer.magic) != 0 || trailer.size != size)
        return false;
    auto hash = hashOfFile(fd, size);
    return hash && *hash == trailer.hash;
}

} // namespace

std::string cacheFolder() {
    if (const char *cache = std::getenv("XDG_CACHE_HOME"); cache && *cache == '/')
        return std::string(cache) + "/lgscope";
    if (const char *home = std::getenv("HOME"); home && *home == '/')
        return std::string(home) + "/.cache/lgscope";
    return "";
}

uint64_t hashOf(std::string_view bytes, uint64_t seed) {
    constexpr uint64_t kPrime = 0x9e3779b97f4a7c15; // 2^64 / golden ratio, odd
    uint64_t hash = (seed ^ bytes.size()) * kPrime;
    auto mix = [&](uint64_t word) {
        hash = (hash ^ word) * kPrime;
        hash ^= hash >> 32;
    };
    uint64_t word;
    for (; bytes.size() >= sizeof word; bytes.remove_prefix(sizeof word)) {
        std::memcpy(&word, bytes.data(), sizeof word);
        mix(word);
    }
    word = 0;
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char *>(&word));
    mix(word);
    return hash;
}

SavedState::SavedState(std::string folder, std::string_view key) : folder_(std::move(folder)) {
    char name[32];
    std::snprintf(name, sizeof name, "%s%016llx%s", kPrefix,
                  static_cast<unsigned long long>(hashOf(key)), kSuffix);
    path_ = folder_ + "/" + name;
}

UniqueFd SavedState::open() const {
    UniqueFd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd)
        return {};
    if (!isWhole(fd.get())) {
        forget();
        return {};
    }
    utimensat(AT_FDCWD, path_.c_str(), nullptr, 0); // the newest are kept
    return fd;
}

void SavedState::forget() const {
    unlink(path_.c_str());
}

Result<std::string> SavedState::begin() const {
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error)
        return Error{"cannot make " + folder_ + ": " + error.message()};
    auto part = path_ + "." + std::to_string(getpid()) + kPartSuffix;
    // It holds a machine's memory: nobody else's business.
    UniqueFd fd(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!fd)
        return errnoError("cannot write " + part);
    return part;
}

Result<void> SavedState::commit(const std::string &written) const {
    auto failed = [&](const std::string &what) {
        auto error = errnoError(what);
        unlink(written.c_str());
        return error;
    };
    UniqueFd fd(::open(written.c_str(), O_RDWR | O_APPEND | O_CLOEXEC));
    struct stat info;
    if (!fd || fstat(fd.get(), &info) != 0 || info.st_size == 0)
        return failed("cannot read back " + written);
    Trailer trailer = {};
    std::memcpy(trailer.magic, kMagic, sizeof trailer.magic);
    trailer.size = uint64_t(info.st_size);
    auto hash = hashOfFile(fd.get(), trailer.size);
    if (!hash)
        return failed("cannot read back " + written);
    trailer.hash = *hash;
    if (write(fd.get(), &trailer, sizeof trailer) != sizeof trailer)
        return failed("cannot write " + written);
    if (rename(written.c_str(), path_.c_str()) != 0)
        return failed("cannot rename " + written);
    prune();
    return {};
}

void SavedState::prune() const {
    std::vector<std::pair<fs::file_time_type, fs::path>> states;
    std::error_code none;
    auto now = fs::file_time_type::clock::now();
    for (const auto &entry : fs::directory_iterator(folder_, none)) {
        auto name = entry.path().filename().string();
        if (!name.starts_with(kPrefix))
            continue;
        auto written = entry.last_write_time(none);
        if (name.ends_with(kSuffix))
            states.emplace_back(written, entry.path());
        else if (name.ends_with(kPartSuffix) && now - written > kStalePart)
            fs::remove(entry.path(), none);
    }
    std::sort(states.rbegin(), states.rend());
    for (size_t i = kKept; i < states.size(); ++i)
        fs::remove(states[i].second, none);
}

} // namespace lg
