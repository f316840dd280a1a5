// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/moment.h"

#include "image/layout.h"

#include <algorithm>
#include <cstdio>

namespace lg {

namespace {

constexpr uint64_t kPresent = 1;
constexpr uint64_t kFrame = 0xffffffffff000ull;

} // namespace

Moment::Moment(std::shared_ptr<const Recording> recording, size_t number)
    : recording_(std::move(recording)), number_(number), vcpus_(snapshot().vcpus),
      levels_(vcpus_[0].paging == 2 || vcpus_[0].paging == 3 ? vcpus_[0].paging : 0),
      said_(vcpus_.size()) {
    shadow_.setKernelAddress(vcpus_[0].kernel_address);
}

Result<std::shared_ptr<Moment>> Moment::open(std::shared_ptr<const Recording> recording,
                                             size_t snapshot) {
    auto entries = recording->snapshots().shadow(snapshot);
    if (!entries)
        return entries.error();
    std::shared_ptr<Moment> moment(new Moment(std::move(recording), snapshot));
    moment->shadow_.load(*entries);
    return moment;
}

Bytes *Moment::tablePage(uint32_t address) const {
    if (address >= memoryBytes())
        return nullptr;
    const uint32_t number = address / kPageBytes;
    auto known = tables_.find(number);
    if (known == tables_.end()) {
        auto page = recording_->snapshots().page(number_, number);
        if (!page) {
            if (problem_.empty())
                problem_ = page.message();
            return nullptr;
        }
        known = tables_.emplace(number, std::move(*page)).first;
    }
    return &known->second;
}

uint64_t Moment::entryAt(uint32_t address) const {
    const Bytes *page = tablePage(address);
    if (!page)
        return 0;
    return levels_ == 3 ? loadAt<uint64_t>(*page, address % kPageBytes & ~7u)
                        : loadAt<uint32_t>(*page, address % kPageBytes & ~3u);
}

void Moment::setEntry(uint32_t address, uint64_t value, uint32_t bytes) {
    Bytes *page = tablePage(address);
    if (!page || address % bytes != 0)
        return;
    std::memcpy(page->data() + address % kPageBytes, &value, bytes);
    patched_.insert(address / kPageBytes);
    unknown_.erase(address);
}

// With the lock. An entry of which nobody knows what it is leads nowhere.
lg_walk Moment::guestWalk(uint32_t address, uint32_t cr3) const {
    lg_walk walk = {};
    walk.address = address;
    walk.cr3 = cr3;
    walk.levels = levels_;
    if (levels_ == 0) {
        walk.mapped = address < memoryBytes();
        walk.gpa = walk.mapped ? address : 0;
        return walk;
    }
    const uint32_t size = levels_ == 3 ? 8 : 4;
    const uint32_t index[] = {address >> 30, levels_ == 3 ? address >> 21 & 511 : address >> 22,
                              address >> 12 & (levels_ == 3 ? 511 : 1023)};
    uint64_t table = levels_ == 3 ? cr3 & ~31u : cr3 & ~(kPageBytes - 1);
    for (uint32_t level = 0; level < levels_; ++level) {
        const uint64_t at = table + uint64_t{index[level + 3 - levels_]} * size;
        if (at >= memoryBytes())
            return walk;
        walk.guest_at[level] = at;
        walk.guest_entry[level] = entryAt(uint32_t(at));
        if (unknown_.contains(uint32_t(at)) || !(walk.guest_entry[level] & kPresent))
            return walk;
        table = walk.guest_entry[level] & kFrame;
    }
    walk.gpa = table | (address & (kPageBytes - 1));
    walk.mapped = walk.gpa < memoryBytes();
    if (!walk.mapped)
        walk.gpa = 0;
    return walk;
}

// With the lock. A Guest's page directories share the kernel's half: that of one which was not in
// use at the snapshot, and may have been something else then, is in the one that was.
lg_walk Moment::walkToRead(uint32_t vcpu, uint32_t address) const {
    const uint32_t cr3 = vcpus_[vcpu].regs.cr3, kernel = vcpus_[vcpu].kernel_address;
    const auto walk = guestWalk(address, cr3);
    if (walk.mapped || kernel == 0 || address < kernel || wasInUse(cr3))
        return walk;
    return guestWalk(address, snapshot().vcpus[vcpu].regs.cr3);
}

bool Moment::wasInUse(uint32_t cr3) const {
    const auto &all = snapshot().vcpus;
    return std::any_of(all.begin(), all.end(),
                       [&](const lg_vcpu_state &one) { return one.regs.cr3 == cr3; });
}

// With the lock. By the first address of the kernel's half that the other one maps, in the steps
// that an entry of a page directory covers.
bool Moment::hasKernelOf(uint32_t cr3, uint32_t other) const {
    const uint64_t step = uint64_t{1} << (levels_ == 3 ? 21 : 22);
    for (uint64_t at = vcpus_[0].kernel_address; at != 0 && at <= UINT32_MAX; at += step)
        if (const auto there = guestWalk(uint32_t(at), other); there.mapped) {
            const auto here = guestWalk(uint32_t(at), cr3);
            return here.mapped && here.gpa == there.gpa;
        }
    return false;
}

void Moment::setDirectory(uint32_t address) {
    if (tablePage(address))
        unknown_.insert(address);
}

void Moment::applyHypercall(const lg_event &event) {
    const uint32_t *d = event.detail;
    const uint32_t size = levels_ == 3 ? 8 : 4;
    auto &said = said_[event.vcpu];
    switch (event.code) {
    case LHCALL_SET_PTE: {
        said.cr3 = d[0];
        const auto walk = guestWalk(d[1], d[0]);
        if (levels_ != 0 && walk.guest_at[levels_ - 1] != 0)
            setEntry(uint32_t(walk.guest_at[levels_ - 1]), uint64_t{d[3]} << 32 | d[2], size);
        ++changes_;
        break;
    }
    case LHCALL_SET_PGD:
    case LHCALL_SET_PMD:
        said = {d[0], d[1], false};
        if (levels_ != 0)
            setDirectory((event.code == LHCALL_SET_PMD ? d[0] & ~(kPageBytes - 1) : d[0]) +
                         d[1] * size);
        ++changes_;
        break;
    case LHCALL_FLUSH_TLB:
        said.everything = d[0] != 0;
        break;
    case LHCALL_LGUEST_INIT:
        // From now on it is known where the Guest's kernel begins, and nothing before counts.
        shadow_ = {};
        break;
    default:
        break;
    }
}

// The record behind the hypercall has the entry; those of older hosts have not.
void Moment::applyDirectory(const lg_event &event) {
    const uint32_t *d = event.detail;
    const uint32_t size = levels_ == 3 ? 8 : 4;
    const uint64_t entry = uint64_t{d[5]} << 32 | d[4];
    if (levels_ == 0 || d[2] != 1)
        return;
    setEntry(d[0] + said_[event.vcpu].index * size, entry, size);
    // A table that was none before begins empty: every Guest that we know clears it first.
    const auto table = uint32_t(entry & kFrame);
    if (!(entry & kPresent) || !knownTables().insert(table / kPageBytes).second)
        return;
    if (Bytes *page = tablePage(table)) {
        std::fill(page->begin(), page->end(), uint8_t{0});
        patched_.insert(table / kPageBytes);
    }
}

// Those that the page directories in use lead to; made when it is needed.
std::unordered_set<uint32_t> &Moment::knownTables() {
    if (knownTables_)
        return *knownTables_;
    knownTables_.emplace();
    const uint32_t size = levels_ == 3 ? 8 : 4;
    std::function<void(uint32_t, uint32_t, uint32_t)> add = [&](uint32_t at, uint32_t entries,
                                                                uint32_t below) {
        for (uint32_t i = 0; i < entries; ++i) {
            const uint64_t entry = entryAt(at + i * size), frame = entry & kFrame;
            if (!(entry & kPresent) || frame >= memoryBytes() ||
                !knownTables_->insert(uint32_t(frame) / kPageBytes).second)
                continue;
            if (below != 0)
                add(uint32_t(frame), 512, below - 1);
        }
    };
    for (const auto &vcpu : snapshot().vcpus)
        add(levels_ == 3 ? vcpu.regs.cr3 & ~31u : vcpu.regs.cr3 & ~(kPageBytes - 1),
            levels_ == 3 ? 4 : 1024, levels_ == 3 ? 1 : 0);
    return *knownTables_;
}

void Moment::applyTableChange(const lg_event &event) {
    const uint32_t *d = event.detail;
    const auto &said = said_[event.vcpu];
    switch (event.code) {
    case LG_TABLE_SET_PTE:
        shadow_.set(said.cr3, d[0], uint64_t{d[5]} << 32 | d[4]);
        break;
    case LG_TABLE_SET_PGD:
        applyDirectory(event);
        if (levels_ == 3)
            shadow_.putAside(d[0], true);
        else
            shadow_.drop(d[0], said.index << 22, uint64_t{1} << 22);
        break;
    case LG_TABLE_SET_PMD:
        applyDirectory(event);
        // Whose directory it is would have to be looked for.
        shadow_.putAside(0, true);
        break;
    case LG_TABLE_FLUSH:
        shadow_.putAside(d[0], said.everything);
        break;
    case LG_TABLE_NEW_ROOT:
        if (d[1])
            shadow_.beginEmpty(d[0]);
        if (levels_ == 0)
            pagingBegan_ = true;
        break;
    default:
        return;
    }
}

void Moment::apply(const lg_event &event) {
    if (event.vcpu >= vcpus_.size())
        return;
    std::lock_guard lock(mutex_);
    switch (event.kind) {
    case LG_EV_HYPERCALL:
    case LG_EV_ASYNC_HYPERCALL:
        applyHypercall(event);
        break;
    case LG_EV_PAGE_TABLE_CHANGE:
        applyTableChange(event);
        break;
    case LG_EV_PAGE_FAULT: {
        shadow_.set(event.regs.cr3, event.regs.cr2,
                    uint64_t{event.detail[2]} << 32 | event.detail[1]);
        if (levels_ == 0)
            break;
        // The Host marks it accessed; of PAE's entries the record has the lower half.
        const auto walk = guestWalk(event.regs.cr2, event.regs.cr3);
        const uint64_t at = walk.guest_at[levels_ - 1];
        if (at != 0 && (walk.guest_entry[levels_ - 1] & ~uint64_t{0xfff} & 0xffffffff) !=
                           (event.detail[0] & ~0xfffu))
            ++changes_; // the Guest had changed it without a word
        if (at != 0)
            setEntry(uint32_t(at), event.detail[0], 4);
        break;
    }
    default:
        break;
    }
}

void Moment::setNewest(const lg_event &event) {
    if (event.vcpu >= vcpus_.size())
        return;
    auto &vcpu = vcpus_[event.vcpu];
    vcpu.regs = event.regs;
    vcpu.errcode = event.errcode;
    vcpu.irq_pending = event.irq_pending;
    vcpu.irq_blocked = event.irq_blocked;
    vcpu.irq_enabled = event.irq_enabled;
    vcpu.halted = event.halted;
}

std::vector<uint32_t> Moment::pagesUnlike(const Moment &other) const {
    auto pages = recording_->snapshots().changedPages(number_, other.number_);
    pages.insert(pages.end(), patched_.begin(), patched_.end());
    pages.insert(pages.end(), other.patched_.begin(), other.patched_.end());
    std::sort(pages.begin(), pages.end());
    pages.erase(std::unique(pages.begin(), pages.end()), pages.end());
    return pages;
}

Result<void> Moment::checkVcpu(uint32_t vcpu) const {
    if (vcpu < vcpus_.size())
        return {};
    return Error{"the Guest has no vCPU " + std::to_string(vcpu)};
}

Result<lg_vcpu_state> Moment::state(uint32_t vcpu) const {
    if (auto there = checkVcpu(vcpu); !there)
        return there.error();
    return vcpus_[vcpu];
}

Result<lg_vcpu_state> Moment::stateToMap(uint32_t vcpu) const {
    auto state = this->state(vcpu);
    if (!state)
        return state;
    std::lock_guard lock(mutex_);
    const uint32_t then = snapshot().vcpus[vcpu].regs.cr3;
    if (levels_ != 0 && !wasInUse(state->regs.cr3) && !hasKernelOf(state->regs.cr3, then))
        state->regs.cr3 = then;
    return state;
}

Result<lg_switcher_info> Moment::switcher(uint32_t vcpu) const {
    if (auto there = checkVcpu(vcpu); !there)
        return there.error();
    return snapshot().switchers[vcpu];
}

Result<MomentWalk> Moment::walk(uint32_t vcpu, uint32_t address, uint32_t cr3) const {
    if (auto there = checkVcpu(vcpu); !there)
        return there.error();
    std::lock_guard lock(mutex_);
    MomentWalk found;
    found.walk = guestWalk(address, cr3 != 0 ? cr3 : vcpus_[vcpu].regs.cr3);
    if (!problem_.empty())
        return Error{problem_};
    found.walk.vcpu = vcpu;
    found.note = shadow_.fill(found.walk);
    if (!wasInUse(found.walk.cr3))
        found.note = "this page directory was not in use at the snapshot, and may have been "
                     "something else then" +
                     (found.note.empty() ? "" : "; " + found.note);
    for (const uint64_t at : found.walk.guest_at)
        if (at != 0 && unknown_.contains(uint32_t(at)))
            found.note = "the Guest has changed this directory's entry since the snapshot, and "
                         "the record does not say to what";
    return found;
}

Result<Bytes> Moment::readMemory(uint32_t vcpu, uint32_t address, uint32_t length,
                                 bool isVirtual) const {
    if (auto there = checkVcpu(vcpu); !there)
        return there.error();
    std::lock_guard lock(mutex_);
    Bytes bytes;
    while (bytes.size() < length) {
        uint64_t at = uint64_t{address} + bytes.size();
        if (at > UINT32_MAX)
            break;
        const size_t wanted = std::min<size_t>(length - bytes.size(), kPageBytes - at % kPageBytes);
        if (isVirtual) {
            const auto walked = walkToRead(vcpu, uint32_t(at));
            if (!walked.mapped)
                break;
            at = walked.gpa;
        }
        if (at >= memoryBytes())
            break;
        const auto number = uint32_t(at / kPageBytes);
        const auto from = ptrdiff_t(at % kPageBytes);
        const auto take = [&](const Bytes &page) {
            bytes.insert(bytes.end(), page.begin() + from, page.begin() + from + ptrdiff_t(wanted));
        };
        if (auto known = tables_.find(number); known != tables_.end()) {
            take(known->second);
            continue;
        }
        auto page = recording_->snapshots().page(number_, number);
        if (!page)
            return page.error();
        take(*page);
    }
    if (bytes.empty() && length != 0) {
        char text[96];
        std::snprintf(text, sizeof text, "no memory of the Guest %s 0x%x then",
                      isVirtual ? "was mapped at" : "is at", address);
        return Error{text};
    }
    return bytes;
}

MemoryReader Moment::physicalReader() const {
    return
        [this](uint32_t address, uint32_t length) { return readMemory(0, address, length, false); };
}

} // namespace lg
