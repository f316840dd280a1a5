// SPDX-License-Identifier: GPL-2.0-or-later
#include "json.h"

#include "counters.h"
#include "inspect/describe.h"
#include "inspect/event_json.h"

#include <cstdio>

namespace lg {

namespace {

Json countsJson(const std::map<std::string, EventCount> &counts, uint32_t tscKhz) {
    Json result = Json::object();
    for (const auto &[name, count] : counts) {
        Json entry = {
            {"count", count.count}, {"ticks", count.ticks}, {"longestTicks", count.longest}};
        if (tscKhz != 0)
            entry["us"] = double(count.ticks) * 1e3 / tscKhz;
        result[name] = std::move(entry);
    }
    return result;
}

Json pair(const lg_descriptor &d) {
    return Json::array({d.low, d.high});
}

} // namespace

void printJson(const Json &json) {
    // A Guest's console may say anything, UTF-8 or not.
    std::puts(json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

Json jsonOf(const lg_vcpu_state &s, const SymbolTable &symbols) {
    Json gdt = Json::array(), idt = Json::array();
    for (int i = 0; i < LGUEST_GDT_ENTRIES; ++i) {
        const auto &asked = s.gdt_asked[i], &installed = s.gdt_installed[i];
        if (asked.low || asked.high || installed.low || installed.high)
            gdt.push_back({{"entry", i},
                           {"asked", pair(asked)},
                           {"askedText", descriptorText(asked)},
                           {"installed", pair(installed)},
                           {"installedText", descriptorText(installed)}});
    }
    for (int i = 0; i < LGUEST_IDT_ENTRIES; ++i) {
        const auto &asked = s.idt_asked[i];
        if (asked.low || asked.high)
            idt.push_back({{"vector", i},
                           {"asked", pair(asked)},
                           {"askedText", gateText(asked, &symbols)},
                           {"installedText", gate64Text(s.idt_installed[i])}});
    }
    Json waiting = Json::object();
    for (int line = 0; line < LGUEST_IRQS; ++line)
        if (s.irq_pending >> line & 1)
            waiting[std::to_string(line)] = s.irq_since_ns[line];
    return {
        {"vcpu", s.vcpu},
        {"dead", s.dead},
        {"reason", s.dead ? s.reason : ""},
        {"registers", registersJson(s.regs, symbols)},
        {"trap", {{"number", s.trapnum}, {"errcode", s.errcode}}},
        {"interrupts",
         {{"enabled", s.irq_enabled != 0},
          {"pending", s.irq_pending},
          {"blocked", s.irq_blocked},
          {"told", s.irq_told != 0},
          {"waitingNs", std::move(waiting)},
          {"timerArmed", s.timer_armed != 0},
          {"timerNs", s.timer_ns}}},
        {"halted", s.halted != 0},
        {"stopped", s.stopped != 0},
        {"stack", {{"ss1", s.ss1}, {"esp1", s.esp1}, {"pages", s.stack_pages}}},
        {"started", s.started != 0},
        {"pagingLevels", s.paging},
        {"lguestData", s.lguest_data},
        {"kernelAddress", s.kernel_address},
        {"shadow", {{"roots", s.shadow_roots}, {"pages", s.shadow_pages}, {"held", s.held_pages}}},
        {"gdt", std::move(gdt)},
        {"idt", std::move(idt)}};
}

Json jsonOf(const lg_counters &counters) {
    Json result = Json::object();
    for (const auto &counter : kCounters)
        result[counter.key] = counters.*counter.member;
    return result;
}

Json jsonOf(const lg_switcher_info &s) {
    Json pages = Json::array();
    for (uint32_t i = 0; i < s.count && i < LG_SWITCHER_MAX_PAGES; ++i) {
        const auto &page = s.pages[i];
        pages.push_back({{"address", page.address},
                         {"pfn", page.pfn},
                         {"what", switcherPageName(page.what)},
                         {"host", page.host},
                         {"guest", page.guest}});
    }
    return {{"area", s.area},
            {"areaBytes", s.area_bytes},
            {"text", s.text},
            {"textBytes", s.text_bytes},
            {"pages", std::move(pages)}};
}

Json jsonOf(const lg_host_info &info) {
    Json features = Json::array();
    for (const auto &[bit, name] : kHostFeatures)
        if (info.features & bit)
            features.push_back(name);
    return {{"version", info.version},
            {"kernel", std::string(info.kernel, strnlen(info.kernel, sizeof info.kernel))},
            {"guests", info.guests},
            {"vcpusMax", info.vcpus_max},
            {"tscKhz", info.tsc_khz},
            {"pagingLevels", info.paging_levels},
            {"features", std::move(features)}};
}

Json jsonOf(const HostStatus &status) {
    return {{"agent", status.agent},
            {"kernel", status.kernel},
            {"module", status.module},
            {"moduleProblem", status.moduleProblem},
            {"sandbox", status.sandbox},
            {"cpus", status.cpus},
            {"memoryTotal", status.memoryTotal},
            {"memoryFree", status.memoryFree},
            {"host", jsonOf(status.info)},
            {"log", status.log}};
}

Json jsonOf(const EventStats &stats, uint32_t tscKhz) {
    return {{"total", stats.total()},
            {"kinds", countsJson(stats.byKind(), tscKhz)},
            {"codes", countsJson(stats.byCode(), tscKhz)}};
}

} // namespace lg
