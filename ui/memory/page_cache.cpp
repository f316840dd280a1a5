// SPDX-License-Identifier: GPL-2.0-or-later
#include "page_cache.h"

#include <algorithm>

namespace ui {

void PageCache::reset(bool isVirtual, uint32_t vcpu) {
    virtual_ = isVirtual;
    vcpu_ = vcpu;
    forgetAsked();
    pages_.clear();
}

void PageCache::forgetAsked() {
    ++generation_;
    inFlight_ = 0;
    wanted_.clear();
}

const PageCache::Page *PageCache::page(uint32_t number) const {
    const auto at = pages_.find(number);
    return at != pages_.end() && at->second->known ? at->second.get() : nullptr;
}

void PageCache::want(uint32_t number) {
    const auto at = pages_.find(number);
    const bool fresh = at != pages_.end() && at->second->fetched == round_;
    if (!fresh && std::find(wanted_.begin(), wanted_.end(), number) == wanted_.end())
        wanted_.push_back(number);
}

void PageCache::newRound() {
    ++round_;
    if (pages_.size() > kKept) // what was looked at long ago is fetched again when need be
        std::erase_if(pages_,
                      [this](const auto &page) { return page.second->fetched + 4 < round_; });
}

void PageCache::pump(Inspector *inspector) {
    while (inspector && inFlight_ < kAtOnce && !wanted_.empty()) {
        const uint32_t number = wanted_.front();
        wanted_.pop_front();
        auto &page = pages_[number];
        if (!page)
            page = std::make_unique<Page>();
        page->fetched = round_;
        ++inFlight_;
        inspector->memory(vcpu_, number * kPage, kPage, virtual_, this,
                          [this, number, generation = generation_](const auto &answer) {
                              if (generation == generation_)
                                  take(number, answer);
                          });
    }
}

void PageCache::take(uint32_t number, const lg::Result<lg::GuestMemory> &answer) {
    --inFlight_;
    const auto at = pages_.find(number);
    if (at == pages_.end())
        return;
    Page &page = *at->second;
    page.why = answer ? QString() : QString::fromStdString(answer.message());
    const lg::Bytes nothing;
    const lg::Bytes &bytes = answer ? answer->bytes : nothing;
    const auto count = static_cast<uint32_t>(std::min<size_t>(bytes.size(), kPage));
    if (page.known)
        for (uint32_t i = 0; i < std::min(count, page.present); ++i)
            if (page.bytes[i] != bytes[i])
                page.changed[i] = round_;
    std::copy_n(bytes.begin(), count, page.bytes.begin());
    page.present = count;
    page.known = true;
    emit arrived();
}

bool PageCache::byte(uint32_t address, uint8_t *value) const {
    const Page *page = this->page(address / kPage);
    if (!page || address % kPage >= page->present)
        return false;
    *value = page->bytes[address % kPage];
    return true;
}

bool PageCache::changedLately(const Page &page, uint32_t offset) const {
    return page.changed[offset] != 0 && page.changed[offset] + patience_ >= round_;
}

} // namespace ui
