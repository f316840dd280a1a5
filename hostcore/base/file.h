// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <string>

namespace lg {

// An ordinary file, whole.  `what` names it in errors: "the image", "the initrd".
Result<Bytes> readWholeFile(const std::string &path, const std::string &what, uint64_t limit);

} // namespace lg
