// SPDX-License-Identifier: GPL-2.0-or-later
// The sandbox with the real image and a real QEMU: from nothing, from a saved state, and with
// everything broken that can break.
#include "sandbox/sandbox.h"
#include "sandbox/saved_state.h"
#include "verify_ok.h"
#include "wire/connection.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <future>
#include <poll.h>

using lg::AgentConnection;
using lg::Sandbox;
using lg::SandboxOptions;

namespace {

constexpr char kHold[] = "--hold";
constexpr int kPatienceMs = 5000;

using Started = lg::Result<std::unique_ptr<Sandbox>>;

Started start(SandboxOptions options = {}) {
    return Sandbox::start(std::move(options), {}, {});
}

bool exists(pid_t pid) {
    return kill(pid, 0) == 0;
}

// What a test calls to see that the machine is alive, not only started.
QString talk(Sandbox &sandbox) {
    auto agent = AgentConnection::open(sandbox.takeStream(), {});
    if (!agent)
        return QString::fromStdString(agent.message());
    auto check = AgentConnection::wait<lg::HostCheck>(
        [&](auto done) { (*agent)->hostCheck(std::move(done)); });
    if (!check)
        return QString::fromStdString(check.message());
    return check->problems.empty() ? "alive" : QString::fromStdString(check->problems.front());
}

// The process that the test kills: holds a sandbox until then.
int hold() {
    auto sandbox = start();
    if (!sandbox)
        return 1;
    std::printf("%d\n", int((*sandbox)->qemuPid()));
    std::fflush(stdout);
    for (;;)
        pause();
}

} // namespace

class TestSandbox : public QObject {
    Q_OBJECT

    QTemporaryDir cache_;

