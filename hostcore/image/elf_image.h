// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "image/image.h"

namespace lg {

constexpr char kNot32Bit[] = "is a 64-bit kernel; an lguest Guest is a 32-bit one";

bool looksLikeElf(BytesView file);
Result<Image> parseElf(BytesView file, const std::string &name);

bool looksLikeBzImage(BytesView file);
Result<Image> parseBzImage(BytesView file, const std::string &name);

} // namespace lg
