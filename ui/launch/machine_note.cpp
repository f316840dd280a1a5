// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine_note.h"

#include "ui/session/post.h"
#include "ui/window/problem_label.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <QtConcurrent>

namespace ui {

MachineNote::MachineNote(QWidget *parent) : QWidget(parent) {
    setObjectName(QStringLiteral("machineNote"));
    text_ = new QLabel(this);
    text_->setObjectName(QStringLiteral("machineProblem"));
    text_->setAccessibleName(tr("What this machine lacks"));
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    load_ = new QPushButton(tr("Load the module…"), this);
    load_->setObjectName(QStringLiteral("loadModule"));
    load_->setAccessibleName(tr("Load the module lg"));
    load_->setToolTip(tr("Asks for the administrator's password. Guests run in this machine's own "
                         "kernel then; trust them."));
    connect(load_, &QPushButton::clicked, this, &MachineNote::load);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(text_);
    layout->addWidget(load_, 0, Qt::AlignLeft);
}

void MachineNote::look() {
    tell(lg::lookAtThisMachine());
}

void MachineNote::tell(const lg::MachineSetup &setup) {
    const bool ready = setup.state == lg::MachineSetup::State::Ready;
    text_->setText(ready ? tr("This machine is ready.")
                         : sentence(setup.problem) + QLatin1Char('\n') + sentence(setup.advice));
    load_->setVisible(setup.mayLoad());
    load_->setEnabled(!loading_);
}

void MachineNote::load() {
    loading_ = true;
    load_->setEnabled(false);
    (void)QtConcurrent::run([self = QPointer<MachineNote>(this)] {
        post(self, [result = lg::loadModule()](MachineNote &note) { note.loaded(result); });
    });
}

void MachineNote::loaded(const lg::Result<void> &result) {
    loading_ = false;
    look();
    load_->setEnabled(true);
    if (!result)
        text_->setText(
            tr("The module was not loaded: %1").arg(QString::fromStdString(result.message())));
    emit looked();
}

} // namespace ui
