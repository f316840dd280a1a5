// SPDX-License-Identifier: GPL-2.0-or-later
// What the Guest printed, line by line, with the time of each.
#pragma once

#include <QByteArray>
#include <QString>

#include <cstdint>
#include <deque>

namespace ui {

// The time of what was printed before the Guest was saved: the clock was another.
constexpr uint64_t kBeforeSaving = 0;

struct ConsolePiece {
    uint64_t tsc;
    QByteArray bytes;
};

struct ConsoleLine {
    uint64_t tsc; // of its first letter
    QString text;
};

class ConsoleLog {
public:
    static constexpr size_t kLines = 20'000;
    static constexpr qsizetype kLongest = 1'000; // letters of a line that are kept

    void add(const ConsolePiece &piece);
    // The last line that had begun at that time and says something; null = there is none.
    const ConsoleLine *at(uint64_t tsc) const;
    // The line with this text that is nearest to the nth; the last one if there is no text.
    const ConsoleLine *find(const QString &text, qsizetype nth) const;
    const std::deque<ConsoleLine> &lines() const { return lines_; }
    bool complete() const { return dropped_ == 0; }

private:
    std::deque<ConsoleLine> lines_;
    size_t dropped_ = 0;
    bool open_ = false;   // the last line has no end yet
    bool escape_ = false; // within an escape sequence
};

} // namespace ui
