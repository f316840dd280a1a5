// SPDX-License-Identifier: GPL-2.0-or-later
// Frames out of bytes and bytes out of frames (protocol.h).  Pure: no descriptor, no thread.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "wire/protocol.h"

#include <optional>

namespace lg::wire {

struct Frame {
    FrameType type = FrameType::Request;
    uint16_t guest = 0;
    Bytes payload;
};

// Collects what comes from the other side, in pieces of any size.
class FrameParser {
public:
    // `otherMagic` begins the other side's Preambles.
    explicit FrameParser(const char *otherMagic) : otherMagic_(otherMagic) {}

    void feed(BytesView bytes);

    // The other side's next Preamble, once there is a whole one; what lies before it is dropped.
    std::optional<Preamble> nextPreamble();

    // nullopt = more bytes are needed.  After an Error the stream can't be understood any more,
    // except that a new Preamble may follow: it is kept for nextPreamble().
    Result<std::optional<Frame>> next();

private:
    bool isPreamble(BytesView bytes) const;
    size_t waiting() const { return buffer_.size() - taken_; }
    BytesView rest() const { return BytesView(buffer_).subspan(taken_); }

    const char *otherMagic_;
    Bytes buffer_;
    size_t taken_ = 0;
};

Preamble makePreamble(const char *magic, uint64_t nonce);
BytesView bytesOf(const Preamble &preamble);
// "" when both sides speak the same language, else one line for the user of `self`.
std::string versionProblem(const Preamble &other, const char *otherName);

// The header of a frame whose payload has this length (at most kMaxFrameBytes).
FrameHeader makeHeader(FrameType type, uint16_t guest, size_t length);

} // namespace lg::wire
