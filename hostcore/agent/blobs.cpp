// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/blobs.h"

namespace lg {

Result<void> Blobs::append(BytesView frame) {
    if (frame.size() < sizeof(uint32_t))
        return Error{"an upload has no number"};
    auto bytes = frame.subspan(sizeof(uint32_t));
    if (bytes.size() > limit_ - bytes_)
        return Error{"too much is uploaded: the limit is " + std::to_string(limit_ >> 20) + " MB"};
    auto &blob = blobs_[loadAt<uint32_t>(frame, 0)];
    blob.insert(blob.end(), bytes.begin(), bytes.end());
    bytes_ += bytes.size();
    return {};
}

Result<Bytes> Blobs::take(uint32_t id, uint64_t length) {
    auto node = blobs_.extract(id);
    Bytes blob = node ? std::move(node.mapped()) : Bytes();
    bytes_ -= blob.size();
    if (blob.size() != length)
        return Error{"an upload is not complete"};
    return blob;
}

} // namespace lg
