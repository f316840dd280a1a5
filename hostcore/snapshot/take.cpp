// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/take.h"

#include "image/layout.h"
#include "trace/recorder.h"
#include "trace/recording.h"
#include "wire/cbor.h"
#include "wire/snapshot_protocol.h"

#include <algorithm>
#include <set>
#include <thread>

namespace lg {

namespace {

using namespace std::chrono_literals;
using wire::Json;

// A disk may have much to read, and a vCPU stops at once.
constexpr auto kPatience = 30s;
constexpr auto kPause = 2ms;
constexpr size_t kMostEntries = 1u << 16; // in one answer
constexpr uint64_t kAllAddresses = uint64_t{1} << 32;

Error givenUp() {
    return {"the snapshot was given up"};
}

Result<Json> ask(AgentConnection &agent, const char *op, GuestId guest, Json fields) {
    return AgentConnection::wait<Json>(
        [&](auto done) { agent.request(op, guest, std::move(fields), std::move(done)); });
}

} // namespace

Result<void> SnapshotTaker::begin(Snapshot &snapshot, const SnapshotProgress &progress) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < until) {
        auto reply =
            ask(agent_, wire::op::kSnapshotBegin, guest_, {{"changes", changesAreEnough_}});
        if (!reply)
            return reply.error();
        snapshot.tsc = wire::numberField(*reply, "tsc");
        snapshot.changes = wire::flagField(*reply, "changes");
        if (snapshot.tsc != 0)
            return {};
        if (!progress(0))
            return givenUp();
        std::this_thread::sleep_for(kPause);
    }
    return Error{"the Guest does not come to rest: a disk of it does not answer"};
}

Result<void> SnapshotTaker::lookAtVcpus(Snapshot &snapshot) {
    for (uint32_t vcpu = 0; vcpu < LG_VCPUS_MAX; ++vcpu) {
        auto state = AgentConnection::wait<lg_vcpu_state>(
            [&](auto done) { agent_.state(guest_, vcpu, std::move(done)); });
        if (!state && vcpu != 0)
            break; // there are no more
        if (!state)
            return state.error();
        auto switcher = AgentConnection::wait<lg_switcher_info>(
            [&](auto done) { agent_.switcher(guest_, vcpu, std::move(done)); });
        if (!switcher)
            return switcher.error();
        snapshot.vcpus.push_back(*state);
        snapshot.switchers.push_back(*switcher);
    }
    return {};
}

Result<void> SnapshotTaker::copyPages(Snapshot &snapshot, std::span<Recorder *const> recorders,
                                      const SnapshotProgress &progress) {
    for (uint32_t first = 0;;) {
        auto reply = ask(agent_, wire::op::kSnapshotPages, guest_, {{"first", first}});
        if (!reply)
            return reply.error();
        std::vector<uint32_t> changed, zeros;
        const auto bytes = wire::bytesField(*reply, "bytes");
        const auto next = wire::numberField(*reply, "next");
        const bool end = wire::flagField(*reply, "end");
        if (!wire::takeList(*reply, "pages", kPagesPerBatch, changed) ||
            !wire::takeList(*reply, "zeros", kMostEntries, zeros) ||
            bytes.size() != changed.size() * kPageBytes || (next <= first && !end))
            return Error{"the agent's answer about memory makes no sense"};
        for (auto *recorder : recorders)
            recorder->snapshotPages(bytes);
        snapshot.pages.insert(snapshot.pages.end(), changed.begin(), changed.end());
        snapshot.zeros.insert(snapshot.zeros.end(), zeros.begin(), zeros.end());
        if (end)
            return {};
        first = uint32_t(next);
        if (!progress(std::min(1.0, double(next * kPageBytes) / double(memoryBytes_))))
            return givenUp();
    }
}

Result<void> SnapshotTaker::copyShadow(Snapshot &snapshot, std::span<Recorder *const> recorders,
                                       const SnapshotProgress &progress) {
    std::set<uint32_t> seen;
    for (const auto &vcpu : snapshot.vcpus) {
        if (!vcpu.started || !seen.insert(vcpu.regs.cr3).second)
            continue;
        for (uint64_t first = 0; first < kAllAddresses;) {
            auto reply = ask(agent_, wire::op::kSnapshotShadow, guest_,
                             {{"vcpu", vcpu.vcpu}, {"first", first}});
            if (!reply)
                return reply.error();
            std::vector<ShadowEntry> entries;
            const auto next = wire::numberField(*reply, "next");
            if (!wire::takeList(*reply, "entries", kMostEntries, entries) || next <= first)
                return Error{"the agent's answer about the shadow makes no sense"};
            for (auto *recorder : recorders)
                recorder->snapshotShadow(entries);
            snapshot.shadowCount += entries.size();
            first = next;
            if (!progress(1))
                return givenUp();
        }
    }
    return {};
}

Result<void> SnapshotTaker::take(std::span<Recorder *const> recorders, const std::string &why,
                                 const SnapshotProgress &progress) {
    Snapshot snapshot;
    snapshot.why = why;
    auto copy = [&]() -> Result<void> {
        if (auto begun = begin(snapshot, progress); !begun)
            return begun;
        changesAreEnough_ = false; // until this one is complete
        if (auto seen = lookAtVcpus(snapshot); !seen)
            return seen;
        if (auto copied = copyPages(snapshot, recorders, progress); !copied)
            return copied;
        return copyShadow(snapshot, recorders, progress);
    };
    auto copied = copy();
    auto ended = ask(agent_, wire::op::kSnapshotEnd, guest_, Json::object());
    if (!copied)
        return copied;
    for (auto *recorder : recorders) {
        recorder->snapshot(snapshot);
        if (auto failure = recorder->failure(); !failure.empty())
            return Error{failure};
    }
    changesAreEnough_ = true;
    return ended ? Result<void>() : ended.error();
}

Result<void> copySnapshots(const Recording &from, Recorder &to) {
    const auto &all = from.snapshots();
    for (size_t number = 0; number < all.count(); ++number) {
        Snapshot snapshot = all.at(number);
        for (uint32_t page : snapshot.pages) {
            auto bytes = all.page(number, page);
            if (!bytes)
                return bytes.error();
            to.snapshotPages(*bytes);
        }
        auto shadow = all.shadow(number);
        if (!shadow)
            return shadow.error();
        to.snapshotShadow(*shadow);
        to.snapshot(std::move(snapshot));
    }
    return {};
}

} // namespace lg
