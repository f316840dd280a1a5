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

struct WindowSize {
    unsigned short columns = 0, rows = 0; // 0: it is no terminal
};
// Of standard output.
WindowSize terminalSize();
// This descriptor becomes readable when it changes.
int resizeSignals();

// Signals that ask to end (INT, TERM, HUP) make this descriptor readable instead.
int endSignals();

} // namespace lg
