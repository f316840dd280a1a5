// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a text is in the line about an event, asked of millions of events. What is found out
// about the words of a line is remembered, for they come again and again with other numbers: most
// texts are in them or can't be there whatever the numbers are, and of the others only the numbers
// are read.
#pragma once

#include "inspect/line.h"

#include <array>
#include <optional>
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
        uint64_t shape = 0; // of which lines
        enum class Answer { Never, Always, Depends } answer = Answer::Never;
        // If it depends: the words before each number, and behind the last one.
        struct Words {
            std::string text;
            State end;     // when all is read, and nothing was before it
            size_t number; // which piece comes next
            bool matters;  // it may have some of the text
        };
        std::vector<Words> words; // none: nothing is known yet
    };

    // Two digits at once.
    struct Pair {
        State first, both, from; // from: read if nothing was before them
    };

    // What is known of an address; the rest of it is where this stands.
    struct Place {
        uint16_t high;
        uint16_t then; // what is read behind it, if nothing was before; 0: not known
        static constexpr uint16_t kFound = 0x8000;
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
    void read(Reading &reading, const Pair &pair) const {
        reading.ever |= (reading.now & pair.first) << 1;
        reading.now = (reading.now & pair.both) << 2 | pair.from;
        reading.ever |= reading.now;
    }
    // As NumberText writes them.
    void readHex8(Reading &reading, uint32_t number) const {
        read(reading, pairs_[number >> 24]);
        read(reading, pairs_[number >> 16 & 255]);
        read(reading, pairs_[number >> 8 & 255]);
        read(reading, pairs_[number & 255]);
    }
    void readHex(Reading &reading, uint64_t number, int digits) const;
    void readDecimal(Reading &reading, uint64_t number) const;
    void readAny(Reading &reading, State characters) const;
    void readAnyPlace(Reading &reading);
    void readNamed(Reading &reading, uint32_t address);
    // Most numbers are far from all symbols.
    bool mayHaveName(uint32_t address) const {
        return address - lowest_ <= named_ || address + offset_ - lowest_ <= named_;
    }

    Shape study(const Line &line);
    bool numberMatters(const Reading &most, const Reading &words) const;
    bool isInNumbers(const Shape &shape, const Line &line);

    std::array<State, 256> at_ = {}; // bit n: the text's character n is this one
    std::array<Pair, 256> pairs_;
    State whole_, digits_ = 0, decimals_ = 0;
    bool exact_;
    const SymbolTable *symbols_;
    // Addresses with a name, as linked: the lowest, and how far the last one is from it.
    uint32_t lowest_ = 0, named_ = 0, offset_ = 0;
    std::optional<Reading> anyName_; // whatever symbol is read from the start of its name
    std::vector<Shape> shapes_;      // each where its hash says, if no other came later
    std::vector<Place> places_;
};

} // namespace lg
