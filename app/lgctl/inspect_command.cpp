// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands.h"

#include "guest_options.h"
#include "inspect_text.h"
#include "json.h"
#include "run_guest.h"

namespace lg {

namespace {

struct InspectArguments {
    GuestArguments guest;
    double after = 1;
    bool json = false;
};

struct Seen {
    lg_vcpu_state state;
    lg_counters counters;
    lg_switcher_info switcher;
};

Result<Seen> look(AgentConnection &agent, GuestId guest, uint32_t vcpu) {
    auto state = AgentConnection::wait<lg_vcpu_state>(
        [&](auto done) { agent.state(guest, vcpu, std::move(done)); });
    auto counters = AgentConnection::wait<lg_counters>(
        [&](auto done) { agent.counters(guest, vcpu, std::move(done)); });
    auto switcher = AgentConnection::wait<lg_switcher_info>(
        [&](auto done) { agent.switcher(guest, vcpu, std::move(done)); });
    if (!state)
        return state.error();
    if (!counters)
        return counters.error();
    if (!switcher)
        return switcher.error();
    return Seen{*state, *counters, *switcher};
}

Json inspectedJson(const std::vector<Seen> &vcpus, const SymbolTable &symbols,
                   const std::string &console) {
    Json list = Json::array();
    for (const auto &vcpu : vcpus)
        list.push_back({{"state", jsonOf(vcpu.state, symbols)},
                        {"counters", jsonOf(vcpu.counters)},
                        {"switcher", jsonOf(vcpu.switcher)}});
    return {{"vcpus", std::move(list)}, {"console", console}};
}

void printInspected(const std::vector<Seen> &vcpus, const SymbolTable &symbols) {
    std::vector<lg_counters> counters;
    for (const auto &vcpu : vcpus) {
        printState(vcpu.state, symbols);
        printSwitcher(vcpu.switcher);
        counters.push_back(vcpu.counters);
    }
    std::puts("Counters");
    printCounters(stdout, counters);
}

int inspect(const InspectArguments &arguments) {
    auto spec = makeLaunchSpec(arguments.guest);
    if (!spec)
        return complain(kExitImage, spec.message());
    auto symbols = spec->image.symbols;
    RunOptions options;
    options.host = arguments.guest.host;
    options.imagePath = arguments.guest.image;
    options.spec = std::move(*spec);
    options.captureConsole = true;
    options.interactive = false;
    options.pauseAfter = std::chrono::milliseconds(int64_t(arguments.after * 1000));

    GuestRun run(std::move(options));
    RunOutcome outcome;
    if (auto error = run.run(outcome))
        return complain(ExitStatus(error->status), error->message);
    auto &agent = run.agent();
    // One that has ended by itself can be looked at too.
    if (!outcome.ended)
        if (auto paused = AgentConnection::wait<void>(
                [&](auto done) { agent.pause(run.guest(), std::move(done)); });
            !paused)
            return complain(kExitHost, paused.message());
    std::vector<Seen> vcpus;
    for (uint32_t vcpu = 0; vcpu < arguments.guest.vcpus; ++vcpu) {
        auto seen = look(agent, run.guest(), vcpu);
        if (!seen)
            return complain(kExitHost, seen.message());
        vcpus.push_back(*seen);
    }
    if (arguments.json)
        printJson(inspectedJson(vcpus, *symbols, outcome.consoleText));
    else
        printInspected(vcpus, *symbols);
    return kExitGood;
}

} // namespace

void addInspectCommand(CLI::App &app, Action &action) {
    auto *command = app.add_subcommand(
        "inspect", "Run a guest for a while, pause it, and print all that can be seen of it");
    auto arguments = std::make_shared<InspectArguments>();
    addImage(*command, arguments->guest);
    addGuestOptions(*command, arguments->guest);
    command->add_option("--after", arguments->after, "Seconds until it is paused")
        ->check(CLI::Range(0.001, 1e6))
        ->capture_default_str();
    command->add_flag("--json", arguments->json, "For programs");
    command->callback(
        [arguments, &action] { action = [arguments] { return inspect(*arguments); }; });
}

} // namespace lg
