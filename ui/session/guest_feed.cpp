// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_feed.h"

#include <algorithm>

namespace ui {

void GuestFeed::events(uint32_t vcpu, std::span<const lg_event> records, uint64_t lostSoFar) {
    store_.append(records);
    std::shared_ptr<lg::Recorder> recorder;
    {
        const std::lock_guard lock(mutex_);
        lost_[vcpu] = lostSoFar;
        recorder = recorder_;
    }
    if (recorder)
        recorder->events(vcpu, records, lostSoFar);
}

void GuestFeed::console(uint64_t tsc, lg::BytesView bytes) {
    const QByteArray piece(reinterpret_cast<const char *>(bytes.data()),
                           static_cast<qsizetype>(bytes.size()));
    std::shared_ptr<lg::Recorder> recorder;
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back({tsc, piece});
        waitingBytes_ += piece.size();
        while (waitingBytes_ > kConsoleQueue) {
            waitingBytes_ -= waiting_.front().bytes.size();
            waiting_.pop_front();
        }
        log_.push_back({tsc, piece});
        logBytes_ += piece.size();
        tail_.add(bytes);
        while (logBytes_ > kConsoleLog) {
            logBytes_ -= log_.front().bytes.size();
            log_.pop_front();
        }
        recorder = recorder_;
    }
    if (recorder)
        recorder->console(tsc, bytes);
}

EventCounts GuestFeed::counts() const {
    EventCounts counts = store_.counts();
    const std::lock_guard lock(mutex_);
    // The store sees a hole only when something comes behind it.
    uint64_t lost = 0;
    for (const auto &[vcpu, count] : lost_)
        lost += count;
    counts.lost = std::max(counts.lost, lost);
    return counts;
}

std::deque<ConsolePiece> GuestFeed::takeConsole() {
    const std::lock_guard lock(mutex_);
    waitingBytes_ = 0;
    return std::exchange(waiting_, {});
}

std::deque<ConsolePiece> GuestFeed::consoleLog() const {
    const std::lock_guard lock(mutex_);
    return log_;
}

lg::Bytes GuestFeed::consoleTail() const {
    const std::lock_guard lock(mutex_);
    return tail_.newest();
}

void GuestFeed::setGdb(std::shared_ptr<lg::GdbServer> gdb) {
    const std::lock_guard lock(mutex_);
    gdb_.swap(gdb);
}

void GuestFeed::stopped(const lg::GuestStopped &stop) {
    if (onStopped)
        onStopped(stop);
    const std::lock_guard lock(mutex_);
    if (gdb_)
        gdb_->stopped(stop);
}

void GuestFeed::ended(const lg::GuestEnded &end) {
    if (onEnded)
        onEnded(end);
    const std::lock_guard lock(mutex_);
    if (gdb_)
        gdb_->ended(end);
}

void GuestFeed::setRecorder(std::shared_ptr<lg::Recorder> recorder) {
    const std::lock_guard lock(mutex_);
    recorder_ = std::move(recorder);
}

} // namespace ui
