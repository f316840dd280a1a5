// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "gdb/server.h"
#include "saved/console_tail.h"
#include "trace/recorder.h"
#include "ui/console/console_log.h"
#include "ui/traffic/event_store.h"
#include "wire/connection.h"

#include <QByteArray>

#include <deque>
#include <functional>
#include <map>
#include <mutex>

namespace ui {

// Where one guest's stream ends up: the connection's thread puts in, the
// window's takes out.  Everything in it has a cap.
class GuestFeed {
public:
    static constexpr qsizetype kConsoleLog = 4 * 1024 * 1024;
    static constexpr qsizetype kConsoleQueue = 16 * 1024 * 1024;

    // The connection's thread:
    void events(uint32_t vcpu, std::span<const lg_event> records, uint64_t lostSoFar);
    void console(uint64_t tsc, lg::BytesView bytes);

    // The window's thread:
    const EventStore &store() const { return store_; }
    EventCounts counts() const;
    std::deque<ConsolePiece> takeConsole();
    std::deque<ConsolePiece> consoleLog() const;
    // What a file with the guest keeps of it; from any thread.
    lg::Bytes consoleTail() const;
    void setRecorder(std::shared_ptr<lg::Recorder> recorder);

    // Who else hears of stops and of the end; may change at any time.
    void setGdb(std::shared_ptr<lg::GdbServer> gdb);
    void stopped(const lg::GuestStopped &stop);
    void ended(const lg::GuestEnded &end);

    // Set before the guest is known to the connection; called on its thread.
    std::function<void(const lg::GuestEnded &)> onEnded;
    std::function<void(const std::string &)> onWarning;
    std::function<void(const lg::GuestStopped &)> onStopped;

private:
    EventStore store_;
    mutable std::mutex mutex_;
    std::deque<ConsolePiece> waiting_;
    qsizetype waitingBytes_ = 0;
    std::deque<ConsolePiece> log_;
    qsizetype logBytes_ = 0;
    lg::ConsoleTail tail_;
    std::shared_ptr<lg::Recorder> recorder_;
    std::shared_ptr<lg::GdbServer> gdb_;
    std::map<uint32_t, uint64_t> lost_;
};

} // namespace ui
