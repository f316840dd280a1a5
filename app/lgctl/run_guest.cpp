// SPDX-License-Identifier: GPL-2.0-or-later
#include "run_guest.h"

#include "commands.h"
#include "inspect/conditions.h"
#include "saved/transfer.h"
#include "terminal.h"
#include "wire/cbor.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace lg {

namespace {

constexpr uint8_t kLeaveKey = 0x1d; // Ctrl-]
constexpr size_t kMaxCapture = 16 << 20;
constexpr auto kLastWords = std::chrono::seconds(5);

using wire::Json;
using Clock = std::chrono::steady_clock;

uint64_t wallNs() {
    return uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count());
}

void writeAll(int fd, BytesView bytes) {
    while (!bytes.empty()) {
        ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return; // nobody reads us: the Guest goes on
        bytes = bytes.subspan(size_t(put));
    }
}

} // namespace

GuestRun::GuestRun(RunOptions options)
    : options_(std::move(options)), wakeFd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    printed_.add(options_.savedConsole);
}

GuestRun::~GuestRun() {
    std::unique_ptr<GdbServer> gdb;
    {
        std::lock_guard lock(gdbMutex_);
        gdb.swap(gdb_);
    }
    gdb.reset();         // without the lock: its last question is answered by who may want it
    host_.agent.reset(); // no handler runs any more
    close(wakeFd_);
}

void GuestRun::wake() {
    uint64_t one = 1;
    [[maybe_unused]] ssize_t written = ::write(wakeFd_, &one, sizeof one);
}

AgentConnection::Handlers GuestRun::handlers() {
    AgentConnection::Handlers handlers;
    handlers.onConsole = [this](GuestId, uint64_t tsc, BytesView bytes) {
        if (recorder_)
            recorder_->console(tsc, bytes);
        {
            std::lock_guard lock(mutex_);
            printed_.add(bytes);
        }
        if (!options_.captureConsole) {
            writeAll(STDOUT_FILENO, bytes);
            lineOpen_ = !bytes.empty() && bytes.back() != '\n';
            return;
        }
        std::lock_guard lock(mutex_);
        auto room = kMaxCapture - std::min(kMaxCapture, consoleText_.size());
        consoleText_ += textOf(bytes.first(std::min(room, bytes.size())));
    };
    handlers.onEvents = [this](GuestId, uint32_t vcpu, std::span<const lg_event> events,
                               uint64_t lost) {
        if (recorder_)
            recorder_->events(vcpu, events, lost);
        if (debugger_)
            debugger_->events(events);
        std::lock_guard lock(mutex_);
        stats_.add(events);
        lost_[vcpu] = lost;
    };
    handlers.onEnded = [this](GuestId, const GuestEnded &ended) {
        if (debugger_)
            debugger_->ended();
        {
            std::lock_guard lock(gdbMutex_);
            if (gdb_)
                gdb_->ended(ended);
        }
        std::lock_guard lock(mutex_);
        ended_ = ended;
        wake();
    };
    handlers.onStopped = [this](GuestId, const GuestStopped &stop) {
        if (debugger_)
            debugger_->stopped(stop);
        {
            std::lock_guard lock(gdbMutex_);
            if (gdb_)
                gdb_->stopped(stop);
        }
        wake();
    };
    handlers.onWarning = [](GuestId, const std::string &text) {
        std::fprintf(stderr, "lgctl: %s\n", text.c_str());
    };
    handlers.onClosed = [this](const std::string &reason) {
        if (debugger_)
            debugger_->ended();
        std::lock_guard lock(mutex_);
        closed_ = reason;
        wake();
    };
    return handlers;
}

