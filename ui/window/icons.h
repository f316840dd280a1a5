// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QIcon>

namespace ui {

enum class Icon {
    Play,
    Pause,
    Step,
    UntilEvent,
    Kill,
    Reboot,
    Record,
    Stop,
    Open,
    Save,
    Search,
    Hide,
    Mark,
    Copy,
    Paste,
    Follow,
    Hold,
    Close,
    Warning,
    Palette,
    Launch,
    Undo,
    Clear,
};

// Drawn in the colours of the palette at hand, at any size: nothing to install,
// and no second set for dark.
QIcon themedIcon(Icon icon);

} // namespace ui
