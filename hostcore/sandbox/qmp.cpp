// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox/qmp.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <thread>

namespace lg {

namespace {

constexpr auto kAnswerLimit = std::chrono::seconds(20); // a loaded machine, a slow disk
constexpr int kTickMs = 50;
constexpr auto kSettleStep = std::chrono::milliseconds(2);

} // namespace

Result<nlohmann::json> Qmp::receive() {
    auto until = std::chrono::steady_clock::now() + kAnswerLimit;
    for (;;) {
        if (auto end = buffer_.find('\n'); end != buffer_.npos) {
            auto message = nlohmann::json::parse(buffer_.substr(0, end), nullptr, false);
            buffer_.erase(0, end + 1);
            if (!message.is_object())
                return Error{"QEMU answered something that is no QMP"};
            return message;
        }
        if (stop_.stop_requested())
            return Error{"stopped"};
        if (std::chrono::steady_clock::now() > until)
            return Error{"QEMU doesn't answer"};
        pollfd fd = {socket_.get(), POLLIN, 0};
        if (poll(&fd, 1, kTickMs) <= 0)
            continue;
        char bytes[4096];
        ssize_t got = recv(socket_.get(), bytes, sizeof bytes, 0);
        if (got <= 0)
            return Error{"QEMU has closed its control socket"};
        buffer_.append(bytes, size_t(got));
    }
}

Result<void> Qmp::greet() {
    if (auto greeting = receive(); !greeting)
        return greeting.error();
    if (auto answer = command("qmp_capabilities"); !answer)
        return answer.error();
    return {};
}

Result<nlohmann::json> Qmp::command(const std::string &name, nlohmann::json arguments) {
    nlohmann::json request = {{"execute", name}};
    if (!arguments.is_null())
        request["arguments"] = std::move(arguments);
    auto text = request.dump() + "\n";
    if (send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) != ssize_t(text.size()))
        return errnoError("cannot speak with QEMU");
    for (;;) {
        auto answer = receive();
        if (!answer)
            return answer.error();
        if (answer->contains("return"))
            return answer->at("return");
        if (answer->contains("error"))
            return Error{"QEMU refuses " + name + ": " +
                         answer->at("error").value("desc", std::string("no reason given"))};
    }
}

Result<std::string> Qmp::settle(const std::string &query, const std::vector<std::string> &passing,
                                std::chrono::milliseconds limit) {
    auto until = std::chrono::steady_clock::now() + limit;
    for (;;) {
        auto answer = command(query);
        if (!answer)
            return answer.error();
        auto status = answer->value("status", std::string());
        if (std::find(passing.begin(), passing.end(), status) == passing.end())
            return status;
        if (std::chrono::steady_clock::now() > until)
            return Error{"QEMU is still at '" + status + "'"};
        std::this_thread::sleep_for(kSettleStep);
    }
}

} // namespace lg