std::optional<RunError> GuestRun::openRecorder() {
    if (options_.traceFile.empty())
        return std::nullopt;
    TraceMeta meta;
    meta.guest = options_.spec.name;
    meta.image = options_.imagePath;
    meta.commandLine = options_.spec.commandLine;
    meta.host = agent().host().kernel;
    meta.program = "lgctl " LGSCOPE_VERSION;
    meta.memoryBytes = options_.spec.memoryBytes;
    meta.vcpus = options_.spec.vcpus;
    meta.startWallNs = wallNs();
    meta.tscKhz = agent().host().tsc_khz;
    meta.eventMode = options_.spec.eventMode;
    auto recorder = Recorder::create(options_.traceFile, meta, options_.spec.image.symbols.get());
    if (!recorder)
        return RunError{kExitTrace, recorder.message()};
    recorder_ = std::move(*recorder);
    return std::nullopt;
}

std::optional<RunError> GuestRun::launch() {
    if (options_.stopAtStart || !options_.breakFilters.empty()) {
        const auto &symbols = *options_.spec.image.symbols;
        debugger_ = std::make_unique<Debugger>(
            options_.breakFilters, symbols, [this](const std::string &path) { return save(path); },
            [this](const std::string &name) { return takeSnapshot(name); });
        auto conditions = stopConditions(options_.breakFilters, &symbols);
        if (!conditions)
            return RunError{kExitUsage, conditions.message()};
        options_.spec.conditions = std::move(*conditions);
        options_.spec.paused = options_.stopAtStart;
    }
    if (options_.gdbPort)
        options_.spec.paused = true; // until gdb lets it go
    auto host =
        openNamedHost(options_.host, handlers(), {options_.spec.memoryBytes, options_.spec.vcpus},
                      isatty(STDERR_FILENO));
    if (!host)
        return RunError{kExitHost, host.message()};
    host_ = std::move(*host);
    if (auto error = openRecorder())
        return error;
    if (!options_.tracepointsFile.empty())
        if (auto on = setTracepoints(true); !on)
            return RunError{kExitHost, on.message()};
    const auto size = terminalSize();
    options_.spec.columns = size.columns;
    options_.spec.rows = size.rows;
    const bool waits = options_.spec.paused;
    const bool snapshots = recorder_ && options_.snapshots;
    if (snapshots)
        options_.spec.paused = true; // until the first one is taken
    auto guest = make();
    if (!guest)
        return RunError{kExitHost, "the Guest can't be launched: " + guest.message()};
    guest_ = *guest;
    if (snapshots) {
        snapshots_ = std::make_unique<SnapshotTaker>(agent(), guest_, options_.spec.memoryBytes);
        if (auto taken = takeSnapshot("start"); !taken)
            return RunError{kExitTrace, taken.message()};
    }
    if (auto error = listenForGdb())
        return error;
    // As a launch does it when it does not want the Guest paused.
    if ((options_.saved || snapshots) && !waits)
        if (auto resumed = AgentConnection::wait<void>(
                [&](auto done) { agent().resume(guest_, std::move(done)); });
            !resumed)
            return RunError{kExitHost, resumed.message()};
    return std::nullopt;
}

namespace {

// Writes over its own line, on a terminal.
TransferProgress transferProgress(const char *what) {
    return [what, shown = -1](double part) mutable {
        const int percent = int(part * 100);
        if (percent != shown && isatty(STDERR_FILENO))
            std::fprintf(stderr, "\r\033[K%s: %d %%%s", what, percent, part >= 1 ? "\r\033[K" : "");
        shown = percent;
        return true;
    };
}

} // namespace

Result<GuestId> GuestRun::make() {
    if (options_.saved)
        return restoreGuest(agent(), options_.spec, std::move(options_.savedState), *options_.saved,
                            transferProgress("lgctl: restoring the Guest"));
    return AgentConnection::wait<GuestId>(
        [&](auto done) { agent().launch(options_.spec, std::move(done)); });
}

Result<void> GuestRun::save(const std::string &path) {
    return saveGuest(
        agent(), guest_,
        savedGuestOf(options_.spec, options_.imagePath, options_.disks, options_.network), path,
        transferProgress("lgctl: saving the Guest"), [this] {
            std::lock_guard lock(mutex_);
            return printed_.newest();
        });
}

