// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands.h"

#include "base/text.h"
#include "inspect/describe.h"
#include "inspect/event_json.h"
#include "inspect/filter.h"
#include "inspect_text.h"
#include "json.h"
#include "snapshot/take.h"
#include "tables.h"
#include "trace/export.h"
#include "trace/recorder.h"
#include "trace/recording.h"
#include "trace_moments.h"

#include <cstdio>
#include <limits>

namespace lg {

namespace {

struct TraceArguments {
    std::string file;
    std::string filter;
    std::string output;
    std::string format = "csv";
    uint64_t first = 0;
    uint64_t count = std::numeric_limits<uint64_t>::max();
    bool json = false, registers = false;
};

// The filter's error with a caret under the place.
std::optional<Filter> parseFilter(const Recording &recording, const std::string &text,
                                  int &status) {
    FilterClock clock{recording.meta().tscKhz, 0};
    if (auto event = recording.event(0))
        clock.base = event->tsc;
    auto parsed = Filter::parse(text, clock);
    if (auto *filter = std::get_if<Filter>(&parsed))
        return *filter;
    const auto &error = std::get<FilterError>(parsed);
    status = complain(kExitUsage, "filter: " + error.message);
    std::fprintf(stderr, "  %s\n  %*s^\n", text.c_str(), int(error.position), "");
    return std::nullopt;
}

int statTrace(const Recording &recording, const TraceArguments &arguments) {
    EventStats stats;
    std::vector<lg_event> batch(Recording::kMostInABlock);
    for (uint64_t first = 0; first < recording.eventCount();) {
        auto part = std::span(batch).first(
            std::min<uint64_t>(batch.size(), recording.blockEnd(first) - first));
        auto read = recording.read(
            first, part, columnSet(Column::Kind, Column::Code, Column::Tsc, Column::Duration));
        if (!read)
            return complain(kExitTrace, read.message());
        stats.add(part);
        first += *read;
    }
    const auto &meta = recording.meta();
    double ms = meta.tscKhz ? double(stats.lastTsc() - stats.firstTsc()) / meta.tscKhz : 0;
    if (arguments.json) {
        printJson({{"guest", meta.guest},
                   {"image", meta.image},
                   {"commandLine", meta.commandLine},
                   {"host", meta.host},
                   {"program", meta.program},
                   {"memoryBytes", meta.memoryBytes},
                   {"vcpus", meta.vcpus},
                   {"startWallNs", meta.startWallNs},
                   {"tscKhz", meta.tscKhz},
                   {"complete", recording.complete()},
                   {"milliseconds", ms},
                   {"lost", recording.lostCount()},
                   {"consolePieces", recording.consoleCount()},
                   {"snapshots", recording.snapshots().count()},
                   {"symbols", recording.symbols()->size()},
                   {"events", jsonOf(stats, meta.tscKhz)}});
        return kExitGood;
    }
    std::printf("guest    %s (%s), %llu MB, %u vCPU%s\n", meta.guest.c_str(), meta.image.c_str(),
                static_cast<unsigned long long>(meta.memoryBytes >> 20), meta.vcpus,
                meta.vcpus == 1 ? "" : "s");
    if (!meta.commandLine.empty())
        std::printf("command  %s\n", meta.commandLine.c_str());
    std::printf("host     %s, by %s\n", meta.host.c_str(), meta.program.c_str());
    std::printf("events   %llu in %.1f ms, %llu lost%s\n",
                static_cast<unsigned long long>(stats.total()), ms,
                static_cast<unsigned long long>(recording.lostCount()),
                recording.complete() ? "" : " (the file's end is missing)");
    std::printf("memory   %zu snapshots\n\n", recording.snapshots().count());
    printEventTable(stdout, stats.byCode(), meta.tscKhz);
    return kExitGood;
}

int showTrace(const Recording &recording, const TraceArguments &arguments) {
    int status = kExitGood;
    auto filter = parseFilter(recording, arguments.filter, status);
    if (!filter)
        return status;
    auto symbols = recording.symbols();
    uint64_t firstTsc = 0;
    if (auto event = recording.event(0))
        firstTsc = event->tsc;
    double ticksPerUs = recording.meta().tscKhz ? recording.meta().tscKhz / 1e3 : 1;
    uint64_t left = arguments.count;
    auto show = [&](uint64_t number, const lg_event &event) {
        if (left-- == 0)
            return false;
        if (arguments.json) {
            // One object a line, so that it can be cut anywhere.
            std::puts(jsonLine(eventJson(number, event, *symbols)).c_str());
        } else {
            std::printf("%8llu %14.3f vcpu %u ring %u  %s\n",
                        static_cast<unsigned long long>(number),
                        // Another vCPU's first event may be a little older than the first.
                        double(int64_t(event.tsc - firstTsc)) / ticksPerUs, event.vcpu,
                        ringOf(event), describe(event, symbols.get()).c_str());
            if (arguments.registers)
                printRegisters(event.regs, *symbols);
        }
        return !std::ferror(stdout);
    };
    auto read = recording.visit(*filter, arguments.first, show);
    return read ? int(kExitGood) : complain(kExitTrace, read.message());
}

int filterTrace(const Recording &recording, const TraceArguments &arguments) {
    int status = kExitGood;
    auto filter = parseFilter(recording, arguments.filter, status);
    if (!filter)
        return status;
    auto symbols = recording.symbols();
    auto meta = recording.meta();
    meta.selection += (meta.selection.empty() ? "" : " and ") + arguments.filter;
    auto recorder = Recorder::create(arguments.output, meta, symbols.get());
    if (!recorder)
        return complain(kExitTrace, recorder.message());
    uint64_t kept = 0;
    size_t nextConsole = 0, nextLoss = 0;
    std::string failed;
    const auto &losses = recording.losses();
    auto copyLosses = [&](uint64_t before) {
        for (; nextLoss < losses.size() && losses[nextLoss].before <= before; ++nextLoss)
            (*recorder)->lost(losses[nextLoss].vcpu, losses[nextLoss].count);
    };
    auto copyConsole = [&](uint64_t before) {
        for (; failed.empty() && nextConsole < recording.consoleCount(); ++nextConsole) {
            auto piece = recording.console(nextConsole);
            if (!piece)
                failed = piece.message();
            else if (piece->before > before)
                return;
            else
                (*recorder)->console(piece->tsc, piece->bytes);
        }
    };
    auto copied = recording.visit(*filter, 0, [&](uint64_t number, const lg_event &event) {
        copyConsole(number);
        copyLosses(number);
        (*recorder)->keep({&event, 1});
        ++kept;
        return failed.empty() && (*recorder)->failure().empty();
    });
    copyConsole(UINT64_MAX);
    copyLosses(UINT64_MAX);
    if (auto snapshots = copySnapshots(recording, **recorder); !snapshots && failed.empty())
        failed = snapshots.message();
    auto finished = (*recorder)->finish();
    for (const auto &problem :
         {copied.ok() ? "" : copied.message(), failed, finished.ok() ? "" : finished.message()})
        if (!problem.empty())
            return complain(kExitTrace, problem);
    std::fprintf(stderr, "lgctl: %llu of %llu events kept in %s\n",
                 static_cast<unsigned long long>(kept),
                 static_cast<unsigned long long>(recording.eventCount()), arguments.output.c_str());
    return kExitGood;
}

int exportTrace(const Recording &recording, const TraceArguments &arguments) {
    int status = kExitGood;
    auto filter = parseFilter(recording, arguments.filter, status);
    if (!filter)
        return status;
    auto format = exportFormatByName(arguments.format);
    if (!format)
        return complain(kExitUsage, format.message());
    auto matched = exportRecording(recording, *format, *filter, arguments.output);
    if (!matched)
        return complain(kExitTrace, matched.message());
    std::fprintf(stderr, "lgctl: %llu events exported\n",
                 static_cast<unsigned long long>(*matched));
    return kExitGood;
}

using Part = int (*)(const Recording &, const TraceArguments &);

int withRecording(const TraceArguments &arguments, Part part) {
    auto recording = Recording::open(arguments.file);
    if (!recording)
        return complain(kExitTrace, recording.message());
    return part(**recording, arguments);
}

} // namespace

void addTraceCommand(CLI::App &app, Action &action) {
    auto *command = app.add_subcommand("trace", "Look into a recording");
    command->require_subcommand(1);
    auto arguments = std::make_shared<TraceArguments>();
    auto add = [&](const char *name, const char *about, Part part) {
        auto *sub = command->add_subcommand(name, about);
        sub->add_option("file", arguments->file, "The recording")->required();
        sub->callback([arguments, part, &action] {
            action = [arguments, part] { return withRecording(*arguments, part); };
        });
        return sub;
    };
    constexpr char kFilterHelp[] = "Only events that match, as in: kind == hypercall && ring == 3";

    auto *stat = add("stat", "What it is of, and counts and times by kind", statTrace);
    stat->add_flag("--json", arguments->json, "For programs");

    auto *show = add("show", "Its events, a line for each", showTrace);
    show->add_option("--filter", arguments->filter, kFilterHelp);
    show->add_option("--first", arguments->first, "Begin with this event");
    show->add_option("--count", arguments->count, "Show so many at most");
    show->add_flag("--registers", arguments->registers, "With the registers");
    show->add_flag("--json", arguments->json, "For programs: an object a line");

    auto *filter = add("filter", "A smaller recording with the events that match", filterTrace);
    filter->add_option("expression", arguments->filter, kFilterHelp)->required();
    filter->add_option("-o,--output", arguments->output, "The new recording")->required();

    auto *exporter = add("export", "Write it for other programs", exportTrace);
    exporter
        ->add_option("--format", arguments->format,
                     "csv, json (an object a line), ctf (a folder), perfetto or trace-cmd")
        ->capture_default_str();
    exporter->add_option("--filter", arguments->filter, kFilterHelp);
    exporter
        ->add_option("-o,--output", arguments->output,
                     "The new file or folder, - for standard output")
        ->default_str("-")
        ->default_val("-");

    addMomentCommands(*command, action);
}

} // namespace lg
