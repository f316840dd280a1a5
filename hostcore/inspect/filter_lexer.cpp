// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/filter_lexer.h"

#include <cctype>
#include <charconv>

namespace lg::filter {

namespace {

constexpr std::string_view kOperators[] = {"==", "!=", "<=", ">=", "!~", "<", ">", "~", "&", "="};

// The micro sign and the letter mu, as people type either.
constexpr std::string_view kMicros[] = {"\u00b5s", "\u03bcs"};

bool startsWord(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '#';
}

bool continuesWord(char c) {
    return startsWord(c) || std::isdigit(static_cast<unsigned char>(c)) || c == '-' || c == '.';
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::variant<std::vector<Token>, FilterError> run() {
        for (;;) {
            while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])))
                ++at_;
            Token token;
            token.position = at_;
            if (at_ < text_.size())
                if (auto problem = take(token); !problem.empty())
                    return FilterError{problem, token.position};
            token.end = at_;
            bool last = token.kind == TokenKind::End;
            tokens_.push_back(std::move(token));
            if (last)
                return std::move(tokens_);
        }
    }

private:
    bool follows(std::string_view what) const { return text_.substr(at_).starts_with(what); }

    std::string take(Token &token) {
        char c = text_[at_];
        if (c == '"' || c == '\'')
            return takeText(token, c);
        if (std::isdigit(static_cast<unsigned char>(c)))
            return takeNumber(token);
        if (startsWord(c))
            return takeWord(token);
        return takeSign(token);
    }

    std::string takeText(Token &token, char quote) {
        size_t end = text_.find(quote, at_ + 1);
        if (end == std::string_view::npos)
            return "this text has no closing quote";
        token.kind = TokenKind::Text;
        token.text = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        return "";
    }

    std::string takeNumber(Token &token) {
        size_t end = at_;
        while (end < text_.size() && (continuesWord(text_[end])))
            ++end;
        for (auto micro : kMicros)
            if (text_.substr(end).starts_with(micro))
                end += micro.size();
        token.kind = TokenKind::Number;
        token.text = text_.substr(at_, end - at_);
        std::string_view digits = token.text;
        int base = 10;
        if (digits.starts_with("0x") || digits.starts_with("0X")) {
            digits.remove_prefix(2);
            base = 16;
        }
        auto [stop, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), token.number, base);
        if (error == std::errc::result_out_of_range)
            return "the number " + token.text + " is too big";
        const bool whole = error == std::errc() && stop == digits.data() + digits.size();
        if (!whole && !isTime(token))
            return "\"" + token.text + "\" is no number (0x1f is) and no time (20us is)";
        at_ = end;
        return "";
    }

    static bool isTime(Token &token) {
        static constexpr std::pair<std::string_view, double> kUnits[] = {
            {"", 1},      {"s", 1},           {"ms", 1e-3},      {"us", 1e-6},
            {"ns", 1e-9}, {kMicros[0], 1e-6}, {kMicros[1], 1e-6}};
        const char *begin = token.text.data(), *end = begin + token.text.size();
        auto [stop, error] = std::from_chars(begin, end, token.seconds, std::chars_format::fixed);
        if (error != std::errc())
            return false;
        for (const auto &[unit, seconds] : kUnits)
            if (unit == std::string_view(stop, end)) {
                token.kind = TokenKind::Time;
                token.seconds *= seconds;
                token.hasUnit = !unit.empty();
                return true;
            }
        return false;
    }

    std::string takeWord(Token &token) {
        size_t end = at_;
        while (end < text_.size() && continuesWord(text_[end]))
            ++end;
        token.text = text_.substr(at_, end - at_);
        token.kind = token.text == "and"   ? TokenKind::And
                     : token.text == "or"  ? TokenKind::Or
                     : token.text == "not" ? TokenKind::Not
                                           : TokenKind::Word;
        at_ = end;
        return "";
    }

    std::string takeSign(Token &token) {
        static constexpr std::pair<std::string_view, TokenKind> kSigns[] = {
            {"&&", TokenKind::And},
            {"||", TokenKind::Or},
            {"(", TokenKind::Open},
            {")", TokenKind::Close}};
        for (const auto &[sign, kind] : kSigns)
            if (follows(sign)) {
                token.kind = kind;
                token.text = sign;
                at_ += sign.size();
                return "";
            }
        for (auto sign : kOperators)
            if (follows(sign)) {
                token.kind = TokenKind::Operator;
                token.text = sign == "=" ? "==" : sign;
                at_ += sign.size();
                return "";
            }
        if (follows("!")) {
            token.kind = TokenKind::Not;
            token.text = "!";
            ++at_;
            return "";
        }
        return std::string("\"") + text_[at_] + "\" has no meaning here";
    }

    std::string_view text_;
    size_t at_ = 0;
    std::vector<Token> tokens_;
};

} // namespace

std::variant<std::vector<Token>, FilterError> tokenize(std::string_view text) {
    return Lexer(text).run();
}

} // namespace lg::filter