// Given up when one of these signals comes: it is left for who waits for it.
Result<void> GuestRun::takeSnapshot(const std::string &why, int signals) {
    if (!snapshots_)
        return Error{"only a recording has snapshots (--trace)"};
    Recorder *recorder = recorder_.get();
    auto show = transferProgress("lgctl: taking a snapshot");
    return snapshots_->take({&recorder, 1}, why, [&](double part) {
        pollfd asked = {signals, POLLIN, 0};
        return show(part) && (signals < 0 || poll(&asked, 1, 0) == 0);
    });
}

std::optional<RunError> GuestRun::listenForGdb() {
    if (!options_.gdbPort)
        return std::nullopt;
    auto server = GdbServer::listen(*options_.gdbPort, agent(), guest_, options_.spec.vcpus);
    if (!server)
        return RunError{kExitUsage, server.message()};
    std::fprintf(stderr, "lgctl: the Guest waits for gdb: target remote :%u\n", (*server)->port());
    std::lock_guard lock(gdbMutex_);
    gdb_ = std::move(*server);
    return std::nullopt;
}

Result<void> GuestRun::setTracepoints(bool on) {
    auto set = AgentConnection::wait<Json>([&](auto done) {
        agent().request(wire::op::kTracepoints, 0, {{"on", on}}, std::move(done));
    });
    return set ? Result<void>() : set.error();
}

Result<void> GuestRun::saveTracepoints() {
    if (auto off = setTracepoints(false); !off)
        return off;
    std::ofstream file(options_.tracepointsFile, std::ios::binary | std::ios::trunc);
    for (;;) {
        auto reply = AgentConnection::wait<Json>([&](auto done) {
            agent().request(wire::op::kTracepointText, 0, Json::object(), std::move(done));
        });
        if (!reply)
            return reply.error();
        auto text = reply->value("text", "");
        file << text;
        if (text.empty())
            break;
    }
    file.close();
    return file ? Result<void>() : errnoError("cannot write " + options_.tracepointsFile);
}

void GuestRun::takeInput() {
    uint8_t buffer[4096];
    ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
    if (got <= 0) {
        inputOpen_ = got < 0 && (errno == EINTR || errno == EAGAIN);
        return;
    }
    BytesView bytes(buffer, size_t(got));
    // In a terminal only: a file may have any byte in it.
    if (isatty(STDIN_FILENO)) {
        auto key = std::find(bytes.begin(), bytes.end(), kLeaveKey);
        leave_ = key != bytes.end();
        bytes = bytes.first(size_t(key - bytes.begin()));
    }
    agent().consoleInput(guest_, bytes);
}

bool GuestRun::talk(int signals) {
    if (lineOpen_.exchange(false))
        writeAll(STDOUT_FILENO, viewOf("\n"));
    auto &agent = this->agent();
    if (debugger_->talk(agent, guest_, signals) == Debugger::Answer::Quit)
        return false;
    // Ended meanwhile, it has nothing to resume.
    (void)AgentConnection::wait<void>([&](auto done) { agent.resume(guest_, std::move(done)); });
    return true;
}

