// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands.h"

#include "image/bundled.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace lg {

namespace {

int listGuests(bool json) {
    auto guests = bundledGuests();
    if (json) {
        auto list = nlohmann::json::array();
        for (const auto &guest : guests)
            list.push_back({{"name", guest.name}, {"about", guest.about}, {"path", guest.path}});
        std::puts(list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
        return kExitGood;
    }
    if (guests.empty())
        return complain(kExitImage, "no bundled guests are in " + bundledGuestsFolder());
    for (const auto &guest : guests)
        std::printf("guest:%-8s %s\n", guest.name.c_str(), guest.about.c_str());
    return kExitGood;
}

} // namespace

void addGuestsCommand(CLI::App &app, Action &action) {
    auto *command = app.add_subcommand("guests", "List the guests that come with lgscope");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "For programs");
    command->callback([json, &action] { action = [json] { return listGuests(*json); }; });
}

} // namespace lg
