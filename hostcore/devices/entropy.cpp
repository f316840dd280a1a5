// SPDX-License-Identifier: GPL-2.0-or-later
#include "devices/entropy.h"

#include "devices/chain.h"

#include <algorithm>
#include <sys/random.h>

namespace lg {

Result<bool> EntropyDevice::service(unsigned /*index*/, VirtQueue &queue) {
    bool did = false;
    for (unsigned i = 0; i < queue.count(); ++i) {
        auto popped = queue.pop();
        if (!popped)
            return Error{"entropy: " + popped.message()};
        const std::optional<VirtChain> &chain = *popped;
        if (!chain)
            break;
        if (!chain->readable.empty())
            return Error{"entropy: the Guest offers a buffer that can't be written to"};
        uint8_t random[kMostBytes];
        size_t wanted = size_t(std::min<uint64_t>(bytesOf(chain->writable), sizeof random));
        ssize_t got = getrandom(random, wanted, 0);
        if (got < 0)
            return Error{errnoError("entropy: the Host has none").message};
        queue.push(*chain, uint32_t(scatter(chain->writable, 0, {random, size_t(got)})));
        did = true;
    }
    return did && queue.wantsInterrupt();
}

} // namespace lg
