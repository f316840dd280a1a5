// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/conditions.h"

#include "inspect/filter_node.h"

#include <algorithm>
#include <optional>

namespace lg {

namespace {

using filter::Node;
using Alternatives = std::vector<lg_condition>; // any one of them; none: never

constexpr uint64_t kHypercalls = LG_KIND(LG_EV_HYPERCALL) | LG_KIND(LG_EV_ASYNC_HYPERCALL);
constexpr uint64_t kReflections = LG_KIND(LG_EV_REFLECT);
constexpr uint64_t kVectors = kReflections | LG_KIND(LG_EV_HOST_IRQ);
constexpr uint64_t kLines =
    LG_KIND(LG_EV_IRQ_RAISED) | LG_KIND(LG_EV_IRQ_HELD) | LG_KIND(LG_EV_IRQ_DELIVERED);
constexpr uint64_t kStoppable =
    LG_KINDS_ALL & ~(LG_KIND(LG_EV_STOPPED) | LG_KIND(LG_EV_RESUMED) | LG_KIND(LG_EV_DEAD));

struct Word {
    const char *name;
    lg_condition_field field;
};
constexpr Word kWords[] = {
    {"eax", LG_FIELD_EAX},         {"ebx", LG_FIELD_EBX},         {"ecx", LG_FIELD_ECX},
    {"edx", LG_FIELD_EDX},         {"esi", LG_FIELD_ESI},         {"edi", LG_FIELD_EDI},
    {"ebp", LG_FIELD_EBP},         {"esp", LG_FIELD_ESP},         {"eip", LG_FIELD_EIP},
    {"eflags", LG_FIELD_EFLAGS},   {"cs", LG_FIELD_CS},           {"ss", LG_FIELD_SS},
    {"ds", LG_FIELD_DS},           {"es", LG_FIELD_ES},           {"fs", LG_FIELD_FS},
    {"gs", LG_FIELD_GS},           {"cr2", LG_FIELD_CR2},         {"cr3", LG_FIELD_CR3},
    {"code", LG_FIELD_CODE},       {"errcode", LG_FIELD_ERRCODE}, {"pending", LG_FIELD_PENDING},
    {"blocked", LG_FIELD_BLOCKED}, {"halted", LG_FIELD_HALTED},   {"irq_enabled", LG_FIELD_ENABLED},
    {"cpu", LG_FIELD_HOST_CPU},    {"ring", LG_FIELD_CS},         {"vector", LG_FIELD_CODE},
    {"irq", LG_FIELD_CODE},        {"arg0", LG_FIELD_DETAIL0},    {"arg1", LG_FIELD_DETAIL1},
    {"arg2", LG_FIELD_DETAIL2},    {"arg3", LG_FIELD_DETAIL3},    {"arg4", LG_FIELD_DETAIL4},
    {"arg5", LG_FIELD_DETAIL5},
};

lg_condition anything() {
    lg_condition all = {};
    all.kinds = LG_KINDS_ALL;
    all.vcpus = UINT32_MAX;
    all.code_last = all.eip_last = UINT32_MAX;
    return all;
}

Alternatives ofKinds(uint64_t kinds) {
    auto one = anything();
    one.kinds &= kinds;
    return {one};
}

Alternatives either(Alternatives a, const Alternatives &b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

bool canMatch(const lg_condition &c) {
    return c.kinds && c.vcpus && c.code_first <= c.code_last && c.eip_first <= c.eip_last;
}

Result<Alternatives> both(const Alternatives &left, const Alternatives &right) {
    Alternatives all;
    for (const auto &a : left) {
        for (const auto &b : right) {
            auto c = a;
            c.kinds &= b.kinds;
            c.vcpus &= b.vcpus;
            c.code_first = std::max(a.code_first, b.code_first);
            c.code_last = std::min(a.code_last, b.code_last);
            c.eip_first = std::max(a.eip_first, b.eip_first);
            c.eip_last = std::min(a.eip_last, b.eip_last);
            if (!canMatch(c))
                continue;
            if (a.count + b.count > LG_CONDITION_TERMS)
                return Error{"this compares too much at once to stop a Guest"};
            std::copy_n(b.terms, b.count, c.terms + c.count);
            c.count += b.count;
            all.push_back(c);
            if (all.size() > LG_CONDITIONS_MAX)
                return Error{"these are too many different things to stop a Guest"};
        }
    }
    return all;
}

std::string opposite(const std::string &op) {
    static constexpr std::pair<const char *, const char *> kPairs[] = {
        {"==", "!="}, {"<", ">="}, {">", "<="}};
    for (auto [one, other] : kPairs) {
        if (op == one)
            return other;
        if (op == other)
            return one;
    }
    return op;
}

lg_condition_op opOf(const std::string &op) {
    return op == "=="   ? LG_OP_EQ
           : op == "!=" ? LG_OP_NE
           : op == "<"  ? LG_OP_LT
           : op == "<=" ? LG_OP_LE
           : op == ">"  ? LG_OP_GT
                        : LG_OP_GE;
}

Alternatives term(lg_condition_field field, uint32_t mask, lg_condition_op op, uint32_t value) {
    auto one = anything();
    one.terms[one.count++] = {uint16_t(field), uint16_t(op), mask, value};
    return {one};
}

// What is most often asked for has a place of its own.
bool setRange(uint32_t &first, uint32_t &last, const std::string &op, uint32_t value) {
    if ((op == "<" && value == 0) || (op == ">" && value == UINT32_MAX))
        return false; // never: as a term
    if (op == "==")
        first = last = value;
    else if (op == "<" || op == "<=")
        last = op == "<" ? value - 1 : value;
    else if (op == ">" || op == ">=")
        first = op == ">" ? value + 1 : value;
    else
        return false;
    return true;
}

Alternatives comparison(lg_condition_field field, uint32_t mask, const std::string &op,
                        uint64_t value, bool negate) {
    if (op == "&")
        return term(field, mask & uint32_t(value), negate ? LG_OP_EQ : LG_OP_NE, 0);
    auto meant = negate ? opposite(op) : op;
    if (value > UINT32_MAX) // beyond all values of 32 bits
        return meant == "!=" || meant[0] == '<' ? ofKinds(LG_KINDS_ALL) : Alternatives();
    auto one = anything();
    if (field == LG_FIELD_CODE && setRange(one.code_first, one.code_last, meant, uint32_t(value)))
        return {one};
    if (field == LG_FIELD_EIP && setRange(one.eip_first, one.eip_last, meant, uint32_t(value)))
        return {one};
    return term(field, mask, opOf(meant), uint32_t(value));
}

// True for events of these kinds only, as the fields are that others do not have.
Alternatives among(uint64_t kinds, const Alternatives &rest, bool negate) {
    return negate ? either(ofKinds(~kinds), rest) : *both(ofKinds(kinds), rest);
}

Result<Alternatives> number(const Node &node, bool negate) {
    auto name = node.field->name;
    auto each = [&](uint32_t first, uint32_t end) {
        uint64_t bits = 0;
        for (uint32_t n = first; n < end; ++n)
            if (filter::compare(n, node.op, node.number) != negate)
                bits |= 1ull << n;
        return bits;
    };
    if (name == "kind")
        return ofKinds(each(1, LG_EV_KIND_COUNT));
    if (name == "vcpu") {
        auto one = anything();
        one.vcpus = uint32_t(each(0, 32));
        return Alternatives{one};
    }
    const auto *word = std::find_if(std::begin(kWords), std::end(kWords),
                                    [&](const Word &w) { return w.name == name; });
    if (word == std::end(kWords))
        return Error{"a Guest can't be stopped by " + std::string(name) +
                     ": the module does not know it beforehand"};
    auto rest =
        comparison(word->field, name == "ring" ? 3 : UINT32_MAX, node.op, node.number, negate);
    if (name == "vector" || name == "irq")
        return among(name == "irq" ? kLines : kVectors, rest, negate);
    return rest;
}

Result<Alternatives> symbol(const Node &node, const SymbolTable *symbols, bool negate) {
    auto wanted = (node.op == "==") != negate && (node.op == "==" || node.op == "!=");
    auto reach = symbols && wanted ? symbols->reach(node.text) : std::nullopt;
    if (!reach)
        return Error{"a Guest can be stopped by symbol == NAME only, with a name that it has"};
    Alternatives all;
    for (uint32_t offset : {0u, symbols->virtualOffset()}) {
        auto one = anything();
        one.eip_first = reach->first - offset;
        one.eip_last = reach->second - offset;
        if (all.empty() || (offset != 0 && offset <= reach->first))
            all.push_back(one);
    }
    return all;
}

Result<Alternatives> alternatives(const Node &node, const SymbolTable *symbols, bool negate) {
    switch (node.kind) {
    case Node::Kind::Not:
        return alternatives(*node.left, symbols, !negate);
    case Node::Kind::And:
    case Node::Kind::Or: {
        auto left = alternatives(*node.left, symbols, negate);
        auto right = left ? alternatives(*node.right, symbols, negate) : left;
        if (!right)
            return right;
        if ((node.kind == Node::Kind::And) != negate)
            return both(*left, *right);
        return either(std::move(*left), *right);
    }
    case Node::Kind::Number:
        return number(node, negate);
    case Node::Kind::Code: {
        bool other = (node.op == "==") == negate;
        return among(node.code.hypercall ? kHypercalls : kReflections,
                     comparison(LG_FIELD_CODE, UINT32_MAX, "==", node.code.number, other), other);
    }
    case Node::Kind::Symbol:
        return symbol(node, symbols, negate);
    case Node::Kind::Text:
        break;
    }
    return Error{"a Guest can't be stopped by a text: the module writes none"};
}

} // namespace

Result<std::vector<lg_condition>> conditionsOf(const Filter &filter, const SymbolTable *symbols) {
    auto all = filter.root() ? alternatives(*filter.root(), symbols, false)
                             : Result<Alternatives>(Alternatives{anything()});
    if (!all)
        return all;
    std::erase_if(*all,
                  [](const lg_condition &c) { return !(c.kinds & kStoppable) || !canMatch(c); });
    if (all->empty())
        return Error{"this can never stop a Guest"};
    if (all->size() > LG_CONDITIONS_MAX)
        return Error{"these are too many different things to stop a Guest"};
    return all;
}

Result<std::vector<lg_condition>> stopConditions(const std::vector<std::string> &filters,
                                                 const SymbolTable *symbols) {
    std::vector<lg_condition> all;
    for (const auto &text : filters) {
        auto parsed = Filter::parse(text, kSomeClock);
        if (auto *error = std::get_if<FilterError>(&parsed))
            return Error{"break \"" + text + "\": " + error->message};
        auto some = conditionsOf(std::get<Filter>(parsed), symbols);
        if (!some)
            return Error{"break \"" + text + "\": " + some.message()};
        for (auto &condition : *some)
            condition.flags = LG_CONDITION_ALL_VCPUS;
        all.insert(all.end(), some->begin(), some->end());
    }
    if (all.size() > LG_CONDITIONS_MAX)
        return Error{"these are too many different things to stop a Guest"};
    return all;
}

} // namespace lg
