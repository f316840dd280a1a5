// SPDX-License-Identifier: GPL-2.0-or-later
// What goes over a Guest's network card, judged in one place (virtio 1.0, 5.1.6).
#pragma once

#include "base/bytes.h"

namespace lg {

// An Ethernet frame without its checksum, with room for a VLAN tag.
constexpr size_t kMinEthernetBytes = 14, kMaxEthernetBytes = 1518;
// The header before each frame; its last two bytes came with virtio 1.0.
constexpr size_t kNetHeaderBytes = 12, kLegacyNetHeaderBytes = 10;

bool netFrameOk(BytesView frame);
// No offload was offered: a header that asks for one is a mistake.
bool netHeaderOk(BytesView header);

} // namespace lg
