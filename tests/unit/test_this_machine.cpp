// SPDX-License-Identifier: GPL-2.0-or-later
// What is missing for Guests in a machine's own kernel: told from made-up machines.
#include "setup/this_machine.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace lg;
using State = MachineSetup::State;

class TestThisMachine : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> root_;

    void put(const QString &path, const QByteArray &text = {}) {
        const QString whole = root_->filePath(path);
        QVERIFY(QDir().mkpath(QFileInfo(whole).path()));
        QFile file(whole);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

    MachineSetup look(bool mayOpen = false) const {
        return lookAtMachine(root_->path().toStdString(), "6.12.1", mayOpen);
    }

    void built() {
        put("lib/modules/6.12.1/modules.dep",
            "kernel/fs/ext4/ext4.ko.xz: kernel/lib/crc16.ko.xz\nupdates/dkms/lg.ko.xz:\n");
    }

private slots:
    void init() { root_ = std::make_unique<QTemporaryDir>(); }

    void nothingAtAll() {
        const auto found = look();
        QCOMPARE(found.state, State::NoHeaders);
        QVERIFY(found.advice.find("linux-headers-6.12.1") != std::string::npos);
        QVERIFY(!found.mayLoad());
    }

    void headersOnly() {
        put("lib/modules/6.12.1/build/Makefile");
        put("lib/modules/6.12.1/modules.dep", "kernel/drivers/alg.ko:\n");
        put("lib/modules/6.1.0/modules.dep", "updates/dkms/lg.ko:\n"); // another kernel's
        QCOMPARE(look().state, State::NotBuilt);
        QVERIFY(look().advice.find("lgscope-dkms") != std::string::npos);
    }

    void builtAndNotLoaded() {
        built();
        QCOMPARE(look().state, State::NotLoaded);
        QVERIFY(look().mayLoad());
        QVERIFY(look().advice.find("modprobe lg") != std::string::npos);
    }

    void secureBoot() {
        built();
        const QString variable =
            "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
        put(variable, QByteArray("\6\0\0\0\0", 5));
        QCOMPARE(look().state, State::NotLoaded);
        put(variable, QByteArray("\6\0\0\0\1", 5));
        QCOMPARE(look().state, State::NotSigned);
        QVERIFY(look().advice.find("mok.pub") == std::string::npos);
        put("var/lib/dkms/mok.pub");
        QVERIFY(look().advice.find("mokutil --import") != std::string::npos);
    }

    void lockdown() {
        built();
        put("sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
        QCOMPARE(look().state, State::NotLoaded);
        put("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
        QCOMPARE(look().state, State::NotSigned);
    }

    void loadedAndNoDevice() {
        put("sys/module/lg/refcnt", "0\n");
        QCOMPARE(look().state, State::NoDevice);
    }

    void noRight() {
        put("dev/lguest");
        QCOMPARE(look().state, State::NoRight);
        QVERIFY(look().advice.find("adduser") == std::string::npos);
        put("etc/group", "root:x:0:\nlguest:x:990:\n");
        QVERIFY(look().advice.find("adduser") != std::string::npos);
    }

    void ready() {
        put("dev/lguest");
        const auto found = look(true);
        QCOMPARE(found.state, State::Ready);
        QVERIFY(found.problem.empty());
    }

    // Nothing is loaded here: the only pkexec that can be found is the test's own.
    void theModuleIsLoadedByPkexecAlone() {
        const QByteArray path = qgetenv("PATH");
        qputenv("PATH", root_->path().toUtf8());
        const auto none = loadModule();
        QVERIFY(!none);
        QVERIFY2(none.message().find("sudo modprobe lg") != std::string::npos,
                 none.message().c_str());
        const auto pkexec = [this](const QByteArray &does) {
            put("pkexec", "#!/bin/sh\necho \"$@\" >" + root_->path().toUtf8() + "/asked\n" + does);
            QVERIFY(QFile::setPermissions(root_->filePath("pkexec"),
                                          QFile::ReadOwner | QFile::ExeOwner | QFile::WriteOwner));
        };
        pkexec("echo some words >&2; echo Request dismissed >&2; exit 126\n");
        const auto dismissed = loadModule();
        QVERIFY(!dismissed);
        QCOMPARE(dismissed.message(), "Request dismissed");
        pkexec("exit 127\n");
        QCOMPARE(loadModule().message(), "pkexec failed and did not say why");
        pkexec("echo a warning >&2\n");
        QVERIFY(loadModule().ok());
        qputenv("PATH", path);
        QFile asked(root_->filePath("asked"));
        QVERIFY(asked.open(QIODevice::ReadOnly));
        const QByteArray words = asked.readAll(); // a program of ours, and no arguments
        QVERIFY2(words.startsWith('/') && words.endsWith("/lib/lgscope/load-module\n"), words);
    }

    // Whatever this machine is: something can be said, in one line each.
    void thisOne() {
        const auto found = lookAtThisMachine();
        QCOMPARE(found.problem.empty(), found.state == State::Ready);
        QVERIFY(found.problem.find('\n') == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestThisMachine)
#include "test_this_machine.moc"
