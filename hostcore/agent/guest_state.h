// SPDX-License-Identifier: GPL-2.0-or-later
// Requests about the whole of a Guest: to save it, to restore it, for a snapshot of it.
#pragma once

#include "machine/machine.h"
#include "wire/cbor.h"

namespace lg {

// Nothing: it is another kind of request.
std::optional<Result<wire::Json>> answerSaving(const std::string &op, Machine &machine,
                                               MachineSpec &spec, const wire::Json &request);
std::optional<Result<wire::Json>> answerSnapshot(const std::string &op, Machine &machine,
                                                 const wire::Json &request);

} // namespace lg
