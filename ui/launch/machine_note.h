// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "setup/this_machine.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace ui {

// What this machine's own kernel lacks to run guests, what to do, and, where it is all that is
// missing, a button that loads the module: the one thing here that asks for root, by pkexec.
class MachineNote : public QWidget {
    Q_OBJECT
public:
    explicit MachineNote(QWidget *parent = nullptr);

    void look(); // at this machine, as it is now
    void tell(const lg::MachineSetup &setup);

signals:
    void looked();

private:
    void load();
    void loaded(const lg::Result<void> &result);

    QLabel *text_;
    QPushButton *load_;
    bool loading_ = false;
};

} // namespace ui
