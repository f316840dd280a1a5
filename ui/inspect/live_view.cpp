// SPDX-License-Identifier: GPL-2.0-or-later
#include "live_view.h"

#include "ui/window/inner_names.h"

#include <QComboBox>
#include <QHBoxLayout>

namespace ui {

LiveView::LiveView(QWidget *parent) : QWidget(parent) {
    vcpus_ = new QComboBox(this);
    vcpus_->setAccessibleName(tr("Which vCPU"));
    vcpus_->hide();
    bar_ = new QHBoxLayout;
    bar_->setContentsMargins(6, 4, 6, 4);
    bar_->setSpacing(6);
    bar_->addWidget(vcpus_);
    body_ = new QVBoxLayout(this);
    body_->setContentsMargins(0, 0, 0, 0);
    body_->setSpacing(0);
    body_->addLayout(bar_);
    connect(vcpus_, &QComboBox::currentIndexChanged, this, &LiveView::askSoon);
}

void LiveView::setSession(Session *session) {
    session_ = session;
    vcpus_->clear();
    for (unsigned n = 0; n < session->vcpus(); ++n)
        vcpus_->addItem(tr("vCPU %1").arg(n));
    vcpus_->setVisible(session->vcpus() > 1);
    nameInnerParts(vcpus_);
    connect(session, &Session::stateChanged, this, &LiveView::askSoon);
}

unsigned LiveView::vcpu() const {
    return static_cast<unsigned>(std::max(0, vcpus_->currentIndex()));
}

void LiveView::setVcpu(unsigned vcpu) {
    if (static_cast<int>(vcpu) < vcpus_->count())
        vcpus_->setCurrentIndex(static_cast<int>(vcpu));
}

void LiveView::setMoment(std::shared_ptr<MomentInspector> moment) {
    if (moment_ == moment)
        return;
    moment_ = std::move(moment);
    askSoon();
}

Inspector *LiveView::inspector() const {
    if (moment_)
        return moment_.get();
    return session_ ? session_->inspector() : nullptr;
}

QString LiveView::momentText() const {
    if (moment_) // the list counts from 1
        return QString::fromStdString(lg::momentText(moment_->at(), 1));
    return session_->state() == Session::State::Running ? tr("Now, while it runs")
                                                        : tr("Now: %1").arg(session_->stateText());
}

void LiveView::refresh() {
    if (!session_ || !isVisible())
        return;
    tick();
    if (asking_)
        return;
    Inspector *inspector = this->inspector();
    if (!inspector) {
        cannotAsk(session_->whyNoInspector());
        return;
    }
    const bool due = stale_ || (!moment_ && session_->state() == Session::State::Running &&
                                since_.hasExpired(kPaceMs));
    if (!due)
        return;
    stale_ = false;
    asking_ = true;
    since_.start();
    ask(*inspector);
}

} // namespace ui
