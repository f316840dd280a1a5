// SPDX-License-Identifier: GPL-2.0-or-later
#include "console_log.h"

#include <algorithm>
#include <cstdlib>

namespace ui {

void ConsoleLog::add(const ConsolePiece &piece) {
    for (const char c : piece.bytes) {
        if (escape_) { // colours and the like end with a letter
            escape_ = (c < '@' || c == '[') && c >= ' ';
            continue;
        }
        if (c == '\n') {
            if (!open_)
                lines_.push_back({piece.tsc, {}});
            open_ = false;
        } else if (c == '\x1b') {
            escape_ = true;
        } else if (static_cast<unsigned char>(c) >= ' ') {
            if (!open_)
                lines_.push_back({piece.tsc, {}});
            open_ = true;
            if (lines_.back().text.size() < kLongest)
                lines_.back().text += QChar::fromLatin1(c);
        }
        while (lines_.size() > kLines) {
            lines_.pop_front();
            ++dropped_;
        }
    }
}

const ConsoleLine *ConsoleLog::at(uint64_t tsc) const {
    auto after = std::upper_bound(
        lines_.begin(), lines_.end(), tsc,
        [](uint64_t wanted, const ConsoleLine &line) { return wanted < line.tsc; });
    while (after != lines_.begin())
        if (--after; !after->text.trimmed().isEmpty())
            return &*after;
    return nullptr;
}

const ConsoleLine *ConsoleLog::find(const QString &text, qsizetype nth) const {
    const ConsoleLine *best = nullptr;
    qsizetype distance = 0;
    for (size_t i = 0; i < lines_.size(); ++i) {
        const ConsoleLine &line = lines_[i];
        if (line.text.trimmed().isEmpty() || !line.text.contains(text))
            continue;
        const qsizetype away = std::abs(static_cast<qsizetype>(i + dropped_) - nth);
        if (!best || text.isEmpty() || nth < 0 || away < distance) {
            best = &line;
            distance = away;
        }
    }
    return best;
}

} // namespace ui
