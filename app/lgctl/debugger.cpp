// SPDX-License-Identifier: GPL-2.0-or-later
#include "debugger.h"

#include "base/text.h"
#include "inspect/conditions.h"
#include "inspect/describe.h"
#include "inspect/differences.h"
#include "inspect/disassembly.h"
#include "inspect_text.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <sstream>
#include <unistd.h>

namespace lg {

namespace {

constexpr size_t kRemembered = 4096; // events
constexpr auto kPatience = std::chrono::seconds(2);
constexpr uint32_t kMaxSteps = 100000;
constexpr uint32_t kMemoryBytes = 64;
constexpr uint32_t kLongestInstruction = 15;

constexpr char kHelp[] =
    "  continue, c           the Guest goes on\n"
    "  step, s [N]           one instruction, or one trap or interrupt of its own; N of them\n"
    "  break, b FILTER       stop at events that match, as in: kind == hypercall && code == HALT\n"
    "  at ADDRESS [x|w|rw [1|2|4]]   a breakpoint of the processor: execute, write, read or write\n"
    "  clear                 forget all of both\n"
    "  regs, r               registers of the vCPU that stopped\n"
    "  state                 all that is known of it\n"
    "  switcher              where the Switcher lies\n"
    "  walk, w ADDRESS       through the Guest's page tables and the shadow's\n"
    "  memory, m ADDRESS [BYTES]\n"
    "  vcpu N                look at another\n"
    "  save FILE             put the Guest into a file, for lgctl restore\n"
    "  snapshot NAME         keep its memory and tables of this moment in the recording\n"
    "  quit, q               kill the Guest and leave\n"
    "An ADDRESS is a number or a symbol, an empty line repeats the last step.\n";

template <typename T, typename Start>
std::optional<T> ask(Start start) {
    auto answer = AgentConnection::wait<T>(start);
    if (answer)
        return std::move(*answer);
    std::printf("  %s\n", answer.message().c_str());
    return std::nullopt;
}

std::vector<std::string> wordsOf(const std::string &line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

} // namespace

void Debugger::events(std::span<const lg_event> events) {
    std::lock_guard lock(mutex_);
    last_.insert(last_.end(), events.begin(), events.end());
    while (last_.size() > kRemembered)
        last_.pop_front();
    changed_.notify_all();
}

void Debugger::stopped(const GuestStopped &stop) {
    std::lock_guard lock(mutex_);
    stops_.push_back(stop);
    changed_.notify_all();
}

void Debugger::ended() {
    std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
}

bool Debugger::isStopped() const {
    std::lock_guard lock(mutex_);
    return !stops_.empty();
}

// The record may be on its way still.
std::optional<lg_event> Debugger::matched(const GuestStopped &stop) {
    if (stop.reason != LG_STOP_CONDITION || stop.seq == UINT64_MAX)
        return std::nullopt;
    std::unique_lock lock(mutex_);
    auto found = last_.end();
    changed_.wait_for(lock, kPatience, [&] {
        found = std::find_if(last_.begin(), last_.end(), [&](const lg_event &event) {
            return event.vcpu == stop.vcpu && event.seq == stop.seq;
        });
        return found != last_.end() || ended_;
    });
    return found != last_.end() ? std::optional(*found) : std::nullopt;
}

void Debugger::tell(const GuestStopped &stop) {
    vcpu_ = stop.vcpu;
    std::printf("vCPU %u stopped, %s, at %s\n", stop.vcpu,
                std::string(stopReasonText(stop.reason)).c_str(),
                addressText(stop.eip, &symbols_).c_str());
    if (auto event = matched(stop))
        std::printf("  %s\n", describe(*event, &symbols_).c_str());
    tellInstruction(stop.eip);
}

// What the vCPU will do next.
void Debugger::tellInstruction(uint32_t eip) {
    auto memory = AgentConnection::wait<GuestMemory>([&](auto done) {
        agent_->readMemory(guest_, vcpu_, eip, kLongestInstruction, true, std::move(done));
    });
    if (!memory)
        return; // the Guest's own fault will say so
    const auto next = disassemble(memory->bytes, eip, &symbols_);
    std::printf("  next: %s%s%s\n", next.front().text.c_str(),
                next.front().note.empty() ? "" : "  ; ", next.front().note.c_str());
}

bool Debugger::waitForStop() {
    GuestStopped stop;
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_ || !stops_.empty(); });
        if (stops_.empty())
            return false;
        stop = stops_.front();
        stops_.pop_front();
    }
    tell(stop);
    return true;
}

