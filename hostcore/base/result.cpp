// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/result.h"

#include <cerrno>
#include <cstring>

namespace lg {

Error errnoError(const std::string &what) {
    return {what + ": " + std::strerror(errno)};
}

} // namespace lg
