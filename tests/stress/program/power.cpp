// SPDX-License-Identifier: GPL-2.0-or-later
// Things that happen to a Launcher that does no harm. The agent is this program's parent, and runs
// the Guests.
#include "commands.h"
#include "launcher.h"

#include "machine/guest_ram.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <fstream>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace lg;

namespace {

constexpr char kGroups[] = "/tests/groups";
constexpr char kGroup[] = "/tests/groups/agent";
constexpr uint64_t kLeftForOthers = 24 << 20; // nobody shall be killed for memory here
constexpr char kSlept[] = "/tests/slept", kSleptWell[] = "well";
constexpr size_t kHogStep = 2 << 20;

bool put(const std::string &file, const std::string &text) {
    std::ofstream out(file);
    out << text << std::flush;
    if (!out)
        std::printf("cannot write %s to %s: %s\n", text.c_str(), file.c_str(), strerror(errno));
    return bool(out);
}

bool waitForFrozen(bool frozen) {
    const std::string wanted = frozen ? "frozen 1" : "frozen 0";
    for (int i = 0; i < 500; ++i) {
        std::ifstream events(std::string(kGroup) + "/cgroup.events");
        for (std::string line; std::getline(events, line);)
            if (line == wanted)
                return true;
        usleep(10000);
    }
    std::printf("the group never said: %s\n", wanted.c_str());
    return false;
}

// The state's letter in /proc/PID/stat of each thread.
std::string threadStates(pid_t pid) {
    const std::string folder = "/proc/" + std::to_string(pid) + "/task";
    std::string states;
    DIR *tasks = opendir(folder.c_str());
    while (const dirent *task = tasks ? readdir(tasks) : nullptr) {
        std::ifstream stat(folder + "/" + task->d_name + "/stat");
        std::string text;
        if (std::getline(stat, text))
            states += text[text.rfind(')') + 2];
    }
    if (tasks)
        closedir(tasks);
    return states;
}

} // namespace

int stopAgent(unsigned milliseconds) {
    const pid_t agent = getppid();
    if (kill(agent, SIGSTOP) != 0)
        return 1;
    usleep(milliseconds * 1000);
    const auto states = threadStates(agent);
    kill(agent, SIGCONT);
    std::printf("threads: %s\n", states.c_str());
    return !states.empty() && states.find_first_not_of('T') == states.npos ? 0 : 1;
}

int freezeAgent(unsigned milliseconds) {
    const auto agent = std::to_string(getppid());
    mkdir(kGroups, 0755);
    if (mount("cgroup2", kGroups, "cgroup2", 0, nullptr) != 0 && errno != EBUSY) {
        std::perror("mounting the control groups");
        return 1;
    }
    mkdir(kGroup, 0755);
    bool good = put(std::string(kGroup) + "/cgroup.procs", agent) &&
                put(std::string(kGroup) + "/cgroup.freeze", "1") && waitForFrozen(true);
    usleep(milliseconds * 1000);
    good = put(std::string(kGroup) + "/cgroup.freeze", "0") && waitForFrozen(false) && good;
    good = put(std::string(kGroups) + "/cgroup.procs", agent) && good;
    return good && rmdir(kGroup) == 0 ? 0 : 1;
}

int hog(unsigned times) {
    for (unsigned i = 0; i < times; ++i) {
        std::vector<std::unique_ptr<char[]>> taken;
        while (availableMemory() > kLeftForOthers) {
            taken.push_back(std::make_unique<char[]>(kHogStep));
            std::memset(taken.back().get(), 1, kHogStep);
        }
        // With little room left every free page counts: all movable ones are moved together.
        for (int j = 0; j < 5; ++j)
            if (!put("/proc/sys/vm/compact_memory", "1"))
                return 1;
        std::printf("took %zu MiB\n", taken.size() * kHogStep >> 20);
        if (taken.empty())
            return 1;
        // Holes all over, so that the next compaction has something to do.
        for (size_t j = 0; j < taken.size(); j += 2)
            taken[j].reset();
        if (!put("/proc/sys/vm/compact_memory", "1"))
            return 1;
    }
    return 0;
}

int sleepAndWake(unsigned times) {
    std::ofstream result(kSlept);
    auto spec = std::make_shared<MachineSpec>();
    spec->image = guestImage("user");
    spec->commandLine = "forever";
    spec->memoryBytes = 16 << 20;
    Listener listeners[3];
    std::unique_ptr<Machine> machines[3];
    for (int i = 0; i < 3; ++i) {
        auto machine = Machine::start(spec, listeners[i]);
        if (!machine) {
            result << machine.message() << std::endl;
            return 1;
        }
        machines[i] = std::move(*machine);
    }
    for (unsigned n = 0; n < times; ++n) {
        usleep(200000);
        if (!put("/sys/power/state", "mem")) {
            result << "it does not sleep\n" << std::flush;
            return 1;
        }
        for (auto &listener : listeners) {
            const auto said = listener.said().size();
            for (int i = 0; i < 1000 && listener.said().size() <= said + 20; ++i)
                usleep(10000);
            if (listener.said().size() <= said + 20) {
                result << "a Guest says nothing after sleep " << n + 1 << std::endl;
                return 1;
            }
        }
    }
    result << kSleptWell << std::endl;
    return 0;
}

int tellHowItSlept() {
    std::ifstream file(kSlept);
    std::string line;
    std::getline(file, line);
    std::puts(line.c_str());
    return line == kSleptWell ? 0 : 1;
}

int signals() {
    struct sigaction action = {};
    static volatile sig_atomic_t got;
    action.sa_handler = [](int) { got = got + 1; };
    sigaction(SIGUSR1, &action, nullptr);

    // Blocked in this thread and those that it starts for itself, until the Guest has its own.
    const pid_t self = getpid();
    pid_t sender = fork();
    if (sender == 0) {
        const std::string folder = "/proc/" + std::to_string(self) + "/task";
        for (;;) {
            DIR *tasks = opendir(folder.c_str());
            while (const dirent *task = tasks ? readdir(tasks) : nullptr)
                if (task->d_name[0] != '.' && std::atoi(task->d_name) != self)
                    syscall(SYS_tgkill, self, std::atoi(task->d_name), SIGUSR1);
            if (tasks)
                closedir(tasks);
            if (getppid() != self)
                _exit(0);
            usleep(100);
        }
    }
    auto spec = std::make_shared<MachineSpec>();
    spec->image = guestImage("user");
    spec->memoryBytes = 16 << 20;
    Listener listener;
    std::string reason = "not started";
    if (auto machine = Machine::start(spec, listener))
        reason = listener.waitForEnd(std::chrono::seconds(60));
    else
        reason = machine.message();
    kill(sender, SIGKILL);
    waitpid(sender, nullptr, 0);
    const bool done = listener.said().find("all tasks are done") != std::string::npos;
    std::printf("%d signals; the Guest's end: %s\n", int(got), reason.c_str());
    return done && got > 30 ? 0 : 1;
}
