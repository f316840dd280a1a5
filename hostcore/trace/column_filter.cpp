// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/column_filter.h"

#include "inspect/describe.h"
#include "inspect/filter_node.h"

#include <algorithm>
#include <functional>

namespace lg::trace {

using filter::Node;

namespace {

constexpr size_t kKnown = 1 << 16;

// What the summary of a block says of a comparison.
enum class Verdict { None, Some, All };

Verdict opposite(Verdict verdict) {
    return verdict == Verdict::None  ? Verdict::All
           : verdict == Verdict::All ? Verdict::None
                                     : Verdict::Some;
}

Verdict judgeRange(const std::string &op, uint64_t number, uint64_t least, uint64_t most) {
    auto say = [](bool all, bool none) {
        return all ? Verdict::All : none ? Verdict::None : Verdict::Some;
    };
    if (op == "==")
        return say(least == number && most == number, number < least || number > most);
    if (op == "!=")
        return opposite(judgeRange("==", number, least, most));
    if (op == "<")
        return say(most < number, least >= number);
    if (op == ">=")
        return opposite(judgeRange("<", number, least, most));
    if (op == "<=")
        return say(most <= number, least > number);
    if (op == ">")
        return opposite(judgeRange("<=", number, least, most));
    return Verdict::Some;
}

Verdict judgeBits(const std::string &op, uint64_t number, uint64_t bits) {
    if (op == "!=")
        return opposite(judgeBits("==", number, bits));
    if (op != "==" || number >= 63)
        return Verdict::Some;
    const uint64_t bit = headBit(uint32_t(number));
    return bits == bit ? Verdict::All : bits & bit ? Verdict::Some : Verdict::None;
}

Verdict judgeNumber(const Node &node, const EventsHead &head) {
    const auto &field = *node.field;
    if (!field.inAll())
        return head.kinds & field.kinds ? Verdict::Some : Verdict::None;
    switch (field.column) {
    case Column::Kind:
        return judgeBits(node.op, node.number, head.kinds);
    case Column::Vcpu:
        return judgeBits(node.op, node.number, head.vcpus);
    case Column::Tsc:
        return judgeRange(node.op, node.number, head.tscFirst, head.tscLast);
    case Column::Duration:
        return judgeRange(node.op, node.number, head.durationLeast, head.durationMost);
    default:
        return Verdict::Some;
    }
}

bool none(const std::vector<uint8_t> &alive) {
    return std::find(alive.begin(), alive.end(), 1) == alive.end();
}

template <typename T, typename Test>
void narrowBy(BytesView values, uint64_t mask, Test test, std::vector<uint8_t> &alive) {
    for (size_t i = 0; i < alive.size(); ++i)
        alive[i] &= uint8_t(test(loadAt<T>(values, i * sizeof(T)) & mask));
}

template <typename Test>
void narrowWide(BytesView values, size_t width, uint64_t mask, Test test,
                std::vector<uint8_t> &alive) {
    switch (width) {
    case 1:
        return narrowBy<uint8_t>(values, mask, test, alive);
    case 2:
        return narrowBy<uint16_t>(values, mask, test, alive);
    case 4:
        return narrowBy<uint32_t>(values, mask, test, alive);
    default:
        return narrowBy<uint64_t>(values, mask, test, alive);
    }
}

} // namespace

template <typename Ask>
bool ColumnFilter::remembered(std::vector<Known> &known, uint32_t value, Ask ask) {
    auto &one = known[(value ^ value >> 16) % kKnown];
    if (one.is == 0 || one.value != value)
        one = {value, uint8_t(ask() ? 2 : 1)};
    return one.is == 2;
}

Result<void> ColumnFilter::narrowNumber(const Node &node, BlockColumns &block, Alive &alive) {
    const auto &field = *node.field;
    const auto verdict = judgeNumber(node, block.head());
    if (verdict == Verdict::All)
        return {};
    if (verdict == Verdict::None) {
        std::fill(alive.begin(), alive.end(), 0);
        return {};
    }
    if (!field.inAll()) {
        auto kinds = block.column(Column::Kind);
        if (!kinds)
            return kinds.error();
        narrowBy<uint16_t>(
            *kinds, ~0ull, [&](uint64_t kind) { return field.in(uint32_t(kind)); }, alive);
    }
    auto values = block.column(field.column);
    if (!values)
        return values.error();
    auto by = [&](auto compare) {
        narrowWide(
            *values, shapeOf(field.column).width, field.mask,
            [number = node.number, compare](uint64_t value) { return compare(value, number); },
            alive);
    };
    // The comparison is chosen once, not for each event.
    if (node.op == "==")
        by(std::equal_to<>());
    else if (node.op == "!=")
        by(std::not_equal_to<>());
    else if (node.op == "<")
        by(std::less<>());
    else if (node.op == "<=")
        by(std::less_equal<>());
    else if (node.op == ">")
        by(std::greater<>());
    else if (node.op == ">=")
        by(std::greater_equal<>());
    else
        by([](uint64_t a, uint64_t b) { return (a & b) != 0; });
    return {};
}

Result<void> ColumnFilter::narrowCode(const Node &node, BlockColumns &block, Alive &alive) {
    auto kinds = block.column(Column::Kind);
    if (!kinds)
        return kinds.error();
    auto codes = block.column(Column::Code);
    if (!codes)
        return codes.error();
    const bool wanted = node.op == "==";
    lg_event event = {};
    for (size_t i = 0; i < alive.size(); ++i) {
        event.kind = loadAt<uint16_t>(*kinds, i * sizeof event.kind);
        event.code = loadAt<uint16_t>(*codes, i * sizeof event.code);
        alive[i] &= uint8_t(node.code.is(event) == wanted);
    }
    return {};
}

Result<void> ColumnFilter::narrowSymbol(const Node &node, BlockColumns &block, Alive &alive) {
    auto values = block.column(Column::Eip);
    if (!values)
        return values.error();
    auto &known = known_[&node];
    known.resize(kKnown);
    lg_event event = {};
    for (size_t i = 0; i < alive.size(); ++i) {
        if (!alive[i])
            continue;
        event.regs.eip = loadAt<uint32_t>(*values, i * sizeof(uint32_t));
        alive[i] = remembered(known, event.regs.eip, [&] { return node.matches(event, symbols_); });
    }
    return {};
}

Result<void> ColumnFilter::narrowText(const Node &node, BlockColumns &block, Alive &alive) {
    auto &search = searches_.try_emplace(&node, node.lowered, symbols_).first->second;
    const bool enough = node.looksInside() && search.isExact();
    const bool wanted = node.op == "~" || node.op == "==";
    // So many that they stay in the processor's nearest cache.
    std::array<lg_event, 128> records = {};
    Line line;
    for (size_t first = 0; first < alive.size(); first += records.size()) {
        const size_t count = std::min(records.size(), alive.size() - first);
        uint8_t *const asked = &alive[first];
        if (std::find(asked, asked + count, 1) == asked + count)
            continue;
        if (auto read = block.read(first, kToldColumns, std::span(records).first(count)); !read)
            return read;
        for (size_t i = 0; i < count; ++i) {
            if (!asked[i])
                continue;
            tell(line, records[i]);
            const bool in = search.isIn(line);
            asked[i] = in && !enough ? node.matches(records[i], symbols_) : in == wanted;
        }
    }
    return {};
}

// Takes out of `alive` what does not match; nobody else is looked at again.
Result<void> ColumnFilter::narrow(const Node &node, BlockColumns &block, Alive &alive) {
    if (none(alive))
        return {};
    switch (node.kind) {
    case Node::Kind::And: {
        const bool swap = node.left->takesLong && !node.right->takesLong;
        if (auto first = narrow(swap ? *node.right : *node.left, block, alive); !first)
            return first;
        return narrow(swap ? *node.left : *node.right, block, alive);
    }
    case Node::Kind::Or: {
        Alive left = alive;
        if (auto first = narrow(*node.left, block, left); !first)
            return first;
        for (size_t i = 0; i < alive.size(); ++i)
            alive[i] &= uint8_t(!left[i]);
        if (auto second = narrow(*node.right, block, alive); !second)
            return second;
        for (size_t i = 0; i < alive.size(); ++i)
            alive[i] |= left[i];
        return {};
    }
    case Node::Kind::Not: {
        Alive inner = alive;
        if (auto first = narrow(*node.left, block, inner); !first)
            return first;
        for (size_t i = 0; i < alive.size(); ++i)
            alive[i] &= uint8_t(!inner[i]);
        return {};
    }
    case Node::Kind::Number:
        return narrowNumber(node, block, alive);
    case Node::Kind::Symbol:
        return narrowSymbol(node, block, alive);
    case Node::Kind::Code:
        return narrowCode(node, block, alive);
    case Node::Kind::Text:
        return narrowText(node, block, alive);
    }
    return {};
}

Result<void> ColumnFilter::find(BlockColumns &block, uint32_t first, uint32_t end,
                                std::vector<uint32_t> &places) {
    alive_.assign(block.count(), 0);
    std::fill(alive_.begin() + first, alive_.begin() + end, 1);
    if (filter_.root())
        if (auto narrowed = narrow(*filter_.root(), block, alive_); !narrowed)
            return narrowed;
    for (uint32_t i = first; i < end; ++i)
        if (alive_[i])
            places.push_back(i);
    return {};
}

} // namespace lg::trace
