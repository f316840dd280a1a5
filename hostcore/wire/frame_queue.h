// SPDX-License-Identifier: GPL-2.0-or-later
// Frames on their way out: many threads push, one thread writes them to the stream.  Its bound
// is what makes a slow reader slow the Guest (lossless) or lose events (drop), and nothing else.
#pragma once

#include "wire/frames.h"
#include "wire/stream.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace lg::wire {

class FrameQueue {
public:
    // Starts the writing thread; `stream` must outlive the queue.
    FrameQueue(Stream &stream, size_t limitBytes);
    // Stops the stream and waits for the thread; drain() first to have everything written.
    ~FrameQueue();

    // Always takes it: for replies and notices, which are few.
    void push(FrameType type, uint16_t guest, Bytes payload);
    // False when there is no room now.
    bool tryPush(FrameType type, uint16_t guest, Bytes payload);
    bool hasRoom(size_t bytes) const;
    // Blocks until there is room or the time is over.
    bool waitForRoom(size_t bytes, std::chrono::milliseconds limit);
    // Blocks until all is written, or the stream is gone, or the time is over.
    void drain(std::chrono::milliseconds limit);

private:
    void run();
    bool roomLocked(size_t bytes) const;

    Stream &stream_;
    const size_t limit_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Frame> frames_;
    size_t bytes_ = 0; // queued and being written
    bool stop_ = false;
    bool gone_ = false; // the stream failed: frames vanish
    std::thread thread_;
};

} // namespace lg::wire
