// SPDX-License-Identifier: GPL-2.0-or-later
// A Guest as it was at an event: a snapshot, and what the events behind it tell of the page
// tables.  The rest of the memory is the snapshot's.
#pragma once

#include "inspect/guest_map.h"
#include "snapshot/shadow_tables.h"
#include "trace/recording.h"

#include <mutex>
#include <unordered_map>
#include <unordered_set>

namespace lg {

struct MomentWalk {
    lg_walk walk = {};
    std::string note; // what is not known of it
};

// While it is made it belongs to one thread; then any number may ask.
class Moment {
public:
    static Result<std::shared_ptr<Moment>> open(std::shared_ptr<const Recording> recording,
                                                size_t snapshot);

    // What an event did to the page tables.
    void apply(const lg_event &event);
    // The newest event of its vCPU: registers and interrupt lines.
    void setNewest(const lg_event &event);
    uint64_t changes() const { return changes_; }
    // The snapshot was older than the Guest's first page table, and now there is one.
    bool pagingBegan() const { return pagingBegan_; }

    size_t number() const { return number_; }
    const Snapshot &snapshot() const { return recording_->snapshots().at(number_); }
    const Recording &recording() const { return *recording_; }
    uint64_t memoryBytes() const { return recording_->meta().memoryBytes; }
    // Pages in which it may differ from another moment.
    std::vector<uint32_t> pagesUnlike(const Moment &other) const;

    Result<lg_vcpu_state> state(uint32_t vcpu) const;
    // With a page directory that can be read as one: the event's, or, when that was not in use at
    // the snapshot and has not the kernel's half of one that was, the snapshot's.
    Result<lg_vcpu_state> stateToMap(uint32_t vcpu) const;
    Result<lg_switcher_info> switcher(uint32_t vcpu) const;
    // As Machine's: as much as is there from the address on.
    Result<Bytes> readMemory(uint32_t vcpu, uint32_t address, uint32_t length,
                             bool isVirtual) const;
    Result<MomentWalk> walk(uint32_t vcpu, uint32_t address, uint32_t cr3) const;
    MemoryReader physicalReader() const;

private:
    Moment(std::shared_ptr<const Recording> recording, size_t number);

    Result<void> checkVcpu(uint32_t vcpu) const;
    // A page of tables, kept; null when it is not there.
    Bytes *tablePage(uint32_t address) const;
    uint64_t entryAt(uint32_t address) const;
    void setEntry(uint32_t address, uint64_t value, uint32_t bytes);
    lg_walk guestWalk(uint32_t address, uint32_t cr3) const;
    lg_walk walkToRead(uint32_t vcpu, uint32_t address) const;
    bool wasInUse(uint32_t cr3) const; // at the snapshot
    bool hasKernelOf(uint32_t cr3, uint32_t other) const;
    void applyHypercall(const lg_event &event);
    void applyTableChange(const lg_event &event);
    void applyDirectory(const lg_event &event);
    void setDirectory(uint32_t address);
    std::unordered_set<uint32_t> &knownTables(); // by page

    std::shared_ptr<const Recording> recording_;
    const size_t number_;
    std::vector<lg_vcpu_state> vcpus_;
    uint32_t levels_;
    ShadowTables shadow_;
    struct Said { // the last hypercall of a vCPU that its changes belong to
        uint32_t cr3 = 0, index = 0;
        bool everything = false;
    };
    std::vector<Said> said_;
    uint64_t changes_ = 0;
    bool pagingBegan_ = false;
    std::unordered_set<uint32_t> unknown_; // entries that were changed to nobody knows what
    std::optional<std::unordered_set<uint32_t>> knownTables_;
    std::unordered_set<uint32_t> patched_; // pages that are not as in the snapshot
    mutable std::mutex mutex_;             // of what follows
    mutable std::unordered_map<uint32_t, Bytes> tables_;
    mutable std::string problem_; // the first damage that was met
};

} // namespace lg
