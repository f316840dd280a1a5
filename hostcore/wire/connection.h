// SPDX-License-Identifier: GPL-2.0-or-later
// The client's end of a conversation with an agent (protocol.h).
//
// Threads: a connection has a reader and a writer thread of its own.  Every callback (Handlers
// and Done) runs on the reader thread, one at a time, and must not block; it may call any method
// but wait() and the destructor.  Methods may be called from any thread and never block.
//
// Errors: each request's Done is called exactly once, with the agent's one-line message or with
// "the connection to the agent is closed: ..." when it can no longer be answered.
#pragma once

#include "backends/disk_file.h"
#include "backends/user_network.h"
#include "base/bytes.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "image/image.h"
#include "lguest_uapi.h"
#include "wire/protocol.h"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lg {

template <typename T>
using Done = std::function<void(Result<T>)>;

struct LaunchSpec {
    std::string name;
    Image image; // only entry and segments travel
    uint64_t memoryBytes = kDefaultMemoryBytes;
    std::string commandLine;
    Bytes initrd;
    uint32_t vcpus = 1;                 // up to LG_VCPUS_MAX
    uint32_t eventMode = LG_EVENTS_OFF; // lg_event_mode, from the first entry on
    uint32_t eventRecords = 1u << 16;   // ring size, a power of two
    uint64_t eventKinds = LG_KINDS_DEFAULT;
    std::vector<lg_condition> conditions; // what stops it, from the first entry on
    bool paused = false;                  // do not enter the Guest before resume()
    uint16_t columns = 0, rows = 0;       // of the terminal, if anybody knows
    // Served from here until the Guest is released or the connection ends.
    std::vector<std::shared_ptr<DiskFile>> disks;
    std::shared_ptr<UserNetwork> network; // or none
};

struct GuestEnded {
    lg_death death = LG_DEATH_KILLED;
    std::string reason; // as /dev/lguest gave it: "CRASH: Power down"
    // SHUTDOWN with reason 1 is also what a panic looks like; this is true for an ordered end.
    bool cleanPowerOff() const;
};

// A vCPU has stopped, and nobody had asked for a pause.
struct GuestStopped {
    uint32_t vcpu = 0;
    lg_stop_reason reason = LG_STOP_CONDITION;
    uint32_t detail = 0; // which condition, or bits of DR6
    uint64_t seq = 0;    // of the event that matched; all ones: it is not recorded
    uint32_t eip = 0;
};

struct HostStatus {
    lg_host_info info = {};
    std::string agent;         // program and version
    std::string kernel;        // release
    std::string module;        // "lg", its state and size, or "" when it isn't loaded
    std::string moduleProblem; // why /dev/lguest can't be used, or ""
    bool sandbox = false;      // the agent is PID 1 of a machine of its own
    unsigned cpus = 0;         // online
    uint64_t memoryTotal = 0, memoryFree = 0;
    std::vector<std::string> log; // the kernel's last lines
};

struct HostCheck {
    uint64_t taint = 0;
    std::vector<std::string> problems; // lines of the kernel's log that tell of a warning or oops
};

struct GuestMemory {
    uint32_t address = 0;
    Bytes bytes; // may be shorter than asked: the rest isn't there
};

class AgentConnection {
public:
    // Any may be empty.
    struct Handlers {
        // Output of the Guest, in order, never dropped; tsc as in events.
        std::function<void(GuestId, uint64_t tsc, BytesView)> onConsole;
        // Records of one vCPU in order.  lostSoFar grows when some were dropped on the way.
        std::function<void(GuestId, uint32_t vcpu, std::span<const lg_event>, uint64_t lostSoFar)>
            onEvents;
        // Comes after the last console output and the last event of the Guest.
        std::function<void(GuestId, const GuestEnded &)> onEnded;
        std::function<void(GuestId, const std::string &)> onWarning;
        // A condition, a breakpoint or the end of a step; resume() lets it go on.
        std::function<void(GuestId, const GuestStopped &)> onStopped;
        // At most once; not when the destructor closed it.
        std::function<void(const std::string &reason)> onClosed;
    };

