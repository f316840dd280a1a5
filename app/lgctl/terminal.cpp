// SPDX-License-Identifier: GPL-2.0-or-later
#include "terminal.h"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <initializer_list>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace lg {

namespace {

int endEvent = -1, resizeEvent = -1;

void onSignal(int number) {
    int saved = errno;
    uint64_t one = 1;
    int event = number == SIGWINCH ? resizeEvent : endEvent;
    [[maybe_unused]] ssize_t written = write(event, &one, sizeof one);
    errno = saved;
}

int eventOf(std::initializer_list<int> signals, int &event) {
    event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct sigaction action = {};
    action.sa_handler = onSignal;
    for (int number : signals)
        sigaction(number, &action, nullptr);
    return event;
}

} // namespace

RawTerminal::RawTerminal() {
    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &before_) != 0)
        return;
    termios raw = before_;
    cfmakeraw(&raw);
    raw.c_oflag = before_.c_oflag; // "\n" still begins a new line
    active_ = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

RawTerminal::~RawTerminal() {
    if (active_)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

WindowSize terminalSize() {
    winsize size = {};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return {};
    return {size.ws_col, size.ws_row};
}

int resizeSignals() {
    return eventOf({SIGWINCH}, resizeEvent);
}

int endSignals() {
    return eventOf({SIGINT, SIGTERM, SIGHUP}, endEvent);
}

} // namespace lg
