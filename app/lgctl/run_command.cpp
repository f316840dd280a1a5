// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands.h"

#include "counters.h"
#include "guest_options.h"
#include "image/bundled.h"
#include "inspect/conditions.h"
#include "inspect/describe.h"
#include "inspect_text.h"
#include "json.h"
#include "run_guest.h"
#include "tables.h"

#include <charconv>
#include <cstdio>
#include <sstream>
#include <unistd.h>

namespace lg {

namespace {

struct RunArguments {
    GuestArguments guest;
    std::string restoreFrom; // instead of an image
    bool devices = false;    // those that the file names may be opened
    std::string saveTo;      // instead of the end
    double saveAfter = 0;
    std::string trace, tracepoints, snapshots = "ends";
    std::vector<std::string> breakFilters;
    std::string kinds;
    bool stats = false, json = false, lossless = false, stopAtStart = false;
    std::optional<uint16_t> gdbPort;
    double timeout = 0;
};

int statusOf(const RunOutcome &outcome) {
    if (outcome.saved)
        return kExitGood;
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
    if (outcome.saved)
        return "the Guest was saved";
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
                 {"end", outcome.saved            ? "saved"
                         : outcome.timedOut       ? "timeout"
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

// "ends", "none", or how many seconds are between two of them.
Result<void> takeSnapshots(const std::string &text, RunOptions &options) {
    options.snapshots = text != "none";
    if (text == "ends" || text == "none")
        return {};
    double seconds = 0;
    const char *end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, seconds);
    if (parsed.ec != std::errc() || parsed.ptr != end || !(seconds >= 0.05 && seconds <= 1e6))
        return Error{"--snapshots: \"" + text + "\" is not ends, none, or seconds from 0.05 on"};
    options.snapshotEvery = std::chrono::milliseconds(int64_t(seconds * 1000));
    return {};
}

// The image, or what the file says; and what a file would have to say of it.
Result<LaunchSpec> takeGuest(const RunArguments &arguments, RunOptions &options) {
    const auto &guest = arguments.guest;
    if (arguments.restoreFrom.empty()) {
        options.imagePath = guest.image;
        if (auto path = resolveGuest(guest.image))
            options.imagePath = *path;
        options.disks = guest.disks;
        options.network = guest.network;
        return makeLaunchSpec(guest);
    }
    auto file = SavedFileReader::open(arguments.restoreFrom);
    if (!file)
        return file.error();
    auto saved = file->takeGuest();
    if (auto other = replaceDevices(guest, saved, arguments.devices); !other)
        return other.error();
    options.imagePath = saved.imagePath;
    options.network = saved.network;
    for (const auto &disk : saved.disks)
        options.disks.push_back(disk.words);
    options.savedState = std::move(saved.state);
    options.savedConsole = std::move(saved.console);
    options.saved = std::make_shared<SavedFileReader>(std::move(*file));
    return launchSpecOf(std::move(saved));
}

int run(const RunArguments &arguments) {
    RunOptions options;
    auto spec = takeGuest(arguments, options);
    if (!spec)
        return complain(kExitImage, spec.message());
    auto kinds = kindsOf(arguments.kinds);
    if (!kinds)
        return complain(kExitUsage, kinds.message());
    spec->eventKinds = *kinds;
    if (auto taken = takeSnapshots(arguments.snapshots, options); !taken)
        return complain(kExitUsage, taken.message());
    if (auto can = stopConditions(arguments.breakFilters, spec->image.symbols.get()); !can)
        return complain(kExitUsage, can.message());
    bool debugged = arguments.stopAtStart || !arguments.breakFilters.empty();
    bool traced = arguments.stats || !arguments.trace.empty();
    if (traced || debugged)
        spec->eventMode = arguments.lossless ? LG_EVENTS_LOSSLESS : LG_EVENTS_DROP;

    options.host = arguments.guest.host;
    options.saveTo = arguments.saveTo;
    options.spec = std::move(*spec);
    options.breakFilters = arguments.breakFilters;
    options.stopAtStart = arguments.stopAtStart;
    options.gdbPort = arguments.gdbPort;
    options.traceFile = arguments.trace;
    options.tracepointsFile = arguments.tracepoints;
    options.stats = arguments.stats;
    options.captureConsole = arguments.json;
    auto limit = arguments.saveAfter != 0 ? arguments.saveAfter : arguments.timeout;
    options.timeout = std::chrono::milliseconds(int64_t(limit * 1000));

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

namespace {

// What can be done with a Guest wherever it comes from.
void addWatchOptions(CLI::App &command, RunArguments &arguments) {
    command.add_option("--trace", arguments.trace, "Record everything that happens to this file");
    command
        .add_option("--snapshots", arguments.snapshots,
                    "With --trace: keep memory and page tables of these moments in the recording: "
                    "ends (its start and its end), none, or every so many seconds")
        ->capture_default_str();
    command.add_option("--kinds", arguments.kinds,
                       "With --trace or --stats: kinds of events to record, separated by commas; "
                       "all for all, -NAME for all but; world-switch has to be asked for");
    command
        .add_option("--break", arguments.breakFilters,
                    "Stop before the guest goes on from an event that matches this filter; "
                    "may be given several times")
        ->allow_extra_args(false);
    command.add_flag("--stop-at-start", arguments.stopAtStart,
                     "Stop before the first instruction, and take commands");
    command
        .add_option("--gdb", arguments.gdbPort,
                    "Wait for gdb (target remote :PORT) before the first instruction; "
                    "0: any port that is free")
        ->type_name("PORT");
    command.add_option("--tracepoints", arguments.tracepoints,
                       "Write what the host kernel's tracepoints lguest:* say to this file");
    command.add_flag("--stats", arguments.stats, "Print counts and times at the end");
    command.add_flag("--lossless", arguments.lossless,
                     "With --trace or --stats: rather slow the guest than lose an event");
    command.add_flag("--json", arguments.json,
                     "Print the outcome and the console's text for programs");
}

void addTimeout(CLI::App &command, RunArguments &arguments) {
    command.add_option("--timeout", arguments.timeout, "Kill the guest after so many seconds")
        ->check(CLI::Range(0.001, 1e6));
}

std::shared_ptr<RunArguments> runs(CLI::App &command, Action &action) {
    auto arguments = std::make_shared<RunArguments>();
    command.callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
    return arguments;
}

} // namespace

void addRunCommand(CLI::App &app, Action &action) {
    auto &command = *app.add_subcommand(
        "run", "Run a guest with its console on this terminal; Ctrl-] kills it and leaves");
    auto arguments = runs(command, action);
    addImage(command, arguments->guest);
    addGuestOptions(command, arguments->guest);
    addWatchOptions(command, *arguments);
    addTimeout(command, *arguments);
}

void addSaveCommand(CLI::App &app, Action &action) {
    auto &command = *app.add_subcommand(
        "save", "Run a guest with its console on this terminal; Ctrl-] saves it and leaves");
    auto arguments = runs(command, action);
    addImage(command, arguments->guest);
    command.add_option("file", arguments->saveTo, "The file for the guest")->required();
    addGuestOptions(command, arguments->guest);
    command.add_option("--after", arguments->saveAfter, "Save it after so many seconds")
        ->check(CLI::Range(0.001, 1e6));
    addWatchOptions(command, *arguments);
}

void addRestoreCommand(CLI::App &app, Action &action) {
    auto &command = *app.add_subcommand(
        "restore", "Let a saved guest go on with its console on this terminal; Ctrl-] kills it");
    auto arguments = runs(command, action);
    command.add_option("file", arguments->restoreFrom, "A file of lgctl save or of the window")
        ->required();
    addDeviceOptions(command, arguments->guest);
    command.add_flag("--devices", arguments->devices,
                     "Open the disks and the network that the file names");
    command.add_option("--host", arguments->guest.host, kHostHelp)->capture_default_str();
    addWatchOptions(command, *arguments);
    addTimeout(command, *arguments);
}

} // namespace lg
