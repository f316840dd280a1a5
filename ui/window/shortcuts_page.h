// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QDialog>

namespace ui {

// All shortcuts on one page; it stays beside the window and blocks nothing.
class ShortcutsPage : public QDialog {
    Q_OBJECT
public:
    ShortcutsPage(const QList<QAction *> &actions, QWidget *parent);
};

} // namespace ui
