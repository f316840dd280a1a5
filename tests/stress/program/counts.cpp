// SPDX-License-Identifier: GPL-2.0-or-later
#include "counts.h"

#include "base/file.h"
#include "machine/machine.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

using namespace lg;

namespace {

constexpr auto kSettle = std::chrono::milliseconds(400);

// "Name:   123 kB" of /proc/meminfo, "name 123" of /proc/vmstat.
uint64_t numberIn(const char *file, const std::string &name) {
    std::ifstream in(file);
    std::string word;
    uint64_t number = 0;
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(name) && std::sscanf(line.c_str(), "%*s %lu", &number) == 1)
            return number;
    return 0;
}

// Free pages that wait on a processor's own list are not in MemFree: "count: 12" of each in
// /proc/zoneinfo.
uint64_t waitingKiB() {
    std::ifstream in("/proc/zoneinfo");
    uint64_t pages = 0, some = 0;
    for (std::string line; std::getline(in, line);)
        if (std::sscanf(line.c_str(), " count: %lu", &some) == 1)
            pages += some;
    return pages * 4;
}

} // namespace

Counts count() {
    std::ofstream("/proc/sys/vm/drop_caches") << "3\n";
    std::this_thread::sleep_for(kSettle);
    Counts counts;
    if (auto info = hostInfo())
        counts.guests = info->guests;
    counts.pinnedPages = numberIn("/proc/vmstat", "nr_foll_pin_acquired") -
                         numberIn("/proc/vmstat", "nr_foll_pin_released");
    counts.slabKiB = numberIn("/proc/meminfo", "SUnreclaim:");
    counts.vmallocKiB = numberIn("/proc/meminfo", "VmallocUsed:");
    counts.tablesKiB = numberIn("/proc/meminfo", "PageTables:");
    counts.freeKiB = numberIn("/proc/meminfo", "MemFree:") + waitingKiB();
    return counts;
}

std::string Counts::text() const {
    char text[200];
    std::snprintf(text, sizeof text,
                  "%lu guests, %lu pages pinned, slab %lu KiB, vmalloc %lu KiB, page tables %lu "
                  "KiB, free %lu KiB",
                  guests, pinnedPages, slabKiB, vmallocKiB, tablesKiB, freeKiB);
    return text;
}

Result<void> compare(const Counts &before, const Counts &after, uint64_t littleKiB) {
    bool good = after.guests == before.guests && after.pinnedPages == before.pinnedPages &&
                after.slabKiB <= before.slabKiB + littleKiB &&
                after.vmallocKiB <= before.vmallocKiB + littleKiB &&
                after.tablesKiB <= before.tablesKiB + littleKiB &&
                after.freeKiB + littleKiB >= before.freeKiB;
    if (good)
        return {};
    return Error{"something is missing. Before: " + before.text() + "; after: " + after.text()};
}
