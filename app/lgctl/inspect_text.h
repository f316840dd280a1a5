// SPDX-License-Identifier: GPL-2.0-or-later
// The state of a Guest for people.
#pragma once

#include "inspect/symbols.h"
#include "lguest_uapi.h"

namespace lg {

void printRegisters(const lg_event_regs &regs, const SymbolTable &symbols);
void printState(const lg_vcpu_state &state, const SymbolTable &symbols);
void printCounters(const lg_counters &counters);
void printSwitcher(const lg_switcher_info &switcher);

} // namespace lg
