// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "image/image.h"

namespace lg {

bool looksLikeElf(BytesView file);
Result<Image> parseElf(BytesView file, const std::string &name);

bool looksLikeBzImage(BytesView file);
Result<Image> parseBzImage(BytesView file, const std::string &name);

} // namespace lg