std::optional<std::string> Debugger::readLine(int signals) {
    if (isatty(STDIN_FILENO))
        std::printf("(lg) ");
    std::fflush(stdout);
    for (;;) {
        if (auto end = input_.find('\n'); end != input_.npos) {
            auto line = input_.substr(0, end);
            input_.erase(0, end + 1);
            return line;
        }
        if (inputEnded_)
            return std::nullopt;
        pollfd fds[2] = {{STDIN_FILENO, POLLIN, 0}, {signals, POLLIN, 0}};
        if (poll(fds, 2, -1) < 0)
            continue;
        if (fds[1].revents)
            return std::nullopt;
        char buffer[1024];
        ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
        inputEnded_ = got <= 0;
        if (got > 0)
            input_.append(buffer, size_t(got));
        else if (!input_.empty())
            input_ += '\n'; // a last line without an end
    }
}

Debugger::Answer Debugger::talk(AgentConnection &agent, GuestId guest, int signals) {
    agent_ = &agent;
    guest_ = guest;
    while (isStopped())
        waitForStop();
    for (std::string last;;) {
        auto line = readLine(signals);
        if (!line)
            return Answer::Quit;
        if (line->empty())
            line = last.starts_with("s") ? last : "";
        last = *line;
        if (auto answer = obey(*line))
            return *answer;
        std::lock_guard lock(mutex_);
        if (ended_)
            return Answer::GoOn; // to hear how
    }
}

std::optional<Debugger::Answer> Debugger::obey(const std::string &line) {
    auto words = wordsOf(line);
    if (words.empty())
        return std::nullopt;
    const auto &verb = words[0];
    auto rest = line.substr(line.find(verb) + verb.size());
    auto argument = words.size() > 1 ? words[1] : "";
    if (verb == "continue" || verb == "c")
        return Answer::GoOn;
    if (verb == "quit" || verb == "q")
        return Answer::Quit;
    if (verb == "step" || verb == "s")
        step(argument);
    else if (verb == "break" || verb == "b")
        addFilter(rest);
    else if (verb == "at")
        setBreakpoint(words);
    else if (verb == "clear") {
        filters_.clear();
        breakpoints_ = {};
        report(AgentConnection::wait<void>(
            [&](auto done) { agent_->setConditions(guest_, {}, std::move(done)); }));
        setBreakpoint({});
    } else if (verb == "walk" || verb == "w")
        walk(argument);
    else if (verb == "memory" || verb == "m")
        memory(words);
    else if (verb == "save" && !argument.empty()) {
        if (report(save_(argument)))
            std::printf("  saved in %s\n", argument.c_str());
    } else if (verb == "snapshot" && !argument.empty()) {
        if (report(snapshot_(argument)))
            std::printf("  taken\n");
    } else if (verb == "vcpu" && !argument.empty())
        vcpu_ = uint32_t(std::strtoul(argument.c_str(), nullptr, 0));
    else if (verb == "regs" || verb == "r" || verb == "state" || verb == "switcher")
        show(verb);
    else
        std::fputs(kHelp, stdout);
    return std::nullopt;
}

bool Debugger::report(const Result<void> &result) const {
    if (!result)
        std::printf("  %s\n", result.message().c_str());
    return result.ok();
}

void Debugger::step(const std::string &count) {
    auto times = count.empty() ? 1 : std::strtoul(count.c_str(), nullptr, 0);
    for (auto left = std::min<unsigned long>(times, kMaxSteps); left > 0; --left)
        if (!report(AgentConnection::wait<void>(
                [&](auto done) { agent_->step(guest_, vcpu_, std::move(done)); })) ||
            !waitForStop())
            return;
}

