// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/text.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace lg {

std::string textf(const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    // Nearly all texts fit; millions of events are put into words.
    char room[256];
    const int length = std::vsnprintf(room, sizeof room, format, arguments);
    va_end(arguments);
    std::string text(room, length > 0 ? std::min(size_t(length), sizeof room - 1) : 0);
    if (length >= int(sizeof room)) {
        text.resize(size_t(length));
        std::vsnprintf(text.data(), text.size() + 1, format, again);
    }
    va_end(again);
    return text;
}

} // namespace lg
