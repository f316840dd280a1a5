// SPDX-License-Identifier: GPL-2.0-or-later
// A sandbox with an agent, and Guests in it whose console and events are collected.
#pragma once

#include "sandbox/sandbox.h"
#include "wire/connection.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

struct Collected {
    std::string console;
    std::vector<lg_event> events;
    std::map<uint32_t, uint64_t> lostOn; // by vCPU
    std::optional<lg::GuestEnded> ended;
    std::vector<lg::GuestStopped> stops;
    std::vector<std::string> warnings;

    std::vector<lg_event> ofKind(lg_event_kind kind) const;
    size_t count(lg_event_kind kind, int code = -1) const;
    uint64_t lost() const;
};

class RunningHost {
public:
    // Where the test names no processor model, that of LGSCOPE_CPU.
    static lg::Result<std::unique_ptr<RunningHost>> start(lg::SandboxOptions options = {});

    lg::AgentConnection &agent() { return *connection_; }
    // Speaks with whatever agent is there now; the Guests of the old connection are forgotten.
    lg::Result<void> reconnect();
    // The Launcher dies as by kill -9 in the middle of everything, and the next one answers. An
    // Error when something is left of the old one's Guests.
    lg::Result<void> killAgent();
    lg::Sandbox &sandbox() { return *sandbox_; }
    // An Error when the kernel's log tells of a warning.
    lg::Result<void> checkLog();

    // Launches a bundled Guest or, with a path, any image.
    lg::Result<lg::GuestId> launch(const std::string &image, const std::string &commandLine = {},
                                   lg_event_mode mode = LG_EVENTS_DROP, uint32_t records = 1 << 16,
                                   uint32_t vcpus = 1);
    // The same, with any of it as the caller wants.
    lg::Result<lg::GuestId> launch(const std::string &image,
                                   const std::function<void(lg::LaunchSpec &)> &change);
    // A fresh machine under the same number; what the old one said stays collected.
    lg::Result<void> reboot(lg::GuestId guest);
    // Ends it if need be, and forgets what was collected: its number will be used again.
    lg::Result<void> release(lg::GuestId guest);
    void type(lg::GuestId guest, const std::string &keys);
    // What has been collected so far; a copy, because collecting goes on.
    Collected collected(lg::GuestId guest);
    // False if it does not happen within the time, or cannot because the Guest has ended.
    bool waitForText(lg::GuestId guest, const std::string &text, int seconds = 30);
    bool waitForStop(lg::GuestId guest, size_t count, int seconds = 30);
    bool waitForEnd(lg::GuestId guest, int seconds = 60);

private:
    RunningHost() = default;
    lg::AgentConnection::Handlers handlers();
    template <typename Condition>
    bool waitFor(int seconds, Condition condition);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<lg::GuestId, Collected> guests_;
    std::unique_ptr<lg::Sandbox> sandbox_;
    lg::UniqueFd stream_;
    std::unique_ptr<lg::AgentConnection> connection_; // last: its thread uses the others
};
