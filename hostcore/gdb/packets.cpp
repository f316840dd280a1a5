// SPDX-License-Identifier: GPL-2.0-or-later
#include "gdb/packets.h"

#include "base/text.h"

#include <charconv>

namespace lg::gdb {

namespace {

unsigned sumOf(std::string_view data) {
    unsigned sum = 0;
    for (const char c : data)
        sum += static_cast<unsigned char>(c);
    return sum & 0xff;
}

} // namespace

std::string makePacket(std::string_view data) {
    return "$" + std::string(data) + textf("#%02x", sumOf(data));
}

std::string hexOf(BytesView bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const uint8_t byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

std::optional<Bytes> bytesOf(std::string_view hex) {
    if (hex.size() % 2 != 0)
        return std::nullopt;
    Bytes bytes(hex.size() / 2);
    for (size_t i = 0; i < bytes.size(); ++i) {
        const char *digits = hex.data() + 2 * i;
        if (std::from_chars(digits, digits + 2, bytes[i], 16).ptr != digits + 2)
            return std::nullopt;
    }
    return bytes;
}

std::optional<Incoming> PacketParser::next() {
    // Acknowledgements, and whatever else is between packets.
    const auto start = buffer_.find_first_of(std::string_view("$\x03", 2));
    if (start == buffer_.npos) {
        buffer_.clear();
        return std::nullopt;
    }
    buffer_.erase(0, start);
    if (buffer_[0] == '\x03') {
        buffer_.erase(0, 1);
        return Incoming{Incoming::Interrupt, {}};
    }
    const auto end = buffer_.find('#');
    if (end == buffer_.npos || buffer_.size() < end + 3)
        return std::nullopt;
    Incoming packet{Incoming::Packet, buffer_.substr(1, end - 1)};
    unsigned sum = 256;
    std::from_chars(&buffer_[end + 1], &buffer_[end + 1] + 2, sum, 16);
    if (sum != sumOf(packet.data))
        packet.kind = Incoming::Damaged;
    buffer_.erase(0, end + 3);
    return packet;
}

std::optional<uint32_t> takeNumber(std::string_view &text) {
    uint32_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (parsed.ec != std::errc())
        return std::nullopt;
    text.remove_prefix(size_t(parsed.ptr - text.data()));
    return value;
}

bool take(std::string_view &text, std::string_view what) {
    if (!text.starts_with(what))
        return false;
    text.remove_prefix(what.size());
    return true;
}

} // namespace lg::gdb
