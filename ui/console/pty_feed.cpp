// SPDX-License-Identifier: GPL-2.0-or-later
#include "pty_feed.h"

#include <cerrno>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace ui {

PtyFeed::PtyFeed(int fd, QObject *parent)
    : QObject(parent), fd_(fd), notifier_(fd, QSocketNotifier::Write) {
    // Raw, so that nothing is echoed, but for what a guest's console has always relied on: the
    // Launcher's terminal brings the carriage back for it.
    termios mode{};
    if (tcgetattr(fd_, &mode) == 0) {
        cfmakeraw(&mode);
        mode.c_oflag |= OPOST | ONLCR;
        tcsetattr(fd_, TCSANOW, &mode);
    }
    fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
    notifier_.setEnabled(false);
    connect(&notifier_, &QSocketNotifier::activated, this, &PtyFeed::drain);
}

void PtyFeed::feed(const QByteArray &bytes) {
    queue_.append(bytes);
    if (waiting() > kMaxQueue) {
        const qsizetype surplus = waiting() - kMaxQueue;
        written_ += surplus;
        emit dropped(surplus);
    }
    drain();
}

void PtyFeed::drain() {
    while (waiting() > 0) {
        const ssize_t n = write(fd_, queue_.constData() + written_, static_cast<size_t>(waiting()));
        if (n > 0) {
            written_ += n;
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else if (n < 0 && errno != EAGAIN) {
            written_ = queue_.size(); // the terminal is gone
        } else {
            break;
        }
    }
    if (waiting() == 0) {
        queue_.clear();
        written_ = 0;
    } else if (written_ > kMaxQueue) {
        queue_.remove(0, written_);
        written_ = 0;
    }
    notifier_.setEnabled(waiting() > 0);
}

} // namespace ui
