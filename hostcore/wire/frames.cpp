// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/frames.h"

#include <algorithm>
#include <cassert>

namespace lg::wire {

namespace {

bool knownType(uint16_t type) {
    return type >= uint16_t(FrameType::Request) && type <= uint16_t(FrameType::Net);
}

} // namespace

void FrameParser::feed(BytesView bytes) {
    if (taken_ == buffer_.size()) {
        buffer_.clear();
        taken_ = 0;
    } else if (taken_ > kMaxFrameBytes) {
        buffer_.erase(buffer_.begin(), buffer_.begin() + ptrdiff_t(taken_));
        taken_ = 0;
    }
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

bool FrameParser::isPreamble(BytesView bytes) const {
    return std::memcmp(bytes.data(), otherMagic_, sizeof Preamble::magic) == 0;
}

std::optional<Preamble> FrameParser::nextPreamble() {
    constexpr size_t magicBytes = sizeof Preamble::magic;
    auto bytes = rest();
    auto found = std::search(bytes.begin(), bytes.end(), otherMagic_, otherMagic_ + magicBytes);
    if (found == bytes.end()) {
        // The last few bytes may be the beginning of the magic.
        taken_ += bytes.size() - std::min(bytes.size(), magicBytes - 1);
        return std::nullopt;
    }
    taken_ += size_t(found - bytes.begin());
    if (waiting() < sizeof(Preamble))
        return std::nullopt;
    auto preamble = loadAt<Preamble>(rest(), 0);
    taken_ += sizeof(Preamble);
    return preamble;
}

Result<std::optional<Frame>> FrameParser::next() {
    // The other side was started anew and greets, at a frame's border or in the middle of one
    // that will never be whole (a virtio-serial port does not tell that its user changed).
    if (waiting() >= sizeof(Preamble) &&
        (isPreamble(rest()) || isPreamble(rest().last(sizeof(Preamble)))))
        return Error{"the other side was started anew"};
    if (waiting() < sizeof(FrameHeader))
        return std::optional<Frame>();
    auto header = loadAt<FrameHeader>(rest(), 0);
    if (header.length > kMaxFrameBytes)
        return Error{"a frame of " + std::to_string(header.length) + " bytes came; the limit is " +
                     std::to_string(kMaxFrameBytes)};
    if (!knownType(header.type))
        return Error{"a frame of the unknown type " + std::to_string(header.type) + " came"};
    if (waiting() - sizeof header < header.length)
        return std::optional<Frame>();
    auto payload = rest().subspan(sizeof header, header.length);
    Frame frame{FrameType(header.type), header.guest, Bytes(payload.begin(), payload.end())};
    taken_ += sizeof header + header.length;
    return std::optional<Frame>(std::move(frame));
}

Preamble makePreamble(const char *magic, uint64_t nonce) {
    Preamble preamble = {};
    std::memcpy(preamble.magic, magic, sizeof preamble.magic);
    preamble.protocol = kProtocolVersion;
    preamble.uapi = LG_UAPI_VERSION;
    preamble.nonce = nonce;
    return preamble;
}

BytesView bytesOf(const Preamble &preamble) {
    return {reinterpret_cast<const uint8_t *>(&preamble), sizeof preamble};
}

std::string versionProblem(const Preamble &other, const char *otherName) {
    if (other.protocol == kProtocolVersion && other.uapi == LG_UAPI_VERSION)
        return "";
    auto version = [](uint32_t protocol, uint32_t uapi) {
        return std::to_string(protocol) + "." + std::to_string(uapi);
    };
    return std::string("the ") + otherName + " is of another version: it speaks " +
           version(other.protocol, other.uapi) + ", this program speaks " +
           version(kProtocolVersion, LG_UAPI_VERSION);
}

FrameHeader makeHeader(FrameType type, uint16_t guest, size_t length) {
    assert(length <= kMaxFrameBytes);
    return {uint32_t(length), uint16_t(type), guest};
}

} // namespace lg::wire
