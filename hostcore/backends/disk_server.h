// SPDX-License-Identifier: GPL-2.0-or-later
// Does what a Guest asks of one disk, in order, on a thread of its own.
#pragma once

#include "backends/disk_file.h"
#include "wire/protocol.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace lg {

class DiskServer {
public:
    struct Handlers {
        // Takes an answer on its way; blocks while there is no room, and soon returns when
        // stopping() is true.
        std::function<void(Bytes answer, const std::function<bool()> &stopping)> answer;
        std::function<void(const std::string &problem)> warn; // once
    };
    DiskServer(std::shared_ptr<DiskFile> file, Handlers handlers);
    // What has been asked for is still done; nobody hears of it.
    ~DiskServer();

    // An Error: more than any honest agent would have under way at a time.
    Result<void> take(const wire::DiskHeader &task, Bytes data);

private:
    struct Task {
        wire::DiskHeader header;
        Bytes data;
    };
    void run();
    Result<Bytes> perform(const Task &task);

    const std::shared_ptr<DiskFile> file_;
    const Handlers handlers_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Task> tasks_;
    uint64_t bytes_ = 0; // to be written
    std::atomic<bool> stop_ = false;
    bool warned_ = false;
    std::thread thread_;
};

} // namespace lg
