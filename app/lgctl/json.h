// SPDX-License-Identifier: GPL-2.0-or-later
// What lgctl prints with --json.
#pragma once

#include "inspect/stats.h"
#include "inspect/symbols.h"
#include "lguest_uapi.h"
#include "run_guest.h"

#include <nlohmann/json.hpp>

namespace lg {

using Json = nlohmann::ordered_json;

void printJson(const Json &json);

Json jsonOf(const lg_vcpu_state &state, const SymbolTable &symbols);
Json jsonOf(const lg_counters &counters);
Json jsonOf(const lg_switcher_info &switcher);
Json jsonOf(const lg_host_info &info);
Json jsonOf(const HostStatus &status);
Json jsonOf(const EventStats &stats, uint32_t tscKhz);

} // namespace lg
