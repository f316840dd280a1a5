// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

class QWidget;

namespace ui {

// Makes Tab go through all that is in a widget's layout, in the order of the layout.
void tabInLayoutOrder(QWidget *widget);

} // namespace ui
