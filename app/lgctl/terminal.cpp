// SPDX-License-Identifier: GPL-2.0-or-later
#include "terminal.h"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <initializer_list>
#include <sys/eventfd.h>
#include <unistd.h>

namespace lg {

namespace {

int signalEvent = -1;

void onEndSignal(int) {
    int saved = errno;
    uint64_t one = 1;
    [[maybe_unused]] ssize_t written = write(signalEvent, &one, sizeof one);
    errno = saved;
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

int endSignals() {
    signalEvent = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct sigaction action = {};
    action.sa_handler = onEndSignal;
    for (int number : {SIGINT, SIGTERM, SIGHUP})
        sigaction(number, &action, nullptr);
    return signalEvent;
}

} // namespace lg
