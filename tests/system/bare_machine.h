// SPDX-License-Identifier: GPL-2.0-or-later
// The sandbox's machine and its 64-bit kernel without our agent and module, with a 32-bit Linux
// user space instead: what a Guest's programs say and cost there is what they say and cost without
// us.
#pragma once

#include <QElapsedTimer>
#include <QProcess>

#include <string>

class BareMachine {
public:
    // The image is the sandbox's folder; `more` is for QEMU, the command line for the kernel.
    BareMachine(const QString &image, const QString &initrd, const QString &commandLine,
                const QStringList &more);
    ~BareMachine();

    void type(const std::string &keys);
    // False if it does not happen within the time.
    bool waitForText(const std::string &text, int seconds);
    bool waitForEnd(int seconds);
    // What its console has said so far.
    const std::string &said() const { return said_; }

private:
    void hear() { said_ += qemu_.readAll().toStdString(); }
    QProcess qemu_;
    std::string said_;
};
