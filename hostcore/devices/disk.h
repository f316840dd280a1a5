// SPDX-License-Identifier: GPL-2.0-or-later
// virtio block device.  Its bytes are somewhere else: requests go out, answers come in later and
// in any order, and the Guest runs meanwhile.
#pragma once

#include "devices/device.h"
#include "devices/disk_request.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace lg {

struct DiskTask {
    enum class What : uint32_t { Read = 1, Write = 2, Flush = 3, WriteThrough = 4 };
    What what = What::Read;
    uint64_t id = 0; // no other task of any disk has it
    uint64_t offset = 0;
    uint32_t length = 0;
    Bytes data; // to be written
};

class DiskDevice : public VirtioDevice {
public:
    static constexpr uint8_t kType = 2;
    static constexpr unsigned kQueues = 1;
    // What may be under way: more of the Guest's requests wait in its ring.
    static constexpr uint64_t kMostBytes = 8 << 20;

    using Submit = std::function<void(DiskTask)>; // must not block
    DiskDevice(const DiskShape &shape, std::string name, Submit submit)
        : shape_(shape), name_(std::move(name)), submit_(std::move(submit)) {}

    uint8_t type() const override { return kType; }
    unsigned queueCount() const override { return kQueues; }
    uint32_t features() const override;
    Bytes config() const override;
    Result<bool> service(unsigned index, VirtQueue &queue) override;
    void reset() override;

    // Nothing is under way: all that the driver has asked for so far has its answer in the ring.
    bool idle();

    // From any thread: a task is done, `data` is what was read.  Follow it by a service.
    void finish(uint64_t id, bool good, Bytes data);

private:
    enum class Status : uint8_t { Good = 0, Error = 1, Unsupported = 2 };
    struct Finished {
        VirtChain chain;
        Status status;
        Bytes data;
    };
    Result<void> begin(VirtChain chain, VirtQueue &queue);
    void submit(DiskTask::What what, const DiskCommand &command, VirtChain chain);
    static void end(VirtQueue &queue, const Finished &finished);

    const DiskShape shape_;
    const std::string name_;
    const Submit submit_;
    std::mutex mutex_;
    struct Waiting {
        VirtChain chain;
        DiskTask::What what;
        uint32_t length;
    };
    std::map<uint64_t, Waiting> waiting_; // for an answer, by the task's id
    uint64_t bytes_ = 0;                  // theirs
    std::vector<Finished> finished_;      // the driver has not been told yet
};

} // namespace lg
