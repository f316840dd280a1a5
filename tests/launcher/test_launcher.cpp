// SPDX-License-Identifier: GPL-2.0-or-later
// Runs launcher_init.cpp in a machine of its own and reads what it says.
#include <QtTest>

#include <QProcess>

namespace {

constexpr int kLimitMs = 240000;

QStringList machine(const QString &folder, const QString &initramfs) {
    return {"-accel",
            "tcg",
            "-cpu",
            "max",
            "-machine",
            "q35",
            "-smp",
            "2",
            "-m",
            "256,slots=1,maxmem=512M",
            "-object",
            "memory-backend-ram,id=more,size=128M", // can be taken out again
            "-device",
            "pc-dimm,memdev=more",
            "-nodefaults",
            "-no-user-config",
            "-no-reboot",
            "-display",
            "none",
            "-serial",
            "stdio",
            "-kernel",
            folder + "/vmlinux",
            "-initrd",
            initramfs,
            "-append",
            "console=ttyS0 panic=-1 oops=panic no_timer_check tsc=reliable lsm= quiet "
            "cryptomgr.notests=1 random.trust_cpu=on memhp_default_state=online_movable"};
}

} // namespace

class TestLauncher : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        // A sandbox with another module (tests/hostile/ablation) brings its own.
        const QString other = qEnvironmentVariable("LGSCOPE_SANDBOX");
        const QString folder = other.isEmpty() ? QStringLiteral(SANDBOX_FOLDER) : other;
        const QString initramfs =
            other.isEmpty() ? QStringLiteral(LAUNCHER_INITRAMFS) : other + "/launcher.cpio";
        // Two processors under emulation may fail while the kernel patches itself: once more then.
        for (int boots = 0; boots < 3 && !said_.contains("launcher: begins"); ++boots) {
            QProcess qemu;
            qemu.setProcessChannelMode(QProcess::MergedChannels);
            qemu.start(qEnvironmentVariable("LGSCOPE_QEMU", "qemu-system-x86_64"),
                       machine(folder, initramfs));
            QVERIFY(qemu.waitForStarted());
            if (!qemu.waitForFinished(kLimitMs)) {
                qemu.kill();
                qemu.waitForFinished();
            }
            said_ = qemu.readAll().replace("\r", "");
        }
        QVERIFY2(said_.contains("launcher: begins\n"), said_.right(4000));
    }

    void trial_data() {
        QTest::addColumn<QByteArray>("name");
        for (const char *name :
             {"memoryThrownAway", "memoryUnmapped", "memoryMoved", "memoryMadeReadOnly",
              "memoryForked", "privateFile", "hardlyAnyMemory", "memoryMerged", "memoryUnplugged",
              "ldt", "wanders", "processorGoes", "linesThatThereAreNot", "hostBreakpoint",
              "dateSetBack", "unload", "log"})
            QTest::newRow(name) << QByteArray(name);
    }

    void trial() {
        QFETCH(QByteArray, name);
        const auto why = said_.mid(said_.indexOf("FAILED " + name)).split('\n')[0];
        QVERIFY2(said_.contains("\nok " + name + "\n"),
                 said_.contains("FAILED " + name) ? why : said_.right(4000));
    }

private:
    QByteArray said_;
};

QTEST_GUILESS_MAIN(TestLauncher)
#include "test_launcher.moc"
