// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a text is in the line about an event, asked of millions of events. What is found out
// about the words of a line is remembered, for they come again and again with other numbers: most
// texts are in them or can't be there whatever the numbers are, and of the others only the numbers
// are read.
#pragma once

#include "inspect/line.h"

#include <array>
#include <optional>
#include <unordered_map>
#include <vector>

namespace lg {

// Belongs to one thread; the symbols must outlive it.
class TextSearch {
public:
    // Lower case; in the line either case will do.
    TextSearch(std::string_view text, const SymbolTable *symbols);

    // False: of a text so long only the beginning is looked for.
    bool isExact() const { return exact_; }
    bool isIn(const Line &line);

private:
    // Bit n: the last n characters that were read are the first n of the text. (The method is
    // known as Shift-And; a set of characters is read as easily as one.)
    using State = uint64_t;
    static constexpr State kNothing = 1; // read so far, or of the text
    static constexpr size_t kLongest = 63;

    struct Reading {
        State now = kNothing, ever = kNothing;
    };

    struct Shape {
        std::vector<Line::Key> keys; // which lines are of this shape
        enum class Answer { Never, Always, Depends } answer = Answer::Never;
        // If it depends: the words before each number, and behind the last one.
        struct Words {
            std::string text;
            State end;     // when all is read, and nothing was before it
            size_t number; // which piece comes next
        };
        std::vector<Words> words;
    };

    struct Place {
        uint32_t address;
        bool known, found; // that it is in the address's text, or nothing of it at the end
    };

    void read(Reading &reading, char c) const {
        reading.now = (reading.now & at_[uint8_t(c)]) << 1 | kNothing;
        reading.ever |= reading.now;
    }
    void read(Reading &reading, std::string_view text) const {
        for (char c : text)
            read(reading, c);
    }
    bool found(const Reading &reading) const { return reading.ever & whole_; }
    void readAny(Reading &reading, State characters) const;
    void readAnyPlace(Reading &reading);
    void readPlace(Reading &reading, uint32_t address);
    bool mayHaveName(uint32_t address) const;

    const Shape &shapeOf(const Line &line);
    Shape study(const Line &line);
    bool isInNumbers(const Shape &shape, const Line &line);

    std::array<State, 256> at_ = {}; // bit n: the text's character n is this one
    State whole_, digits_ = 0;
    bool exact_;
    const SymbolTable *symbols_;
    uint32_t lowest_ = 1, highest_ = 0; // addresses with a name, as linked
    std::optional<Reading> anyName_;    // whatever symbol is read from the start of its name
    std::unordered_map<uint64_t, Shape> shapes_;
    std::vector<Place> places_;
};

} // namespace lg
