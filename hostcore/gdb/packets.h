// SPDX-License-Identifier: GPL-2.0-or-later
// gdb's remote protocol on the wire: "$data#checksum", acknowledged by '+', and an interrupt as
// a byte of its own (gdb's manual, appendix "Remote Protocol").
#pragma once

#include "base/bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace lg::gdb {

std::string makePacket(std::string_view data);
std::string hexOf(BytesView bytes);
// Nothing when it is not two digits for each byte.
std::optional<Bytes> bytesOf(std::string_view hex);

// What came: a packet, an interrupt, or a packet with a wrong checksum.
struct Incoming {
    enum Kind { Packet, Interrupt, Damaged } kind;
    std::string data;
};

class PacketParser {
public:
    void feed(std::string_view bytes) { buffer_ += bytes; }
    // False when no packet can be so long: the other side is no gdb.
    bool sane() const { return buffer_.size() <= kMost; }
    std::optional<Incoming> next();

private:
    static constexpr size_t kMost = 1u << 16;
    std::string buffer_;
};

// Numbers of a packet, in hexadecimal. Takes what it has read from `text`.
std::optional<uint32_t> takeNumber(std::string_view &text);
bool take(std::string_view &text, std::string_view what);

} // namespace lg::gdb
