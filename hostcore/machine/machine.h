// SPDX-License-Identifier: GPL-2.0-or-later
// One Guest as its Launcher: memory, a thread for each of its vCPUs, its devices, its events.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "devices/device_set.h"
#include "image/image.h"
#include "lguest_uapi.h"
#include "machine/machine_state.h"

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lg {

constexpr char kDevicePath[] = "/dev/lguest";

struct MachineSpec {
    Image image; // its symbols are not used
    uint64_t memoryBytes = kDefaultMemoryBytes;
    std::string commandLine;
    Bytes initrd;
    uint32_t vcpus = 1; // up to LG_VCPUS_MAX
    lg_event_mode eventMode = LG_EVENTS_OFF;
    uint32_t eventRecords = 1u << 16;
    uint64_t eventKinds = LG_KINDS_DEFAULT;
    std::vector<lg_condition> conditions; // what stops it
    bool paused = false;
    DeviceSpec devices; // besides those that every Guest has
};

// A vCPU has stopped, and not because pause() asked it to.
struct VcpuStop {
    uint32_t vcpu = 0;
    lg_stop_reason reason = LG_STOP_CONDITION;
    uint32_t detail = 0; // number of the condition, or bits of DR6
    uint64_t seq = 0;    // of the event that matched
    uint32_t eip = 0;
};

// Called by the machine's threads, several at once.
class MachineListener {
public:
    virtual ~MachineListener() = default;

    // False = no room at present: the machine waits for some and tries again.
    virtual bool console(uint64_t tsc, BytesView bytes) = 0;
    virtual bool events(uint32_t vcpu, std::span<const lg_event> records, uint64_t lost) = 0;
    virtual void waitForRoom(std::chrono::milliseconds limit) = 0;
    virtual void stopped(const VcpuStop &) {}
    // Of a machine with disks. Must not block; diskDone() is the answer.
    // NOLINTNEXTLINE(performance-unnecessary-value-param): those that override it keep it
    virtual void disk(uint32_t, DiskTask) {}
    // Of one with a network: a frame of the Guest's. Must not block: what there is no room for is
    // lost.
    virtual void frame(uint32_t, BytesView) {}
    // The last call, after all output and events.
    virtual void ended(lg_death death, const std::string &reason) = 0;
};

// Methods may be called from any thread but the machine's own (a listener must not).
class Machine {
public:
    // The listener outlives the machine.
    static Result<std::unique_ptr<Machine>> start(std::shared_ptr<const MachineSpec> spec,
                                                  MachineListener &listener);
    // Kills the Guest if it lives and frees everything; ended() is not called any more.
    ~Machine();
    Machine(const Machine &) = delete;
    Machine &operator=(const Machine &) = delete;

    bool alive() const;
    bool paused() const;
    Result<void> kill();
    Result<void> pause();
    Result<void> resume();
    Result<void> setTrace(lg_event_mode mode, uint64_t kinds);
    // In the place of those before; none: nothing stops it any more.
    Result<void> setConditions(const std::vector<lg_condition> &conditions);
    Result<void> setBreakpoints(const lg_breakpoints &breakpoints);
    // Of a vCPU that is stopped; stopped() comes when it is done.
    Result<void> step(uint32_t vcpu);
    Result<void> raiseIrq(uint32_t vcpu, uint32_t line);
    // How many bytes there was room for.
    size_t typeOnConsole(BytesView bytes);
    void setTerminalSize(const TerminalSize &size);
    // False: it has no such disk.
    bool diskDone(uint32_t channel, uint64_t id, bool good, Bytes data);
    // A frame for the Guest; false: it has no such card.
    bool receiveFrame(uint32_t channel, BytesView frame);

    // Pauses it if it runs, and lets its devices come to rest: until resume() nothing changes its
    // memory.  What it is beside its memory; nothing as long as it is not at rest, which is soon.
    Result<std::optional<MachineState>> save();
    // Pages that are not zero, from this one on, as many as go into one answer.
    PageBatch readPages(uint32_t first) const;
    // Of a machine that was started paused, and has not gone on: its memory is zero, and resume()
    // waits for restore().
    Result<void> beginRestore();
    Result<void> writePages(const PageBatch &batch);
    // Then it is as it was, and paused.
    Result<void> restore(const MachineState &state);

    // Holds it still, if it is not already; nothing as long as it is not at rest, which is soon.
    // Then looks at it; endSnapshot() lets it go on, if it ran and nothing else has stopped it.
    Result<std::optional<SnapshotBegun>> beginSnapshot(bool changesAreEnough);
    // Each page once, in order, as many as go into one answer.
    SnapshotPages snapshotPages(uint32_t first);
    // What the tables of this vCPU map, from this address on.
    Result<ShadowBatch> shadow(uint32_t vcpu, uint64_t first) const;
    Result<void> endSnapshot();

    Result<lg_vcpu_state> state(uint32_t vcpu) const;
    Result<lg_counters> counters(uint32_t vcpu) const;
    Result<lg_switcher_info> switcher(uint32_t vcpu) const;
    Result<lg_walk> walk(uint32_t vcpu, uint32_t address, uint32_t cr3) const;
    // As much as is there from the address on; an Error when nothing is.  A virtual address is
    // looked up in the page tables of the vCPU.
    Result<Bytes> readMemory(uint32_t vcpu, uint32_t address, uint32_t length,
                             bool isVirtual) const;
    // While the vCPU is stopped.  All of it or nothing; the record of its going on tells of it.
    Result<void> writeMemory(uint32_t vcpu, uint32_t address, BytesView bytes, bool isVirtual);
    // While the vCPU is stopped, and with segments that it could load itself.  cr2 and cr3 stay.
    Result<void> setRegisters(uint32_t vcpu, const lg_event_regs &regs);

private:
    Result<void> hold();
    Result<void> checkVcpu(uint32_t vcpu) const;
    Result<void> tellSet(const lg_set &what);
    // What lies at an address to the end of its page, at most `length`; empty when nothing is.
    Result<std::span<uint8_t>> memoryAt(uint32_t vcpu, uint64_t address, size_t length,
                                        bool isVirtual) const;
    Result<void> checkAwaitsState() const;
    struct State;
    explicit Machine(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// LG_IOC_HOST_INFO; the Error says why there can be no Guest here and what to do.
Result<lg_host_info> hostInfo();

} // namespace lg
