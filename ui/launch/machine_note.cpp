// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine_note.h"

#include <QLabel>
#include <QProcess>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui {

namespace {

// The library's words begin small, as they stand behind a program's name elsewhere.
QString sentence(const std::string &words) {
    QString text = QString::fromStdString(words);
    text[0] = text.at(0).toUpper();
    return text + QLatin1Char('.');
}

} // namespace

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
    load_->setToolTip(tr("pkexec modprobe lg: asks for the administrator's password. Guests run in "
                         "this machine's own kernel then; trust them."));
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
    load_->setEnabled(!loader_);
}

void MachineNote::load() {
    loader_ = new QProcess(this);
    load_->setEnabled(false);
    connect(loader_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            loaded(tr("There is no pkexec here: run sudo modprobe lg in a terminal."));
    });
    connect(loader_, &QProcess::finished, this, [this](int status, QProcess::ExitStatus how) {
        const QString said = QString::fromLocal8Bit(loader_->readAllStandardError()).trimmed();
        const bool good = status == 0 && how == QProcess::NormalExit;
        loaded(good ? QString()
                    : tr("The module was not loaded: %1")
                          .arg(said.isEmpty() ? tr("pkexec ended with %1").arg(status)
                                              : said.section(QLatin1Char('\n'), -1)));
    });
    loader_->start(QStringLiteral("pkexec"), {QStringLiteral("modprobe"), QStringLiteral("lg")});
}

void MachineNote::loaded(const QString &problem) {
    loader_->deleteLater();
    loader_.clear();
    look();
    load_->setEnabled(true);
    if (!problem.isEmpty())
        text_->setText(problem);
    emit looked();
}

} // namespace ui
