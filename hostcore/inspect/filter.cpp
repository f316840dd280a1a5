// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/filter.h"

#include "inspect/describe.h"
#include "inspect/filter_lexer.h"
#include "inspect/filter_node.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace lg {

namespace filter {

namespace {

constexpr int kMaxDepth = 64;

// The names and words of events are ASCII.
std::string lowerCase(std::string text) {
    for (char &c : text)
        c = char(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    return text;
}

} // namespace

bool compare(uint64_t left, std::string_view op, uint64_t right) {
    if (op == "==")
        return left == right;
    if (op == "!=")
        return left != right;
    if (op == "<")
        return left < right;
    if (op == "<=")
        return left <= right;
    if (op == ">")
        return left > right;
    if (op == ">=")
        return left >= right;
    return (left & right) != 0;
}

bool Node::matches(const lg_event &event, const SymbolTable *symbols) const {
    switch (kind) {
    case Kind::And:
        return left->matches(event, symbols) && right->matches(event, symbols);
    case Kind::Or:
        return left->matches(event, symbols) || right->matches(event, symbols);
    case Kind::Not:
        return !left->matches(event, symbols);
    case Kind::Number: {
        auto value = field->number(event);
        return value && compare(*value, op, number);
    }
    case Kind::Code:
        return code.is(event) == (op == "==");
    case Kind::Symbol: {
        auto hit = symbols ? symbols->find(event.regs.eip) : std::nullopt;
        return compareText(std::string(hit ? hit->name : std::string_view()));
    }
    case Kind::Text:
        return compareText(describe(event, symbols));
    }
    return false;
}

bool Node::compareText(std::string have) const {
    if (looksInside())
        return isIn(std::move(have)) == (op == "~");
    return (have == text) == (op == "==");
}

bool Node::isIn(std::string have) const {
    return lowerCase(std::move(have)).find(lowered) != std::string::npos;
}

namespace {

using NodePtr = std::shared_ptr<const Node>;

NodePtr join(Node::Kind kind, NodePtr left, NodePtr right) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->takesLong = left->takesLong || (right && right->takesLong);
    node->left = std::move(left);
    node->right = std::move(right);
    return node;
}

class Parser {
public:
    Parser(std::vector<Token> tokens, const FilterClock &clock)
        : tokens_(std::move(tokens)), clock_(clock) {}

    std::variant<NodePtr, FilterError> run() {
        auto root = parseOr(0);
        if (root && peek().kind != TokenKind::End)
            root =
                fail("\"" + peek().text + "\" is one thing too many; && or || is missing", peek());
        if (!root)
            return error_;
        return root;
    }

private:
    const Token &peek() const { return tokens_[at_]; }
    Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }

    // The first one counts.
    NodePtr fail(const std::string &message, const Token &token) {
        if (error_.message.empty())
            error_ = {message, token.position};
        return nullptr;
    }

    NodePtr parseOr(int depth) {
        auto left = parseAnd(depth);
        while (left && peek().kind == TokenKind::Or) {
            take();
            auto right = parseAnd(depth);
            left = right ? join(Node::Kind::Or, left, right) : nullptr;
        }
        return left;
    }

    NodePtr parseAnd(int depth) {
        auto left = parseUnary(depth);
        while (left && peek().kind == TokenKind::And) {
            take();
            auto right = parseUnary(depth);
            left = right ? join(Node::Kind::And, left, right) : nullptr;
        }
        return left;
    }

    NodePtr parseUnary(int depth) {
        if (depth > kMaxDepth || terms_ > 1000)
            return fail("this filter is too complicated", peek());
        Token token = take();
        if (token.kind == TokenKind::Not) {
            auto inner = parseUnary(depth + 1);
            return inner ? join(Node::Kind::Not, inner, nullptr) : nullptr;
        }
        if (token.kind == TokenKind::Open) {
            auto inner = parseOr(depth + 1);
            if (inner && peek().kind != TokenKind::Close)
                return fail("this parenthesis is never closed", token);
            take();
            return inner;
        }
        if (token.kind == TokenKind::End)
            return fail("something is missing at the end", token);
        if (token.kind != TokenKind::Word)
            return fail("a field's name is expected here, as kind or eip", token);
        ++terms_;
        return parseComparison(token);
    }

    NodePtr parseComparison(const Token &name) {
        const bool isTime = name.text == "time"; // another way to tell the counter
        const auto *field = fieldByName(isTime ? "tsc" : name.text);
        if (!field && !isTextField(name.text))
            return fail("there is no field \"" + name.text + "\"", name);
        Token op = take();
        if (op.kind != TokenKind::Operator)
            return fail("after " + name.text + " a comparison is expected, as ==", op);
        Token value = take();
        if (value.kind == TokenKind::End)
            return fail("after " + op.text + " a value is expected", value);
        auto node = std::make_shared<Node>();
        node->op = op.text;
        node->field = field;
        if (isTime || (value.kind == TokenKind::Time && field))
            return parseTime(node, name, op, value);
        return field ? parseNumber(node, op, value) : parseText(node, name, op, value);
    }

