// SPDX-License-Identifier: GPL-2.0-or-later
#include "devices/console.h"

#include <algorithm>

namespace lg {

namespace {

// One descriptor may be as long as all of RAM.
constexpr size_t kPieceBytes = 64 << 10;

} // namespace

size_t ConsoleDevice::feed(BytesView bytes) {
    std::lock_guard lock(mutex_);
    size_t room = kMaxWaiting - waiting_.size();
    auto taken = bytes.first(std::min(room, bytes.size()));
    waiting_.insert(waiting_.end(), taken.begin(), taken.end());
    return taken.size();
}

Bytes ConsoleDevice::waiting() {
    std::lock_guard lock(mutex_);
    return {waiting_.begin(), waiting_.end()};
}

Bytes ConsoleDevice::config() const {
    Bytes config(12); // then a number of ports and the emergency character
    const TerminalSize size = size_;
    storeAt(config, 0, size.columns);
    storeAt(config, 2, size.rows);
    return config;
}

void ConsoleDevice::configWritten(uint32_t offset, uint32_t value) {
    constexpr uint32_t kEmergencyCharacter = 8;
    if (offset == kEmergencyCharacter)
        output_(Bytes{uint8_t(value)});
}

Result<bool> ConsoleDevice::service(unsigned index, VirtQueue &queue) {
    return index == kOutput ? bringOutput(queue) : takeInput(queue);
}

Result<bool> ConsoleDevice::bringOutput(VirtQueue &queue) {
    bool did = false;
    // At most one ring's worth in one go: a Guest that never stops must not keep this thread.
    for (unsigned i = 0; i < queue.count(); ++i) {
        auto popped = queue.pop();
        if (!popped)
            return Error{"console output: " + popped.message()};
        const std::optional<VirtChain> &chain = *popped;
        if (!chain)
            break;
        if (!chain->writable.empty())
            return Error{"console output: the Guest offers a buffer to be written to"};
        for (auto bytes : chain->readable) {
            // Copied first: the Guest may change it while it is on its way.
            while (!bytes.empty()) {
                auto piece = bytes.first(std::min(bytes.size(), kPieceBytes));
                output_(Bytes(piece.begin(), piece.end()));
                bytes = bytes.subspan(piece.size());
            }
        }
        queue.push(*chain, 0);
        did = true;
    }
    return did && queue.wantsInterrupt();
}

Result<bool> ConsoleDevice::takeInput(VirtQueue &queue) {
    std::lock_guard lock(mutex_);
    bool did = false;
    for (unsigned i = 0; i < queue.count() && !waiting_.empty(); ++i) {
        auto popped = queue.pop();
        if (!popped)
            return Error{"console input: " + popped.message()};
        const std::optional<VirtChain> &chain = *popped;
        if (!chain)
            break;
        if (!chain->readable.empty())
            return Error{"console input: the Guest offers a buffer that can't be written to"};
        uint32_t written = 0;
        for (auto bytes : chain->writable) {
            size_t length = std::min(bytes.size(), waiting_.size());
            std::copy_n(waiting_.begin(), length, bytes.begin());
            waiting_.erase(waiting_.begin(), waiting_.begin() + ptrdiff_t(length));
            written += uint32_t(length);
        }
        queue.push(*chain, written);
        did = true;
    }
    return did && queue.wantsInterrupt();
}

} // namespace lg
