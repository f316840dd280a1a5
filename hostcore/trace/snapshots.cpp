// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/snapshots.h"

#include "image/layout.h"

#include <tuple>

namespace lg {

using namespace trace;

bool Snapshots::addBlock(const StoredBlock &block) {
    const auto &header = block.at.header;
    const bool pages = header.kind == uint32_t(BlockKind::Pages);
    auto &next = pages ? pageCount_ : shadowCount_;
    const uint64_t bytes = pages ? kPageBytes : sizeof(ShadowEntry);
    if (header.count == 0 || header.first != next || header.rawBytes != header.count * bytes)
        return false;
    next += header.count;
    (pages ? pageBlocks_ : shadowBlocks_).push_back(block);
    return true;
}

bool Snapshots::add(Snapshot snapshot) {
    if (snapshot.pages.size() > pageCount_ ||
        snapshot.firstPage > pageCount_ - snapshot.pages.size() ||
        snapshot.shadowCount > shadowCount_ ||
        snapshot.firstShadow > shadowCount_ - snapshot.shadowCount ||
        (snapshot.changes && all_.empty()) ||
        (!all_.empty() &&
         (snapshot.tsc < all_.back().tsc || snapshot.vcpus.size() != all_.front().vcpus.size())))
        return false;
    const auto number = uint32_t(all_.size());
    wholeAt_.push_back(snapshot.changes ? wholeAt_.back() : number);
    for (size_t i = 0; i < snapshot.pages.size(); ++i)
        places_.push_back({snapshot.pages[i], number, snapshot.firstPage + i});
    for (uint32_t page : snapshot.zeros)
        places_.push_back({page, number, kZero});
    all_.push_back(std::move(snapshot));
    return true;
}

void Snapshots::loaded() {
    std::sort(places_.begin(), places_.end(), [](const Place &a, const Place &b) {
        return std::tie(a.page, a.snapshot) < std::tie(b.page, b.snapshot);
    });
    pages_ = std::make_unique<NumberedBlocks<Bytes>>(std::move(pageBlocks_));
    shadows_ = std::make_unique<NumberedBlocks<Bytes>>(std::move(shadowBlocks_));
}

std::optional<size_t> Snapshots::before(uint64_t tsc) const {
    auto after =
        std::upper_bound(all_.begin(), all_.end(), tsc,
                         [](uint64_t wanted, const Snapshot &one) { return wanted < one.tsc; });
    if (after == all_.begin())
        return std::nullopt;
    return size_t(after - all_.begin()) - 1;
}

uint64_t Snapshots::stored(size_t snapshot, uint32_t page) const {
    auto after = std::upper_bound(places_.begin(), places_.end(), std::pair(page, snapshot),
                                  [](const auto &wanted, const Place &place) {
                                      return wanted < std::pair(place.page, size_t(place.snapshot));
                                  });
    if (after == places_.begin())
        return kZero;
    const Place &place = *std::prev(after);
    return place.page == page && place.snapshot >= wholeAt_[snapshot] ? place.stored : kZero;
}

Result<Bytes> Snapshots::page(size_t snapshot, uint32_t number) const {
    const uint64_t at = stored(snapshot, number);
    if (at == kZero)
        return Bytes(kPageBytes);
    const auto &block = pages_->of(at);
    return pages_->use(
        block, [this](const StoredBlock &which) { return file_.read(which.at); },
        [&](const Bytes &bytes) -> Result<Bytes> {
            const auto from = bytes.begin() + ptrdiff_t((at - block.at.header.first) * kPageBytes);
            return Bytes(from, from + kPageBytes);
        });
}

std::vector<uint32_t> Snapshots::changedPages(size_t one, size_t other) const {
    std::vector<uint32_t> pages;
    for (const Place &place : places_)
        if ((pages.empty() || pages.back() != place.page) &&
            stored(one, place.page) != stored(other, place.page))
            pages.push_back(place.page);
    return pages;
}

Result<std::vector<ShadowEntry>> Snapshots::shadow(size_t snapshot) const {
    std::vector<ShadowEntry> entries;
    const uint64_t first = all_[snapshot].firstShadow, end = first + all_[snapshot].shadowCount;
    for (uint64_t at = first; at < end;) {
        const auto &block = shadows_->of(at);
        const uint64_t base = block.at.header.first;
        const uint64_t until = std::min(end, NumberedBlocks<Bytes>::end(block));
        auto copied = shadows_->use(
            block, [this](const StoredBlock &which) { return file_.read(which.at); },
            [&](const Bytes &bytes) -> Result<void> {
                for (; at < until; ++at)
                    entries.push_back(
                        loadAt<ShadowEntry>(bytes, (at - base) * sizeof(ShadowEntry)));
                return {};
            });
        if (!copied)
            return copied.error();
    }
    return entries;
}

} // namespace lg
