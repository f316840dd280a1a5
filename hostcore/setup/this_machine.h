// SPDX-License-Identifier: GPL-2.0-or-later
// Can this machine's own kernel run Guests, and if not: what is missing, and what to do about it.
// Looking changes nothing, and everything is looked up below a root, so that a test can make one.
#pragma once

#include "base/result.h"

#include <string>

namespace lg {

struct MachineSetup {
    enum class State {
        Ready,     // /dev/lguest can be opened
        NoRight,   // it is there, for others
        NoDevice,  // the module is loaded and has refused, or is another's
        NotLoaded, // it is built: modprobe lg loads it
        NotSigned, // it is built, and this kernel takes signed modules only
        NotBuilt,  // the headers are there
        NoHeaders,
    };
    State state = State::NoHeaders;
    std::string problem; // one line, empty when ready
    std::string advice;  // what to do, one line

    // For whom loadModule() may be all that is needed.
    bool mayLoad() const { return state == State::NotLoaded || state == State::NotSigned; }
};

// `release` as uname -r says it; `mayOpen`: who asks can open the device.
MachineSetup lookAtMachine(const std::string &root, const std::string &release, bool mayOpen);
// This one, now.
MachineSetup lookAtThisMachine();

// Loads the module into this machine's kernel, and waits for it: ../lib/lgscope/load-module from
// the program, by pkexec. polkit asks the user, in the words of resources/polkit. An error is what
// pkexec, or modprobe, had to say.
Result<void> loadModule();

} // namespace lg
