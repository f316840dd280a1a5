// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/text_search.h"

#include "base/number_text.h"

#include <algorithm>
#include <bit>

namespace lg {

namespace {

constexpr size_t kPlaces = 1 << 16;

uint64_t hashOf(const Line &line) {
    uint64_t hash = 0;
    for (const auto key : line.keys())
        hash = std::rotl(hash, 7) ^ key;
    return hash;
}

} // namespace

TextSearch::TextSearch(std::string_view text, const SymbolTable *symbols)
    : whole_(State{1} << std::min(text.size(), kLongest)), exact_(text.size() <= kLongest),
      symbols_(symbols), places_(kPlaces) {
    for (size_t i = 0; i < std::min(text.size(), kLongest); ++i) {
        const char c = text[i];
        at_[uint8_t(c)] |= State{1} << i;
        if (c >= 'a' && c <= 'z')
            at_[uint8_t(c - 'a' + 'A')] |= State{1} << i;
    }
    for (char c : std::string_view("0123456789abcdef"))
        digits_ |= at_[uint8_t(c)];
    if (symbols_ && !symbols_->empty()) {
        lowest_ = symbols_->all().front().address;
        highest_ = symbols_->highest();
    }
}

// Any number of such characters: all that can have been read then.
void TextSearch::readAny(Reading &reading, State characters) const {
    for (State before = 0; before != reading.now;) {
        before = reading.now;
        reading.now |= (reading.now & characters) << 1;
    }
    reading.ever |= reading.now;
}

// As addressText() may write it.
void TextSearch::readAnyPlace(Reading &reading) {
    readAny(reading, digits_);
    if (!symbols_ || symbols_->empty())
        return;
    if (!anyName_) {
        anyName_.emplace();
        for (const auto &symbol : symbols_->all()) {
            Reading one;
            read(one, symbol.name);
            anyName_->now |= one.now;
            read(one, "+0x");
            readAny(one, digits_);
            anyName_->now |= one.now;
            anyName_->ever |= one.ever;
        }
    }
    Reading name = reading;
    read(name, ' ');
    // Begun before the name: it may go on in it.
    reading.ever |= name.now == kNothing ? anyName_->ever : whole_;
    reading.now |= anyName_->now;
}

// As addressText() writes it.
void TextSearch::readPlace(Reading &reading, uint32_t address) {
    auto &place = places_[(address ^ address >> 16) % kPlaces];
    if (reading.now == kNothing && place.known && place.address == address) {
        reading.ever |= place.found ? whole_ : kNothing;
        return;
    }
    Reading here{reading.now, kNothing};
    read(here, NumberText(address, 16, 8).view());
    const auto hit = mayHaveName(address) ? symbols_->find(address) : std::nullopt;
    if (hit) {
        read(here, ' ');
        read(here, hit->name);
        if (hit->offset != 0) {
            read(here, "+0x");
            read(here, NumberText(hit->offset, 16, 1).view());
        }
    }
    // Not those that the text may go on behind, which are few; nor numbers without a name, which
    // are many, and as quickly read again.
    if (hit && reading.now == kNothing && (here.now == kNothing || found(here)))
        place = {address, true, found(here)};
    reading.now = here.now;
    reading.ever |= here.ever;
}

// Most numbers are far from all symbols.
bool TextSearch::mayHaveName(uint32_t address) const {
    const auto near = [this](uint32_t linked) { return linked >= lowest_ && linked <= highest_; };
    return near(address) || (symbols_ && near(address + symbols_->virtualOffset()));
}

TextSearch::Shape TextSearch::study(const Line &line) {
    Shape shape;
    shape.keys.assign(line.keys().begin(), line.keys().end());
    Reading least, most; // if numbers have nothing of the text, and if they have what is needed
    Reading words;
    shape.words.push_back({});
    for (const auto &piece : line.pieces()) {
        if (piece.form == Line::Form::Words) {
            read(least, piece.words);
            read(most, piece.words);
            read(words, piece.words);
            shape.words.back().text += piece.words;
            continue;
        }
        least.now = kNothing;
        if (piece.form == Line::Form::Address)
            readAnyPlace(most);
        else
            readAny(most, digits_);
        shape.words.back().end = words.now;
        shape.words.back().number = size_t(&piece - line.pieces().data());
        shape.words.push_back({});
        words = {};
    }
    using enum Shape::Answer;
    shape.answer = found(least) ? Always : found(most) ? Depends : Never;
    return shape;
}

const TextSearch::Shape &TextSearch::shapeOf(const Line &line) {
    auto &shape = shapes_[hashOf(line)];
    if (!std::ranges::equal(line.keys(), shape.keys))
        shape = study(line);
    return shape;
}

bool TextSearch::isInNumbers(const Shape &shape, const Line &line) {
    Reading reading;
    for (const auto &words : shape.words) {
        if (reading.now != kNothing)
            read(reading, words.text);
        else
            reading.now = words.end;
        if (&words == &shape.words.back())
            break;
        const auto &piece = line.pieces()[words.number];
        if (piece.form == Line::Form::Address)
            readPlace(reading, uint32_t(piece.number));
        else
            read(reading,
                 NumberText(piece.number, piece.form == Line::Form::Hex ? 16 : 10, piece.digits)
                     .view());
    }
    return found(reading);
}

bool TextSearch::isIn(const Line &line) {
    const auto &shape = shapeOf(line);
    return shape.answer == Shape::Answer::Depends ? isInNumbers(shape, line)
                                                  : shape.answer == Shape::Answer::Always;
}

} // namespace lg
