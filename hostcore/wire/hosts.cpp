// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/hosts.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <vector>

extern char **environ;

namespace lg {

namespace {

Result<UniqueFd> connectTo(const std::string &path) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return Error{"the socket's path is too long: " + path};
    std::memcpy(address.sun_path, path.data(), path.size());
    UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd || connect(fd.get(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
        return errnoError("no agent answers at " + path);
    return fd;
}

// A program whose standard input and output are our stream.
Result<HostStream> spawnOn(std::vector<std::string> arguments) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return errnoError("making a socket");
    UniqueFd ours(ends[0]), theirs(ends[1]);
    std::vector<char *> argv;
    argv.reserve(arguments.size() + 1);
    for (auto &argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDOUT_FILENO);
    HostStream stream;
    int failed = posix_spawnp(&stream.child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        errno = failed;
        return errnoError("cannot start " + arguments[0]);
    }
    stream.stream = std::move(ours);
    return stream;
}

std::string ownAgent() {
    std::error_code none;
    auto beside = std::filesystem::read_symlink("/proc/self/exe", none).parent_path() / "lgagent";
    return std::filesystem::exists(beside, none) ? beside.string() : "lgagent";
}

bool isSocket(const std::string &path) {
    struct stat info;
    return stat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode);
}

} // namespace

std::string defaultAgentSocket() {
    if (const char *folder = std::getenv("XDG_RUNTIME_DIR"); folder && *folder)
        return std::string(folder) + "/lgscope-agent";
    return "/run/user/" + std::to_string(getuid()) + "/lgscope-agent";
}

void HostStream::reap() {
    if (child > 0)
        while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
        }
    child = -1;
}

Result<HostStream> openHost(const std::string &host) {
    if (host == "local") {
        if (isSocket(defaultAgentSocket()))
            return openHost("unix:" + defaultAgentSocket());
        return spawnOn({ownAgent(), "--stdio"});
    }
    if (host.starts_with("unix:")) {
        auto fd = connectTo(host.substr(5));
        if (!fd)
            return fd.error();
        HostStream stream;
        stream.stream = std::move(*fd);
        return stream;
    }
    if (host.starts_with("ssh:")) {
        auto name = host.substr(4);
        if (name.empty() || name[0] == '-')
            return Error{"ssh: needs the name of a host"};
        return spawnOn({"ssh", "-T", "--", name, "lgagent", "--stdio"});
    }
    return Error{"there is no host \"" + host + "\": use sandbox, local, unix:PATH or ssh:HOST"};
}

} // namespace lg
