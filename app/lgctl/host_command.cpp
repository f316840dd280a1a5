// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands.h"

#include "host_access.h"
#include "json.h"
#include "setup/this_machine.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace lg {

namespace {

struct HostArguments {
    std::string host = defaultHost();
    bool json = false;
    bool load = false;
};

constexpr size_t kLogLines = 20; // --json gives more

void printStatus(const HostStatus &status) {
    std::printf("agent    %s%s\n", status.agent.c_str(), status.sandbox ? ", in the sandbox" : "");
    std::printf("kernel   %s\n", status.kernel.c_str());
    std::printf("module   %s\n", status.module.empty() ? "not loaded" : status.module.c_str());
    if (!status.moduleProblem.empty())
        std::printf("problem  %s\n", status.moduleProblem.c_str());
    std::printf("memory   %llu of %llu MB free\n",
                static_cast<unsigned long long>(status.memoryFree >> 20),
                static_cast<unsigned long long>(status.memoryTotal >> 20));
    if (status.info.version != 0)
        std::printf("guests   %u now, clock %u kHz, %u-level paging\n", status.info.guests,
                    status.info.tsc_khz, status.info.paging_levels);
    size_t skip = status.log.size() - std::min(status.log.size(), kLogLines);
    for (size_t i = skip; i < status.log.size(); ++i)
        std::printf("log      %s\n", status.log[i].c_str());
}

int showStatus(AgentConnection &agent, bool json) {
    auto status =
        AgentConnection::wait<HostStatus>([&](auto done) { agent.hostStatus(std::move(done)); });
    if (!status)
        return complain(kExitHost, status.message());
    if (json)
        printJson(jsonOf(*status));
    else
        printStatus(*status);
    return status->moduleProblem.empty() ? kExitGood : kExitHost;
}

int check(AgentConnection &agent, bool json) {
    auto result =
        AgentConnection::wait<HostCheck>([&](auto done) { agent.hostCheck(std::move(done)); });
    if (!result)
        return complain(kExitHost, result.message());
    if (json)
        printJson({{"taint", result->taint}, {"problems", result->problems}});
    else if (result->problems.empty())
        std::puts("the kernel's log has no warning");
    for (const auto &line : json ? std::vector<std::string>() : result->problems)
        std::puts(line.c_str());
    return result->problems.empty() ? kExitGood : kExitHost;
}

int reload(AgentConnection &agent, bool) {
    auto done =
        AgentConnection::wait<void>([&](auto reply) { agent.moduleReload(std::move(reply)); });
    return done ? int(kExitGood) : complain(kExitHost, done.message());
}

using Part = int (*)(AgentConnection &, bool);

int withHost(const HostArguments &arguments, Part part) {
    auto host = openNamedHost(arguments.host, {}, {}, isatty(STDERR_FILENO));
    if (!host)
        return complain(kExitHost, host.message());
    return part(*host->agent, arguments.json);
}

// Of this machine alone, and without an agent: it is what a host "local" needs.
int showSetup(bool json, bool load) {
    auto setup = lookAtThisMachine();
    if (load && setup.mayLoad()) {
        if (auto loaded = loadModule(); !loaded)
            return complain(kExitHost, "the module was not loaded: " + loaded.message());
        setup = lookAtThisMachine();
    }
    const bool ready = setup.state == MachineSetup::State::Ready;
    if (json)
        printJson({{"ready", ready}, {"problem", setup.problem}, {"advice", setup.advice}});
    else if (ready)
        std::puts("this machine's own kernel can run Guests: --host local");
    else
        std::printf("%s\n%s\n", setup.problem.c_str(), setup.advice.c_str());
    return ready ? kExitGood : kExitHost;
}

} // namespace

void addHostCommand(CLI::App &app, Action &action) {
    auto *command = app.add_subcommand("host", "Look after the machine that guests run on");
    command->require_subcommand(1);
    auto arguments = std::make_shared<HostArguments>();
    auto add = [&](const char *name, const char *about, Part part) {
        auto *sub = command->add_subcommand(name, about);
        sub->add_option("--host", arguments->host, kHostHelp)->capture_default_str();
        sub->add_flag("--json", arguments->json, "For programs");
        sub->callback([arguments, part, &action] {
            action = [arguments, part] { return withHost(*arguments, part); };
        });
    };
    add("status", "Agent, kernel, module, memory, the end of the kernel's log", showStatus);
    add("check", "Has the kernel warned of anything since it started?", check);
    auto *setup = command->add_subcommand(
        "setup", "What this machine's own kernel lacks to run guests, and what to do");
    setup->add_flag("--json", arguments->json, "For programs");
    setup->add_flag("--load", arguments->load,
                    "Load the module if that is what it lacks; asks for the right by polkit");
    setup->callback([arguments, &action] {
        action = [arguments] { return showSetup(arguments->json, arguments->load); };
    });
    add("reload", "Take the module out and put it in again (sandbox only)", reload);
}

} // namespace lg
