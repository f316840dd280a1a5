// SPDX-License-Identifier: GPL-2.0-or-later
#include "session.h"

namespace ui {

void Session::setState(State state, const QString &text) {
    state_ = state;
    stateText_ = text;
    emit stateChanged();
}

} // namespace ui