    // Takes a connected stream, exchanges preambles and hello (which also sets the sandbox's
    // clock).  Blocks up to `limit`.
    static Result<std::unique_ptr<AgentConnection>>
    open(UniqueFd stream, Handlers handlers,
         std::chrono::milliseconds limit = std::chrono::seconds(20));
    // Ends the conversation, and with it this client's Guests.  Unanswered requests get their
    // error before this returns.
    ~AgentConnection();
    AgentConnection(const AgentConnection &) = delete;
    AgentConnection &operator=(const AgentConnection &) = delete;

    const lg_host_info &host() const; // as hello told it; tsc_khz turns ticks into time
    bool closed() const;

    void launch(LaunchSpec spec, Done<GuestId> done);
    void kill(GuestId guest, Done<void> done);    // onEnded follows
    void release(GuestId guest, Done<void> done); // frees all; no onEnded
    void reboot(GuestId guest, Done<void> done);
    void pause(GuestId guest, Done<void> done);
    void resume(GuestId guest, Done<void> done);
    void setTrace(GuestId guest, lg_event_mode mode, Done<void> done,
                  uint64_t kinds = LG_KINDS_DEFAULT);
    void setConditions(GuestId guest, const std::vector<lg_condition> &conditions, Done<void> done);
    void setBreakpoints(GuestId guest, const lg_breakpoints &breakpoints, Done<void> done);
    void step(GuestId guest, uint32_t vcpu, Done<void> done); // onStopped follows
    // A virtual address is looked up in the page tables of the vCPU.
    void readMemory(GuestId guest, uint32_t vcpu, uint32_t address, uint32_t length, bool isVirtual,
                    Done<GuestMemory> done);
    // While the vCPU is stopped.  All of it or nothing; at most as much as is read at once.
    void writeMemory(GuestId guest, uint32_t vcpu, uint32_t address, BytesView bytes,
                     bool isVirtual, Done<void> done);
    // While the vCPU is stopped.  cr2 and cr3 stay.
    void setRegisters(GuestId guest, uint32_t vcpu, const lg_event_regs &regs, Done<void> done);
    void state(GuestId guest, uint32_t vcpu, Done<lg_vcpu_state> done);
    void counters(GuestId guest, uint32_t vcpu, Done<lg_counters> done);
    void switcher(GuestId guest, uint32_t vcpu, Done<lg_switcher_info> done);
    void walk(GuestId guest, uint32_t vcpu, uint32_t address, uint32_t cr3, Done<lg_walk> done);
    void raiseIrq(GuestId guest, uint32_t vcpu, uint32_t line, Done<void> done);
    // What the Guest cannot take at once waits in the agent, up to 64 KiB; onWarning beyond.
    void consoleInput(GuestId guest, BytesView bytes);

    // The terminal that shows the console has this size now.
    void setTerminalSize(GuestId guest, uint16_t columns, uint16_t rows, Done<void> done);

    void hostStatus(Done<HostStatus> done);
    void hostCheck(Done<HostCheck> done);
    void moduleReload(Done<void> done);
    void shutdown(Done<void> done);

    // The general form: fields of the request beside "op" and "id"; the reply as it came.
    void request(const char *op, GuestId guest, nlohmann::json fields, Done<nlohmann::json> done);

    // For programs that have nothing else to do meanwhile:
    //   auto id = wait<GuestId>([&](auto done) { c.launch(std::move(spec), done); });
    template <typename T, typename Start>
    static Result<T> wait(Start start) {
        auto promise = std::make_shared<std::promise<Result<T>>>();
        auto future = promise->get_future();
        start(Done<T>([promise](Result<T> result) { promise->set_value(std::move(result)); }));
        return future.get();
    }

private:
    struct State;
    explicit AgentConnection(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace lg
