// SPDX-License-Identifier: GPL-2.0-or-later
#include "escape_guard.h"

namespace ui {

namespace {
constexpr unsigned char kEsc = 0x1b, kBell = 0x07, kEnq = 0x05, kCan = 0x18, kSub = 0x1a;
constexpr int kMaxCsi = 64;
// A string that never ends would swallow the console for good; past this
// length it is taken for text again.
constexpr int kMaxString = 4096;

// ECMA-48, 8.3: the final byte says what a control sequence does.
bool reachesOut(const QByteArray &sequence) {
    switch (sequence.back()) {
    case 't': // window size, position, title stack
    case 'c': // what kind of terminal are you?
    case 'n': // where is the cursor?
    case 'x': // terminal parameters
    case 'y': // self test
        return true;
    case 'p': // soft reset and mode queries; '!p' (reset) does no harm
        return sequence.size() < 2 || sequence.at(sequence.size() - 2) != '!';
    default:
        return false;
    }
}
} // namespace

void EscapeGuard::text(unsigned char c, QByteArray &out) {
    if (c == kEsc)
        state_ = State::Escape;
    else if (c == 0xc2)
        state_ = State::C1; // UTF-8 of U+0080 to U+00BF begins so
    else if (c != kEnq)
        out.append(static_cast<char>(c));
}

void EscapeGuard::escape(unsigned char c, QByteArray &out) {
    state_ = State::Text;
    switch (c) {
    case '[':
        state_ = State::Csi;
        sequence_.clear();
        break;
    case ']': // OSC
    case 'P': // DCS
    case 'X': // SOS
    case '^': // PM
    case '_': // APC
    case 'k': // the title sequence of screen
        state_ = State::String;
        stringLength_ = 0;
        break;
    case 'Z': // identify
        break;
    case kEsc:
        state_ = State::Escape;
        break;
    default:
        out.append(static_cast<char>(kEsc));
        out.append(static_cast<char>(c));
    }
}

void EscapeGuard::csi(unsigned char c, QByteArray &out) {
    if (c == kEsc) {
        state_ = State::Escape;
        return;
    }
    if (c == kCan || c == kSub) {
        state_ = State::Text;
        return;
    }
    if (c < 0x20) { // C0 controls act in the middle of a sequence
        text(c, out);
        return;
    }
    sequence_.append(static_cast<char>(c));
    if (c >= 0x40 || sequence_.size() > kMaxCsi) {
        state_ = State::Text;
        if (c >= 0x40 && c < 0x7f && !reachesOut(sequence_))
            out.append("\x1b[").append(sequence_);
    }
}

QByteArray EscapeGuard::filter(const QByteArray &bytes) {
    QByteArray out;
    out.reserve(bytes.size());
    for (const char byte : bytes) {
        const auto c = static_cast<unsigned char>(byte);
        switch (state_) {
        case State::Text:
            text(c, out);
            break;
        case State::Escape:
            escape(c, out);
            break;
        case State::Csi:
            csi(c, out);
            break;
        case State::C1:
            state_ = State::Text;
            if (c >= 0x80 && c < 0xa0)
                break; // a C1 control in UTF-8: no guest needs one
            out.append('\xc2');
            text(c, out);
            break;
        case State::String:
            if (c == kEsc)
                state_ = State::StringEscape;
            else if (c == kBell || c == kCan || c == kSub || ++stringLength_ > kMaxString)
                state_ = State::Text;
            break;
        case State::StringEscape:
            if (c == '\\')
                state_ = State::Text;
            else
                escape(c, out);
            break;
        }
    }
    return out;
}

} // namespace ui
