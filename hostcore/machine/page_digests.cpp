// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/page_digests.h"

#include "image/layout.h"

#include <cstring>
#include <functional>

namespace lg {

namespace {

uint64_t digestOf(BytesView bytes) {
    static constexpr uint8_t kZero[kPageBytes] = {};
    if (std::memcmp(bytes.data(), kZero, bytes.size()) == 0)
        return 0;
    const uint64_t digest = std::hash<std::string_view>()(textOf(bytes));
    return digest != 0 ? digest : 1;
}

} // namespace

bool PageDigests::begin(size_t pages, bool changesAreEnough) {
    changes_ = changesAreEnough && pages == digests_.size() && complete();
    if (!changes_)
        digests_.assign(pages, 0);
    looked_ = 0;
    return changes_;
}

PageDigests::Page PageDigests::look(uint32_t number, BytesView bytes) {
    if (number != looked_ || looked_ == digests_.size())
        return Page::AsBefore; // a question out of order: the round does not come to its end
    ++looked_;
    const uint64_t digest = digestOf(bytes);
    if (digest == digests_[number])
        return Page::AsBefore;
    digests_[number] = digest;
    return digest != 0 ? Page::Changed : Page::Cleared;
}

} // namespace lg
