// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace lg {

// A number in digits, where printf takes too long: with zeros before it up to `digits`, at most 16.
class NumberText {
public:
    NumberText(uint64_t number, int base, size_t digits) {
        char *const begin = room_.data() + kZeros;
        end_ = std::to_chars(begin, room_.data() + room_.size(), number, base).ptr;
        const auto length = size_t(end_ - begin);
        begin_ = begin - (length < digits ? digits - length : 0);
    }
    NumberText(const NumberText &) = delete;
    NumberText &operator=(const NumberText &) = delete;

    std::string_view view() const { return {begin_, end_}; }

private:
    static constexpr size_t kZeros = 16, kLongest = 20;
    std::array<char, kZeros + kLongest> room_ = {'0', '0', '0', '0', '0', '0', '0', '0',
                                                 '0', '0', '0', '0', '0', '0', '0', '0'};
    const char *begin_, *end_;
};

} // namespace lg
