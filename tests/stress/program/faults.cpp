// SPDX-License-Identifier: GPL-2.0-or-later
// /tests/lg.ko is the module with its parameter fail_at (kmod/faults.h): the step with this number
// fails, and the parameter is 0 afterwards.
#include "commands.h"
#include "counts.h"
#include "launcher.h"

#include "base/unique_fd.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <sys/syscall.h>
#include <unistd.h>

using namespace lg;

namespace {

constexpr char kModule[] = "/tests/lg.ko";
constexpr char kParameter[] = "/sys/module/lg/parameters/fail_at";
constexpr unsigned kMostSteps = 2000;
constexpr unsigned kMostUnnoticed = 10; // of a Guest's, where the Launcher can do without
constexpr uint64_t kLittleKiB = 1024;

int load(unsigned failAt) {
    UniqueFd file(open(kModule, O_RDONLY | O_CLOEXEC));
    auto argument = "fail_at=" + std::to_string(failAt);
    return syscall(SYS_finit_module, file.get(), argument.c_str(), 0) == 0 ? 0 : errno;
}

int unload() {
    return syscall(SYS_delete_module, "lg", O_NONBLOCK) == 0 ? 0 : errno;
}

bool failed() {
    unsigned left = 1;
    std::ifstream(kParameter) >> left;
    return left == 0;
}

// Loading, with a failure at each of its steps. The module is there afterwards.
bool failToLoad() {
    const Counts before = count();
    for (unsigned step = 1; step < kMostSteps; ++step) {
        const int error = load(step);
        if (error == 0 && !failed()) {
            std::printf("load: %u steps failed\n", step - 1);
            unload();
            if (auto same = compare(before, count(), kLittleKiB); !same) {
                std::puts(same.message().c_str());
                return false;
            }
            return load(0) == 0;
        }
        if (error == 0 || access("/sys/module/lg", F_OK) == 0) {
            std::printf("step %u of loading failed, and the module is there\n", step);
            return false;
        }
        std::printf("load, step %u: %s\n", step, strerror(error));
    }
    std::puts("loading never succeeds");
    return false;
}

struct Scenario {
    const char *guest;
    unsigned vcpus;
    lg_event_mode events;
};

// How it ended; "" means that nothing failed in sight.
std::string run(const Scenario &scenario) {
    auto spec = std::make_shared<MachineSpec>();
    spec->image = guestImage(scenario.guest);
    spec->memoryBytes = 16 << 20;
    spec->vcpus = scenario.vcpus;
    spec->eventMode = scenario.events;
    spec->eventRecords = 1 << 10;
    spec->paused = true;
    Listener listener;
    auto machine = Machine::start(spec, listener);
    if (!machine)
        return machine.message();
    std::string asked;
    if (auto state = (*machine)->state(0); !state)
        asked = state.message();
    if (auto resumed = (*machine)->resume(); !resumed)
        return resumed.message();
    auto reason = listener.waitForEnd(std::chrono::seconds(60));
    if (reason.empty())
        return "it never ended";
    return reason == "CRASH: Power down" ? asked : reason;
}

bool failToRun(const Scenario &scenario) {
    const Counts before = count();
    std::map<std::string, unsigned> ends;
    unsigned unnoticed = 0;
    for (unsigned step = 1; step < kMostSteps; ++step) {
        std::ofstream(kParameter) << step;
        auto end = run(scenario);
        if (!failed()) {
            if (!end.empty()) {
                std::printf("%s ended without a failure of ours: %s\n", scenario.guest,
                            end.c_str());
                return false;
            }
            std::printf("%s with %u vCPUs: %u steps failed\n", scenario.guest, scenario.vcpus,
                        step - 1);
            for (const auto &[reason, times] : ends)
                std::printf("  %u times: %s\n", times, reason.c_str());
            std::ofstream(kParameter) << 0;
            if (auto same = compare(before, count(), kLittleKiB); !same) {
                std::puts(same.message().c_str());
                return false;
            }
            return true;
        }
        // The Launcher's last question after the Guest's end, say.
        if (end.empty() && ++unnoticed > kMostUnnoticed) {
            std::printf("nobody noticed step %u of %s, nor others before\n", step, scenario.guest);
            return false;
        }
        ++ends[end.empty() ? "the Guest's end was told all the same"
                           : end.substr(0, end.find(" 0x"))];
        if (auto info = hostInfo(); !info || info->guests != 0 || end == "it never ended") {
            std::printf("after step %u of %s a Guest is left: %s\n", step, scenario.guest,
                        end.c_str());
            return false;
        }
    }
    std::printf("%s never comes to its end\n", scenario.guest);
    return false;
}

} // namespace

int faults() {
    static const Scenario scenarios[] = {
        {"hello", 1, LG_EVENTS_LOSSLESS},
        {"pages", 1, LG_EVENTS_DROP},
        {"smp", 3, LG_EVENTS_DROP},
        {"pae", 1, LG_EVENTS_OFF},
    };
    if (int error = unload(); error != 0) {
        std::printf("the module can't be unloaded: %s\n", strerror(error));
        return 1;
    }
    if (!failToLoad())
        return 1;
    (void)run(scenarios[0]); // what is made once and kept is made now
    for (const Scenario &scenario : scenarios)
        if (!failToRun(scenario))
            return 1;
    if (int error = unload(); error != 0) {
        std::printf("the module can't be unloaded: %s\n", strerror(error));
        return 1;
    }
    return 0;
}
