// SPDX-License-Identifier: GPL-2.0-or-later
#include "transfer_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

namespace ui {

TransferBar::TransferBar(const QString &what, const QString &name, const QString &cancelName,
                         QWidget *parent)
    : QWidget(parent) {
    setObjectName(name);
    setAccessibleName(what);
    auto *text = new QLabel(what, this);
    bar_ = new QProgressBar(this);
    bar_->setObjectName(name + QStringLiteral("Part"));
    bar_->setAccessibleName(tr("%1: how much is done").arg(what));
    bar_->setMaximumWidth(160);
    auto *stop = new QToolButton(this);
    stop->setObjectName(cancelName);
    stop->setText(tr("Cancel"));
    stop->setAccessibleName(tr("%1: cancel").arg(what));
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
