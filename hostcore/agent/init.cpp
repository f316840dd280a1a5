// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/init.h"

#include "agent/host.h"
#include "agent/serve.h"

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>

namespace lg {

namespace fs = std::filesystem;

namespace {

constexpr auto kPortPatience = std::chrono::seconds(10);

void mountAt(const char *type, const char *place) {
    mkdir(place, 0755);
    if (mount(type, place, type, MS_NOSUID, nullptr) != 0 && errno != EBUSY)
        std::fprintf(stderr, "lgagent: %s\n",
                     errnoError(std::string("mounting ") + place).message.c_str());
}

std::string findPort() {
    std::error_code none;
    for (const auto &entry : fs::directory_iterator("/sys/class/virtio-ports", none)) {
        std::ifstream file(entry.path() / "name");
        std::string name;
        if (std::getline(file, name) && name == kAgentPort)
            return "/dev/" + entry.path().filename().string();
    }
    return "";
}

std::string waitForPort() {
    auto until = std::chrono::steady_clock::now() + kPortPatience;
    for (;;) {
        auto port = findPort();
        if (!port.empty() || std::chrono::steady_clock::now() > until)
            return port;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

[[noreturn]] void powerOff() {
    sync();
    reboot(RB_POWER_OFF);
    for (;;)
        pause();
}

// Another process than the first: one that dies, by a fault of its own or by kill -9, does not
// take the machine with it.
pid_t startAgent(const std::string &port) {
    pid_t child = fork();
    if (child != 0)
        return child;
    auto served = servePort(port, {.sandbox = true, .modules = kModuleFolder});
    if (!served)
        std::fprintf(stderr, "lgagent: %s\n", served.message().c_str());
    std::_Exit(served ? 0 : 1);
}

} // namespace

void runAsInit() {
    mountAt("proc", "/proc");
    mountAt("sysfs", "/sys");
    mountAt("tracefs", "/sys/kernel/tracing");
    mountAt("devtmpfs", "/dev");
    // The kernel may have had no /dev/console to give us before devtmpfs was there.
    if (fcntl(STDOUT_FILENO, F_GETFD) < 0) {
        int console = open("/dev/console", O_RDWR);
        for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            if (console >= 0)
                dup2(console, fd);
    }
    if (auto loaded = loadModules(kModuleFolder); !loaded)
        std::fprintf(stderr, "lgagent: %s\n", loaded.message().c_str());
    auto port = waitForPort();
    if (port.empty()) {
        std::fprintf(stderr, "lgagent: there is no virtio port %s\n", kAgentPort);
        powerOff();
    }
    for (;;) {
        pid_t agent = startAgent(port);
        int status = 0;
        pid_t ended;
        while ((ended = wait(&status)) != agent && (ended > 0 || errno == EINTR)) {
        }
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            powerOff();
        std::fputs("lgagent: ended by accident, starting anew\n", stderr);
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
}

} // namespace lg
