// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/filter_fields.h"

#include "inspect/describe.h"

#include <algorithm>
#include <cstring>

namespace lg::filter {

namespace {

constexpr uint64_t kAll = ~0ull;
constexpr uint64_t kVectors = LG_KIND(LG_EV_REFLECT) | LG_KIND(LG_EV_HOST_IRQ);
constexpr uint64_t kLines =
    LG_KIND(LG_EV_IRQ_RAISED) | LG_KIND(LG_EV_IRQ_HELD) | LG_KIND(LG_EV_IRQ_DELIVERED);

} // namespace

const std::vector<Field> &fields() {
    using enum Column;
    constexpr uint64_t kWhole = ~0ull;
    constexpr auto kNumber = NameSpace::None;
    static const std::vector<Field> all = {
        {"kind", "what happened", Kind, kWhole, kAll, NameSpace::Kinds},
        {"code", "hypercall, vector or line", Code, kWhole, kAll, NameSpace::Codes},
        {"vector", "of a reflected trap or a host irq", Code, kWhole, kVectors, NameSpace::Vectors},
        {"irq", "line of an interrupt", Code, kWhole, kLines, kNumber},
        {"ring", "privilege of the code: 1 or 3", Cs, 3, kAll, kNumber},
        {"vcpu", "which virtual processor", Vcpu, kWhole, kAll, kNumber},
        {"seq", "number of the record", Seq, kWhole, kAll, kNumber},
        {"tsc", "cycle counter", Tsc, kWhole, kAll, kNumber},
        {"duration", "in ticks", Duration, kWhole, kAll, kNumber},
        {"halted", "1: the vCPU sleeps", Halted, kWhole, kAll, kNumber},
        {"irq_enabled", "virtual interrupt flag: 0 or 0x200", IrqEnabled, kWhole, kAll, kNumber},
        {"errcode", "error code", Errcode, kWhole, kAll, kNumber},
        {"cpu", "the Host's", HostCpu, kWhole, kAll, kNumber},
        {"pending", "lines", IrqPending, kWhole, kAll, kNumber},
        {"blocked", "lines", IrqBlocked, kWhole, kAll, kNumber},
        {"eax", "register", Eax, kWhole, kAll, kNumber},
        {"ebx", "register", Ebx, kWhole, kAll, kNumber},
        {"ecx", "register", Ecx, kWhole, kAll, kNumber},
        {"edx", "register", Edx, kWhole, kAll, kNumber},
        {"esi", "register", Esi, kWhole, kAll, kNumber},
        {"edi", "register", Edi, kWhole, kAll, kNumber},
        {"ebp", "register", Ebp, kWhole, kAll, kNumber},
        {"esp", "register", Esp, kWhole, kAll, kNumber},
        {"eip", "register", Eip, kWhole, kAll, kNumber},
        {"eflags", "register", Eflags, kWhole, kAll, kNumber},
        {"cs", "register", Cs, kWhole, kAll, kNumber},
        {"ss", "register", Ss, kWhole, kAll, kNumber},
        {"ds", "register", Ds, kWhole, kAll, kNumber},
        {"es", "register", Es, kWhole, kAll, kNumber},
        {"fs", "register", Fs, kWhole, kAll, kNumber},
        {"gs", "register", Gs, kWhole, kAll, kNumber},
        {"cr2", "register", Cr2, kWhole, kAll, kNumber},
        {"cr3", "register", Cr3, kWhole, kAll, kNumber},
        {"arg0", "first detail", Detail0, kWhole, kAll, kNumber},
        {"arg1", "second detail", Detail1, kWhole, kAll, kNumber},
        {"arg2", "third detail", Detail2, kWhole, kAll, kNumber},
        {"arg3", "fourth detail", Detail3, kWhole, kAll, kNumber},
        {"arg4", "fifth detail", Detail4, kWhole, kAll, kNumber},
        {"arg5", "sixth detail", Detail5, kWhole, kAll, kNumber},
    };
    return all;
}

std::optional<uint64_t> Field::number(const lg_event &event) const {
    if (!in(event.kind))
        return std::nullopt;
    const auto &shape = shapeOf(column);
    uint64_t value = 0;
    std::memcpy(&value, reinterpret_cast<const uint8_t *>(&event) + shape.offset, shape.width);
    return value & mask;
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
