// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/cbor.h"

#include <array>

namespace lg::wire {

namespace {

// One pass over the items' heads: everything is there, and nothing is nested deeper than any
// message of ours (the library's own parser recurses as deep as it is told to).
bool wellFormed(BytesView bytes) {
    constexpr size_t kMaxDepth = 8;
    std::array<uint64_t, kMaxDepth> left = {1};
    size_t depth = 0, at = 0;
    for (;;) {
        while (left[depth] == 0) {
            if (depth-- == 0)
                return at == bytes.size();
        }
        --left[depth];
        if (at == bytes.size())
            return false;
        unsigned major = bytes[at] >> 5, info = bytes[at] & 31;
        ++at;
        uint64_t argument = info;
        if (info >= 28)
            return false; // indefinite lengths: we never send them
        if (info >= 24) {
            size_t width = size_t(1) << (info - 24);
            if (bytes.size() - at < width)
                return false;
            argument = 0;
            for (size_t i = 0; i < width; ++i)
                argument = argument << 8 | bytes[at++];
        }
        switch (major) {
        case 2:
        case 3:
            if (argument > bytes.size() - at)
                return false;
            at += argument;
            break;
        case 4:
        case 5:
            // Each item takes a byte at least.
            if (argument > bytes.size() - at || depth + 1 == kMaxDepth)
                return false;
            left[++depth] = major == 5 ? 2 * argument : argument;
            break;
        case 6:
            return false;
        default:
            break;
        }
    }
}

} // namespace

Result<Json> decodeMessage(BytesView bytes) {
    if (!wellFormed(bytes))
        return Error{"a message is no well-formed CBOR"};
    Json message = Json::from_cbor(bytes.begin(), bytes.end(), true, false);
    if (!message.is_object())
        return Error{"a message is no CBOR map"};
    return message;
}

Bytes encodeMessage(const Json &message) {
    return Json::to_cbor(message);
}

uint64_t numberField(const Json &message, const char *name, uint64_t fallback) {
    auto it = message.find(name);
    if (it == message.end() || !it->is_number_unsigned())
        return fallback;
    return it->get<uint64_t>();
}

bool flagField(const Json &message, const char *name) {
    auto it = message.find(name);
    return it != message.end() && it->is_boolean() && it->get<bool>();
}

std::string textField(const Json &message, const char *name) {
    auto it = message.find(name);
    if (it == message.end() || !it->is_string())
        return "";
    return it->get<std::string>();
}

std::vector<std::string> linesField(const Json &message, const char *name) {
    std::vector<std::string> lines;
    auto it = message.find(name);
    if (it == message.end() || !it->is_array())
        return lines;
    for (const auto &line : *it)
        if (line.is_string())
            lines.push_back(line.get<std::string>());
    return lines;
}

BytesView bytesField(const Json &message, const char *name) {
    auto it = message.find(name);
    if (it == message.end() || !it->is_binary())
        return {};
    return it->get_binary();
}

} // namespace lg::wire
