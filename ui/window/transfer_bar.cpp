// SPDX-License-Identifier: GPL-2.0-or-later
#include "transfer_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

namespace ui {

TransferBar::TransferBar(QWidget *parent) : QWidget(parent) {
    setObjectName(QStringLiteral("transferBar"));
    setAccessibleName(tr("Saving the guest"));
    auto *text = new QLabel(tr("Saving the guest"), this);
    bar_ = new QProgressBar(this);
    bar_->setObjectName(QStringLiteral("savedPart"));
    bar_->setAccessibleName(tr("How much of the guest is saved"));
    bar_->setMaximumWidth(160);
    auto *stop = new QToolButton(this);
    stop->setObjectName(QStringLiteral("cancelSaving"));
    stop->setText(tr("Cancel"));
    stop->setAccessibleName(tr("Cancel saving the guest"));
    connect(stop, &QToolButton::clicked, this, &TransferBar::cancelled);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 0, 6, 0);
    layout->addWidget(text);
    layout->addWidget(bar_);
    layout->addWidget(stop);
    setVisible(false);
}

void TransferBar::show(int percent) {
    bar_->setValue(percent);
    setVisible(percent >= 0);
}

} // namespace ui
