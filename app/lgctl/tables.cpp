// SPDX-License-Identifier: GPL-2.0-or-later
#include "tables.h"

#include <algorithm>
#include <vector>

namespace lg {

void printEventTable(FILE *out, const std::map<std::string, EventCount> &counts, uint32_t tscKhz) {
    std::vector<std::pair<std::string, EventCount>> rows(counts.begin(), counts.end());
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto &a, const auto &b) { return a.second.count > b.second.count; });
    double scale = tscKhz ? 1e3 / tscKhz : 1;
    const char *unit = tscKhz ? "us" : "ticks";
    std::fprintf(out, "%12s %14s %12s %12s  event\n", "count",
                 (std::string("total ") + unit).c_str(), (std::string("mean ") + unit).c_str(),
                 (std::string("max ") + unit).c_str());
    for (const auto &[name, c] : rows)
        std::fprintf(out, "%12llu %14.1f %12.2f %12.2f  %s\n",
                     static_cast<unsigned long long>(c.count), double(c.ticks) * scale,
                     double(c.ticks) * scale / double(c.count), double(c.longest) * scale,
                     name.c_str());
}

} // namespace lg