    QString stateFile() const {
        QDir folder(cache_.filePath("lgscope"));
        auto found = folder.entryList({"vm-*"}, QDir::Files);
        return found.size() == 1 ? folder.filePath(found.front()) : QString();
    }

private slots:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", cache_.path().toUtf8());
        auto first = start();
        VERIFY_OK(first);
    }

    void bootsAndSavesItsState() {
        QVERIFY(QFile::remove(stateFile()));
        std::vector<std::string> stages;
        double before = 0;
        bool forward = true;
        auto sandbox = Sandbox::start({},
                                      [&](const std::string &stage, double fraction) {
                                          if (stages.empty() || stages.back() != stage)
                                              stages.push_back(stage);
                                          forward = forward && fraction >= before;
                                          before = fraction;
                                      },
                                      {});
        VERIFY_OK(sandbox);
        QVERIFY(!(*sandbox)->fromSavedState());
        QVERIFY(forward);
        QCOMPARE(before, 1.0);
        QCOMPARE(stages.size(), size_t(4));
        QCOMPARE(talk(**sandbox), "alive");
        QVERIFY((*sandbox)->log().find("Linux version") != std::string::npos);
        QVERIFY(!stateFile().isEmpty());
        QCOMPARE(QFile(stateFile()).permissions() &
                     (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
                 QFile::Permissions());
    }

    void continuesFromItsSavedState() {
        QElapsedTimer timer;
        timer.start();
        auto sandbox = start();
        VERIFY_OK(sandbox);
        auto elapsed = timer.elapsed();
        QVERIFY((*sandbox)->fromSavedState());
        QCOMPARE(talk(**sandbox), "alive");
        qInfo("a saved sandbox was ready after %lld ms", elapsed);
        QVERIFY2(elapsed < 2000, "a saved sandbox takes as long as a boot");
    }

    void twoRunSideBySide() {
        auto one = start(), other = start();
        QVERIFY(one && other);
        QCOMPARE(talk(**one), "alive");
        QCOMPARE(talk(**other), "alive");
    }

    void bootsWhereStatesAreNotWanted() {
        auto sandbox = start({.useSavedState = false});
        VERIFY_OK(sandbox);
        QVERIFY(!(*sandbox)->fromSavedState());
        QCOMPARE(talk(**sandbox), "alive");
    }

    void replacesADamagedState_data() {
        QTest::addColumn<QString>("damage");
        QTest::newRow("one byte differs") << "byte";
        QTest::newRow("cut off") << "cut";
        QTest::newRow("whole, but no machine") << "foreign";
    }

    void replacesADamagedState() {
        QFETCH(QString, damage);
        QFile file(stateFile());
        QVERIFY(file.open(QFile::ReadWrite));
        if (damage == "byte") {
            file.seek(file.size() / 2);
            char byte;
            QVERIFY(file.getChar(&byte));
            file.seek(file.size() / 2);
            QVERIFY(file.putChar(char(~byte)));
        } else if (damage == "cut") {
            QVERIFY(file.resize(file.size() / 3));
        } else {
            lg::SavedState other(cache_.filePath("lgscope").toStdString(), "other");
            auto part = other.begin();
            VERIFY_OK(part);
            QFile foreign(QString::fromStdString(*part));
            QVERIFY(foreign.open(QFile::WriteOnly));
            QVERIFY(foreign.write(QByteArray(100000, 'x')) > 0);
            foreign.close();
            QVERIFY(other.commit(*part));
            QVERIFY(file.remove());
            QVERIFY(QFile::rename(QString::fromStdString(other.path()), file.fileName()));
        }
        file.close();
        {
            auto sandbox = start();
            VERIFY_OK(sandbox);
            QVERIFY(!(*sandbox)->fromSavedState());
            QCOMPARE(talk(**sandbox), "alive");
        }
        auto next = start();
        VERIFY_OK(next);
        QVERIFY((*next)->fromSavedState());
    }

    void forgetsAStateOnRequest() {
        {
            auto sandbox = start();
            QVERIFY(sandbox);
            QVERIFY((*sandbox)->fromSavedState());
            (*sandbox)->forgetSavedState();
        }
        auto next = start();
        QVERIFY(next);
        QVERIFY(!(*next)->fromSavedState());
    }

    void tellsOfACrash() {
        std::promise<std::string> told;
        auto sandbox =
            start({.onEnded = [&](const std::string &reason) { told.set_value(reason); }});
        VERIFY_OK(sandbox);
        auto stream = (*sandbox)->takeStream();
        QCOMPARE((*sandbox)->endReason(), "");
        QCOMPARE(kill((*sandbox)->qemuPid(), SIGKILL), 0);
        auto reason = told.get_future();
        QVERIFY(reason.wait_for(std::chrono::milliseconds(kPatienceMs)) ==
                std::future_status::ready);
        QCOMPARE(reason.get(), "QEMU was ended by a signal: Killed");
        QVERIFY(!(*sandbox)->running());
        pollfd end = {stream.get(), POLLIN, 0};
        QCOMPARE(poll(&end, 1, kPatienceMs), 1);
        QVERIFY(end.revents & POLLHUP);

        auto again = start();
        VERIFY_OK(again);
        QCOMPARE(talk(**again), "alive");
    }

    void leavesNoProcess() {
        auto sandbox = start();
        QVERIFY(sandbox);
        pid_t qemu = (*sandbox)->qemuPid();
        QVERIFY(exists(qemu));
        sandbox->reset();
        QVERIFY(!exists(qemu));
    }

    void leavesNoProcessWhenKilled() {
        QProcess program;
        program.start(QCoreApplication::applicationFilePath(), {kHold});
        QVERIFY(program.waitForStarted());
        QVERIFY(program.waitForReadyRead(30000));
        pid_t qemu = program.readLine().trimmed().toInt();
        QVERIFY(qemu > 1 && exists(qemu));
        program.kill();
        QVERIFY(program.waitForFinished());
        QTRY_VERIFY_WITH_TIMEOUT(!exists(qemu), kPatienceMs);
    }

    void stopsWhenAsked() {
        std::stop_source stop;
        QElapsedTimer timer;
        auto sandbox = Sandbox::start(
            {.useSavedState = false},
            [&](const std::string &, double fraction) {
                if (fraction > 0.2 && !stop.stop_requested()) {
                    stop.request_stop();
                    timer.start();
                }
            },
            stop.get_token());
        QVERIFY(!sandbox);
        QCOMPARE(sandbox.message(), "stopped");
        QVERIFY(timer.elapsed() < 1000);
    }

    void saysWhatIsMissing() {
        auto noQemu = start({.qemu = "/nowhere/qemu"});
        QVERIFY(!noQemu);
        QCOMPARE(noQemu.message(),
                 "there is no /nowhere/qemu: install QEMU (Debian: qemu-system-x86)");
        auto noImage = start({.image = "/nowhere"});
        QVERIFY(!noImage);
        QVERIFY(noImage.message().starts_with("the sandbox's image is not in /nowhere"));
    }

    void saysWhatQemuComplainsOf() {
        auto greedy = start({.memoryMiB = 1u << 30, .useSavedState = false});
        QVERIFY(!greedy);
        QVERIFY2(greedy.message().starts_with("QEMU gave up: "), greedy.message().c_str());
        QVERIFY(greedy.message().find('\n') == std::string::npos);
    }

    void saysWhyItsKernelStopped() {
        QTemporaryDir image;
        auto real = QString::fromStdString(lg::findSandboxImage());
        QVERIFY(QFile::link(real + "/vmlinux", image.filePath("vmlinux")));
        for (auto name : {"initramfs.cpio", "id"}) {
            QFile file(image.filePath(name));
            QVERIFY(file.open(QFile::WriteOnly));
            QVERIFY(file.write("no initramfs\n") > 0);
        }
        auto sandbox = start({.image = image.path().toStdString()});
        QVERIFY(!sandbox);
        QVERIFY2(sandbox.message().starts_with("the sandbox's kernel stopped: Kernel panic"),
                 sandbox.message().c_str());
    }
};

int main(int argc, char **argv) {
    QCoreApplication application(argc, argv);
    if (argc == 2 && std::string_view(argv[1]) == kHold)
        return hold();
    TestSandbox test;
    return QTest::qExec(&test, argc, argv);
}

#include "test_sandbox.moc"
