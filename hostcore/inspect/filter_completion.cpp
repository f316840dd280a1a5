// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/filter.h"
#include "inspect/filter_fields.h"
#include "inspect/filter_lexer.h"

#include <cctype>

namespace lg {

using namespace filter;

namespace {

std::vector<std::string> fieldWords() {
    std::vector<std::string> words;
    for (const auto &field : fields())
        words.emplace_back(field.name);
    words.insert(words.end(), {"symbol", "text", "time", "not"});
    return words;
}

std::vector<std::string> operatorWords(const std::string &field) {
    if (isTextField(field))
        return {"~", "!~", "==", "!="};
    if (field == "time")
        return {">=", "<", ">", "<=", "==", "!="};
    const auto *known = fieldByName(field);
    if (!known)
        return {};
    if (known->names != NameSpace::None)
        return {"==", "!="};
    return {"==", "!=", "<", "<=", ">", ">=", "&"};
}

bool beginsWith(const std::string &word, const std::string &part) {
    if (word.size() < part.size())
        return false;
    for (size_t i = 0; i < part.size(); ++i)
        if (std::tolower(static_cast<unsigned char>(word[i])) !=
            std::tolower(static_cast<unsigned char>(part[i])))
            return false;
    return true;
}

} // namespace

std::vector<std::string> filterCompletions(std::string_view text) {
    auto parsed = tokenize(text);
    if (std::holds_alternative<FilterError>(parsed))
        return {};
    auto tokens = std::get<0>(std::move(parsed));
    tokens.pop_back(); // End
    // A word that the cursor still touches is the beginning of what is wanted.
    std::string part;
    if (!tokens.empty() && tokens.back().kind == TokenKind::Word &&
        tokens.back().end == text.size()) {
        part = tokens.back().text;
        tokens.pop_back();
    }
    std::vector<std::string> words;
    auto last = tokens.empty() ? TokenKind::And : tokens.back().kind;
    bool haveOperator = tokens.size() >= 2 && tokens[tokens.size() - 2].kind == TokenKind::Operator;
    if (last == TokenKind::Operator) {
        const auto *field =
            tokens.size() >= 2 ? fieldByName(tokens[tokens.size() - 2].text) : nullptr;
        if (field)
            words = namesOf(field->names);
    } else if (last == TokenKind::Word && !haveOperator) {
        words = operatorWords(tokens.back().text);
    } else if (last == TokenKind::Word || last == TokenKind::Number || last == TokenKind::Time ||
               last == TokenKind::Text || last == TokenKind::Close) {
        words = {"&&", "||"};
    } else {
        words = fieldWords();
    }
    std::erase_if(words, [&](const std::string &word) { return !beginsWith(word, part); });
    return words;
}

} // namespace lg
