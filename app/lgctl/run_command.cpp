// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands.h"

#include "counters.h"
#include "guest_options.h"
#include "inspect/conditions.h"
#include "inspect/describe.h"
#include "inspect_text.h"
#include "json.h"
#include "run_guest.h"
#include "tables.h"

#include <cstdio>
#include <sstream>
#include <unistd.h>

namespace lg {

namespace {

struct RunArguments {
    GuestArguments guest;
    std::string trace, tracepoints;
    std::vector<std::string> breakFilters;
    std::string kinds;
    bool stats = false, json = false, lossless = false, stopAtStart = false;
    std::optional<uint16_t> gdbPort;
    double timeout = 0;
};

int statusOf(const RunOutcome &outcome) {
    if (outcome.timedOut)
        return kExitTimeout;
    if (!outcome.ended || outcome.stoppedByUser)
        return kExitKilled;
    switch (outcome.ended->death) {
    case LG_DEATH_POWEROFF:
        return outcome.ended->cleanPowerOff() ? kExitGood : kExitCrashed;
    case LG_DEATH_RESTART:
        return kExitRestart;
    default:
        return kExitKilled;
    }
}

std::string epitaph(const RunOutcome &outcome) {
    if (outcome.timedOut)
        return "the time is over, the Guest was killed";
    if (!outcome.ended || outcome.stoppedByUser)
        return "the Guest was killed as you asked";
    const auto &ended = *outcome.ended;
    if (ended.cleanPowerOff())
        return "the Guest powered off";
    if (ended.death == LG_DEATH_POWEROFF)
        return "the Guest ended itself: " + ended.reason;
    if (ended.death == LG_DEATH_RESTART)
        return "the Guest asked for a restart";
    return "the Guest was killed: " + ended.reason;
}

void printStats(const RunOutcome &outcome) {
    printEventTable(stderr, outcome.stats.byCode(), outcome.tscKhz);
    std::fprintf(stderr, "\n");
    printCounters(stderr, outcome.counters);
}

lg_counters sumOf(const std::vector<lg_counters> &counters) {
    lg_counters sum = {};
    for (const auto &vcpu : counters)
        for (const auto &counter : kCounters)
            sum.*counter.member += vcpu.*counter.member;
    return sum;
}

Json outcomeJson(const RunOutcome &outcome, int status, bool traced) {
    Json json = {{"status", status},
                 {"text", epitaph(outcome)},
                 {"end", outcome.timedOut         ? "timeout"
                         : !outcome.ended         ? "killed"
                         : status == kExitGood    ? "powered off"
                         : status == kExitCrashed ? "crashed"
                         : status == kExitRestart ? "restart"
                                                  : "killed"},
                 {"reason", outcome.ended ? outcome.ended->reason : ""},
                 {"console", outcome.consoleText},
                 {"counters", jsonOf(sumOf(outcome.counters))}};
    if (outcome.counters.size() > 1)
        for (const auto &vcpu : outcome.counters)
            json["vcpuCounters"].push_back(jsonOf(vcpu));
    if (traced) {
        json["events"] = jsonOf(outcome.stats, outcome.tscKhz);
        json["eventsLost"] = outcome.lost;
        json["tscKhz"] = outcome.tscKhz;
    }
    return json;
}

// "hypercall,page-fault", "all", "all,-page-fault"; nothing: the usual ones.
Result<uint64_t> kindsOf(const std::string &text) {
    if (text.empty())
        return uint64_t(LG_KINDS_DEFAULT);
    uint64_t kinds = text[0] == '-' ? LG_KINDS_DEFAULT : 0;
    std::istringstream words(text);
    for (std::string word; std::getline(words, word, ',');) {
        bool without = word.starts_with("-");
        auto kind = kindByName(without ? word.substr(1) : word);
        if (word == "all")
            kinds |= LG_KINDS_ALL;
        else if (!kind || *kind == LG_EV_NONE)
            return Error{"there is no kind of event \"" + word + "\""};
        else if (without)
            kinds &= ~LG_KIND(*kind);
        else
            kinds |= LG_KIND(*kind);
    }
    return kinds;
}

int run(const RunArguments &arguments) {
    auto spec = makeLaunchSpec(arguments.guest);
    if (!spec)
        return complain(kExitImage, spec.message());
    auto kinds = kindsOf(arguments.kinds);
    if (!kinds)
        return complain(kExitUsage, kinds.message());
    spec->eventKinds = *kinds;
    if (auto can = stopConditions(arguments.breakFilters, spec->image.symbols.get()); !can)
        return complain(kExitUsage, can.message());
    bool debugged = arguments.stopAtStart || !arguments.breakFilters.empty();
    bool traced = arguments.stats || !arguments.trace.empty();
    if (traced || debugged)
        spec->eventMode = arguments.lossless ? LG_EVENTS_LOSSLESS : LG_EVENTS_DROP;

    RunOptions options;
    options.host = arguments.guest.host;
    options.imagePath = arguments.guest.image;
    options.spec = std::move(*spec);
    options.breakFilters = arguments.breakFilters;
    options.stopAtStart = arguments.stopAtStart;
    options.gdbPort = arguments.gdbPort;
    options.traceFile = arguments.trace;
    options.tracepointsFile = arguments.tracepoints;
    options.stats = arguments.stats;
    options.captureConsole = arguments.json;
    options.timeout = std::chrono::milliseconds(int64_t(arguments.timeout * 1000));

    GuestRun guest(std::move(options));
    RunOutcome outcome;
    if (auto error = guest.run(outcome))
        return complain(ExitStatus(error->status), error->message);
    int status = statusOf(outcome);
    if (arguments.json) {
        printJson(outcomeJson(outcome, status, traced));
        return status;
    }
    std::fflush(stdout);
    if (arguments.stats)
        printStats(outcome);
    if (!arguments.trace.empty())
        std::fprintf(stderr, "lgctl: %llu events recorded in %s\n",
                     static_cast<unsigned long long>(outcome.recorded), arguments.trace.c_str());
    if (traced && outcome.lost != 0)
        std::fprintf(stderr, "lgctl: %llu events were lost (--lossless keeps all)\n",
                     static_cast<unsigned long long>(outcome.lost));
    return complain(ExitStatus(status), epitaph(outcome));
}

} // namespace

void addRunCommand(CLI::App &app, Action &action) {
    auto *command = app.add_subcommand(
        "run", "Run a guest with its console on this terminal; Ctrl-] kills it and leaves");
    auto arguments = std::make_shared<RunArguments>();
    addGuestOptions(*command, arguments->guest);
    command->add_option("--trace", arguments->trace, "Record everything that happens to this file");
    command->add_option("--kinds", arguments->kinds,
                        "With --trace or --stats: kinds of events to record, separated by commas; "
                        "all for all, -NAME for all but; world-switch has to be asked for");
    command
        ->add_option("--break", arguments->breakFilters,
                     "Stop before the guest goes on from an event that matches this filter; "
                     "may be given several times")
        ->allow_extra_args(false);
    command->add_flag("--stop-at-start", arguments->stopAtStart,
                      "Stop before the first instruction, and take commands");
    command
        ->add_option("--gdb", arguments->gdbPort,
                     "Wait for gdb (target remote :PORT) before the first instruction; "
                     "0: any port that is free")
        ->type_name("PORT");
    command->add_option("--tracepoints", arguments->tracepoints,
                        "Write what the host kernel's tracepoints lguest:* say to this file");
    command->add_flag("--stats", arguments->stats, "Print counts and times at the end");
    command->add_flag("--lossless", arguments->lossless,
                      "With --trace or --stats: rather slow the guest than lose an event");
    command->add_flag("--json", arguments->json,
                      "Print the outcome and the console's text for programs");
    command->add_option("--timeout", arguments->timeout, "Kill the guest after so many seconds")
        ->check(CLI::Range(0.001, 1e6));
    command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

} // namespace lg
