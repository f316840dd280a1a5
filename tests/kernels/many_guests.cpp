// SPDX-License-Identifier: GPL-2.0-or-later
#include "many_guests.h"

#include <vector>

using namespace lg;

namespace {

struct Run {
    const char *image, *commandLine, *text;
    const char *reason; // of its death, or "" for an ordered end
};

const Run kBundled[] = {
    {"hello", "", "Hello from ring 1.", ""},
    {"ticks", "", "tick 10 of 10", ""},
    {"pages", "", "done\n", ""},
    {"user", "", "all tasks are done", ""},
    {"storm", "1", "done\n", ""},
    {"crash", "page", "", "unhandled page fault at eip"},
    {"shell", "", "50 hypercalls made", ""},
};

const Run kHostile[] = {
    {HOSTILE_GUESTS "/code64", "", "contained\n", ""},
    {HOSTILE_GUESTS "/gates", "", "contained\n", ""},
    {HOSTILE_GUESTS "/segment_pulled_away", "", "", "unhandled trap 256"},
    {HOSTILE_GUESTS "/descriptor_tables", "", "contained\n", ""},
    {HOSTILE_GUESTS "/fs_base", "", "contained\n", ""},
    {HOSTILE_GUESTS "/privileged", "", "contained\n", ""},
    {HOSTILE_GUESTS "/fast_system_calls", "", "contained\n", ""},
    {HOSTILE_GUESTS "/software_interrupts", "", "contained\n", ""},
    {HOSTILE_GUESTS "/debug_traps", "", "contained\n", ""},
    {HOSTILE_GUESTS "/host_selectors", "", "contained\n", ""},
    {HOSTILE_GUESTS "/iret_flags", "", "contained\n", ""},
    {HOSTILE_GUESTS "/many_spaces", "", "contained\n", ""},
    {HOSTILE_GUESTS "/bad_cr3", "", "", "bad page table 0xfffff000"},
};

Result<void> checkEnd(RunningHost &host, GuestId guest, const Run &run) {
    const auto failed = [&](const std::string &what) {
        return Error{std::string(run.image) + " " + what};
    };
    if (!host.waitForEnd(guest))
        return failed("does not end");
    const Collected all = host.collected(guest);
    if (std::string(run.reason).empty() ? !all.ended->cleanPowerOff()
                                        : all.ended->reason.find(run.reason) == std::string::npos)
        return failed("ended with: " + all.ended->reason);
    if (all.console.find(run.text) == std::string::npos)
        return failed("said: " + all.console);
    return host.release(guest);
}

Result<void> runAll(RunningHost &host, std::span<const Run> runs) {
    std::vector<GuestId> guests;
    for (const Run &run : runs) {
        auto guest = host.launch(run.image, run.commandLine);
        if (!guest)
            return Error{std::string(run.image) + ": " + guest.message()};
        guests.push_back(*guest);
        if (run.image == std::string("shell"))
            host.type(*guest, "calls 50\roff\r");
    }
    for (size_t i = 0; i < runs.size(); ++i)
        if (auto ended = checkEnd(host, guests[i], runs[i]); !ended)
            return ended;
    return {};
}

} // namespace

Result<void> runBundledGuests(RunningHost &host) {
    return runAll(host, kBundled);
}

Result<void> runHostileGuests(RunningHost &host) {
    return runAll(host, kHostile);
}

Result<void> checkClean(RunningHost &host) {
    if (auto check = host.checkLog(); !check)
        return check.error();
    auto status =
        AgentConnection::wait<HostStatus>([&](auto done) { host.agent().hostStatus(done); });
    if (!status)
        return status.error();
    if (status->info.guests != 0)
        return Error{std::to_string(status->info.guests) + " Guests are left"};
    return {};
}
