// SPDX-License-Identifier: GPL-2.0-or-later
// The real gdb on a real Guest, as a user types it: lgctl run --gdb, then target remote.
#include <QtTest>

#include <QRegularExpression>
#include <QStandardPaths>
#include <QTcpSocket>

namespace {

constexpr int kBootMs = 120'000;
constexpr int kSoonMs = 60'000;

} // namespace

class TestGdb : public QObject {
    Q_OBJECT

    std::unique_ptr<QProcess> guest_;
    QByteArray said_;
    QString port_;
    QString image_;

    static QString program() { return QCoreApplication::applicationDirPath() + "/lgctl"; }

    bool says(const QByteArray &text, int ms) {
        return QTest::qWaitFor(
            [&] {
                said_ += guest_->readAll();
                return said_.contains(text);
            },
            ms);
    }

    bool start(const QStringList &arguments) {
        said_.clear();
        guest_ = std::make_unique<QProcess>();
        guest_->setProcessChannelMode(QProcess::MergedChannels);
        guest_->start(program(), QStringList{"run", "--gdb", "0"} + arguments);
        if (!says("target remote", kBootMs))
            return false;
        const auto match =
            QRegularExpression("target remote :(\\d+)").match(QString::fromUtf8(said_));
        port_ = match.captured(1);
        return match.hasMatch();
    }

    // The output of one gdb from attaching to leaving.
    QByteArray gdb(const QStringList &commands, int ms = kSoonMs) {
        QStringList arguments = {"-q", "-nx", "-batch", image_, "-ex", "set pagination off"};
        arguments += {"-ex", "target remote :" + port_};
        for (const QString &command : commands)
            arguments += {"-ex", command};
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start("gdb", arguments);
        if (!process.waitForFinished(ms)) {
            process.kill();
            process.waitForFinished();
            return "gdb did not end: " + process.readAll();
        }
        return process.readAll();
    }

    static bool has(const QByteArray &text, const char *pattern) {
        return QRegularExpression(pattern).match(QString::fromUtf8(text)).hasMatch();
    }

private slots:
    void initTestCase() {
        QVERIFY2(!QStandardPaths::findExecutable("gdb").isEmpty(), "gdb is not installed");
        image_ = QCoreApplication::applicationDirPath() + "/../lib/lgscope/guests/user";
        QVERIFY(QFile::exists(image_));
    }

    void cleanup() {
        if (guest_) {
            guest_->terminate();
            QVERIFY(guest_->waitForFinished(kSoonMs));
            guest_.reset();
        }
    }

    void breakpointStepAndRegisters() {
        QVERIFY(start({"guest:user", "--", "forever"}));
        const auto text =
            gdb({"info threads", "hbreak guest_main", "continue", "info registers eip", "x/2i $eip",
                 "stepi", "info registers eip", "print/x $cs", "delete", "watch *(int *)($esp - 4)",
                 "info breakpoints"});
        QVERIFY2(has(text, "vCPU 0"), text.constData());
        QVERIFY2(has(text, "Breakpoint 1, 0x[0-9a-f]+ in guest_main|Breakpoint 1, guest_main"),
                 text.constData());
        QVERIFY2(has(text, "eip +0x[0-9a-f]+ +0x[0-9a-f]+ <guest_main>"), text.constData());
        QVERIFY2(has(text, "eip +0x[0-9a-f]+ +0x[0-9a-f]+ <guest_main\\+\\d+>"), text.constData());
        QVERIFY2(has(text, "\\$1 = 0x61"), text.constData());
        // It goes on without gdb.
        QVERIFY2(says("one says 1", kSoonMs), said_.constData());
    }

    void softwareBreakpointsAreTheProcessors() {
        QVERIFY(start({"guest:user", "--", "forever"}));
        const auto text =
            gdb({"break guest_main", "continue", "bt 1", "print $eip == &guest_main"});
        QVERIFY2(has(text, "guest_main"), text.constData());
        QVERIFY2(has(text, "\\$1 = 1|\\$1 = true"), text.constData());
    }

