// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect_text.h"

#include "base/text.h"
#include "counters.h"
#include "inspect/describe.h"
#include "inspect/differences.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace lg {

namespace {

void printGdt(const lg_vcpu_state &s) {
    std::puts("GDT, as the Guest asked for it and as it is installed");
    for (int i = 0; i < LGUEST_GDT_ENTRIES; ++i) {
        const auto &asked = s.gdt_asked[i], &installed = s.gdt_installed[i];
        if (!asked.low && !asked.high && !installed.low && !installed.high)
            continue;
        std::printf("  %2d  asked      %08x:%08x  %s\n", i, asked.high, asked.low,
                    descriptorText(asked).c_str());
        if (std::memcmp(&asked, &installed, sizeof asked) != 0)
            std::printf("      installed  %08x:%08x  %s\n      because    %s\n", installed.high,
                        installed.low, descriptorText(installed).c_str(),
                        gdtDifference(unsigned(i), asked, installed).c_str());
    }
}

void printIdt(const lg_vcpu_state &s, const SymbolTable &symbols) {
    std::puts("IDT, as the Guest asked for it and as it is installed");
    bool any = false;
    for (int i = 0; i < LGUEST_IDT_ENTRIES; ++i) {
        if (!s.idt_asked[i].low && !s.idt_asked[i].high)
            continue;
        any = true;
        std::printf("  %3d %-7s asked      %s\n", i, std::string(vectorMnemonic(i)).c_str(),
                    gateText(s.idt_asked[i], &symbols).c_str());
        std::printf("              installed  %s\n", gate64Text(s.idt_installed[i]).c_str());
        std::printf("              because    %s\n",
                    gateDifference(unsigned(i), s.idt_asked[i], s.idt_installed[i]).c_str());
    }
    if (!any)
        std::puts("  the Guest has asked for no gate");
}

const char *pagingText(uint32_t levels) {
    return levels == 0 ? "off (1:1)" : levels == 3 ? "with PAE" : "on";
}

std::string rights(uint32_t bits) {
    std::string text = bits & LG_PAGE_PRESENT ? "r" : "-";
    text += bits & LG_PAGE_WRITE ? "w" : "-";
    return text + (bits & LG_PAGE_EXEC ? "x" : "-");
}

} // namespace

void printRegisters(const lg_event_regs &r, const SymbolTable &symbols) {
    std::printf("  eax %08x  ebx %08x  ecx %08x  edx %08x\n", r.eax, r.ebx, r.ecx, r.edx);
    std::printf("  esi %08x  edi %08x  ebp %08x  esp %08x\n", r.esi, r.edi, r.ebp, r.esp);
    std::printf("  eip %s  (ring %u)\n", addressText(r.eip, &symbols).c_str(), r.cs & 3);
    std::printf("  eflags %08x  %s\n", r.eflags, eflagsText(r.eflags).c_str());
    std::printf("  cs %04x  ss %04x  ds %04x  es %04x  fs %04x  gs %04x  cr2 %08x  cr3 %08x\n",
                r.cs, r.ss, r.ds, r.es, r.fs, r.gs, r.cr2, r.cr3);
}

void printState(const lg_vcpu_state &s, const SymbolTable &symbols) {
    std::printf("vCPU %u%s%s%s%s\n", s.vcpu, s.started ? "" : ", not started",
                s.halted ? ", halted" : "", s.stopped ? ", stopped" : "", s.dead ? ", dead" : "");
    if (s.dead)
        std::printf("  %s: %.*s\n", std::string(deathName(s.dead)).c_str(),
                    int(strnlen(s.reason, sizeof s.reason)), s.reason);
    printRegisters(s.regs, symbols);
    std::printf("  came out by trap %u, error code %x\n", s.trapnum, s.errcode);
    std::printf("  ring 1 stack %04x:%08x, %u page(s)\n", s.ss1, s.esp1, s.stack_pages);
    std::printf("  paging %s, kernel from %08x, lguest_data at %08x\n", pagingText(s.paging),
                s.kernel_address, s.lguest_data);
    std::printf("  shadow: %u roots, %u pages of tables, %u pages of memory held\n", s.shadow_roots,
                s.shadow_pages, s.held_pages);
    std::puts("Interrupts");
    std::printf("  %s, pending %08x, blocked %08x\n", s.irq_enabled ? "enabled" : "disabled",
                s.irq_pending, s.irq_blocked);
    for (int line = 0; line < LGUEST_IRQS; ++line)
        if (s.irq_pending >> line & 1)
            std::printf("  line %d has waited %.1f us\n", line, double(s.irq_since_ns[line]) / 1e3);
    if (s.timer_armed)
        std::printf("  the timer fires in %.1f us\n", double(s.timer_ns) / 1e3);
    printGdt(s);
    printIdt(s, symbols);
}

void printCounters(FILE *out, std::span<const lg_counters> counters) {
    if (counters.size() > 1) {
        for (const auto &vcpu : counters)
            std::fprintf(out, "      vCPU %u", vcpu.vcpu);
        std::fputs("\n", out);
    }
    for (const auto &counter : kCounters) {
        for (const auto &vcpu : counters)
            std::fprintf(out, "%12llu", static_cast<unsigned long long>(vcpu.*counter.member));
        std::fprintf(out, " %s\n", counter.text);
    }
}

void printSwitcher(const lg_switcher_info &s) {
    std::puts("Switcher (rights in the Host's tables, in the Guest's)");
    for (uint32_t i = 0; i < s.count && i < LG_SWITCHER_MAX_PAGES; ++i) {
        const auto &page = s.pages[i];
        std::printf("  %016llx  pfn %-8llx %s %s  %s\n",
                    static_cast<unsigned long long>(page.address),
                    static_cast<unsigned long long>(page.pfn), rights(page.host).c_str(),
                    rights(page.guest).c_str(), switcherPageName(page.what).c_str());
    }
}

void printWalk(const lg_walk &walk, const std::string &why) {
    for (uint32_t level = 0; level < walk.levels; ++level)
        std::printf("  Guest   at %08llx  %016llx  %s\n",
                    static_cast<unsigned long long>(walk.guest_at[level]),
                    static_cast<unsigned long long>(walk.guest_entry[level]),
                    pageEntryText(uint32_t(walk.guest_entry[level])).c_str());
    for (uint32_t level = 0; level < walk.shadow_levels; ++level)
        std::printf("  shadow               %016llx\n",
                    static_cast<unsigned long long>(walk.shadow_entry[level]));
    if (walk.mapped && walk.host_pfn != 0)
        std::printf("  guest-physical %08llx, frame %llx of the Host\n",
                    static_cast<unsigned long long>(walk.gpa),
                    static_cast<unsigned long long>(walk.host_pfn));
    else if (walk.mapped)
        std::printf("  guest-physical %08llx\n", static_cast<unsigned long long>(walk.gpa));
    else
        std::puts("  not mapped");
    std::printf("  %s\n", why.c_str());
}

void printMemory(uint32_t address, BytesView bytes) {
    for (size_t at = 0; at < bytes.size(); at += 16) {
        auto line = textf("  %08x ", address + uint32_t(at));
        for (size_t i = at; i < std::min(at + 16, bytes.size()); ++i)
            line += textf(" %02x", bytes[i]);
        std::puts(line.c_str());
    }
}

} // namespace lg
