// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/snapshot.h"

#include "image/layout.h"
#include "wire/cbor.h"

#include <algorithm>
#include <functional>

namespace lg {

namespace {

constexpr uint32_t kMaxPages = (uint64_t{1} << 32) / kPageBytes;

bool grows(const std::vector<uint32_t> &pages) {
    return std::adjacent_find(pages.begin(), pages.end(), std::greater_equal<>()) == pages.end() &&
           (pages.empty() || pages.back() < kMaxPages);
}

} // namespace

Bytes encodeSnapshot(const Snapshot &snapshot) {
    return wire::encodeMessage({{"tsc", snapshot.tsc},
                                {"why", snapshot.why},
                                {"vcpus", wire::listJson(snapshot.vcpus)},
                                {"switchers", wire::listJson(snapshot.switchers)},
                                {"changes", snapshot.changes},
                                {"pages", wire::listJson(snapshot.pages)},
                                {"zeros", wire::listJson(snapshot.zeros)},
                                {"firstPage", snapshot.firstPage},
                                {"firstShadow", snapshot.firstShadow},
                                {"shadowCount", snapshot.shadowCount}});
}

Result<Snapshot> decodeSnapshot(BytesView bytes) {
    auto message = wire::decodeMessage(bytes);
    if (!message)
        return message.error();
    Snapshot snapshot;
    snapshot.tsc = wire::numberField(*message, "tsc");
    snapshot.why = wire::textField(*message, "why");
    snapshot.changes = wire::flagField(*message, "changes");
    snapshot.firstPage = wire::numberField(*message, "firstPage");
    snapshot.firstShadow = wire::numberField(*message, "firstShadow");
    snapshot.shadowCount = wire::numberField(*message, "shadowCount");
    if (!wire::takeList(*message, "vcpus", LG_VCPUS_MAX, snapshot.vcpus) ||
        !wire::takeList(*message, "switchers", LG_VCPUS_MAX, snapshot.switchers) ||
        !wire::takeList(*message, "pages", kMaxPages, snapshot.pages) ||
        !wire::takeList(*message, "zeros", kMaxPages, snapshot.zeros) || snapshot.vcpus.empty() ||
        snapshot.switchers.size() != snapshot.vcpus.size() || !grows(snapshot.pages) ||
        !grows(snapshot.zeros))
        return Error{"a snapshot makes no sense"};
    for (auto &vcpu : snapshot.vcpus)
        vcpu.reason[sizeof vcpu.reason - 1] = 0;
    for (auto &switcher : snapshot.switchers)
        switcher.count = std::min<uint32_t>(switcher.count, LG_SWITCHER_MAX_PAGES);
    return snapshot;
}

} // namespace lg
