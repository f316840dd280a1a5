// SPDX-License-Identifier: GPL-2.0-or-later
// Takes snapshots of a Guest of an agent's.
#pragma once

#include "snapshot/snapshot.h"
#include "wire/connection.h"

#include <functional>
#include <span>

namespace lg {

class Recorder;
class Recording;

// How much is done, 0 to 1; false: the user has enough of it.
using SnapshotProgress = std::function<bool(double)>;

// Blocks, and is for one thread that has nothing else to do.  The Guest is held still meanwhile,
// and goes on after it if it ran.
class SnapshotTaker {
public:
    SnapshotTaker(AgentConnection &agent, GuestId guest, uint64_t memoryBytes)
        : agent_(agent), guest_(guest), memoryBytes_(memoryBytes) {}

    // The next one tells all of the memory: somebody new wants it.
    void startAnew() { changesAreEnough_ = false; }
    // Into all of these recordings.
    Result<void> take(std::span<Recorder *const> recorders, const std::string &why,
                      const SnapshotProgress &progress);

private:
    Result<void> begin(Snapshot &snapshot, const SnapshotProgress &progress);
    Result<void> lookAtVcpus(Snapshot &snapshot);
    Result<void> copyPages(Snapshot &snapshot, std::span<Recorder *const> recorders,
                           const SnapshotProgress &progress);
    Result<void> copyShadow(Snapshot &snapshot, std::span<Recorder *const> recorders,
                            const SnapshotProgress &progress);

    AgentConnection &agent_;
    const GuestId guest_;
    const uint64_t memoryBytes_;
    bool changesAreEnough_ = false; // those who listen have the snapshot before
};

// All snapshots of a recording into another one.
Result<void> copySnapshots(const Recording &from, Recorder &to);

} // namespace lg
