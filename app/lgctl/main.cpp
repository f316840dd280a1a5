// SPDX-License-Identifier: GPL-2.0-or-later
// lgctl: everything the window can do to a Guest or a recording, on the command line.
#include "commands.h"

#include <cstdio>

namespace lg {

int complain(ExitStatus status, const std::string &message) {
    std::fprintf(stderr, "lgctl: %s\n", message.c_str());
    return status;
}

namespace {

// CLI11 says that a command is missing where an unknown one is meant.
std::string unknownCommand(CLI::App &app, int argc, char **argv) {
    CLI::App *level = &app;
    for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
        auto known =
            level->get_subcommands([&](CLI::App *sub) { return sub->get_name() == argv[i]; });
        if (known.empty())
            return level->get_subcommands([](CLI::App *) { return true; }).empty()
                       ? ""
                       : std::string("there is no command \"") + argv[i] + "\"";
        level = known.front();
    }
    return "";
}

} // namespace

} // namespace lg

int main(int argc, char **argv) {
    CLI::App app("Runs lguest guests and looks at what happens between them and their Host.",
                 "lgctl");
    app.set_version_flag("--version", "lgctl " LGSCOPE_VERSION);
    app.require_subcommand(1);
    app.footer("lgctl COMMAND --help tells more; so does man lgctl.");

    lg::Action action;
    lg::addGuestsCommand(app, action);
    lg::addRunCommand(app, action);
    lg::addSaveCommand(app, action);
    lg::addRestoreCommand(app, action);
    lg::addInspectCommand(app, action);
    lg::addTraceCommand(app, action);
    lg::addHostCommand(app, action);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success &asked) {
        return app.exit(asked); // --help, --version
    } catch (const CLI::RequiredError &error) {
        auto unknown = lg::unknownCommand(app, argc, argv);
        return lg::complain(lg::kExitUsage,
                            (unknown.empty() ? error.what() : unknown) + " (see lgctl --help)");
    } catch (const CLI::ParseError &error) {
        return lg::complain(lg::kExitUsage, std::string(error.what()) + " (see lgctl --help)");
    }
    int status = action();
    if (std::fflush(stdout) != 0 && status == lg::kExitGood)
        return lg::complain(lg::kExitTrace, "standard output can't be written");
    return status;
}
