// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/guest_state.h"

#include "wire/saved_protocol.h"
#include "wire/snapshot_protocol.h"

namespace lg {

using namespace wire;

namespace {

using Answer = std::optional<Result<Json>>;

Answer nothing(const Result<void> &result) {
    return result ? Result<Json>(Json::object()) : result.error();
}

} // namespace

Answer answerSaving(const std::string &op, Machine &machine, MachineSpec &spec,
                    const Json &request) {
    if (op == op::kSaveState) {
        auto state = machine.save();
        if (!state)
            return state.error();
        return *state ? Json{{"state", Json::binary(encodeState(**state))}} : Json::object();
    }
    if (op == op::kSavePages) {
        auto batch = machine.readPages(uint32_t(numberField(request, "first")));
        return Json{{"pages", listJson(batch.pages)},
                    {"next", batch.next},
                    {"bytes", Json::binary(std::move(batch.bytes))}};
    }
    if (op == op::kRestoreBegin)
        return nothing(machine.beginRestore());
    if (op == op::kRestorePages) {
        PageBatch batch;
        if (!takeList(request, "pages", kPagesPerBatch, batch.pages))
            return Error{"the saved Guest's memory is damaged"};
        auto bytes = bytesField(request, "bytes");
        batch.bytes.assign(bytes.begin(), bytes.end());
        return nothing(machine.writePages(batch));
    }
    if (op == op::kRestoreState) {
        auto state = decodeState(bytesField(request, "state"));
        if (!state)
            return state.error();
        spec.paused = false; // a reboot begins with the image
        return nothing(machine.restore(*state));
    }
    return std::nullopt;
}

Answer answerSnapshot(const std::string &op, Machine &machine, const Json &request) {
    if (op == op::kSnapshotBegin) {
        auto begun = machine.beginSnapshot(flagField(request, "changes"));
        if (!begun)
            return begun.error();
        return *begun ? Json{{"tsc", (*begun)->tsc}, {"changes", (*begun)->changes}}
                      : Json::object();
    }
    if (op == op::kSnapshotPages) {
        auto batch = machine.snapshotPages(uint32_t(numberField(request, "first")));
        return Json{{"pages", listJson(batch.pages)},
                    {"zeros", listJson(batch.zeros)},
                    {"next", batch.next},
                    {"end", batch.end},
                    {"bytes", Json::binary(std::move(batch.bytes))}};
    }
    if (op == op::kSnapshotShadow) {
        auto batch =
            machine.shadow(uint32_t(numberField(request, "vcpu")), numberField(request, "first"));
        if (!batch)
            return batch.error();
        return Json{{"entries", listJson(batch->entries)}, {"next", batch->next}};
    }
    if (op == op::kSnapshotEnd)
        return nothing(machine.endSnapshot());
    return std::nullopt;
}

} // namespace lg
