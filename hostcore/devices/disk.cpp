// SPDX-License-Identifier: GPL-2.0-or-later
#include "devices/disk.h"

#include "devices/chain.h"

#include <algorithm>

namespace lg {

namespace {

// virtio 1.0, 5.2.3
constexpr uint32_t kSizeMax = 1u << 1, kSegmentMax = 1u << 2, kReadOnly = 1u << 5,
                   kFlushFeature = 1u << 9;

// Of all disks, for ever: an answer that comes after a reboot is nobody's.
std::atomic<uint64_t> lastTask = 0;

} // namespace

uint32_t DiskDevice::features() const {
    return kSizeMax | kSegmentMax | kFlushFeature | (shape_.readOnly ? kReadOnly : 0);
}

Bytes DiskDevice::config() const {
    Bytes config;
    append(config, shape_.sectors);
    append(config, kDiskPieceBytes);
    append(config, kDiskPieces);
    return config;
}

void DiskDevice::reset() {
    std::lock_guard lock(mutex_);
    waiting_.clear();
    finished_.clear();
    bytes_ = 0;
}

bool DiskDevice::idle() {
    std::lock_guard lock(mutex_);
    return waiting_.empty() && finished_.empty();
}

void DiskDevice::finish(uint64_t id, bool good, Bytes data) {
    std::lock_guard lock(mutex_);
    auto node = waiting_.extract(id);
    if (!node)
        return; // from before a reset
    auto &waiting = node.mapped();
    bytes_ -= waiting.length;
    if (waiting.what == DiskTask::What::Read && data.size() != waiting.length)
        good = false;
    finished_.push_back({std::move(waiting.chain), good ? Status::Good : Status::Error,
                         good ? std::move(data) : Bytes()});
}

Result<bool> DiskDevice::service(unsigned /*index*/, VirtQueue &queue) {
    std::lock_guard lock(mutex_);
    bool did = !finished_.empty();
    for (const auto &finished : finished_)
        end(queue, finished);
    finished_.clear();
    // At most one ring's worth of them is ours at a time, and one ring's worth in one go.
    for (unsigned i = 0; i < queue.count() && waiting_.size() < queue.count(); ++i) {
        if (bytes_ >= kMostBytes)
            break; // the next answer brings us here again
        auto popped = queue.pop();
        if (!popped)
            return Error{"disk: " + popped.message()};
        std::optional<VirtChain> &chain = *popped;
        if (!chain)
            break;
        const size_t before = waiting_.size();
        if (auto begun = begin(std::move(*chain), queue); !begun)
            return begun.error();
        did = did || waiting_.size() == before; // it has its answer already
    }
    return did && queue.wantsInterrupt();
}

Result<void> DiskDevice::begin(VirtChain chain, VirtQueue &queue) {
    const uint64_t sent = bytesOf(chain.readable), wanted = bytesOf(chain.writable);
    // Without these two there is nowhere to say what is wrong.
    if (sent < kDiskHeaderBytes)
        return Error{"disk: a request without a header"};
    if (wanted < 1)
        return Error{"disk: a request without a place for its status"};
    const Bytes header = gather(chain.readable, 0, kDiskHeaderBytes);
    auto command = judgeDiskRequest(header, sent - kDiskHeaderBytes, wanted - 1, shape_);
    switch (command.what) {
    case DiskCommand::What::Read:
        submit(DiskTask::What::Read, command, std::move(chain));
        return {};
    case DiskCommand::What::Write:
        // A driver that does not know FLUSH takes each write that is done for safe.
        submit(accepted(kFlushFeature) ? DiskTask::What::Write : DiskTask::What::WriteThrough,
               command, std::move(chain));
        return {};
    case DiskCommand::What::Flush:
        submit(DiskTask::What::Flush, command, std::move(chain));
        return {};
    case DiskCommand::What::Name: {
        Bytes name(name_.begin(), name_.end());
        name.resize(size_t(std::min<uint64_t>(kDiskNameBytes, wanted - 1)));
        end(queue, {std::move(chain), Status::Good, std::move(name)});
        return {};
    }
    case DiskCommand::What::Unsupported:
        end(queue, {std::move(chain), Status::Unsupported, {}});
        return {};
    case DiskCommand::What::IoError:
        break;
    }
    end(queue, {std::move(chain), Status::Error, {}});
    return {};
}

void DiskDevice::submit(DiskTask::What what, const DiskCommand &command, VirtChain chain) {
    DiskTask task;
    task.what = what;
    task.id = ++lastTask;
    task.offset = command.offset;
    task.length = command.length;
    if (what == DiskTask::What::Write || what == DiskTask::What::WriteThrough)
        task.data = gather(chain.readable, kDiskHeaderBytes, command.length);
    bytes_ += command.length;
    waiting_.emplace(task.id, Waiting{std::move(chain), what, command.length});
    submit_(std::move(task));
}

// The status is the last byte that the driver lets us write.
void DiskDevice::end(VirtQueue &queue, const Finished &finished) {
    const auto &writable = finished.chain.writable;
    const auto status = uint8_t(finished.status);
    const uint64_t last = bytesOf(writable) - 1;
    auto written = scatter(writable, 0, finished.data);
    scatter(writable, last, {&status, 1});
    queue.push(finished.chain, uint32_t(written + 1));
}

} // namespace lg
