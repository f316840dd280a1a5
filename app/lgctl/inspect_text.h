// SPDX-License-Identifier: GPL-2.0-or-later
// The state of a Guest for people.
#pragma once

#include "base/bytes.h"
#include "inspect/symbols.h"
#include "lguest_uapi.h"

#include <cstdio>
#include <span>
#include <string>

namespace lg {

void printRegisters(const lg_event_regs &regs, const SymbolTable &symbols);
void printState(const lg_vcpu_state &state, const SymbolTable &symbols);
// A column for each vCPU.
void printCounters(FILE *out, std::span<const lg_counters> counters);
void printSwitcher(const lg_switcher_info &switcher);
// Both sets of tables, and why they differ.
void printWalk(const lg_walk &walk, const std::string &why);
void printMemory(uint32_t address, BytesView bytes);

} // namespace lg
