// SPDX-License-Identifier: GPL-2.0-or-later
// The one program of the tests' sandbox, started by the agent (agent/test_program.h).
#include "commands.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

int main(int argc, char **argv) {
    const std::string command = argc > 1 ? argv[1] : "";
    const auto number = [&](int i) {
        return argc > i ? unsigned(std::strtoul(argv[i], nullptr, 10)) : 0u;
    };
    if (command == "write" && argc == 4) {
        std::ofstream file(argv[2]);
        file << argv[3] << std::flush;
        return file ? 0 : 1;
    }
    if (command == "kills")
        return kills(number(2), number(3));
    if (command == "faults")
        return faults();
    if (command == "stop-agent")
        return stopAgent(number(2));
    if (command == "freeze-agent")
        return freezeAgent(number(2));
    if (command == "hog")
        return hog(number(2));
    if (command == "sleep")
        return sleepAndWake(number(2));
    if (command == "slept")
        return tellHowItSlept();
    if (command == "signals")
        return signals();
    std::fprintf(stderr, "no such command: %s\n", command.c_str());
    return 2;
}
