// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/filter_fields.h"

#include "inspect/describe.h"

#include <algorithm>

namespace lg::filter {

namespace {

using Number = std::optional<uint64_t>;

bool about(const lg_event &e, uint32_t a, uint32_t b, uint32_t c) {
    return e.kind == a || e.kind == b || e.kind == c;
}

} // namespace

const std::vector<Field> &fields() {
    static const std::vector<Field> all = {
        {"kind", "what happened", [](const lg_event &e) -> Number { return e.kind; },
         NameSpace::Kinds},
        {"code", "hypercall, vector or line", [](const lg_event &e) -> Number { return e.code; },
         NameSpace::Codes},
        {"vector", "of a reflected trap or a host irq",
         [](const lg_event &e) -> Number {
             return about(e, LG_EV_REFLECT, LG_EV_HOST_IRQ, LG_EV_REFLECT) ? Number(e.code)
                                                                           : std::nullopt;
         },
         NameSpace::Vectors},
        {"irq", "line of an interrupt",
         [](const lg_event &e) -> Number {
             return about(e, LG_EV_IRQ_RAISED, LG_EV_IRQ_HELD, LG_EV_IRQ_DELIVERED) ? Number(e.code)
                                                                                    : std::nullopt;
         },
         NameSpace::None},
        {"ring", "privilege of the code: 1 or 3",
         [](const lg_event &e) -> Number { return ringOf(e); }, NameSpace::None},
        {"vcpu", "which virtual processor", [](const lg_event &e) -> Number { return e.vcpu; },
         NameSpace::None},
        {"seq", "number of the record", [](const lg_event &e) -> Number { return e.seq; },
         NameSpace::None},
        {"tsc", "cycle counter", [](const lg_event &e) -> Number { return e.tsc; },
         NameSpace::None},
        {"duration", "in ticks", [](const lg_event &e) -> Number { return e.duration; },
         NameSpace::None},
        {"halted", "1: the vCPU sleeps", [](const lg_event &e) -> Number { return e.halted; },
         NameSpace::None},
        {"irq_enabled", "virtual interrupt flag: 0 or 0x200",
         [](const lg_event &e) -> Number { return e.irq_enabled; }, NameSpace::None},
        {"errcode", "error code", [](const lg_event &e) -> Number { return e.errcode; },
         NameSpace::None},
        {"cpu", "the Host's", [](const lg_event &e) -> Number { return e.host_cpu; },
         NameSpace::None},
        {"pending", "lines", [](const lg_event &e) -> Number { return e.irq_pending; },
         NameSpace::None},
        {"blocked", "lines", [](const lg_event &e) -> Number { return e.irq_blocked; },
         NameSpace::None},
#define LG_REGISTER(r)                                                                             \
    {#r, "register", [](const lg_event &e) -> Number { return e.regs.r; }, NameSpace::None}
        LG_REGISTER(eax),
        LG_REGISTER(ebx),
        LG_REGISTER(ecx),
        LG_REGISTER(edx),
        LG_REGISTER(esi),
        LG_REGISTER(edi),
        LG_REGISTER(ebp),
        LG_REGISTER(esp),
        LG_REGISTER(eip),
        LG_REGISTER(eflags),
        LG_REGISTER(cs),
        LG_REGISTER(ss),
        LG_REGISTER(ds),
        LG_REGISTER(es),
        LG_REGISTER(fs),
        LG_REGISTER(gs),
        LG_REGISTER(cr2),
        LG_REGISTER(cr3),
#undef LG_REGISTER
        {"arg0", "first detail", [](const lg_event &e) -> Number { return e.detail[0]; },
         NameSpace::None},
        {"arg1", "second detail", [](const lg_event &e) -> Number { return e.detail[1]; },
         NameSpace::None},
        {"arg2", "third detail", [](const lg_event &e) -> Number { return e.detail[2]; },
         NameSpace::None},
        {"arg3", "fourth detail", [](const lg_event &e) -> Number { return e.detail[3]; },
         NameSpace::None},
        {"arg4", "fifth detail", [](const lg_event &e) -> Number { return e.detail[4]; },
         NameSpace::None},
        {"arg5", "sixth detail", [](const lg_event &e) -> Number { return e.detail[5]; },
         NameSpace::None},
    };
    return all;
}

const Field *fieldByName(std::string_view name) {
    for (const auto &field : fields())
        if (field.name == name)
            return &field;
    return nullptr;
}

bool isTextField(std::string_view name) {
    return name == "symbol" || name == "text";
}

std::vector<std::string> namesOf(NameSpace space) {
    std::vector<std::string> names;
    if (space == NameSpace::Kinds) {
        for (uint32_t kind = 1; kind < LG_EV_KIND_COUNT; ++kind) {
            std::string name(kindName(kind));
            std::replace(name.begin(), name.end(), ' ', '-');
            names.push_back(name);
        }
    }
    if (space == NameSpace::Codes)
        for (auto name : hypercallNames())
            names.emplace_back(name);
    if (space == NameSpace::Codes || space == NameSpace::Vectors)
        for (uint32_t vector = 0; vector <= LGUEST_SYSCALL_VECTOR; ++vector)
            if (auto name = vectorMnemonic(vector); !name.empty())
                names.emplace_back(name);
    return names;
}

} // namespace lg::filter
