// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/frame_queue.h"

#include <csignal>

namespace lg::wire {

FrameQueue::FrameQueue(Stream &stream, size_t limitBytes)
    : stream_(stream), limit_(limitBytes), thread_([this] { run(); }) {}

FrameQueue::~FrameQueue() {
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
    }
    changed_.notify_all();
    stream_.stop();
    thread_.join();
}

bool FrameQueue::roomLocked(size_t bytes) const {
    // One frame may be bigger than the limit: it goes when the queue is empty.
    return gone_ || bytes_ == 0 || bytes_ + bytes <= limit_;
}

void FrameQueue::push(FrameType type, uint16_t guest, Bytes payload) {
    {
        std::lock_guard lock(mutex_);
        if (gone_)
            return;
        bytes_ += payload.size() + sizeof(FrameHeader);
        frames_.push_back({type, guest, std::move(payload)});
    }
    changed_.notify_all();
}

bool FrameQueue::tryPush(FrameType type, uint16_t guest, Bytes payload) {
    {
        std::lock_guard lock(mutex_);
        if (gone_)
            return true;
        if (!roomLocked(payload.size()))
            return false;
        bytes_ += payload.size() + sizeof(FrameHeader);
        frames_.push_back({type, guest, std::move(payload)});
    }
    changed_.notify_all();
    return true;
}

bool FrameQueue::hasRoom(size_t bytes) const {
    std::lock_guard lock(mutex_);
    return roomLocked(bytes);
}

bool FrameQueue::waitForRoom(size_t bytes, std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return roomLocked(bytes); });
}

void FrameQueue::drain(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, limit, [this] { return gone_ || bytes_ == 0; });
}

void FrameQueue::run() {
    // A pipe to a process that ended must be an error, not a signal.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stop_ || !frames_.empty(); });
        if (stop_)
            return;
        Frame frame = std::move(frames_.front());
        frames_.pop_front();
        lock.unlock();

        auto header = makeHeader(frame.type, frame.guest, frame.payload.size());
        Bytes start;
        append(start, header);
        // Small frames go in one piece: a virtio-serial port pays for each write.
        bool small = frame.payload.size() <= 4096;
        if (small)
            start.insert(start.end(), frame.payload.begin(), frame.payload.end());
        bool written = stream_.write(start).ok() && (small || stream_.write(frame.payload).ok());

        lock.lock();
        bytes_ -= frame.payload.size() + sizeof(FrameHeader);
        if (!written) {
            gone_ = true;
            frames_.clear();
            bytes_ = 0;
        }
        changed_.notify_all();
        if (gone_)
            return;
    }
}

} // namespace lg::wire