std::optional<RunError> GuestRun::waitForEnd(RunOutcome &outcome) {
    int signals = endSignals(), resized = resizeSignals();
    std::optional<RawTerminal> terminal;
    if (options_.interactive)
        terminal.emplace();
    bool limited = options_.timeout.count() != 0 || options_.pauseAfter.count() != 0;
    auto limit = options_.pauseAfter.count() ? options_.pauseAfter : options_.timeout;
    auto until = Clock::now() + limit;
    bool killing = false;
    auto kill = [&] {
        killing = limited = true;
        until = Clock::now() + kLastWords;
        agent().kill(guest_, [](const Result<void> &) {});
    };
    auto saveAndEnd = [&]() -> std::optional<RunError> {
        auto saved = save(options_.saveTo);
        outcome.saved = saved.ok();
        return saved ? std::nullopt : std::optional(RunError{kExitTrace, saved.message()});
    };
    bool stopped = options_.stopAtStart;
    auto nextSnapshot = Clock::now() + options_.snapshotEvery;
    for (;;) {
        if (stopped || (debugger_ && !killing && debugger_->isStopped())) {
            stopped = false;
            terminal.reset();
            if (!talk(signals)) {
                outcome.stoppedByUser = true;
                kill();
            }
            if (options_.interactive)
                terminal.emplace();
        }
        {
            std::lock_guard lock(mutex_);
            outcome.ended = ended_;
            if (ended_)
                return std::nullopt;
            if (!closed_.empty())
                return RunError{kExitHost, closed_};
        }
        int timeoutMs = -1;
        if (limited) {
            auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
            if (left <= 0 && !killing && !options_.saveTo.empty())
                return saveAndEnd();
            if (left <= 0 && (killing || options_.pauseAfter.count() != 0))
                return std::nullopt;
            if (left <= 0) {
                outcome.timedOut = true;
                kill();
                continue;
            }
            timeoutMs = int(std::min<int64_t>(left, 1 << 30));
        }
        if (snapshots_ && options_.snapshotEvery.count() != 0 && !killing) {
            if (Clock::now() >= nextSnapshot) {
                (void)takeSnapshot("by the clock", signals); // it may end meanwhile
                nextSnapshot = Clock::now() + options_.snapshotEvery;
            }
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(nextSnapshot - Clock::now()).count();
            const int due = int(std::clamp<int64_t>(left, 1, 1 << 30));
            timeoutMs = timeoutMs < 0 ? due : std::min(timeoutMs, due);
        }
        // What comes from a file is for the debugger alone, if there is one.
        bool readInput = options_.interactive && inputOpen_ && (!debugger_ || isatty(STDIN_FILENO));
        pollfd fds[] = {{wakeFd_, POLLIN, 0},
                        {signals, POLLIN, 0},
                        {readInput ? STDIN_FILENO : -1, POLLIN, 0},
                        {resized, POLLIN, 0}};
        if (poll(fds, std::size(fds), timeoutMs) <= 0)
            continue;
        uint64_t times;
        if (fds[0].revents)
            (void)!read(wakeFd_, &times, sizeof times);
        if (fds[2].revents)
            takeInput();
        if (fds[1].revents) {
            (void)!read(signals, &times, sizeof times);
            leave_ = true;
        }
        if (fds[3].revents) {
            (void)!read(resized, &times, sizeof times);
            const auto size = terminalSize();
            agent().setTerminalSize(guest_, size.columns, size.rows, [](const Result<void> &) {});
        }
        if (leave_ && !killing) {
            if (!options_.saveTo.empty())
                return saveAndEnd();
            outcome.stoppedByUser = true;
            kill();
        }
    }
}

std::optional<RunError> GuestRun::run(RunOutcome &outcome) {
    if (auto error = launch())
        return error;
    outcome.tscKhz = agent().host().tsc_khz;
    auto error = waitForEnd(outcome);
    if (snapshots_ && !error)
        if (auto taken = takeSnapshot("end"); !taken)
            error = RunError{kExitTrace, taken.message()};
    for (uint32_t vcpu = 0; !error && vcpu < options_.spec.vcpus; ++vcpu) {
        auto counters = AgentConnection::wait<lg_counters>(
            [&](auto done) { agent().counters(guest_, vcpu, std::move(done)); });
        if (counters)
            outcome.counters.push_back(*counters);
    }
    if (recorder_) {
        auto finished = recorder_->finish();
        outcome.recorded = recorder_->eventCount();
        if (!finished && !error)
            error = RunError{kExitTrace, finished.message()};
    }
    if (!options_.tracepointsFile.empty())
        if (auto saved = saveTracepoints(); !saved && !error)
            error = RunError{kExitTrace, saved.message()};
    if (lineOpen_.exchange(false))
        writeAll(STDOUT_FILENO, viewOf("\n"));
    std::lock_guard lock(mutex_);
    outcome.stats = stats_;
    for (const auto &[vcpu, lost] : lost_)
        outcome.lost += lost;
    outcome.consoleText = std::move(consoleText_);
    return error;
}

} // namespace lg
