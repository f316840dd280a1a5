// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/machine_state.h"

#include "wire/cbor.h"

namespace lg {

namespace {

using wire::Json;
using wire::listJson;
using wire::takeList;

constexpr size_t kMaxFunctions = 64, kMaxQueues = 128;

} // namespace

Bytes encodeState(const MachineState &state) {
    return wire::encodeMessage({{"version", LG_SAVED_VERSION},
                                {"guest", wire::structJson(state.guest)},
                                {"vcpus", listJson(state.vcpus)},
                                {"lguestQueues", listJson(state.lguestQueues)},
                                {"pciAddress", state.pci.address},
                                {"pciFunctions", listJson(state.pci.functions)},
                                {"pciQueues", listJson(state.pci.queues)},
                                {"typed", Json::binary(state.typed)}});
}

Result<MachineState> decodeState(BytesView bytes) {
    auto message = wire::decodeMessage(bytes);
    if (!message)
        return message.error();
    if (wire::numberField(*message, "version") != LG_SAVED_VERSION)
        return Error{"the saved Guest is of another version of the module"};
    MachineState state;
    auto guest = wire::structField<lg_saved_guest>(*message, "guest");
    if (!guest)
        return guest.error();
    state.guest = *guest;
    state.pci.address = uint32_t(wire::numberField(*message, "pciAddress"));
    if (!takeList(*message, "vcpus", LG_VCPUS_MAX, state.vcpus) ||
        !takeList(*message, "lguestQueues", kMaxQueues, state.lguestQueues) ||
        !takeList(*message, "pciFunctions", kMaxFunctions, state.pci.functions) ||
        !takeList(*message, "pciQueues", kMaxQueues, state.pci.queues))
        return Error{"the saved Guest's state is damaged"};
    auto typed = wire::bytesField(*message, "typed");
    state.typed.assign(typed.begin(), typed.end());
    return state;
}

} // namespace lg
