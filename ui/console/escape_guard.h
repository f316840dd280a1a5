// SPDX-License-Identifier: GPL-2.0-or-later
// What a guest prints is hostile until proved otherwise: this stands between
// it and the terminal.
#pragma once

#include <QByteArray>

namespace ui {

// Lets text, colours and cursor movement through, and takes out what reaches
// beyond the screen: operating-system and device-control strings (titles,
// clipboard, colour tables), window manipulation, the answerback and requests
// that make the terminal type something back.  Works on any cutting of the
// stream; remembers at most one short sequence.
class EscapeGuard {
public:
    QByteArray filter(const QByteArray &bytes);

private:
    enum class State { Text, Escape, Csi, String, StringEscape, C1 };

    void text(unsigned char c, QByteArray &out);
    void escape(unsigned char c, QByteArray &out);
    void csi(unsigned char c, QByteArray &out);

    State state_ = State::Text;
    QByteArray sequence_;
    int stringLength_ = 0;
};

} // namespace ui
