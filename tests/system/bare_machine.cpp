// SPDX-License-Identifier: GPL-2.0-or-later
#include "bare_machine.h"

namespace {

constexpr int kTickMs = 200; // how soon an end is noticed
// A kernel that panics ends the machine. On a busy host it would, for a timer that seems not to
// work.
constexpr char kKernelArguments[] = " panic=-1 no_timer_check tsc=reliable quiet";

} // namespace

BareMachine::BareMachine(const QString &image, const QString &initrd, const QString &commandLine,
                         const QStringList &more) {
    qemu_.setProcessChannelMode(QProcess::MergedChannels);
    qemu_.start(qEnvironmentVariable("LGSCOPE_QEMU", "qemu-system-x86_64"),
                QStringList{"-accel", "tcg", "-machine", "q35", "-m", "512", "-nodefaults",
                            "-no-user-config", "-no-reboot", "-display", "none", "-kernel",
                            image + "/vmlinux", "-initrd", initrd, "-append",
                            commandLine + kKernelArguments} +
                    more);
}

BareMachine::~BareMachine() {
    qemu_.kill();
    qemu_.waitForFinished();
}

void BareMachine::type(const std::string &keys) {
    qemu_.write(keys.data(), qint64(keys.size()));
    qemu_.waitForBytesWritten();
}

bool BareMachine::waitForText(const std::string &text, int seconds) {
    QElapsedTimer since;
    since.start();
    for (;;) {
        hear();
        if (said_.find(text) != said_.npos)
            return true;
        if (since.elapsed() > seconds * 1000 || qemu_.state() == QProcess::NotRunning)
            return false;
        qemu_.waitForReadyRead(kTickMs);
    }
}

bool BareMachine::waitForEnd(int seconds) {
    const bool ended = qemu_.waitForFinished(seconds * 1000);
    hear();
    return ended;
}
