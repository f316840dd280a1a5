// SPDX-License-Identifier: GPL-2.0-or-later
#include "running_host.h"

#include "image/bundled.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>

using namespace lg;

std::vector<lg_event> Collected::ofKind(lg_event_kind kind) const {
    std::vector<lg_event> found;
    std::copy_if(events.begin(), events.end(), std::back_inserter(found),
                 [kind](const lg_event &event) { return event.kind == kind; });
    return found;
}

size_t Collected::count(lg_event_kind kind, int code) const {
    return size_t(std::count_if(events.begin(), events.end(), [=](const lg_event &event) {
        return event.kind == kind && (code < 0 || event.code == code);
    }));
}

uint64_t Collected::lost() const {
    uint64_t sum = 0;
    for (const auto &[vcpu, lost] : lostOn)
        sum += lost;
    return sum;
}

Result<std::unique_ptr<RunningHost>> RunningHost::start(SandboxOptions options) {
    std::unique_ptr<RunningHost> host(new RunningHost());
    const char *model = std::getenv("LGSCOPE_CPU");
    if (options.cpu.empty() && model)
        options.cpu = model;
    auto sandbox =
        Sandbox::start(std::move(options), [](const std::string &, double) {}, std::stop_token());
    if (!sandbox)
        return sandbox.error();
    host->sandbox_ = std::move(*sandbox);

    host->stream_ = host->sandbox_->takeStream();
    if (auto connected = host->reconnect(); !connected)
        return connected.error();
    return host;
}

Result<void> RunningHost::checkLog() {
    auto check = AgentConnection::wait<HostCheck>([&](auto done) { connection_->hostCheck(done); });
    if (!check)
        return check.error();
    std::string problems;
    for (const auto &line : check->problems)
        problems += (problems.empty() ? "" : "; ") + line;
    if (!problems.empty())
        return Error{"the kernel's log: " + problems};
    return {};
}

Result<void> RunningHost::reconnect() {
    connection_.reset();
    guests_.clear();
    auto connection =
        AgentConnection::open(UniqueFd(fcntl(stream_.get(), F_DUPFD_CLOEXEC, 0)), handlers());
    if (!connection)
        return connection.error();
    connection_ = std::move(*connection);
    return {};
}

Result<void> RunningHost::killAgent() {
    using nlohmann::json;
    auto died = AgentConnection::wait<json>([&](auto done) {
        connection_->request(wire::op::kDie, 0, json::object(), std::move(done));
    });
    if (died)
        return Error{"the agent answers that it is dead"};
    if (auto again = reconnect(); !again)
        return again;
    auto status =
        AgentConnection::wait<HostStatus>([&](auto done) { connection_->hostStatus(done); });
    if (!status)
        return status.error();
    if (status->info.guests != 0)
        return Error{std::to_string(status->info.guests) + " Guests are left"};
    return checkLog();
}

AgentConnection::Handlers RunningHost::handlers() {
    AgentConnection::Handlers handlers;
    handlers.onConsole = [this](GuestId guest, uint64_t, BytesView bytes) {
        std::lock_guard lock(mutex_);
        guests_[guest].console.append(reinterpret_cast<const char *>(bytes.data()), bytes.size());
        changed_.notify_all();
    };
    handlers.onEvents = [this](GuestId guest, uint32_t vcpu, std::span<const lg_event> events,
                               uint64_t lost) {
        std::lock_guard lock(mutex_);
        auto &collected = guests_[guest];
        collected.events.insert(collected.events.end(), events.begin(), events.end());
        collected.lostOn[vcpu] = lost;
        changed_.notify_all();
    };
    handlers.onStopped = [this](GuestId guest, const GuestStopped &stop) {
        std::lock_guard lock(mutex_);
        guests_[guest].stops.push_back(stop);
        changed_.notify_all();
    };
    handlers.onWarning = [this](GuestId guest, const std::string &text) {
        std::lock_guard lock(mutex_);
        guests_[guest].warnings.push_back(text);
        changed_.notify_all();
    };
    handlers.onEnded = [this](GuestId guest, const GuestEnded &ended) {
        std::lock_guard lock(mutex_);
        guests_[guest].ended = ended;
        changed_.notify_all();
    };
    return handlers;
}

Result<GuestId> RunningHost::launch(const std::string &image, const std::string &commandLine,
                                    lg_event_mode mode, uint32_t records, uint32_t vcpus) {
    return launch(image, [&](LaunchSpec &spec) {
        spec.commandLine = commandLine;
        spec.eventMode = mode;
        spec.eventRecords = records;
        spec.vcpus = vcpus;
    });
}

Result<GuestId> RunningHost::launch(const std::string &image,
                                    const std::function<void(LaunchSpec &)> &change) {
    auto path = resolveGuest(image.find('/') == image.npos ? "guest:" + image : image);
    if (!path)
        return path.error();
    auto loaded = loadImage(*path);
    if (!loaded)
        return loaded.error();
    LaunchSpec spec;
    spec.name = loaded->name;
    spec.image = std::move(*loaded);
    // A Guest of the tests may want to begin without the kit.
    for (const auto &symbol : spec.image.symbols->all())
        if (symbol.name == "raw_entry")
            spec.image.entry = symbol.address;
    change(spec);
    return AgentConnection::wait<GuestId>(
        [&](auto done) { connection_->launch(std::move(spec), std::move(done)); });
}

Result<void> RunningHost::reboot(GuestId guest) {
    {
        std::lock_guard lock(mutex_);
        guests_[guest].ended.reset(); // that was the old one
    }
    return AgentConnection::wait<void>([&](auto done) { connection_->reboot(guest, done); });
}

Result<void> RunningHost::release(GuestId guest) {
    auto released =
        AgentConnection::wait<void>([&](auto done) { connection_->release(guest, done); });
    std::lock_guard lock(mutex_);
    guests_.erase(guest);
    return released;
}

void RunningHost::type(GuestId guest, const std::string &keys) {
    connection_->consoleInput(
        guest, BytesView(reinterpret_cast<const uint8_t *>(keys.data()), keys.size()));
}

Collected RunningHost::collected(GuestId guest) {
    std::lock_guard lock(mutex_);
    return guests_[guest];
}

template <typename Condition>
bool RunningHost::waitFor(int seconds, Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(seconds), condition);
}

bool RunningHost::waitForText(GuestId guest, const std::string &text, int seconds) {
    auto said = [&] { return guests_[guest].console.find(text) != std::string::npos; };
    return waitFor(seconds, [&] { return said() || guests_[guest].ended; }) &&
           collected(guest).console.find(text) != std::string::npos;
}

bool RunningHost::waitForEnd(GuestId guest, int seconds) {
    return waitFor(seconds, [&] { return guests_[guest].ended.has_value(); });
}

bool RunningHost::waitForStop(GuestId guest, size_t count, int seconds) {
    return waitFor(seconds,
                   [&] {
                       const auto &collected = guests_[guest];
                       return collected.stops.size() >= count || collected.ended;
                   }) &&
           collected(guest).stops.size() >= count;
}
