// SPDX-License-Identifier: GPL-2.0-or-later
#include "stress_host.h"

#include <cstdlib>

using namespace lg;
using nlohmann::json;

Result<std::string> runProgram(RunningHost &host, const std::vector<std::string> &arguments) {
    auto reply = AgentConnection::wait<json>([&](auto done) {
        host.agent().request(wire::op::kRunTest, 0, {{"arguments", arguments}}, done);
    });
    if (!reply)
        return Error{reply.message() + "\n" + host.sandbox().log()};
    auto output = reply->value("output", std::string());
    if (reply->value("status", 1) != 0)
        return Error{arguments[0] + " failed: " + output};
    return output;
}

uint64_t interrupts(RunningHost &host, const std::string &name) {
    auto reply = AgentConnection::wait<json>(
        [&](auto done) { host.agent().request(wire::op::kInterrupts, 0, {}, done); });
    return reply ? reply->value("interrupts", json::object()).value(name, uint64_t(0)) : 0;
}

Result<void> checkUnharmed(RunningHost &host) {
    if (auto clean = host.checkLog(); !clean)
        return clean.error();
    auto reloaded =
        AgentConnection::wait<void>([&](auto done) { host.agent().moduleReload(done); });
    if (!reloaded)
        return reloaded.error();
    auto hello = host.launch("hello");
    if (!hello)
        return hello.error();
    if (!host.waitForEnd(*hello))
        return Error{"a Guest does not end any more"};
    return {};
}

unsigned timesFrom(const char *variable, unsigned usual) {
    const char *wish = std::getenv(variable);
    return wish && *wish ? unsigned(std::strtoul(wish, nullptr, 10)) : usual;
}
