// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/tracepoints.h"

#include "base/unique_fd.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace lg {

namespace {

constexpr char kFolder[] = "/sys/kernel/tracing/";
constexpr char kBufferKiB[] = "8192"; // for each processor; the oldest give way

Result<void> put(const char *file, const char *text) {
    UniqueFd fd(open((std::string(kFolder) + file).c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    std::string_view view(text);
    if (!fd || write(fd.get(), view.data(), view.size()) != ssize_t(view.size()))
        return errnoError(std::string("the host's kernel does not let us trace (") + file + ")");
    return {};
}

} // namespace

Result<void> setTracepoints(bool on) {
    if (!on)
        return put("events/lguest/enable", "0");
    if (auto sized = put("buffer_size_kb", kBufferKiB); !sized)
        return sized;
    if (auto emptied = put("trace", ""); !emptied)
        return emptied;
    return put("events/lguest/enable", "1");
}

Result<std::string> readTracepoints(size_t limit) {
    UniqueFd fd(
        open((std::string(kFolder) + "trace_pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd)
        return errnoError("the host's kernel does not let us read its trace");
    std::string text;
    char buffer[16384];
    while (text.size() + sizeof buffer <= limit) {
        ssize_t got = read(fd.get(), buffer, sizeof buffer);
        if (got <= 0)
            break; // EAGAIN: that was all
        text.append(buffer, size_t(got));
    }
    return text;
}

} // namespace lg
