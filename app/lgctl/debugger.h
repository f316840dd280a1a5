// SPDX-License-Identifier: GPL-2.0-or-later
// The conversation about a Guest that has stopped: commands from standard input, answers on
// standard output.
#pragma once

#include "wire/connection.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lg {

class Debugger {
public:
    enum class Answer { GoOn, Quit };

    // To a file, and into the recording.
    using Save = std::function<Result<void>(const std::string &path)>;
    using Snapshot = std::function<Result<void>(const std::string &name)>;

    // The filters can stop a Guest: breakFilters() has said so.
    Debugger(std::vector<std::string> filters, const SymbolTable &symbols, Save save,
             Snapshot snapshot)
        : filters_(std::move(filters)), symbols_(symbols), save_(std::move(save)),
          snapshot_(std::move(snapshot)) {}

    // From the connection's reader.
    void events(std::span<const lg_event> events);
    void stopped(const GuestStopped &stop);
    void ended();

    bool isStopped() const;
    // Until the user lets the Guest go on, or has enough.  `signals` becomes readable when the
    // program shall end.
    Answer talk(AgentConnection &agent, GuestId guest, int signals);

private:
    std::optional<lg_event> matched(const GuestStopped &stop);
    void tell(const GuestStopped &stop);
    void tellInstruction(uint32_t eip);
    bool waitForStop();
    std::optional<std::string> readLine(int signals);
    std::optional<Answer> obey(const std::string &line);
    void step(const std::string &count);
    void addFilter(const std::string &filter);
    void setBreakpoint(const std::vector<std::string> &words);
    void walk(const std::string &address);
    void memory(const std::vector<std::string> &words);
    void show(const std::string &what);
    std::optional<uint32_t> address(const std::string &text) const;
    bool report(const Result<void> &result) const;

    std::vector<std::string> filters_;
    const SymbolTable &symbols_;
    const Save save_;
    const Snapshot snapshot_;
    AgentConnection *agent_ = nullptr;
    GuestId guest_ = 0;
    uint32_t vcpu_ = 0;
    lg_breakpoints breakpoints_ = {};
    std::string input_; // read and not used
    bool inputEnded_ = false;

    mutable std::mutex mutex_; // of what follows
    std::condition_variable changed_;
    std::deque<lg_event> last_;
    std::deque<GuestStopped> stops_;
    bool ended_ = false;
};

} // namespace lg
