// SPDX-License-Identifier: GPL-2.0-or-later
// A filter as it was understood: for those who ask it, and for those who make something else of it.
#pragma once

#include "inspect/filter_fields.h"
#include "inspect/symbols.h"

#include <memory>

namespace lg::filter {

// A name on the right side of `code` says which events it is about as well.
struct CodeName {
    bool hypercall;
    uint32_t number;

    bool is(const lg_event &event) const {
        const bool rightKind =
            hypercall ? event.kind == LG_EV_HYPERCALL || event.kind == LG_EV_ASYNC_HYPERCALL
                      : event.kind == LG_EV_REFLECT;
        return rightKind && event.code == number;
    }
};

bool compare(uint64_t left, std::string_view op, uint64_t right);

struct Node {
    enum class Kind { And, Or, Not, Number, Code, Symbol, Text } kind;
    std::shared_ptr<const Node> left, right;
    const Field *field = nullptr;
    std::string op;
    uint64_t number = 0;
    CodeName code = {};
    std::string text, lowered;
    bool takesLong = false; // words are made of an event: who asks many, asks the others first

    bool matches(const lg_event &event, const SymbolTable *symbols) const;

    // For texts: whether they are asked for what they contain, and whether this one contains it.
    bool looksInside() const { return op == "~" || op == "!~"; }
    bool isIn(std::string have) const;

private:
    bool compareText(std::string have) const;
};

} // namespace lg::filter
