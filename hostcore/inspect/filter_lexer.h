// SPDX-License-Identifier: GPL-2.0-or-later
// Words of the filter language.
#pragma once

#include "inspect/filter.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lg::filter {

enum class TokenKind { End, Word, Number, Time, Text, Operator, And, Or, Not, Open, Close };

struct Token {
    TokenKind kind = TokenKind::End;
    std::string text; // as written; without the quotes for Text
    uint64_t number = 0;
    double seconds = 0;   // Time: has a unit or a fraction
    bool hasUnit = false; // Time
    size_t position = 0;
    size_t end = 0;
};

// The last token is always End.
std::variant<std::vector<Token>, FilterError> tokenize(std::string_view text);

} // namespace lg::filter
