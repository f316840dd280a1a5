// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <termios.h>

namespace lg {

// While it lives the terminal gives each key as it is pressed, Ctrl-C too, and shows nothing by
// itself.  Does nothing when standard input is no terminal.
class RawTerminal {
public:
    RawTerminal();
    ~RawTerminal();
    RawTerminal(const RawTerminal &) = delete;
    RawTerminal &operator=(const RawTerminal &) = delete;

    bool active() const { return active_; }

private:
    bool active_ = false;
    termios before_ = {};
};

// Signals that ask to end (INT, TERM, HUP) make this descriptor readable instead.
int endSignals();

} // namespace lg
