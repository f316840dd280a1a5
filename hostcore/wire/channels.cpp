// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/channels.h"

#include <algorithm>

namespace lg::wire {

uint32_t Channels::serve(std::shared_ptr<DiskFile> file) {
    std::lock_guard lock(mutex_);
    uint32_t number = next_++;
    DiskServer::Handlers handlers;
    handlers.answer = [this](Bytes answer, const std::function<bool()> &stopping) {
        while (!stopping() && !out_.waitForRoom(answer.size(), std::chrono::milliseconds(100))) {
        }
        out_.push(FrameType::Disk, 0, std::move(answer));
    };
    handlers.warn = [this, number](const std::string &text) { warn(number, text); };
    channels_[number].disk = std::make_shared<DiskServer>(std::move(file), std::move(handlers));
    return number;
}

uint32_t Channels::serve(const std::shared_ptr<UserNetwork> &network) {
    uint32_t number;
    {
        std::lock_guard lock(mutex_);
        number = next_++;
        channels_[number].network = network;
    }
    UserNetwork::Handlers handlers;
    handlers.toGuest = [this, number](BytesView frame) {
        Bytes payload;
        payload.reserve(sizeof number + frame.size());
        append(payload, number);
        payload.insert(payload.end(), frame.begin(), frame.end());
        (void)out_.tryPush(FrameType::Net, 0, std::move(payload));
    };
    handlers.warn = [this, number](const std::string &text) { warn(number, text); };
    network->connect(std::move(handlers));
    return number;
}

void Channels::give(const std::vector<uint32_t> &numbers, GuestId guest) {
    std::lock_guard lock(mutex_);
    for (auto number : numbers)
        channels_[number].guest = guest;
}

// Without a disk and a network when its Guest was released meanwhile.
Channels::Channel Channels::at(uint32_t number) {
    std::lock_guard lock(mutex_);
    auto it = channels_.find(number);
    return it == channels_.end() ? Channel() : it->second;
}

Result<void> Channels::takeDisk(BytesView payload) {
    if (payload.size() < sizeof(DiskHeader))
        return Error{"a disk frame from the agent is too short"};
    auto header = loadAt<DiskHeader>(payload, 0);
    auto bytes = payload.subspan(sizeof header);
    auto disk = at(header.channel).disk;
    return disk ? disk->take(header, Bytes(bytes.begin(), bytes.end())) : Result<void>();
}

Result<void> Channels::takeNet(BytesView payload) {
    if (payload.size() < sizeof(uint32_t))
        return Error{"a frame of a network from the agent is too short"};
    if (auto network = at(loadAt<uint32_t>(payload, 0)).network)
        network->fromGuest(payload.subspan(sizeof(uint32_t)));
    return {};
}

template <typename Chosen>
void Channels::endThose(Chosen chosen) {
    std::vector<Channel> ended;
    {
        std::lock_guard lock(mutex_);
        std::erase_if(channels_, [&](auto &entry) {
            if (!chosen(entry.first, entry.second))
                return false;
            ended.push_back(std::move(entry.second));
            return true;
        });
    }
    // Without the lock, which their own threads may want.
    for (auto &channel : ended)
        if (channel.network)
            channel.network->disconnect();
}

void Channels::end(const std::vector<uint32_t> &numbers) {
    endThose([&](uint32_t number, const Channel &) {
        return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
    });
}

void Channels::endOf(GuestId guest) {
    endThose([guest](uint32_t, const Channel &channel) { return channel.guest == guest; });
}

void Channels::endAll() {
    endThose([](uint32_t, const Channel &) { return true; });
}

void Channels::warn(uint32_t number, const std::string &text) {
    std::lock_guard lock(mutex_);
    auto it = channels_.find(number);
    if (it != channels_.end())
        warnings_.emplace_back(it->second.guest, text);
}

std::vector<std::pair<GuestId, std::string>> Channels::takeWarnings() {
    std::lock_guard lock(mutex_);
    return std::exchange(warnings_, {});
}

} // namespace lg::wire