    void whatIsSetIsTheGuests() {
        QVERIFY(start({"guest:user", "--", "forever"}));
        const auto text =
            gdb({"break guest_main", "continue", "set var $eax = 0x1234567",
                 "maintenance flush register-cache", "print/x $eax",
                 "set var {int}($esp - 64) = 0x89abcdef", "maintenance flush register-cache",
                 "x/xw $esp - 64", "set var $cs = 0x10", "maintenance flush register-cache",
                 "print/x $cs", "set var {int}0xfff00000 = 1", "break user_main", "continue",
                 "set var {char}&name_of = 'O'"}); // a page of ring 3's
        QVERIFY2(has(text, "\\$1 = 0x1234567"), text.constData());
        QVERIFY2(has(text, "0x89abcdef"), text.constData());
        QVERIFY2(has(text, "(?i)could not write register"), text.constData());
        QVERIFY2(has(text, "\\$2 = 0x61"), text.constData());
        QVERIFY2(has(text, "Cannot access memory at address 0xfff00000"), text.constData());
        QVERIFY2(says("One says 1", kSoonMs), said_.constData());
    }

    void interruptAndTwoGdbsInTurn() {
        QVERIFY(start({"guest:user", "--", "forever"}));
        auto text = gdb({"print 1"}); // comes and goes: the Guest runs
        QVERIFY2(says("one says 1", kSoonMs), said_.constData());
        // A stop from gdb's side, by the byte that Ctrl-C sends.
        QTcpSocket socket;
        socket.connectToHost("127.0.0.1", port_.toUShort());
        QVERIFY(socket.waitForConnected(kSoonMs));
        QByteArray got;
        const auto ask = [&](const QByteArray &packet) {
            unsigned sum = 0;
            for (const char c : packet)
                sum += static_cast<unsigned char>(c);
            socket.write("$" + packet + "#" +
                         QByteArray::number(sum & 0xff, 16).rightJustified(2, '0'));
        };
        const auto hears = [&](const QByteArray &what) {
            return QTest::qWaitFor(
                [&] {
                    got += socket.readAll();
                    return got.contains(what);
                },
                kSoonMs);
        };
        ask("?");
        QVERIFY(hears("T05thread:1;"));
        ask("c");
        QTest::qWait(300);
        socket.write("\x03", 1);
        QVERIFY2(hears("T02"), got.constData());
        for (const char *nonsense : {"m",
                                     "mzz",
                                     "Z1",
                                     "Zq,,",
                                     "vCont;",
                                     "qXfer:features:read:x",
                                     "m0,ffffffff",
                                     "Hgff",
                                     "p",
                                     "G",
                                     "G00",
                                     "Gzz",
                                     "P",
                                     "P8",
                                     "P8=",
                                     "P8=zz",
                                     "Pff=00000000",
                                     "M",
                                     "M0,1",
                                     "M0,2:00",
                                     "M0,1:0",
                                     "Mfff00000,1:00"})
            ask(nonsense);
        got.clear();
        ask("g");
        QVERIFY2(QTest::qWaitFor(
                     [&] {
                         got += socket.readAll();
                         return QRegularExpression("\\$[0-9a-f]{128}#").match(got).hasMatch();
                     },
                     kSoonMs),
                 got.constData());
        socket.disconnectFromHost();
        said_.clear();
        QVERIFY2(says("says", kSoonMs), said_.constData());
    }

    void twoThreads() {
        QVERIFY(start({"guest:smp", "--vcpus", "2"}));
        const auto text = gdb({"info threads", "hbreak guest_main", "continue", "info threads",
                               "thread 2", "info registers eip"});
        QVERIFY2(has(text, "vCPU 1, not started"), text.constData());
        QVERIFY2(has(text, "Switching to thread 2"), text.constData());
    }

    void theEndIsTold() {
        image_.replace("/user", "/hello");
        QVERIFY(start({"guest:hello"}));
        const auto text = gdb({"continue"});
        QVERIFY2(has(text, "exited normally"), text.constData());
        QVERIFY(guest_->waitForFinished(kSoonMs));
        guest_.reset();
    }

    void aPortThatIsTakenIsSaid() {
        QVERIFY(start({"guest:user", "--", "forever"}));
        QProcess second;
        second.setProcessChannelMode(QProcess::MergedChannels);
        second.start(program(), {"run", "guest:hello", "--gdb", port_});
        QVERIFY(second.waitForFinished(kBootMs));
        QVERIFY(second.exitCode() != 0);
        const QByteArray text = second.readAll();
        QVERIFY2(text.contains("gdb") && text.contains(port_.toUtf8()), text.constData());
    }
};

QTEST_GUILESS_MAIN(TestGdb)
#include "test_gdb.moc"
