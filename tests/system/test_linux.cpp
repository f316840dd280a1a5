// SPDX-License-Identifier: GPL-2.0-or-later
// Every Linux kernel of the folder $LGSCOPE_LINUX_GUESTS (CONTRIBUTING.md says how it looks), for
// real: booted to its shell, put to work there, its programs' words compared with those of the bare
// machine, powered off; what it has flushed kept; its boot recorded.
#include "bare_machine.h"
#include "inspect/describe.h"
#include "linux_folder.h"
#include "linux_programs.h"
#include "running_host.h"
#include "verify_ok.h"

#include "base/file.h"

#include <QCryptographicHash>
#include <QTemporaryDir>
#include <csignal>

using namespace lg;

namespace {

constexpr qint64 kDiskBytes = 8 << 20;
constexpr const char kNumbersSum[] = "e071f707df7bbeee2a6a1eb48011ddd0"; // of `seq 20000`
constexpr qint64 kNumbersBytes = 108894;
constexpr uint64_t kMemory = 64ull << 20;
constexpr const char kCommandLine[] = "lguest console=hvc0 rdinit=/init panic=1 quiet";

// What is typed, and what has to come of it; $((6*7)) tells the answer from the echo.
struct Exercise {
    const char *what, *typed, *answer;
    int seconds = 60;
};

constexpr Exercise kDeviceFiles = {
    "device files",
    "mount -t sysfs s /sys; mknod /tmp/vda b $(tr : ' ' < /sys/block/vda/dev); "
    "mknod /tmp/hwrng c 10 183; echo made $((6*7))",
    "made 42"};

constexpr Exercise kExercises[] = {
    {"a processor without surprises", "echo family $(grep -c 'cpu family.: 5$' /proc/cpuinfo)",
     "family 1"},
    {"fork storm", "for i in $(seq 200); do (true); done; echo forked $((6*7))", "forked 42"},
    {"fifty processes at once", "for i in $(seq 50); do sleep 1 & done; wait; echo slept $((6*7))",
     "slept 42"},
    {"pipes", "seq 20000 | sort -rn | md5sum", "d29c9b2130d81144350e794f0423148c"},
    {"more than a pipe holds", "dd if=/dev/zero bs=64k count=200 2>/dev/null | md5sum",
     "2cf89b9489b2985f59087db9a9817bd9"},
    {"exec storms",
     "for i in 1 2 3 4; do (for j in $(seq 40); do env true; done) & done; wait; "
     "echo stormed $((6*7))",
     "stormed 42", 120},
    {"three sorts in one memory",
     "echo equal $( (for i in 1 2 3; do seq 20000 | sort -rn | md5sum & done; wait) | sort -u | wc "
     "-l)",
     "equal 1", 120},
    {"twenty processes that are ended",
     "for i in $(seq 20); do sleep 100 & done; kill $(jobs -p); "
     "wait; echo ended $((6*7))",
     "ended 42"},
    {"a signal", "trap 'echo caught $((6*7))' USR1; kill -USR1 $$", "caught 42"},
    {"a killed process", "sleep 100 & kill -9 $!; wait $!; echo status $?", "status 137"},
    // Two at once, each in the middle of a sum when the other gets the processor.
    {"floating point",
     "s='BEGIN { for (i = 1; i < 200000; i++) s += 1 / i; printf \"%.7f\\n\", s }'; "
     "a=$(awk \"$s\" & awk \"$s\"; wait); echo sums $a",
     "sums 12.7832858 12.7832858", 120},
    {"a segment violation", "sh -c 'kill -SEGV $$'; echo status $?", "status 139"},
    {"memory written and read again",
     "dd if=/dev/zero of=/tmp/f bs=1M count=16 2>/dev/null; md5sum /tmp/f; rm /tmp/f",
     "2c7ab85a893283e98c931e9511add182"},
    {"more memory than there is", "tail /dev/zero; echo enough $((6*7))", "enough 42", 180},
    kDeviceFiles,
    {"a disk, written",
     "seq 20000 >/tmp/s; dd if=/tmp/s of=/tmp/vda bs=4k conv=sync 2>/dev/null; sync; "
     "echo 3 > /proc/sys/vm/drop_caches; echo flushed $((6*7))",
     "flushed 42"},
    {"the disk, read", "head -c 108894 /tmp/vda | md5sum", kNumbersSum},
    {"entropy", "echo random $(dd if=/tmp/hwrng bs=16 count=4 2>/dev/null | wc -c)", "random 64"},
    {"a network",
     "ip addr add 10.0.2.15/24 dev eth0; ip link set eth0 up; ping -c 3 10.0.2.2 | grep seq=2",
     "bytes from 10.0.2.2: seq=2"},
    {"a timer",
     "a=$(date +%s); sleep 3; b=$(date +%s); test $((b-a)) -ge 3 && echo waited $((6*7))",
     "waited 42"},
};

} // namespace

class TestLinux : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void works_data();
    void works();
    void keepsItsFiles_data();
    void keepsItsFiles();
    void recorded_data();
    void recorded();
    void cleanupTestCase();

