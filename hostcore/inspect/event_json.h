// SPDX-License-Identifier: GPL-2.0-or-later
// Events for programs.
#pragma once

#include "inspect/symbols.h"
#include "lguest_uapi.h"

#include <nlohmann/json.hpp>

namespace lg {

nlohmann::ordered_json registersJson(const lg_event_regs &regs, const SymbolTable &symbols);
nlohmann::ordered_json eventJson(uint64_t number, const lg_event &event,
                                 const SymbolTable &symbols);
// On one line. A Guest's console may say anything, UTF-8 or not: what is not becomes U+FFFD.
std::string jsonLine(const nlohmann::ordered_json &json);

} // namespace lg
