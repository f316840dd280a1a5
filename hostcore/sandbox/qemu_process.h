// SPDX-License-Identifier: GPL-2.0-or-later
// A QEMU that lives exactly as long as this object, and not longer than the program.
#pragma once

#include "base/result.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace lg {

struct QemuCommand {
    std::string program;
    std::vector<std::string> arguments;
    std::vector<int> files; // QEMU sees them as 3, 4, ...
};

// One line out of what is known about an end: how the process ended, what QEMU complained of,
// and what the machine inside wrote to its console.
std::string qemuEndReason(int waitStatus, std::string_view complaints, std::string_view console);

class QemuProcess {
public:
    using Ended = std::function<void(const std::string &reason)>;

    // `ended` is called on another thread, unless this object ends the process.
    static Result<std::unique_ptr<QemuProcess>> start(const QemuCommand &command, Ended ended);
    ~QemuProcess();
    QemuProcess(const QemuProcess &) = delete;
    QemuProcess &operator=(const QemuProcess &) = delete;

    pid_t pid() const { return pid_; }
    bool running() const;
    std::string endReason() const;
    std::string console() const;
    // True when it has ended, or does within `limit`.
    bool ended(std::chrono::milliseconds limit);

    // Waits until the console has said `text`; `heard` gets the number of lines so far.
    Result<void> waitFor(std::string_view text, std::chrono::milliseconds limit,
                         const std::stop_token &stop, const std::function<void(int)> &heard);

private:
    QemuProcess() = default;
    void keep(const QemuCommand &command, const std::function<void(Result<void>)> &started);
    void listen(int console, int complaints);
    void append(std::string &text, std::string_view more);

    std::thread keeper_;
    pid_t pid_ = -1;
    Ended onEnded_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string console_, complaints_, endReason_;
    int lines_ = 0;
    bool running_ = false;
    bool endWanted_ = false;
};

} // namespace lg
