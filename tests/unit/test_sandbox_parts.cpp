// SPDX-License-Identifier: GPL-2.0-or-later
// What the sandbox decides without a QEMU.
#include "sandbox/accelerator.h"
#include "sandbox/qemu_process.h"
#include "sandbox/saved_state.h"
#include "verify_ok.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

namespace {

// As waitpid() gives them (wait(2)).
constexpr int exited(int code) {
    return code << 8;
}

} // namespace

class TestSandboxParts : public QObject {
    Q_OBJECT
private slots:
    void kvmNeedsTheProcessorsWord_data() {
        QTest::addColumn<QByteArray>("cpuinfo");
        QTest::addColumn<bool>("has");
        QTest::newRow("intel") << QByteArray("flags\t\t: fpu vmx sse\n") << true;
        QTest::newRow("amd") << QByteArray("model name : x\nflags\t\t: fpu svm\nbugs\t: a\n")
                             << true;
        QTest::newRow("none") << QByteArray("flags\t\t: fpu sse\n") << false;
        QTest::newRow("inside a word") << QByteArray("flags\t\t: fpu novmx svm_lock\n") << false;
        QTest::newRow("another line")
            << QByteArray("flags\t: fpu\nvmx flags\t: vmx svm\n") << false;
        QTest::newRow("empty") << QByteArray() << false;
    }

    void kvmNeedsTheProcessorsWord() {
        QFETCH(QByteArray, cpuinfo);
        QFETCH(bool, has);
        QCOMPARE(lg::cpuHasVirtualization(cpuinfo.toStdString()), has);
    }

    void kvmCanBeRefused() {
        // Whatever the machine: this must not even look at /dev/kvm.
        qputenv("LGSCOPE_KVM", "0");
        QVERIFY(!lg::kvmWorks());
    }

    void reasonsAreOneLine_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("complaints");
        QTest::addColumn<QByteArray>("console");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("killed") << SIGKILL << QByteArray() << QByteArray("[ 1.0] hello\r\n")
                                << QByteArray("QEMU was ended by a signal: Killed");
        QTest::newRow("complaint")
            << exited(1) << QByteArray("qemu: warning\nqemu: cannot set up guest memory\n")
            << QByteArray() << QByteArray("QEMU gave up: cannot set up guest memory");
        QTest::newRow("oops") << exited(0) << QByteArray()
                              << QByteArray("[    2.1] BUG: unable to handle page fault\r\n"
                                            "[    2.2] Oops: 0000\r\n"
                                            "[    2.3] Kernel panic - not syncing: Fatal\r\n"
                                            "[    2.4] Rebooting\r\n")
                              << QByteArray("the sandbox's kernel stopped: BUG: unable to handle "
                                            "page fault");
        QTest::newRow("panic alone")
            << exited(0) << QByteArray()
            << QByteArray("[    2.3] Kernel panic - not syncing: No working init found.\r\n")
            << QByteArray("the sandbox's kernel stopped: Kernel panic - not syncing: No working "
                          "init found.");
        QTest::newRow("off") << exited(0) << QByteArray()
                             << QByteArray("lgagent: ready\r\n[ 3.0] reboot: Power down\r\n")
                             << QByteArray("the sandbox switched itself off, after: reboot: Power "
                                           "down");
        QTest::newRow("silent") << exited(0) << QByteArray() << QByteArray()
                                << QByteArray("the sandbox switched itself off");
    }

    void reasonsAreOneLine() {
        QFETCH(int, status);
        QFETCH(QByteArray, complaints);
        QFETCH(QByteArray, console);
        QFETCH(QByteArray, reason);
        QCOMPARE(lg::qemuEndReason(status, complaints.toStdString(), console.toStdString()),
                 reason.toStdString());
    }

    void hashSeesEveryByte() {
        std::string text(100, 'a');
        auto hash = lg::hashOf(text);
        for (size_t i = 0; i < text.size(); ++i) {
            auto other = text;
            other[i] ^= 1;
            QVERIFY(lg::hashOf(other) != hash);
        }
        QVERIFY(lg::hashOf(text.substr(1)) != hash);
        QVERIFY(lg::hashOf(std::string(1, '\0')) != lg::hashOf(""));
    }

    void keepsTheNewestStates() {
        QTemporaryDir folder;
        auto write = [&](const std::string &key) {
            lg::SavedState state(folder.path().toStdString(), key);
            auto part = state.begin();
            QFile file(QString::fromStdString(*part));
            if (file.open(QFile::WriteOnly))
                file.write(key.c_str());
            file.close();
            QVERIFY(state.commit(*part));
            // Files written within one tick of the clock have no order.
            QTest::qWait(20);
        };
        for (auto key : {"one", "two", "three", "four"})
            write(key);
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 3);
        QVERIFY(!lg::SavedState(folder.path().toStdString(), "one").open());
        QVERIFY(lg::SavedState(folder.path().toStdString(), "two").open()); // and is the newest now
        QTest::qWait(20);
        write("five");
        QVERIFY(lg::SavedState(folder.path().toStdString(), "two").open());
        QVERIFY(!lg::SavedState(folder.path().toStdString(), "three").open());
    }

    void statesAreWholeOrNotThere() {
        QTemporaryDir folder;
        lg::SavedState state(folder.path().toStdString(), "key");
        QVERIFY(!state.open());
        auto part = state.begin();
        VERIFY_OK(part);
        QVERIFY(!state.open());
        QVERIFY(!state.commit(*part)); // nothing in it
        QVERIFY(!QFile::exists(QString::fromStdString(*part)));
    }

    void unwritableCacheIsAnError() {
        QTemporaryDir folder;
        QFile file(folder.filePath("lgscope"));
        QVERIFY(file.open(QFile::WriteOnly));
        auto part = lg::SavedState(file.fileName().toStdString(), "key").begin();
        QVERIFY(!part);
    }
};

QTEST_GUILESS_MAIN(TestSandboxParts)
#include "test_sandbox_parts.moc"
