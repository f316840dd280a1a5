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
        union {
            const char *begin; // of words
            uint64_t number;
        };
        uint32_t length = 0; // of words
        Form form = Form::Words;
        uint8_t digits = 1; // of a number, at least so many

        std::string_view words() const { return {begin, length}; }
    };

    class Writer;

    std::span<const Piece> pieces() const { return {pieces_.data(), count_}; }
    // The same for lines that differ in their numbers only. (That two of the few thousand others
    // share all 64 bits is left out of account.)
    uint64_t shape() const { return shape_; }

    std::string text(const SymbolTable *symbols) const;

private:
    static constexpr size_t kMost = 64;
    std::array<Piece, kMost> pieces_;
    size_t count_ = 0;
    uint64_t shape_ = 0;
};

// Writes a line anew; it is there when the writer is gone. (Apart from the line, so that a
// compiler keeps in registers how far it is.)
class Line::Writer {
public:
    explicit Writer(Line &line) : line_(line) {}
    ~Writer() {
        line_.count_ = now_.count;
        line_.shape_ = now_.shape;
    }
    Writer(const Writer &) = delete;
    Writer &operator=(const Writer &) = delete;

    Writer &operator<<(const Piece &piece) {
        // The longest line has half of them.
        if (now_.count == kMost)
            return *this;
        line_.pieces_[now_.count++] = piece;
        // No words lie at an address so small.
        const auto key = piece.form == Form::Words
                             ? uint64_t(reinterpret_cast<uintptr_t>(piece.begin))
                             : uint64_t(piece.form);
        now_.shape = (now_.shape ^ key) * 0x9e3779b97f4a7c15;
        return *this;
    }
    // Words are known again by where they lie: whole literals and nothing else.
    Writer &operator<<(std::string_view words) {
        if (words.empty())
            return *this;
        const auto length = uint32_t(words.size());
        // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): its length is told
        return *this << Piece{.begin = words.data(), .length = length};
    }
    template <size_t N>
    Writer &operator<<(const char (&words)[N]) {
        return *this << std::string_view(words, N - 1);
    }
    Writer &operator<<(const std::string &) = delete;

    struct Mark {
        size_t count = 0;
        uint64_t shape = 0;
    };
    Mark mark() const { return now_; }
    bool hasAny(const Mark &since) const { return now_.count != since.count; }
    void cut(const Mark &back) { now_ = back; }

private:
    Line &line_;
    Mark now_;
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
