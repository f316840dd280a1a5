// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/this_machine.h"

#include "base/unique_fd.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lg {

namespace {

namespace fs = std::filesystem;

bool isThere(const fs::path &path) {
    std::error_code failed;
    return fs::exists(path, failed);
}

std::string firstBytes(const fs::path &path) {
    constexpr size_t kEnough = 4096;
    std::ifstream file(path, std::ios::binary);
    std::string text(kEnough, '\0');
    file.read(text.data(), std::streamsize(text.size()));
    text.resize(size_t(file.gcount()));
    return text;
}

// depmod's list names every module that modprobe would find, compressed or not.
bool isBuilt(const fs::path &modules) {
    std::ifstream list(modules / "modules.dep");
    for (std::string line; std::getline(list, line);) {
        const auto name = line.substr(0, line.find(':'));
        if (name.find("/lg.ko") != name.npos)
            return true;
    }
    return false;
}

// Four bytes of attributes, then one: UEFI 2.10, 3.3.
bool secureBoot(const fs::path &root) {
    const auto value = firstBytes(
        root / "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c");
    return value.size() >= 5 && value[4] == 1;
}

bool signedModulesOnly(const fs::path &root) {
    const auto lockdown = firstBytes(root / "sys/kernel/security/lockdown");
    return secureBoot(root) || lockdown.find("[integrity]") != lockdown.npos ||
           lockdown.find("[confidentiality]") != lockdown.npos ||
           firstBytes(root / "sys/module/module/parameters/sig_enforce").starts_with("Y");
}

bool hasGroup(const fs::path &root) {
    std::ifstream groups(root / "etc/group");
    for (std::string line; std::getline(groups, line);)
        if (line.starts_with("lguest:"))
            return true;
    return false;
}

// Of all that comes until its other end is closed.
std::string lastLine(int fd) {
    constexpr size_t kEnough = 4096;
    std::string text;
    char piece[512];
    for (ssize_t got; (got = ::read(fd, piece, sizeof piece)) > 0 || (got < 0 && errno == EINTR);)
        if (got > 0) {
            text.append(piece, size_t(got));
            if (text.size() > kEnough)
                text.erase(0, text.size() - kEnough);
        }
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text.substr(text.rfind('\n') + 1);
}

} // namespace

MachineSetup lookAtMachine(const std::string &rootPath, const std::string &release, bool mayOpen) {
    using State = MachineSetup::State;
    const fs::path root(rootPath), modules = root / "lib/modules" / release;
    if (isThere(root / "dev/lguest")) {
        if (mayOpen)
            return {State::Ready, "", ""};
        return {State::NoRight, "you may not open /dev/lguest on this machine",
                hasGroup(root)
                    ? "join its group: sudo adduser $USER lguest, then log in anew"
                    : "the package lgscope-dkms has a rule that gives it to the group lguest"};
    }
    if (isThere(root / "sys/module/lg"))
        return {State::NoDevice, "the module lg is loaded, and there is no /dev/lguest",
                "the kernel's log says why: sudo dmesg | grep lg:"};
    if (isBuilt(modules)) {
        if (!signedModulesOnly(root))
            return {State::NotLoaded, "the module lg is not loaded",
                    "load it: sudo modprobe lg (Guests run in this kernel then: trust them)"};
        return {State::NotSigned,
                "the module lg is not loaded, and Secure Boot lets this kernel load signed modules "
                "only",
                isThere(root / "var/lib/dkms/mok.pub")
                    ? "enrol the key that DKMS signs with, once: sudo mokutil --import "
                      "/var/lib/dkms/mok.pub, then restart, then sudo modprobe lg"
                    : "sign it with a key that the firmware knows (DKMS does, mokutil enrols its "
                      "key), then sudo modprobe lg"};
    }
    if (isThere(modules / "build/Makefile"))
        return {State::NotBuilt, "the module lg is not built for Linux " + release,
                "install the package lgscope-dkms, or build it from the sources: "
                "cmake -D LGSCOPE_KDIR=/lib/modules/" +
                    release + "/build"};
    return {State::NoHeaders,
            "the module lg is not built, and the headers of Linux " + release + " are missing",
            "install linux-headers-" + release + " and lgscope-dkms"};
}

MachineSetup lookAtThisMachine() {
    utsname name = {};
    uname(&name);
    return lookAtMachine("/", name.release, access("/dev/lguest", R_OK | W_OK) == 0);
}

Result<void> loadModule() {
    std::error_code none;
    std::string loader =
        (fs::read_symlink("/proc/self/exe", none).parent_path() / "../lib/lgscope/load-module")
            .lexically_normal();
    std::string pkexec = "pkexec";
    char *command[] = {pkexec.data(), loader.data(), nullptr};

    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return errnoError("cannot make a pipe");
    const UniqueFd read(ends[0]);
    UniqueFd write(ends[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, write.get(), STDERR_FILENO);
    pid_t child = -1;
    errno = posix_spawnp(&child, command[0], &actions, nullptr, command, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (errno != 0)
        return errnoError("cannot run pkexec (sudo modprobe lg does the same)");
    write.reset();
    const std::string line = lastLine(read.get());
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return {};
    return Error{line.empty() ? "pkexec failed and did not say why" : line};
}

} // namespace lg