    NodePtr parseText(std::shared_ptr<Node> node, const Token &name, const Token &op,
                      const Token &value) {
        if (op.text != "~" && op.text != "!~" && op.text != "==" && op.text != "!=")
            return fail(name.text + " is a text: it can be compared with ==, !=, ~ and !~", op);
        if (value.kind != TokenKind::Text && value.kind != TokenKind::Word &&
            value.kind != TokenKind::Number && value.kind != TokenKind::Time)
            return fail("a text is expected here, in quotes", value);
        node->kind = name.text == "symbol" ? Node::Kind::Symbol : Node::Kind::Text;
        node->text = value.text;
        node->lowered = lowerCase(value.text);
        node->takesLong = true;
        return node;
    }

    NodePtr parseNumber(std::shared_ptr<Node> node, const Token &op, const Token &value) {
        if (op.text == "~" || op.text == "!~")
            return fail("~ is for texts, and " + std::string(node->field->name) + " is a number",
                        op);
        node->kind = Node::Kind::Number;
        node->number = value.number;
        if (value.kind == TokenKind::Number)
            return node;
        if (value.kind != TokenKind::Word && value.kind != TokenKind::Text)
            return fail("a number or a name is expected here", value);
        return parseName(node, op, value);
    }

    NodePtr parseTime(std::shared_ptr<Node> node, const Token &name, const Token &op,
                      const Token &value) {
        const bool isTime = name.text == "time";
        if (op.text == "~" || op.text == "!~" || op.text == "&")
            return fail(op.text + " is not for times", op);
        if (!isTime && name.text != "duration")
            return fail("\"" + value.text + "\" is a time, and " + name.text + " is none", value);
        if (value.kind != TokenKind::Time && value.kind != TokenKind::Number)
            return fail("a time is expected here, as 1.5s or 20us", value);
        if (!isTime && !value.hasUnit)
            return fail("a unit is missing, as in " + value.text + "us", value);
        if (!clock_.khz)
            return fail("times are not known before the first event", value);
        const double seconds =
            value.kind == TokenKind::Time ? value.seconds : static_cast<double>(value.number);
        const double ticks = seconds * 1000 * static_cast<double>(clock_.khz);
        if (ticks > 1e18)
            return fail("the time " + value.text + " is too long", value);
        node->kind = Node::Kind::Number;
        node->number = static_cast<uint64_t>(std::llround(ticks)) + (isTime ? clock_.base : 0);
        return node;
    }

    NodePtr parseName(std::shared_ptr<Node> node, const Token &op, const Token &value) {
        bool equality = op.text == "==" || op.text == "!=";
        if (!equality)
            return fail("names have no order: use == or !=", op);
        std::optional<uint32_t> number;
        switch (node->field->names) {
        case NameSpace::Kinds:
            number = kindByName(value.text);
            break;
        case NameSpace::Vectors:
            number = vectorByName(value.text);
            break;
        case NameSpace::Codes:
            node->kind = Node::Kind::Code;
            number = hypercallByName(value.text);
            node->code.hypercall = number.has_value();
            if (!number)
                number = vectorByName(value.text);
            break;
        case NameSpace::None:
            break;
        }
        if (!number)
            return fail("\"" + value.text + "\" is no name that " + std::string(node->field->name) +
                            " can have",
                        value);
        node->number = node->code.number = *number;
        return node;
    }

    std::vector<Token> tokens_;
    FilterClock clock_;
    size_t at_ = 0;
    int terms_ = 0;
    FilterError error_;
};

} // namespace

} // namespace filter

std::variant<Filter, FilterError> Filter::parse(std::string_view text, const FilterClock &clock) {
    auto tokens = filter::tokenize(text);
    if (auto *error = std::get_if<FilterError>(&tokens))
        return *error;
    auto &list = std::get<0>(tokens);
    Filter result;
    if (list.size() == 1)
        return result;
    auto root = filter::Parser(std::move(list), clock).run();
    if (auto *error = std::get_if<FilterError>(&root))
        return *error;
    result.root_ = std::get<0>(root);
    return result;
}

Filter Filter::onVcpu(unsigned vcpu) const {
    auto node = std::make_shared<filter::Node>();
    node->kind = filter::Node::Kind::Number;
    node->field = filter::fieldByName("vcpu");
    node->op = "==";
    node->number = vcpu;
    Filter result;
    result.root_ = root_ ? filter::join(filter::Node::Kind::And, std::move(node), root_)
                         : std::shared_ptr<const filter::Node>(std::move(node));
    return result;
}

bool Filter::matches(const lg_event &event, const SymbolTable *symbols) const {
    return !root_ || root_->matches(event, symbols);
}

} // namespace lg
