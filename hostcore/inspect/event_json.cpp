// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/event_json.h"

#include "inspect/describe.h"

namespace lg {

using Json = nlohmann::ordered_json;

Json registersJson(const lg_event_regs &r, const SymbolTable &symbols) {
    return {{"eax", r.eax},       {"ebx", r.ebx},
            {"ecx", r.ecx},       {"edx", r.edx},
            {"esi", r.esi},       {"edi", r.edi},
            {"ebp", r.ebp},       {"esp", r.esp},
            {"eip", r.eip},       {"symbol", symbols.text(r.eip)},
            {"eflags", r.eflags}, {"cs", r.cs},
            {"ss", r.ss},         {"ds", r.ds},
            {"es", r.es},         {"fs", r.fs},
            {"gs", r.gs},         {"cr2", r.cr2},
            {"cr3", r.cr3}};
}

Json eventJson(uint64_t number, const lg_event &e, const SymbolTable &symbols) {
    return {
        {"number", number},
        {"seq", uint64_t(e.seq)},
        {"vcpu", e.vcpu},
        {"tsc", uint64_t(e.tsc)},
        {"duration", e.duration},
        {"kind", kindName(e.kind)},
        {"code", e.code},
        {"name", codeText(e)},
        {"text", detailText(e, &symbols)},
        {"ring", ringOf(e)},
        {"cpu", e.host_cpu},
        {"halted", e.halted != 0},
        {"interrupts",
         {{"enabled", e.irq_enabled != 0}, {"pending", e.irq_pending}, {"blocked", e.irq_blocked}}},
        {"errcode", e.errcode},
        {"detail", e.detail},
        {"registers", registersJson(e.regs, symbols)}};
}

std::string jsonLine(const Json &json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace lg
