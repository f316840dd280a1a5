// SPDX-License-Identifier: GPL-2.0-or-later
// What is said of an event, not yet written out: words that lie in the program, and between them
// numbers and addresses. Who only asks whether a text is in it need not write it.
#pragma once

#include "inspect/symbols.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lg {

class Line {
public:
    enum class Form : uint8_t { Words, Decimal, Hex, Address };

    struct Piece {
        std::string_view words = {}; // "" of a number
        uint64_t number = 0;
        Form form = Form::Words;
        uint8_t digits = 1; // at least so many
    };
    // Which words, or which form of a number: lines with the same keys differ in numbers only.
    using Key = uintptr_t;

    Line &operator<<(const Piece &piece) {
        // The longest line has half of them.
        if (count_ < pieces_.size()) {
            pieces_[count_] = piece;
            keys_[count_++] = piece.form == Form::Words
                                  ? reinterpret_cast<Key>(piece.words.data())
                                  : Key(piece.form); // at such addresses lie no words
        }
        return *this;
    }
    // Words are kept, and known again, by where they lie: whole literals and nothing else.
    Line &operator<<(std::string_view words) {
        return words.empty() ? *this : *this << Piece{.words = words};
    }
    Line &operator<<(const char *words) { return *this << std::string_view(words); }
    Line &operator<<(const std::string &) = delete;

    size_t size() const { return count_; }
    void cut(size_t size) { count_ = size; }
    std::span<const Piece> pieces() const { return {pieces_.data(), count_}; }
    std::span<const Key> keys() const { return {keys_.data(), count_}; }

    std::string text(const SymbolTable *symbols) const;

private:
    static constexpr size_t kMost = 64;
    std::array<Piece, kMost> pieces_;
    std::array<Key, kMost> keys_;
    size_t count_ = 0;
};

constexpr Line::Piece decimal(uint64_t number) {
    return {.number = number, .form = Line::Form::Decimal};
}
constexpr Line::Piece hex(uint64_t number, uint8_t digits = 1) {
    return {.number = number, .form = Line::Form::Hex, .digits = digits};
}
constexpr Line::Piece hex8(uint32_t number) {
    return hex(number, 8);
}
constexpr Line::Piece placeAt(uint32_t address) { // as addressText()
    return {.number = address, .form = Line::Form::Address};
}

} // namespace lg