void Debugger::addFilter(const std::string &filter) {
    auto all = filters_;
    all.push_back(filter.substr(std::min(filter.size(), filter.find_first_not_of(' '))));
    auto conditions = stopConditions(all, &symbols_);
    if (!conditions) {
        std::printf("  %s\n", conditions.message().c_str());
        return;
    }
    if (report(AgentConnection::wait<void>(
            [&](auto done) { agent_->setConditions(guest_, *conditions, std::move(done)); })))
        filters_ = std::move(all);
}

// No words: as they are now.
void Debugger::setBreakpoint(const std::vector<std::string> &words) {
    auto all = breakpoints_;
    if (!words.empty()) {
        auto place = words.size() > 1 ? address(words[1]) : std::nullopt;
        auto kind = words.size() > 2 ? words[2] : "x";
        auto *free = std::find_if(std::begin(all.at), std::end(all.at),
                                  [](const auto &one) { return one.kind == LG_BREAK_NONE; });
        if (!place || (kind != "x" && kind != "w" && kind != "rw") || free == std::end(all.at)) {
            std::puts(free == std::end(all.at) ? "  the processor has no more than four"
                                               : "  at ADDRESS [x|w|rw [1|2|4]]");
            return;
        }
        auto length = words.size() > 3 ? std::strtoul(words[3].c_str(), nullptr, 0) : 0;
        free->address = *place;
        free->kind = kind == "x"   ? LG_BREAK_EXECUTE
                     : kind == "w" ? LG_BREAK_WRITE
                                   : LG_BREAK_ACCESS;
        free->length = uint16_t(length ? length : kind == "x" ? 1 : 4);
    }
    // Each vCPU has registers of its own; who stops at an address does not care which one it is.
    bool good = true;
    for (all.vcpu = 0; good && all.vcpu < LG_VCPUS_MAX; ++all.vcpu) {
        auto set = AgentConnection::wait<void>(
            [&](auto done) { agent_->setBreakpoints(guest_, all, std::move(done)); });
        if (!set && all.vcpu > 0)
            break; // there is no such vCPU
        good = report(set);
    }
    if (good)
        breakpoints_ = all;
}

void Debugger::walk(const std::string &text) {
    auto place = address(text);
    auto found = place ? ask<lg_walk>([&](auto done) {
        agent_->walk(guest_, vcpu_, *place, 0, std::move(done));
    })
                       : std::nullopt;
    if (!found)
        return;
    printWalk(*found, walkDifference(*found));
}

void Debugger::memory(const std::vector<std::string> &words) {
    auto place = words.size() > 1 ? address(words[1]) : std::nullopt;
    auto bytes = words.size() > 2 ? std::strtoul(words[2].c_str(), nullptr, 0) : kMemoryBytes;
    auto got = place ? ask<GuestMemory>([&](auto done) {
        agent_->readMemory(guest_, vcpu_, *place, uint32_t(bytes), true, std::move(done));
    })
                     : std::nullopt;
    if (!got)
        return;
    printMemory(*place, got->bytes);
}

void Debugger::show(const std::string &what) {
    if (what == "switcher") {
        if (auto switcher = ask<lg_switcher_info>(
                [&](auto done) { agent_->switcher(guest_, vcpu_, std::move(done)); }))
            printSwitcher(*switcher);
        return;
    }
    auto state =
        ask<lg_vcpu_state>([&](auto done) { agent_->state(guest_, vcpu_, std::move(done)); });
    if (state && what == "state")
        printState(*state, symbols_);
    else if (state)
        printRegisters(state->regs, symbols_);
}

std::optional<uint32_t> Debugger::address(const std::string &text) const {
    auto found = addressOf(text, symbols_);
    if (!found)
        std::printf("  \"%s\" is no address\n", text.c_str());
    return found;
}

} // namespace lg
