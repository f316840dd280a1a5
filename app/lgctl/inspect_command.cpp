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
    auto state = AgentConnection::wait<lg_vcpu_state>(
        [&](auto done) { agent.state(run.guest(), 0, std::move(done)); });
    auto counters = AgentConnection::wait<lg_counters>(
        [&](auto done) { agent.counters(run.guest(), 0, std::move(done)); });
    auto switcher = AgentConnection::wait<lg_switcher_info>(
        [&](auto done) { agent.switcher(run.guest(), 0, std::move(done)); });
    if (!state)
        return complain(kExitHost, state.message());
    if (!counters)
        return complain(kExitHost, counters.message());
    if (!switcher)
        return complain(kExitHost, switcher.message());
    if (arguments.json) {
        printJson({{"state", jsonOf(*state, *symbols)},
                   {"counters", jsonOf(*counters)},
                   {"switcher", jsonOf(*switcher)},
                   {"console", outcome.consoleText}});
    } else {
        printState(*state, *symbols);
        printSwitcher(*switcher);
        printCounters(*counters);
    }
    return kExitGood;
}

} // namespace

void addInspectCommand(CLI::App &app, Action &action) {
    auto *command = app.add_subcommand(
        "inspect", "Run a guest for a while, pause it, and print all that can be seen of it");
    auto arguments = std::make_shared<InspectArguments>();
    addGuestOptions(*command, arguments->guest);
    command->add_option("--after", arguments->after, "Seconds until it is paused")
        ->check(CLI::Range(0.001, 1e6))
        ->capture_default_str();
    command->add_flag("--json", arguments->json, "For programs");
    command->callback(
        [arguments, &action] { action = [arguments] { return inspect(*arguments); }; });
}

} // namespace lg
