// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/disassembly.h"

#include "base/text.h"
#include "lguest_uapi.h"

#include <Zydis/Zydis.h>

namespace lg {

namespace {

std::optional<ZydisDisassembledInstruction> decode(BytesView bytes, uint32_t address) {
    ZydisDisassembledInstruction decoded;
    if (ZYAN_SUCCESS(ZydisDisassembleIntel(ZYDIS_MACHINE_MODE_LONG_COMPAT_32, address, bytes.data(),
                                           bytes.size(), &decoded)))
        return decoded;
    return std::nullopt;
}

std::optional<uint32_t> jumpTarget(const ZydisDisassembledInstruction &decoded) {
    const ZydisDecodedOperand &first = decoded.operands[0];
    if (decoded.info.operand_count_visible == 0 || first.type != ZYDIS_OPERAND_TYPE_IMMEDIATE ||
        !first.imm.is_relative)
        return std::nullopt;
    ZyanU64 target = 0;
    if (!ZYAN_SUCCESS(
            ZydisCalcAbsoluteAddress(&decoded.info, &first, decoded.runtime_address, &target)))
        return std::nullopt;
    return uint32_t(target);
}

// A symbol that a number in the instruction names.
std::string namedNumber(const ZydisDisassembledInstruction &decoded, const SymbolTable &symbols) {
    for (unsigned i = 0; i < decoded.info.operand_count_visible; ++i) {
        const ZydisDecodedOperand &operand = decoded.operands[i];
        uint32_t value = 0;
        if (operand.type == ZYDIS_OPERAND_TYPE_IMMEDIATE && operand.size == 32)
            value = uint32_t(operand.imm.value.u);
        else if (operand.type == ZYDIS_OPERAND_TYPE_MEMORY && operand.mem.disp.has_displacement)
            value = uint32_t(operand.mem.disp.value);
        // Small numbers are numbers.
        if (value >= 0x10000)
            if (auto name = symbols.text(value); !name.empty())
                return name;
    }
    return "";
}

std::string noteOf(const ZydisDisassembledInstruction &decoded, std::optional<uint32_t> target,
                   const SymbolTable *symbols) {
    if (decoded.info.mnemonic == ZYDIS_MNEMONIC_INT) {
        const auto vector = decoded.operands[0].imm.value.u;
        return vector == LGUEST_TRAP_ENTRY       ? "hypercall"
               : vector == LGUEST_SYSCALL_VECTOR ? "system call"
                                                 : "";
    }
    if (!symbols)
        return "";
    return target ? symbols->text(*target) : namedNumber(decoded, *symbols);
}

} // namespace

std::vector<Instruction> disassemble(BytesView bytes, uint32_t address,
                                     const SymbolTable *symbols) {
    std::vector<Instruction> all;
    for (size_t at = 0; at < bytes.size();) {
        const auto decoded = decode(bytes.subspan(at), address + uint32_t(at));
        const size_t length = decoded ? decoded->info.length : 1;
        Instruction one;
        one.address = address + uint32_t(at);
        one.bytes.assign(bytes.begin() + ptrdiff_t(at), bytes.begin() + ptrdiff_t(at + length));
        if (decoded) {
            one.text = decoded->text;
            one.target = jumpTarget(*decoded);
            one.note = noteOf(*decoded, one.target, symbols);
        } else {
            one.text = textf("db 0x%02x", bytes[at]);
        }
        all.push_back(std::move(one));
        at += length;
    }
    return all;
}

uint32_t disassemblyStart(BytesView bytes, uint32_t address, uint32_t known,
                          const SymbolTable *symbols) {
    const auto meets = [&](uint32_t from) {
        while (from < known) {
            const auto decoded = decode(bytes.subspan(from - address), from);
            if (!decoded)
                return false;
            from += decoded->info.length;
        }
        return from == known;
    };
    if (known < address || known - address > bytes.size())
        return address;
    // The function's own beginning is sure; else the first that works is good enough.
    if (symbols)
        if (const auto hit = symbols->find(known);
            hit && hit->offset <= known - address && meets(known - hit->offset))
            return known - hit->offset;
    for (uint32_t from = address; from < known; ++from)
        if (meets(from))
            return from;
    return known;
}

} // namespace lg
