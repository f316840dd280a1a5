// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/format.h"

#include <array>

namespace lg::trace {

namespace {

constexpr std::array<uint32_t, 256> makeTable() {
    std::array<uint32_t, 256> table = {};
    for (uint32_t byte = 0; byte < 256; ++byte) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit)
            value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0);
        table[byte] = value;
    }
    return table;
}

constexpr auto kTable = makeTable();

} // namespace

uint32_t crc32(const void *bytes, size_t length) {
    const auto *at = static_cast<const uint8_t *>(bytes);
    uint32_t crc = ~0u;
    for (size_t i = 0; i < length; ++i)
        crc = crc >> 8 ^ kTable[(crc ^ at[i]) & 0xff];
    return ~crc;
}

} // namespace lg::trace
