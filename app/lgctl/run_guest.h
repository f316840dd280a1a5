// SPDX-License-Identifier: GPL-2.0-or-later
// One Guest from launch to end, on the calling thread.
#pragma once

#include "debugger.h"
#include "gdb/server.h"
#include "host_access.h"
#include "inspect/stats.h"
#include "saved/console_tail.h"
#include "saved/saved_file.h"
#include "snapshot/take.h"
#include "trace/recorder.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace lg {

struct RunOptions {
    std::string host;
    LaunchSpec spec;
    std::string imagePath;
    std::vector<std::string> breakFilters; // events that stop it
    bool stopAtStart = false;
    std::optional<uint16_t> gdbPort; // 0: any that is free
    std::string traceFile;           // "" = no recording
    bool snapshots = true;           // of the memory in the recording, at its start and its end
    std::chrono::milliseconds snapshotEvery{0}; // and as often as this; 0 = no more
    std::string tracepointsFile;                // "" = the host's tracepoints stay as they are
    bool stats = false;
    bool captureConsole = false;             // keep the text instead of showing it
    bool interactive = true;                 // standard input goes to the Guest
    std::chrono::milliseconds timeout{0};    // 0 = none
    std::chrono::milliseconds pauseAfter{0}; // 0 = run to the end
    std::string saveTo;                      // instead of killing it: a file for the Guest
    std::vector<std::string> disks;          // the user's words for them and
    std::string network;                     // for the network, as a file keeps them
    std::shared_ptr<SavedFileReader> saved;  // where it comes from, instead of its image
    Bytes savedState;
    Bytes savedConsole; // was printed then; a file of this run has it, too
};

struct RunOutcome {
    std::optional<GuestEnded> ended; // empty: it was paused, or the time was over
    bool timedOut = false;
    bool stoppedByUser = false;
    bool saved = false;
    std::string consoleText; // with captureConsole
    EventStats stats;
    uint64_t lost = 0;
    uint64_t recorded = 0;
    std::vector<lg_counters> counters; // of each vCPU
    uint32_t tscKhz = 0;
};

// What went wrong, with the status that lgctl ends with.
struct RunError {
    int status;
    std::string message;
};

class GuestRun {
public:
    explicit GuestRun(RunOptions options);
    ~GuestRun();

    // Launches and waits for the end, the time, the user, or pauseAfter.
    std::optional<RunError> run(RunOutcome &outcome);

    // After a run with pauseAfter.
    AgentConnection &agent() { return *host_.agent; }
    GuestId guest() const { return guest_; }

private:
    std::optional<RunError> openRecorder();
    std::optional<RunError> launch();
    Result<void> setTracepoints(bool on);
    Result<void> saveTracepoints();
    Result<GuestId> make();
    Result<void> save(const std::string &path);
    Result<void> takeSnapshot(const std::string &why, int signals = -1);
    std::optional<RunError> waitForEnd(RunOutcome &outcome);
    void takeInput();
    std::optional<RunError> listenForGdb();
    bool talk(int signals); // false: the user has enough
    void wake();
    AgentConnection::Handlers handlers();

    RunOptions options_;
    int wakeFd_;
    std::unique_ptr<Recorder> recorder_;
    std::unique_ptr<SnapshotTaker> snapshots_; // when the recording has some
    std::unique_ptr<Debugger> debugger_;       // when something may stop it
    OpenedAgent host_;
    std::unique_ptr<GdbServer> gdb_;
    std::mutex gdbMutex_;
    GuestId guest_ = 0;

    // Shared with the connection's reader.
    std::mutex mutex_;
    std::optional<GuestEnded> ended_;
    std::string closed_;
    std::string consoleText_;
    ConsoleTail printed_; // for a file
    EventStats stats_;
    std::map<uint32_t, uint64_t> lost_; // by vCPU

    std::atomic<bool> lineOpen_ = false; // the Guest's last line has no end yet
    bool inputOpen_ = true;
    bool leave_ = false;
};

} // namespace lg
