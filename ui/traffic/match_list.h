// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace ui {

// Which events a filter lets through: growing numbers, of which ten million are to fit, so that
// one takes two bytes.
class MatchList {
public:
    size_t size() const { return static_cast<size_t>(end_ - gone_); }
    uint64_t at(size_t row) const;
    // The first row with this number or a later one; size() when there is none.
    size_t rowFrom(uint64_t number) const;

    // Each larger than all before.
    void append(std::span<const uint64_t> numbers);
    void dropFront(size_t rows);
    void clear() { *this = {}; }

private:
    // Numbers that differ in their low 16 bits only.
    struct Run {
        uint64_t high;   // the others
        uint64_t before; // matches before it, dropped ones included
        std::vector<uint16_t> low;
    };

    std::deque<Run> runs_;
    uint64_t gone_ = 0, end_ = 0;
};

} // namespace ui
