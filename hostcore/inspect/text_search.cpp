// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/text_search.h"

#include "base/number_text.h"

#include <algorithm>
#include <bit>

namespace lg {

namespace {

constexpr size_t kPlaces = 1 << 16; // so that place and high half are an address
constexpr int kShapeBits = 12;

// The number that looks in hexadecimal as this one does in decimal.
constexpr uint64_t twoDigits(uint32_t number) {
    return number + number / 10 * 6;
}
constexpr uint64_t fourDigits(uint32_t number) {
    return twoDigits(number / 100) << 8 | twoDigits(number % 100);
}
static_assert(fourDigits(9042) == 0x9042);

} // namespace

TextSearch::TextSearch(std::string_view text, const SymbolTable *symbols)
    : whole_(State{1} << std::min(text.size(), kLongest)), exact_(text.size() <= kLongest),
      symbols_(symbols), shapes_(size_t{1} << kShapeBits), places_(kPlaces) {
    for (size_t i = 0; i < std::min(text.size(), kLongest); ++i) {
        const char c = text[i];
        at_[uint8_t(c)] |= State{1} << i;
        if (c >= 'a' && c <= 'z')
            at_[uint8_t(c - 'a' + 'A')] |= State{1} << i;
    }
    static constexpr std::string_view kDigits = "0123456789abcdef";
    for (char c : kDigits) {
        digits_ |= at_[uint8_t(c)];
        decimals_ |= c <= '9' ? at_[uint8_t(c)] : 0;
    }
    for (size_t i = 0; i < pairs_.size(); ++i) {
        const State first = at_[uint8_t(kDigits[i / 16])], second = at_[uint8_t(kDigits[i % 16])];
        pairs_[i] = {first, first & second >> 1, (second & kNothing) << 1 | kNothing};
    }
    if (symbols_ && !symbols_->empty()) {
        lowest_ = symbols_->all().front().address;
        named_ = symbols_->highest() - lowest_;
        offset_ = symbols_->virtualOffset();
    }
}

void TextSearch::readHex(Reading &reading, uint64_t number, int digits) const {
    digits = std::max(digits, (std::bit_width(number) + 3) / 4);
    if (digits % 2)
        read(reading, "0123456789abcdef"[number >> 4 * --digits & 15]);
    for (; digits > 0; digits -= 2)
        read(reading, pairs_[number >> 4 * (digits - 2) & 255]);
}

void TextSearch::readDecimal(Reading &reading, uint64_t number) const {
    if (number >= 10'000'000'000'000'000)
        return read(reading, NumberText(number, 10, 1).view());
    uint64_t sameInHex = 0;
    for (int shift = 0; number != 0; shift += 16, number /= 10'000)
        sameInHex |= fourDigits(uint32_t(number % 10'000)) << shift;
    readHex(reading, sameInHex, 1);
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

// As addressText() writes an address that may have a name.
void TextSearch::readNamed(Reading &reading, uint32_t address) {
    const auto high = uint16_t(address >> 16);
    auto &place = places_[(address ^ high) % kPlaces];
    if (reading.now == kNothing && place.then != 0 && place.high == high) {
        reading.now = place.then & ~Place::kFound;
        reading.ever |= place.then & Place::kFound ? whole_ : kNothing;
        return;
    }
    Reading here{reading.now, kNothing};
    readHex8(here, address);
    if (const auto hit = symbols_ ? symbols_->find(address) : std::nullopt) {
        read(here, ' ');
        read(here, hit->name);
        if (hit->offset != 0) {
            read(here, "+0x");
            readHex(here, hit->offset, 1);
        }
    }
    if (reading.now == kNothing && here.now < Place::kFound)
        place = {high, uint16_t(here.now | (found(here) ? Place::kFound : 0))};
    reading.now = here.now;
    reading.ever |= here.ever;
}

// Whether a number, whatever it is, changes what is found in it and in the words behind it.
bool TextSearch::numberMatters(const Reading &most, const Reading &words) const {
    return found(most) || most.now != words.now;
}

TextSearch::Shape TextSearch::study(const Line &line) {
    Shape shape;
    shape.shape = line.shape();
    Reading least;    // if numbers have nothing of the text,
    Reading most;     // and if they have what is needed: from the last number on,
    bool any = false; // and whether it was found before that
    Reading words;    // since the last number
    shape.words.push_back({});
    const auto endOfWords = [&] {
        if (shape.words.size() > 1)
            shape.words.rbegin()[1].matters = numberMatters(most, words);
        shape.words.back().end = words.now;
        any = any || found(most);
    };
    for (const auto &piece : line.pieces()) {
        if (piece.form == Line::Form::Words) {
            read(least, piece.words());
            read(most, piece.words());
            read(words, piece.words());
            shape.words.back().text += piece.words();
            continue;
        }
        endOfWords();
        least.now = kNothing;
        most.ever = kNothing;
        if (piece.form == Line::Form::Address)
            readAnyPlace(most);
        else
            readAny(most, piece.form == Line::Form::Hex ? digits_ : decimals_);
        shape.words.back().number = size_t(&piece - line.pieces().data());
        shape.words.push_back({});
        words = {};
    }
    endOfWords();
    using enum Shape::Answer;
    shape.answer = found(least) ? Always : any ? Depends : Never;
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
        if (!words.matters)
            reading.now = kNothing;
        else if (piece.form == Line::Form::Decimal)
            readDecimal(reading, piece.number);
        else if (piece.form == Line::Form::Hex && piece.digits != 8)
            readHex(reading, piece.number, piece.digits);
        else if (piece.form == Line::Form::Hex || !mayHaveName(uint32_t(piece.number)))
            readHex8(reading, uint32_t(piece.number));
        else
            readNamed(reading, uint32_t(piece.number));
    }
    return found(reading);
}

bool TextSearch::isIn(const Line &line) {
    auto &shape = shapes_[line.shape() >> (64 - kShapeBits)];
    if (shape.shape != line.shape() || shape.words.empty()) [[unlikely]]
        shape = study(line);
    return shape.answer == Shape::Answer::Depends ? isInNumbers(shape, line)
                                                  : shape.answer == Shape::Answer::Always;
}

} // namespace lg
