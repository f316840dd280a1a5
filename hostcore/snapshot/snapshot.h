// SPDX-License-Identifier: GPL-2.0-or-later
// What a Guest looked like at one moment: its vCPUs, its memory, the tables that the processor
// saw.  The memory is told as what differs from the snapshot before, and lies in a recording, as
// the tables do; they are numbered through there.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "lguest_uapi.h"
#include "machine/machine_state.h"

#include <string>
#include <vector>

namespace lg {

struct Snapshot {
    uint64_t tsc = 0;
    std::string why; // "start", "end", or what somebody called it
    std::vector<lg_vcpu_state> vcpus;
    std::vector<lg_switcher_info> switchers; // of each vCPU
    bool changes = false;                    // else all pages that are not zero are told
    std::vector<uint32_t> pages, zeros;      // growing; what they hold now, or that it is zero
    uint64_t firstPage = 0;                  // of those that lie in the file
    uint64_t firstShadow = 0, shadowCount = 0;
};

Bytes encodeSnapshot(const Snapshot &snapshot);
// Checks the shape of it and that pages grow; where they lie is the reader's to check.
Result<Snapshot> decodeSnapshot(BytesView bytes);

} // namespace lg
