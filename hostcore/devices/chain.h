// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes that lie in several pieces of a Guest's memory, as a chain of descriptors has them.
#pragma once

#include "base/bytes.h"

namespace lg {

using Pieces = std::vector<std::span<uint8_t>>;

// A Guest may say "all of my memory" in each descriptor: this is a large number.
uint64_t bytesOf(const Pieces &pieces);
// A copy of `count` bytes from `skip` on, or of as many as there are.
Bytes gather(const Pieces &pieces, uint64_t skip, size_t count);
// Writes the bytes at `skip`; what does not fit is left out.  Returns how many fitted.
size_t scatter(const Pieces &pieces, uint64_t skip, BytesView bytes);

} // namespace lg
