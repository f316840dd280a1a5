// SPDX-License-Identifier: GPL-2.0-or-later
#include "saved/transfer.h"

#include "image/layout.h"
#include "saved/saved_file.h"
#include "wire/cbor.h"
#include "wire/saved_protocol.h"

#include <algorithm>
#include <thread>

namespace lg {

namespace {

using namespace std::chrono_literals;
using wire::Json;

// A disk may have much to write, and a vCPU stops at once.
constexpr auto kPatience = 30s;
constexpr auto kPause = 10ms;

Error stopped() {
    return {"it was stopped as you asked"};
}

Result<Json> ask(AgentConnection &agent, const char *op, GuestId guest, Json fields) {
    return AgentConnection::wait<Json>(
        [&](auto done) { agent.request(op, guest, std::move(fields), std::move(done)); });
}

Result<Bytes> askState(AgentConnection &agent, GuestId guest, const TransferProgress &progress) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < until) {
        auto reply = ask(agent, wire::op::kSaveState, guest, Json::object());
        if (!reply)
            return reply.error();
        if (auto state = wire::bytesField(*reply, "state"); !state.empty())
            return Bytes(state.begin(), state.end());
        if (!progress(0))
            return stopped();
        std::this_thread::sleep_for(kPause);
    }
    return Error{"the Guest does not come to rest: a disk of it does not answer"};
}

} // namespace

Result<void> saveGuest(AgentConnection &agent, GuestId guest, SavedGuest saved,
                       const std::string &path, const TransferProgress &progress,
                       const std::function<Bytes()> &console) {
    auto file = SavedFileWriter::create(path);
    if (!file)
        return file.error();
    auto state = askState(agent, guest, progress);
    if (!state)
        return state.error();
    saved.state = std::move(*state);
    // Its last words came before the answer.
    if (console)
        saved.console = console();
    if (auto written = file->guest(saved); !written)
        return written;
    const uint64_t pages = saved.launch.memoryBytes / kPageBytes;
    PageBatch batch;
    do {
        auto reply = ask(agent, wire::op::kSavePages, guest, {{"first", batch.next}});
        if (!reply)
            return reply.error();
        const auto next = uint32_t(wire::numberField(*reply, "next"));
        auto bytes = wire::bytesField(*reply, "bytes");
        if (!wire::takeList(*reply, "pages", kPagesPerBatch, batch.pages) ||
            bytes.size() != batch.pages.size() * kPageBytes || next < batch.next)
            return Error{"the agent's answer about memory makes no sense"};
        batch.bytes.assign(bytes.begin(), bytes.end());
        if (auto written = file->memory(batch); !written)
            return written;
        batch.next = next;
        if (!progress(std::min(1.0, double(next) / double(pages))))
            return stopped();
    } while (!batch.pages.empty());
    return file->finish();
}

Result<GuestId> restoreGuest(AgentConnection &agent, LaunchSpec spec, Bytes state,
                             SavedFileReader &file, const TransferProgress &progress) {
    const uint64_t pages = spec.memoryBytes / kPageBytes;
    spec.paused = true;
    auto guest = AgentConnection::wait<GuestId>(
        [&](auto done) { agent.launch(std::move(spec), std::move(done)); });
    if (!guest)
        return guest;
    auto fill = [&]() -> Result<void> {
        if (auto begun = ask(agent, wire::op::kRestoreBegin, *guest, Json::object()); !begun)
            return begun.error();
        for (;;) {
            auto batch = file.nextMemory();
            if (!batch)
                return batch.error();
            if (!*batch)
                break;
            if (!progress(std::min(1.0, double((*batch)->pages.back()) / double(pages))))
                return stopped();
            auto reply = ask(agent, wire::op::kRestorePages, *guest,
                             {{"pages", wire::listJson((*batch)->pages)},
                              {"bytes", Json::binary(std::move((*batch)->bytes))}});
            if (!reply)
                return reply.error();
        }
        auto reply = ask(agent, wire::op::kRestoreState, *guest,
                         {{"state", Json::binary(std::move(state))}});
        return reply ? Result<void>() : reply.error();
    };
    if (auto filled = fill(); !filled) {
        (void)AgentConnection::wait<void>(
            [&](auto done) { agent.release(*guest, std::move(done)); });
        return filled.error();
    }
    return guest;
}

} // namespace lg
