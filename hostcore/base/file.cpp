// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include "base/unique_fd.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

namespace lg {

Result<Bytes> readWholeFile(const std::string &path, const std::string &what, uint64_t limit) {
    std::string cannot = "cannot open " + what + " " + path;
    // Without waiting: the path may be a fifo that nobody writes to.
    UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd)
        return errnoError(cannot);
    struct stat info;
    if (fstat(fd.get(), &info) != 0)
        return errnoError(cannot);
    if (S_ISDIR(info.st_mode))
        return Error{cannot + ": it is a folder"};
    if (!S_ISREG(info.st_mode))
        return Error{cannot + ": it is no ordinary file"};
    if (uint64_t(info.st_size) > limit)
        return Error{cannot + ": it has " + std::to_string(info.st_size >> 20) +
                     " MB; the limit is " + std::to_string(limit >> 20) + " MB"};
    Bytes bytes(static_cast<size_t>(info.st_size));
    size_t have = 0;
    while (have < bytes.size()) {
        ssize_t got = read(fd.get(), bytes.data() + have, bytes.size() - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errnoError("reading " + what + " " + path);
        if (got == 0)
            break;
        have += size_t(got);
    }
    bytes.resize(have);
    return bytes;
}

} // namespace lg
