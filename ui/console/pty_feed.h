// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>

namespace ui {

// Writes a guest's bytes to the terminal's pty without ever blocking: what the
// pty does not take now waits in a queue until it says that it can.  (The pty's
// reader lives in the same thread, so a blocking write would wait for itself.)
class PtyFeed : public QObject {
    Q_OBJECT
public:
    // The queue's cap: a guest that prints faster than a terminal can draw
    // loses its oldest waiting text, and is told so in the console.
    static constexpr qsizetype kMaxQueue = 8 * 1024 * 1024;

    PtyFeed(int fd, QObject *parent);
    void feed(const QByteArray &bytes);
    qsizetype waiting() const { return queue_.size() - written_; }

signals:
    void dropped(qint64 bytes);

private:
    void drain();

    int fd_;
    QByteArray queue_;
    qsizetype written_ = 0;
    QSocketNotifier notifier_;
};

} // namespace ui
