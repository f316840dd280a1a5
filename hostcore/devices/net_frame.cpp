// SPDX-License-Identifier: GPL-2.0-or-later
#include "devices/net_frame.h"

namespace lg {

bool netFrameOk(BytesView frame) {
    return frame.size() >= kMinEthernetBytes && frame.size() <= kMaxEthernetBytes;
}

bool netHeaderOk(BytesView header) {
    constexpr uint8_t kNeedsChecksum = 1, kNoSegments = 0;
    return header.size() >= kLegacyNetHeaderBytes && !(header[0] & kNeedsChecksum) &&
           header[1] == kNoSegments;
}

} // namespace lg
