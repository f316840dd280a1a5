// SPDX-License-Identifier: GPL-2.0-or-later
// CBOR messages: getting fields out of what the other side sent without trusting it.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace lg::wire {

using Json = nlohmann::json;

// An object, or an Error.
Result<Json> decodeMessage(BytesView bytes);
Bytes encodeMessage(const Json &message);

// The field if it is there and of the kind asked for, else the fallback.
uint64_t numberField(const Json &message, const char *name, uint64_t fallback = 0);
bool flagField(const Json &message, const char *name);
std::string textField(const Json &message, const char *name);
std::vector<std::string> linesField(const Json &message, const char *name);
BytesView bytesField(const Json &message, const char *name); // lives as long as the message

// Structures of lguest_uapi.h.
template <typename T>
Json structJson(const T &value) {
    const auto *raw = reinterpret_cast<const uint8_t *>(&value);
    return Json::binary(Bytes(raw, raw + sizeof value));
}

// A list of them.
template <typename T>
Json structsJson(const std::vector<T> &structs) {
    auto list = Json::array();
    for (const T &value : structs)
        list.push_back(structJson(value));
    return list;
}

// Many of them as one byte string.
template <typename T>
Json listJson(const std::vector<T> &list) {
    const auto *raw = reinterpret_cast<const uint8_t *>(list.data());
    return Json::binary(Bytes(raw, raw + list.size() * sizeof(T)));
}

// False: there are more than `most`, or the last one is cut off.
template <typename T>
bool takeList(const Json &message, const char *name, size_t most, std::vector<T> &list) {
    auto bytes = bytesField(message, name);
    if (bytes.size() % sizeof(T) != 0 || bytes.size() / sizeof(T) > most)
        return false;
    list.resize(bytes.size() / sizeof(T));
    if (!bytes.empty())
        std::memcpy(list.data(), bytes.data(), bytes.size());
    return true;
}

template <typename T>
Result<T> structField(const Json &message, const char *name) {
    auto bytes = bytesField(message, name);
    if (bytes.size() != sizeof(T))
        return Error{std::string("the message has no proper field ") + name};
    return loadAt<T>(bytes, 0);
}

} // namespace lg::wire
