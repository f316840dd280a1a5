// SPDX-License-Identifier: GPL-2.0-or-later
// What a client uploads before it launches: segments and initrds, by the client's numbers.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <map>

namespace lg {

class Blobs {
public:
    explicit Blobs(uint64_t limitBytes) : limit_(limitBytes) {}

    // A Blob frame: a number, then bytes to append.
    Result<void> append(BytesView frame);
    // Takes the blob out; an Error when it has not this length.
    Result<Bytes> take(uint32_t id, uint64_t length);

private:
    const uint64_t limit_;
    uint64_t bytes_ = 0;
    std::map<uint32_t, Bytes> blobs_;
};

} // namespace lg
