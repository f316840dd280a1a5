// SPDX-License-Identifier: GPL-2.0-or-later
// The disks and networks that this client serves to an agent's Guests, each by a channel: a number
// of its own in the conversation (protocol.h).
//
// Threads: any may call; none is blocked but by the end of a disk's last task.
#pragma once

#include "backends/disk_server.h"
#include "backends/user_network.h"
#include "wire/frame_queue.h"

#include <map>
#include <utility>

namespace lg::wire {

class Channels {
public:
    // `out` takes their frames, and outlives them.
    explicit Channels(FrameQueue &out) : out_(out) {}

    uint32_t serve(std::shared_ptr<DiskFile> file);
    uint32_t serve(const std::shared_ptr<UserNetwork> &network);
    // Whose they are, once the agent has told it.
    void give(const std::vector<uint32_t> &numbers, GuestId guest);

    // What the agent sent; an Error: no honest agent would.
    Result<void> takeDisk(BytesView payload);
    Result<void> takeNet(BytesView payload);

    // Their files are closed when this comes back, and their networks say nothing any more.
    void end(const std::vector<uint32_t> &numbers);
    void endOf(GuestId guest);
    void endAll();

    // What the user should know since the last time.
    std::vector<std::pair<GuestId, std::string>> takeWarnings();

private:
    struct Channel {
        GuestId guest = 0;
        std::shared_ptr<DiskServer> disk = {};
        std::shared_ptr<UserNetwork> network = {};
    };
    void warn(uint32_t number, const std::string &text);
    Channel at(uint32_t number);
    template <typename Chosen>
    void endThose(Chosen chosen);

    FrameQueue &out_;
    std::mutex mutex_;
    uint32_t next_ = 1;
    std::vector<std::pair<GuestId, std::string>> warnings_;
    std::map<uint32_t, Channel> channels_; // last: they use the others
};

} // namespace lg::wire
