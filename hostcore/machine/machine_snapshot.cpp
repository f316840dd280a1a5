// SPDX-License-Identifier: GPL-2.0-or-later
// A Guest held still for as long as somebody copies what it looks like.
#include "image/layout.h"
#include "machine/machine_parts.h"

#include <cerrno>
#include <x86intrin.h>

namespace lg {

namespace {

constexpr uint32_t kWalksPerBatch = 8192;

} // namespace

Result<std::optional<SnapshotBegun>> Machine::beginSnapshot(bool changesAreEnough) {
    auto begin = [&]() -> SnapshotBegun {
        const auto pages = size_t(state_->ram.totalBytes() / kPageBytes);
        return {__rdtsc(), state_->digests.begin(pages, changesAreEnough)};
    };
    // One that has ended is at rest.
    if (state_->dead)
        return std::optional(begin());
    const bool ran = !paused();
    if (auto resting = hold(); !resting)
        return resting.error();
    if (ran)
        state_->heldForSnapshot = true;
    lg_saved_guest guest = {};
    if (ioctl(state_->device.get(), LG_IOC_SAVE_GUEST, &guest) != 0) {
        if (state_->dead || errno == EAGAIN || errno == EINTR || errno == ENOENT)
            return std::optional<SnapshotBegun>();
        return errnoError("holding the Guest for a snapshot");
    }
    if (!state_->freeze())
        return std::optional<SnapshotBegun>();
    return std::optional(begin());
}

SnapshotPages Machine::snapshotPages(uint32_t first) {
    const auto all = uint32_t(state_->ram.totalBytes() / kPageBytes);
    SnapshotPages batch;
    // Zero pages are told in four bytes, and equal ones in none: a look at them takes time, too.
    constexpr uint32_t kMostLooked = 16 * kPagesPerBatch;
    for (batch.next = first; batch.next < all && batch.next - first < kMostLooked &&
                             batch.pages.size() < kPagesPerBatch;
         ++batch.next) {
        auto page = state_->ram.any(uint64_t(batch.next) * kPageBytes, kPageBytes);
        switch (state_->digests.look(batch.next, page)) {
        case PageDigests::Page::AsBefore:
            break;
        case PageDigests::Page::Changed:
            batch.pages.push_back(batch.next);
            batch.bytes.insert(batch.bytes.end(), page.begin(), page.end());
            break;
        case PageDigests::Page::Cleared:
            batch.zeros.push_back(batch.next);
        }
    }
    batch.end = batch.next >= all;
    return batch;
}

// By the levels that are there: what a higher one leaves out is not asked for.
Result<ShadowBatch> Machine::shadow(uint32_t vcpu, uint64_t first) const {
    constexpr uint64_t kPresent = 1, kEnd = uint64_t{1} << 32;
    constexpr uint64_t kReach[] = {1 << 30, 1 << 21, kPageBytes};
    ShadowBatch batch;
    batch.next = first & ~uint64_t(kPageBytes - 1);
    for (uint32_t walks = 0; batch.next < kEnd && walks < kWalksPerBatch; ++walks) {
        const auto address = uint32_t(batch.next);
        auto walked = walk(vcpu, address, 0);
        if (!walked)
            return walked.error();
        for (uint32_t level = 0; level < 3; ++level) {
            const uint64_t entry = walked->shadow_entry[level], reach = kReach[level];
            const bool first = address == 0 && level == 0; // tells of an empty root, too
            if ((entry != 0 || first) && address % reach == 0)
                batch.entries.push_back({walked->cr3, address | level, entry});
            if (!(entry & kPresent) || level == 2) {
                batch.next = (batch.next & ~(reach - 1)) + reach;
                break;
            }
        }
    }
    return batch;
}

Result<void> Machine::endSnapshot() {
    if (!state_->heldForSnapshot.exchange(false)) {
        state_->thaw();
        return {};
    }
    // A breakpoint or a condition that was met meanwhile holds it still.
    if (state_->dead || state_->stops.anyStopped()) {
        state_->thaw();
        return {};
    }
    return resume();
}

} // namespace lg
