// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands.h"
#include "counts.h"
#include "launcher.h"

#include <csignal>
#include <cstdio>
#include <memory>
#include <random>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace lg;

namespace {

// Where the Launcher was when it died; in memory that it shares with its killer.
enum Phase { kProcess, kSetUp, kRuns, kAsks, kPhases };
const char *const kPhaseNames[kPhases] = {"before the Guest", "while it is made", "while it runs",
                                          "during an ioctl"};
constexpr uint64_t kLittleKiB = 2048; // a page lost by every second kill would be as much
constexpr unsigned kWarmUp = 30;      // what is made once and kept is made now

struct Plan {
    const char *guest, *commandLine;
    unsigned vcpus;
    lg_event_mode events;
    bool asks;
    Phase from; // the delay begins when it has come so far
    useconds_t delay;
};

Plan makePlan(std::mt19937 &random) {
    static const Plan kinds[] = {
        {"user", "forever", 1, LG_EVENTS_OFF, false, kProcess, 0},
        {"user", "forever", 1, LG_EVENTS_LOSSLESS, true, kProcess, 0},
        {"storm", "9", 1, LG_EVENTS_DROP, true, kProcess, 0},
        {"storm", "9", 1, LG_EVENTS_OFF, false, kProcess, 0},
        {"pages", "", 1, LG_EVENTS_LOSSLESS, false, kProcess, 0},
        {"smp", "", 4, LG_EVENTS_DROP, true, kProcess, 0},
        {"hello", "", 8, LG_EVENTS_LOSSLESS, false, kProcess, 0},
    };
    Plan plan = kinds[random() % std::size(kinds)];
    // Making a Guest takes some milliseconds here, and more on a busy machine: half are killed in
    // the midst of it.
    static const Phase from[] = {kProcess, kSetUp, kRuns, kRuns};
    plan.from = from[random() % std::size(from)];
    plan.delay = random() % 10000;
    return plan;
}

void ask(Machine &machine, unsigned n, std::atomic<int> &phase) {
    phase = kAsks;
    (void)machine.state(0);
    (void)machine.walk(0, 0xc0100000, 0);
    (void)machine.pause();
    (void)machine.counters(0);
    (void)machine.resume();
    (void)machine.setTrace(n % 2 ? LG_EVENTS_OFF : LG_EVENTS_DROP, ~uint64_t{0});
    (void)machine.raiseIrq(0, n % 8);
    phase = kRuns;
}

[[noreturn]] void launch(const Plan &plan, std::atomic<int> &phase) {
    auto spec = std::make_shared<MachineSpec>();
    spec->image = guestImage(plan.guest);
    spec->memoryBytes = 16 << 20;
    spec->commandLine = plan.commandLine;
    spec->vcpus = plan.vcpus;
    spec->eventMode = plan.events;
    spec->eventRecords = 1 << 12;
    for (unsigned n = 0;; ++n) {
        Listener listener;
        phase = kSetUp;
        auto machine = Machine::start(spec, listener);
        if (!machine) {
            std::fprintf(stderr, "%s: %s\n", plan.guest, machine.message().c_str());
            _exit(1);
        }
        phase = kRuns;
        while ((*machine)->alive() && plan.asks)
            ask(**machine, n++, phase);
        listener.waitForEnd(std::chrono::seconds(60));
    }
}

bool killOne(std::mt19937 &random, std::atomic<int> &phase, unsigned (&reached)[kPhases]) {
    const Plan plan = makePlan(random);
    phase = kProcess;
    pid_t child = fork();
    if (child == 0)
        launch(plan, phase);
    while (child > 0 && phase < plan.from && waitpid(child, nullptr, WNOHANG) == 0)
        usleep(100);
    usleep(plan.delay);
    kill(child, SIGKILL);
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return false;
    ++reached[phase];
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

} // namespace

int kills(unsigned number, unsigned seed) {
    std::mt19937 random(seed);
    void *place = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    auto &phase = *new (place) std::atomic<int>(kProcess);
    unsigned reached[kPhases] = {};
    for (unsigned i = 0; i < kWarmUp; ++i)
        if (!killOne(random, phase, reached))
            return 1;
    const Counts before = count();
    std::fill(std::begin(reached), std::end(reached), 0);
    for (unsigned i = 0; i < number; ++i)
        if (!killOne(random, phase, reached)) {
            std::printf("the Launcher did not die of the %uth kill\n", i);
            return 1;
        }
    const Counts after = count();
    std::printf("before: %s\nafter: %s\n", before.text().c_str(), after.text().c_str());
    for (unsigned i = 0; i < kPhases; ++i) {
        std::printf("killed %s: %u\n", kPhaseNames[i], reached[i]);
        if (reached[i] < number / 100) {
            std::puts("too few of this kind");
            return 1;
        }
    }
    if (auto same = compare(before, after, kLittleKiB); !same) {
        std::puts(same.message().c_str());
        return 1;
    }
    return 0;
}
