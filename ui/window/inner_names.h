// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

class QWidget;

namespace ui {

// Ready-made widgets are made of smaller ones that have no names for a screen
// reader; this gives each of them one, after the whole.
void nameInnerParts(QWidget *whole);

} // namespace ui
