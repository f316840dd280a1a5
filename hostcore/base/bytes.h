// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes, and little-endian numbers inside them.  All our formats are little-endian, and so are
// the Guest and every Host that can run one.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace lg {

static_assert(std::endian::native == std::endian::little, "lguest lives on x86");

using Bytes = std::vector<uint8_t>;
using BytesView = std::span<const uint8_t>;

// The caller has checked that the bytes are there.
template <typename T>
T loadAt(BytesView bytes, size_t offset) {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

template <typename T>
void storeAt(std::span<uint8_t> bytes, size_t offset, const T &value) {
    std::memcpy(bytes.data() + offset, &value, sizeof value);
}

template <typename T>
void append(Bytes &bytes, const T &value) {
    const auto *raw = reinterpret_cast<const uint8_t *>(&value);
    bytes.insert(bytes.end(), raw, raw + sizeof value);
}

inline BytesView viewOf(std::string_view text) {
    return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

inline std::string_view textOf(BytesView bytes) {
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

} // namespace lg