private:
    Result<void> startHost();
    void runBare();
    Result<void> does(GuestId guest, const Exercise &exercise);
    Result<void> saysTheSame(GuestId guest);
    Result<void> findsItsFile(GuestId guest);
    Result<GuestId> boot(const QString &kernel, lg_event_mode mode);
    QTemporaryDir files_;
    std::unique_ptr<RunningHost> host_;
    Bytes initrd_;
    std::vector<std::string> bare_; // words of kLinuxPrograms there
};

void TestLinux::initTestCase() {
    auto initrd = readWholeFile(linuxFolder() + "/initrd", "the initrd", kMemory);
    VERIFY_OK(initrd);
    initrd_ = std::move(*initrd);
    QFile disk(files_.filePath("disk"));
    QVERIFY(disk.open(QIODevice::WriteOnly) && disk.resize(kDiskBytes));
    runBare();
    if (!QTest::currentTestFailed())
        VERIFY_OK(startHost());
}

void TestLinux::runBare() {
    BareMachine bare(SANDBOX_FOLDER, QString::fromStdString(linuxFolder() + "/initrd"),
                     "console=hvc0 rdinit=/init",
                     {"-cpu", "max", "-chardev", "stdio,id=console,signal=off", "-device",
                      "virtio-serial", "-device", "virtconsole,chardev=console"});
    QVERIFY2(bare.waitForText("# ", 120), ("no shell: " + bare.said()).c_str());
    for (size_t i = 0; i < std::size(kLinuxPrograms); i++) {
        bare.type(typedProgram(i));
        QVERIFY2(bare.waitForText(programsEnd(i), 120), bare.said().c_str());
        bare_.push_back(wordsOfProgram(i, bare.said()).value_or(""));
        QVERIFY2(!bare_.back().empty() &&
                     bare_.back().find("applet not found") == std::string::npos,
                 kLinuxPrograms[i].what);
    }
}

Result<void> TestLinux::startHost() {
    host_.reset();
    auto host = RunningHost::start();
    if (!host)
        return host.error();
    host_ = std::move(*host);
    return {};
}

void TestLinux::cleanupTestCase() {
    if (!host_)
        return;
    VERIFY_OK(host_->checkLog());
}

// To the shell's first prompt, with a device of each kind.
Result<GuestId> TestLinux::boot(const QString &kernel, lg_event_mode mode) {
    auto disk = DiskFile::open(files_.filePath("disk").toStdString(), false);
    if (!disk)
        return disk.error();
    auto network = UserNetwork::open({});
    if (!network)
        return network.error();
    auto guest = host_->launch(kernel.toStdString(), [&](LaunchSpec &spec) {
        spec.disks = {*disk};
        spec.network = *network;
        spec.memoryBytes = kMemory;
        spec.initrd = initrd_;
        spec.commandLine = kCommandLine;
        spec.eventMode = mode;
    });
    if (!guest)
        return guest;
    if (!host_->waitForText(*guest, "# ", 120)) {
        const auto all = host_->collected(*guest);
        (void)host_->release(*guest); // the next kernel wants its disk
        return Error{"no shell: " + all.console + (all.ended ? all.ended->reason : "")};
    }
    return guest;
}

Result<void> TestLinux::does(GuestId guest, const Exercise &exercise) {
    host_->type(guest, std::string(exercise.typed) + "\r");
    if (host_->waitForText(guest, exercise.answer, exercise.seconds))
        return {};
    const std::string console = host_->collected(guest).console;
    return Error{std::string(exercise.what) + ": ..." +
                 console.substr(console.size() - std::min<size_t>(console.size(), 1000))};
}

Result<void> TestLinux::saysTheSame(GuestId guest) {
    for (size_t i = 0; i < std::size(kLinuxPrograms); i++) {
        host_->type(guest, typedProgram(i));
        const bool ended = host_->waitForText(guest, programsEnd(i), 120);
        const std::string console = host_->collected(guest).console;
        const auto words = wordsOfProgram(i, console);
        if (!ended || !words)
            return Error{std::string(kLinuxPrograms[i].what) + " does not end"};
        if (*words != bare_[i])
            return Error{std::string(kLinuxPrograms[i].what) + ": here \"" + *words +
                         "\", on the bare machine \"" + bare_[i] + "\""};
    }
    return {};
}

void TestLinux::works_data() {
    linuxKernels();
}

void TestLinux::works() {
    QFETCH(QString, kernel);
    auto guest = boot(kernel, LG_EVENTS_OFF);
    VERIFY_OK(guest);
    for (const Exercise &exercise : kExercises)
        VERIFY_OK(does(*guest, exercise));
    VERIFY_OK(saysTheSame(*guest));
    host_->type(*guest, "poweroff -f\r");
    QVERIFY(host_->waitForEnd(*guest));
    const Collected all = host_->collected(*guest);
    QVERIFY2(all.ended->cleanPowerOff(), all.ended->reason.c_str());
    VERIFY_OK(host_->release(*guest));

    // What it has written is in the file, and gone before the next Guest comes.
    QFile disk(files_.filePath("disk"));
    QVERIFY(disk.open(QIODevice::ReadWrite));
    const auto written =
        QCryptographicHash::hash(disk.read(kNumbersBytes), QCryptographicHash::Md5);
    QCOMPARE(written.toHex(), QByteArray(kNumbersSum));
    QVERIFY(disk.resize(0) && disk.resize(kDiskBytes));
}

