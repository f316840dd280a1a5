// SPDX-License-Identifier: GPL-2.0-or-later
// Names of the module's counters and of the Host's features, for text and JSON.
#pragma once

#include "lguest_uapi.h"

#include <utility>

namespace lg {

struct CounterName {
    __u64 lg_counters::*member;
    const char *key;
    const char *text;
};

inline constexpr CounterName kCounters[] = {
    {&lg_counters::switches, "switches", "entries into the Guest"},
    {&lg_counters::reflected_fast, "reflectedFast", "traps reflected inside the Switcher"},
    {&lg_counters::reflected_slow, "reflectedSlow", "traps reflected by the run loop"},
    {&lg_counters::hypercalls, "hypercalls", "hypercalls"},
    {&lg_counters::async_hypercalls, "asyncHypercalls", "hypercalls from the ring"},
    {&lg_counters::page_faults, "pageFaults", "page faults served by the Host"},
    {&lg_counters::emulated, "emulated", "instructions done for the Guest"},
    {&lg_counters::irqs_delivered, "irqsDelivered", "interrupts delivered"},
    {&lg_counters::host_irqs, "hostIrqs", "stays ended by the Host's own interrupts"},
    {&lg_counters::nmis, "nmis", "NMIs"},
    {&lg_counters::machine_checks, "machineChecks", "machine checks"},
    {&lg_counters::halts, "halts", "halts"},
    {&lg_counters::notifies, "notifies", "notifications of devices"},
    {&lg_counters::fpu_loads, "fpuLoads", "times the FPU was handed over"},
    {&lg_counters::events_lost, "eventsLost", "events lost"},
};

inline constexpr std::pair<uint32_t, const char *> kHostFeatures[] = {
    {LG_HOST_PTI, "PTI"},
    {LG_HOST_SMAP, "SMAP"},
    {LG_HOST_SMEP, "SMEP"},
    {LG_HOST_PCID, "PCID"},
    {LG_HOST_UMIP, "UMIP"},
    {LG_HOST_BARRIER, "barrier"},
    {LG_HOST_RETURNS, "return stack"},
    {LG_HOST_BUFFERS, "VERW"},
};

} // namespace lg
