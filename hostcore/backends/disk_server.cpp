// SPDX-License-Identifier: GPL-2.0-or-later
#include "backends/disk_server.h"

#include "devices/disk.h"

namespace lg {

namespace {

// DiskDevice has at most a ring's worth of tasks and kMostBytes and one request under way; after
// a reset the driver may have as many again.
constexpr size_t kMostTasks = 4096;
constexpr uint64_t kMostBytes = 8 * DiskDevice::kMostBytes;

} // namespace

DiskServer::DiskServer(std::shared_ptr<DiskFile> file, Handlers handlers)
    : file_(std::move(file)), handlers_(std::move(handlers)), thread_([this] { run(); }) {}

DiskServer::~DiskServer() {
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

Result<void> DiskServer::take(const wire::DiskHeader &task, Bytes data) {
    {
        std::lock_guard lock(mutex_);
        bytes_ += data.size();
        if (tasks_.size() >= kMostTasks || bytes_ > kMostBytes)
            return Error{"the agent asks for more of a disk than can be done"};
        tasks_.push_back({task, std::move(data)});
    }
    changed_.notify_all();
    return {};
}

void DiskServer::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stop_ || !tasks_.empty(); });
        if (tasks_.empty())
            return;
        Task task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        auto result = perform(task);
        if (!result && !warned_) {
            warned_ = true;
            handlers_.warn(result.message());
        }
        wire::DiskHeader header = task.header;
        header.what = result.ok();
        Bytes answer;
        answer.reserve(sizeof header + (result ? result->size() : 0));
        append(answer, header);
        if (result)
            answer.insert(answer.end(), result->begin(), result->end());
        if (!stop_)
            handlers_.answer(std::move(answer), [this] { return stop_.load(); });
        lock.lock();
        bytes_ -= task.data.size();
    }
}

Result<Bytes> DiskServer::perform(const Task &task) {
    auto nothing = [](const Result<void> &done) {
        return done ? Result<Bytes>(Bytes()) : done.error();
    };
    switch (DiskTask::What(task.header.what)) {
    case DiskTask::What::Read:
        return file_->read(task.header.offset, task.header.length);
    case DiskTask::What::Write:
        return nothing(file_->write(task.header.offset, task.data));
    case DiskTask::What::WriteThrough:
        if (auto written = file_->write(task.header.offset, task.data); !written)
            return written.error();
        return nothing(file_->flush());
    case DiskTask::What::Flush:
        return nothing(file_->flush());
    }
    return Error{"the agent asks for something that no disk can do"};
}

} // namespace lg