// A file on its disk: after a reboot, after its own end in the middle of everything, and after kill
// -9 of its Launcher and of the whole sandbox. It was told each time that the file is on the
// medium.
void TestLinux::keepsItsFiles_data() {
    linuxKernels();
}

// Of a fresh start: one command, so that what it answers is there once.
Result<void> TestLinux::findsItsFile(GuestId guest) {
    if (auto made = does(guest, kDeviceFiles); !made)
        return made;
    return does(guest, {"the file", "mkdir /tmp/m; mount -t ext2 /tmp/vda /tmp/m; md5sum /tmp/m/s*",
                        kNumbersSum});
}

void TestLinux::keepsItsFiles() {
    QFETCH(QString, kernel);
    auto guest = boot(kernel, LG_EVENTS_OFF);
    VERIFY_OK(guest);
    VERIFY_OK(does(*guest, kDeviceFiles));
    VERIFY_OK(does(*guest, {"a file system",
                            "mke2fs /tmp/vda >/dev/null 2>&1; mkdir /tmp/m; mount -t ext2 /tmp/vda "
                            "/tmp/m; seq 20000 > /tmp/m/s; sync; echo kept $((6*7))",
                            "kept 42"}));
    host_->type(*guest, "reboot -f\r");
    QVERIFY(host_->waitForEnd(*guest));
    const Collected first = host_->collected(*guest);
    QVERIFY2(first.ended->death == LG_DEATH_RESTART, first.ended->reason.c_str());
    VERIFY_OK(host_->reboot(*guest));
    QTRY_VERIFY_WITH_TIMEOUT(host_->collected(*guest).console.find("# ", first.console.size()) !=
                                 std::string::npos,
                             120000);
    VERIFY_OK(findsItsFile(*guest));
    VERIFY_OK(does(
        *guest, {"another name", "mv /tmp/m/s /tmp/m/s2; sync; echo moved $((6*7))", "moved 42"}));
    VERIFY_OK(host_->release(*guest));

    guest = boot(kernel, LG_EVENTS_OFF);
    VERIFY_OK(guest);
    VERIFY_OK(findsItsFile(*guest));
    VERIFY_OK(does(*guest, {"work that never ends",
                            "while :; do seq 20000 | md5sum; done >/tmp/m/work 2>&1 & cp /tmp/m/s2 "
                            "/tmp/m/s3; rm /tmp/m/s2; sync; echo copied $((6*7))",
                            "copied 42"}));
    VERIFY_OK(host_->killAgent());
    guest = boot(kernel, LG_EVENTS_OFF);
    VERIFY_OK(guest);
    VERIFY_OK(findsItsFile(*guest));
    QCOMPARE(kill(host_->sandbox().qemuPid(), SIGKILL), 0);
    VERIFY_OK(startHost());
    guest = boot(kernel, LG_EVENTS_OFF);
    VERIFY_OK(guest);
    VERIFY_OK(findsItsFile(*guest));
    VERIFY_OK(host_->release(*guest));
    QFile disk(files_.filePath("disk"));
    QVERIFY(disk.resize(0) && disk.resize(kDiskBytes));
}

void TestLinux::recorded_data() {
    linuxKernels();
}

// No record is missing from the first instruction to the last, and each says something.
void TestLinux::recorded() {
    QFETCH(QString, kernel);
    auto guest = boot(kernel, LG_EVENTS_LOSSLESS);
    VERIFY_OK(guest);
    host_->type(*guest, "poweroff -f\r");
    QVERIFY(host_->waitForEnd(*guest));
    const Collected all = host_->collected(*guest);
    VERIFY_OK(host_->release(*guest));
    QVERIFY2(all.ended->cleanPowerOff(), all.ended->reason.c_str());
    QCOMPARE(all.lost(), uint64_t(0));
    for (size_t i = 0; i < all.events.size(); i++)
        QCOMPARE(all.events[i].seq, uint64_t(i));
    QCOMPARE(int(all.events.front().kind), int(LG_EV_START));
    QCOMPARE(int(all.events.back().kind), int(LG_EV_DEAD));
    QVERIFY(all.count(LG_EV_HYPERCALL) > 1000);
    QVERIFY(all.count(LG_EV_ASYNC_HYPERCALL) > 100);
    QVERIFY(all.count(LG_EV_REFLECT, LGUEST_SYSCALL_VECTOR) > 100);
    for (lg_event_kind kind : {LG_EV_HYPERCALL, LG_EV_ASYNC_HYPERCALL})
        for (const lg_event &event : all.ofKind(kind))
            QVERIFY2(!hypercallName(event.code).empty(), std::to_string(event.code).c_str());
}

int main(int argc, char **argv) {
    return runWithLinuxFolder<TestLinux>(argc, argv);
}

#include "test_linux.moc"
