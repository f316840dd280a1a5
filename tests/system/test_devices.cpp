// SPDX-License-Identifier: GPL-2.0-or-later
// The devices of Guests, each as a driver uses it, on the lguest bus and on PCI.
#include "running_host.h"
#include "verify_ok.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <csignal>
#include <poll.h>
#include <sys/socket.h>

using namespace lg;

#define VERIFY_CONTAINS(text, part) QVERIFY2((text).find(part) != std::string::npos, (text).c_str())

namespace {

constexpr int kSectors = 1000; // not a multiple of what the Guest reads at once

// A socket at a free port of 127.0.0.1.
class Port {
public:
    explicit Port(int type) : fd_(socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address_;
        auto *name = reinterpret_cast<sockaddr *>(&address_);
        if (bind(fd(), name, length) != 0 || getsockname(fd(), name, &length) != 0)
            qFatal("no free port");
    }

    int fd() const { return fd_.get(); }
    uint16_t number() const { return ntohs(address_.sin_port); }

    bool connectTo(uint16_t port) const {
        auto to = address_;
        to.sin_port = htons(port);
        return connect(fd(), reinterpret_cast<sockaddr *>(&to), sizeof to) == 0;
    }

    // Sends a text there, and what comes back; "" when nothing does.
    std::string ask(uint16_t port, const std::string &text) const {
        if (!connectTo(port) || send(fd(), text.data(), text.size(), MSG_NOSIGNAL) < 0)
            return "";
        pollfd ready = {fd(), POLLIN, 0};
        char answer[64];
        ssize_t got =
            poll(&ready, 1, 20000) > 0 ? recv(fd(), answer, sizeof answer, 0) : ssize_t(0);
        return std::string(answer, size_t(std::max<ssize_t>(got, 0)));
    }

    // Waits for a datagram, answers it with this text, and gives what it said.
    std::string answer(const std::string &text, int timeoutMs) const {
        pollfd ready = {fd(), POLLIN, 0};
        char question[64];
        sockaddr_in from = {};
        socklen_t length = sizeof from;
        auto *name = reinterpret_cast<sockaddr *>(&from);
        if (poll(&ready, 1, timeoutMs) <= 0)
            return "";
        ssize_t got = recvfrom(fd(), question, sizeof question, 0, name, &length);
        (void)!sendto(fd(), text.data(), text.size(), MSG_NOSIGNAL, name, length);
        return std::string(question, size_t(std::max<ssize_t>(got, 0)));
    }

private:
    UniqueFd fd_;
    sockaddr_in address_ = {};
};

} // namespace

class TestDevices : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void entropy_data() { buses(); }
    void entropy();
    void entropyIsNotThatOfTheSavedState();
    void disk_data() { buses(); }
    void disk();
    void diskError();
    void readOnly_data() { buses(); }
    void readOnly();
    void severalDisks();
    void disksOfTwoGuests();
    void diskAfterReboot();
    void diskIsLockedWhileTheGuestIsThere();
    void answersForAGuestThatIsGone();
    void tooManyDisks();
    void flushedSurvives_data();
    void flushedSurvives();
    void terminalSize();
    void noNetworkUnlessAskedFor();
    void dhcp_data() { buses(); }
    void dhcp();
    void hostServices_data() { buses(); }
    void hostServices();
    void forwards_data() { buses(); }
    void forwards();
    void badFramesVanish_data() { buses(); }
    void badFramesVanish();
    void framesForOneWhoDoesNotRead();

private:
    static void buses() {
        QTest::addColumn<std::string>("bus");
        QTest::newRow("lguest bus") << std::string("lguest");
        QTest::newRow("PCI") << std::string("pci");
    }
    QString makeDisk(const char *name, char letter = '.', int bytes = kSectors * 512);
    std::shared_ptr<DiskFile> openDisk(const QString &path, bool readOnly = false);
    Result<GuestId> launch(const std::string &guest, const std::string &commandLine,
                           std::vector<std::shared_ptr<DiskFile>> disks = {});
    Collected run(const std::string &guest, const std::string &commandLine,
                  std::vector<std::shared_ptr<DiskFile>> disks = {});
    std::string firstRandomBytes();
    // A Guest on a network, with two ports forwarded to its port 7.
    Result<GuestId> launchOnNet(const std::string &commandLine, bool hostServices = false);
    void endOnNet(GuestId guest);
    uint16_t udpPort_ = 0, tcpPort_ = 0;

    QTemporaryDir folder_;
    std::unique_ptr<RunningHost> host_;
};

void TestDevices::initTestCase() {
    auto host = RunningHost::start();
    VERIFY_OK(host);
    host_ = std::move(*host);
}

void TestDevices::cleanupTestCase() {
    if (!host_)
        return;
    VERIFY_OK(host_->checkLog());
}

QString TestDevices::makeDisk(const char *name, char letter, int bytes) {
    QFile file(folder_.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray(bytes, letter)) != bytes)
        qFatal("cannot write %s", name);
    return file.fileName();
}

std::shared_ptr<DiskFile> TestDevices::openDisk(const QString &path, bool readOnly) {
    auto disk = DiskFile::open(path.toStdString(), readOnly);
    if (!disk)
        qFatal("%s", disk.message().c_str());
    return *disk;
}

Result<GuestId> TestDevices::launch(const std::string &guest, const std::string &commandLine,
                                    std::vector<std::shared_ptr<DiskFile>> disks) {
    return host_->launch(std::string(TEST_GUESTS) + "/" + guest, [&](LaunchSpec &spec) {
        spec.commandLine = commandLine;
        spec.disks = std::move(disks);
    });
}

Collected TestDevices::run(const std::string &guest, const std::string &commandLine,
                           std::vector<std::shared_ptr<DiskFile>> disks) {
    auto id = launch(guest, commandLine, std::move(disks));
    if (!id) {
        QTest::qFail(id.message().c_str(), __FILE__, __LINE__);
        return {};
    }
    if (!host_->waitForEnd(*id))
        QTest::qFail("it does not end", __FILE__, __LINE__);
    Collected all = host_->collected(*id);
    if (!host_->release(*id))
        QTest::qFail("it can't be released", __FILE__, __LINE__);
    if (all.ended && !all.ended->cleanPowerOff())
        QTest::qFail((all.ended->reason + "\n" + all.console).c_str(), __FILE__, __LINE__);
    return all;
}

void TestDevices::entropy() {
    QFETCH(std::string, bus);
    const Collected all = run("entropy", bus);
    VERIFY_CONTAINS(all.console, "asked for 64, got 64");
    VERIFY_CONTAINS(all.console, "asked for 16384, got 4096"); // one request has a limit
    VERIFY_CONTAINS(all.console, "interrupts: yes");
}

std::string TestDevices::firstRandomBytes() {
    const auto text = run("entropy", "lguest").console;
    const auto at = text.find("first bytes ");
    return at == std::string::npos ? "" : text.substr(at, 28);
}

// Two sandboxes that start from the same state must not have the same random numbers.
void TestDevices::entropyIsNotThatOfTheSavedState() {
    const auto one = firstRandomBytes();
    host_.reset();
    initTestCase();
    QVERIFY(host_->sandbox().fromSavedState());
    const auto two = firstRandomBytes();
    host_.reset();
    initTestCase();
    const auto three = firstRandomBytes();
    QVERIFY(!one.empty() && !two.empty());
    QVERIFY(one != two && two != three && one != three);
}

void TestDevices::disk() {
    QFETCH(std::string, bus);
    const QString path = makeDisk("a disk with a long name.img");
    const Collected all =
        run("disk", bus + " about write=q flush read edges many reset read", {openDisk(path)});
    VERIFY_CONTAINS(all.console, "ith a long name.img: 1000 sectors, flush");
    VERIFY_CONTAINS(all.console, "written\nflush: 0\nread q\nedges are kept\nmany at once\nreset");
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QCOMPARE(bytes.size(), qsizetype(kSectors * 512)); // it does not grow
    for (int at = 0; at < kSectors; at += 64)
        QCOMPARE(*reinterpret_cast<const int *>(bytes.data() + at * 512), at);
    QCOMPARE(bytes.count('q'), bytes.size() - 4 * ((kSectors + 63) / 64));
}

// A file that became shorter behind our back; the Guest gets an error, and the user one line.
void TestDevices::diskError() {
    const QString path = makeDisk("short.img", '\0');
    auto file = openDisk(path);
    QVERIFY(QFile::resize(path, 512 * 100));
    auto guest = launch("disk", "lguest about read", {file});
    VERIFY_OK(guest);
    QVERIFY(host_->waitForEnd(*guest));
    const Collected all = host_->collected(*guest);
    VERIFY_OK(host_->release(*guest));
    VERIFY_CONTAINS(all.ended->reason, "a read succeeds"); // it does not, says the Guest
    QCOMPARE(all.warnings.size(), size_t(1));
    VERIFY_CONTAINS(all.warnings[0], "short.img has become shorter");
}

void TestDevices::readOnly() {
    QFETCH(std::string, bus);
    const QString path = makeDisk("ro.img", 'r');
    const Collected all = run("disk", bus + " about flush write=x", {openDisk(path, true)});
    VERIFY_CONTAINS(all.console, "ro.img: 1000 sectors, read-only, flush");
    VERIFY_CONTAINS(all.console, "flush: 0\nwrite error at 0");
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().count('r'), qsizetype(kSectors * 512));
}

void TestDevices::severalDisks() {
    std::vector<std::shared_ptr<DiskFile>> disks;
    std::string words = "pci";
    for (int i = 0; i < int(kMaxDisks); ++i) {
        const auto name = std::to_string(i) + ".img";
        disks.push_back(openDisk(makeDisk(name.c_str())));
        words += " disk=" + std::to_string(i) + " about write=" + std::to_string(i) + " read";
    }
    const Collected all = run("disk", words, disks);
    for (int i = 0; i < int(kMaxDisks); ++i) {
        VERIFY_CONTAINS(all.console, std::to_string(i) + ".img: 1000 sectors");
        VERIFY_CONTAINS(all.console, "read " + std::to_string(i));
        QFile file(folder_.filePath(QString::number(i) + ".img"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().endsWith(char('0' + i)));
    }
}

// Answers find their way, whoever was there first.
void TestDevices::disksOfTwoGuests() {
    auto first = launch("disk", "pci forever", {openDisk(makeDisk("first.img"))});
    VERIFY_OK(first);
    const Collected second =
        run("disk", "lguest write=s flush read many", {openDisk(makeDisk("second.img"))});
    VERIFY_CONTAINS(second.console, "written\nflush: 0\nread s\nmany at once");
    QVERIFY(host_->waitForText(*first, "written"));
    VERIFY_OK(host_->release(*first));
}

void TestDevices::diskAfterReboot() {
    auto guest = launch("disk", "pci write=z flush read", {openDisk(makeDisk("reboot.img"))});
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "read z"));
    QVERIFY(host_->waitForEnd(*guest));
    for (int i = 0; i < 3; ++i)
        VERIFY_OK(host_->reboot(*guest));
    // In the middle of its work each time but the last; "read z" comes once more or oftener.
    const auto readTwice = [&] {
        const auto text = host_->collected(*guest).console;
        return text.find("read z", text.find("read z") + 1) != std::string::npos;
    };
    QTRY_VERIFY_WITH_TIMEOUT(readTwice(), 30000);
    VERIFY_OK(host_->release(*guest));
}

void TestDevices::diskIsLockedWhileTheGuestIsThere() {
    const QString path = makeDisk("locked.img");
    auto guest = launch("disk", "lguest about forever", {openDisk(path)});
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "locked.img"));
    auto second = DiskFile::open(path.toStdString(), false);
    QVERIFY(!second.ok());
    VERIFY_CONTAINS(second.message(), "is in use by another Guest or program");
    QVERIFY(!DiskFile::open(path.toStdString(), true).ok());
    VERIFY_OK(host_->release(*guest));
    auto readers = std::vector{openDisk(path, true), openDisk(path, true)}; // may be several
    QVERIFY(!DiskFile::open(path.toStdString(), false).ok());
    readers.clear();
    QVERIFY(DiskFile::open(path.toStdString(), false).ok());
}

// Released while requests are under way, again and again: nothing is left, nothing breaks.
void TestDevices::answersForAGuestThatIsGone() {
    const QString path = makeDisk("gone.img");
    for (int i = 0; i < 5; ++i) {
        auto guest = launch("disk", "pci forever", {openDisk(path)});
        VERIFY_OK(guest);
        QVERIFY(host_->waitForText(*guest, "written"));
        VERIFY_OK(host_->release(*guest));
    }
    VERIFY_CONTAINS(run("disk", "pci read", {openDisk(path)}).console, "read x");
}

void TestDevices::tooManyDisks() {
    std::vector<std::shared_ptr<DiskFile>> disks(kMaxDisks + 1,
                                                 openDisk(makeDisk("same.img"), true));
    auto guest = launch("disk", "", disks);
    QVERIFY(!guest.ok());
    VERIFY_CONTAINS(guest.message(), "at most 8 disks");
    // And the client serves none of them any more.
    disks.clear();
    QVERIFY(DiskFile::open(folder_.filePath("same.img").toStdString(), false).ok());
}

void TestDevices::flushedSurvives_data() {
    QTest::addColumn<std::string>("victim");
    for (const char *victim : {"agent", "sandbox", "lgctl"})
        QTest::newRow(victim) << std::string(victim);
}

// What the Guest was told to be flushed is in the file, and the file is free, whoever dies next.
void TestDevices::flushedSurvives() {
    QFETCH(std::string, victim);
    const QString path = makeDisk("killed.img");
    const std::string words = "lguest write=f flush wait";
    if (victim == "lgctl") {
        QProcess lgctl;
        lgctl.start(QCoreApplication::applicationDirPath() + "/lgctl",
                    {"run", QString(TEST_GUESTS) + "/disk", "--disk", path, "--",
                     QString::fromStdString(words)});
        QByteArray said;
        const auto flushed = [&] {
            return (said += lgctl.readAllStandardOutput()).contains("flush: 0");
        };
        QTRY_VERIFY_WITH_TIMEOUT(flushed(), 60000);
        QCOMPARE(::kill(pid_t(lgctl.processId()), SIGKILL), 0);
        QVERIFY(lgctl.waitForFinished());
    } else {
        auto guest = launch("disk", words, {openDisk(path)});
        VERIFY_OK(guest);
        QVERIFY(host_->waitForText(*guest, "flush: 0"));
        if (victim == "agent") {
            VERIFY_OK(host_->killAgent());
        } else {
            QCOMPARE(::kill(host_->sandbox().qemuPid(), SIGKILL), 0);
            QTRY_VERIFY_WITH_TIMEOUT(host_->agent().closed(), 10000);
        }
    }
    QTRY_VERIFY_WITH_TIMEOUT(DiskFile::open(path.toStdString(), false).ok(), 10000);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().count('f') >= kSectors * 512 - 4 * 16);
    if (victim == "lgctl")
        return;
    if (victim == "sandbox") {
        host_.reset();
        initTestCase();
    }
    VERIFY_CONTAINS(run("disk", "lguest read", {openDisk(path)}).console, "read f");
}

void TestDevices::terminalSize() {
    const auto resize = [&](GuestId guest, uint16_t columns, uint16_t rows) {
        return AgentConnection::wait<void>(
            [&](auto done) { host_->agent().setTerminalSize(guest, columns, rows, done); });
    };
    const auto launchWith = [&](const char *bus) {
        return host_->launch(std::string(TEST_GUESTS) + "/terminal", [&](LaunchSpec &spec) {
            spec.commandLine = bus;
            spec.columns = 80;
            spec.rows = 25;
        });
    };
    auto guest = launchWith("pci");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "80 columns, 25 rows\n"));
    VERIFY_OK(resize(*guest, 132, 43));
    QVERIFY(host_->waitForText(*guest, "132 columns, 43 rows\n"));
    VERIFY_OK(resize(*guest, 0, 0)); // nobody knows
    QVERIFY(host_->waitForText(*guest, "0 columns, 0 rows\n"));
    VERIFY_OK(resize(*guest, 1, 2));
    QVERIFY(host_->waitForEnd(*guest));
    VERIFY_OK(host_->release(*guest));
    // The lguest bus has no interrupt for it: the next start sees it.
    guest = launchWith("lguest");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "80 columns, 25 rows\n"));
    QVERIFY(host_->waitForEnd(*guest));
    VERIFY_OK(resize(*guest, 100, 30));
    VERIFY_OK(host_->reboot(*guest));
    QVERIFY(host_->waitForText(*guest, "100 columns, 30 rows\n"));
    VERIFY_OK(host_->release(*guest));
}

void TestDevices::noNetworkUnlessAskedFor() {
    for (const char *bus : {"lguest", "pci"})
        VERIFY_CONTAINS(run("net", bus).console, "there is no network card");
}

Result<GuestId> TestDevices::launchOnNet(const std::string &commandLine, bool hostServices) {
    udpPort_ = Port(SOCK_DGRAM).number();
    tcpPort_ = Port(SOCK_STREAM).number();
    NetworkOptions options;
    options.forwards = {{false, tcpPort_, 7}};
    if (hostServices)
        options.forwards.push_back({true, udpPort_, 7});
    options.hostServices = hostServices;
    options.pcap = folder_.filePath("frames.pcap").toStdString();
    auto network = UserNetwork::open(options);
    if (!network)
        return network.error();
    return host_->launch(std::string(TEST_GUESTS) + "/net", [&](LaunchSpec &spec) {
        spec.commandLine = commandLine;
        spec.network = *network;
    });
}

void TestDevices::endOnNet(GuestId guest) {
    QCOMPARE(Port(SOCK_STREAM).ask(tcpPort_, "quit"), std::string("QUIT"));
    QVERIFY(host_->waitForEnd(guest));
    QVERIFY2(host_->collected(guest).ended->cleanPowerOff(),
             host_->collected(guest).ended->reason.c_str());
    VERIFY_OK(host_->release(guest));
}

void TestDevices::dhcp() {
    QFETCH(std::string, bus);
    auto guest = launchOnNet(bus + " dhcp");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "serving"));
    VERIFY_CONTAINS(host_->collected(*guest).console, "mac 2:6c:67:0:0:1, link 1\n");
    VERIFY_CONTAINS(host_->collected(*guest).console, "offered 10.0.2.15\n");
    endOnNet(*guest);
}

// This machine's own services are reached only when the user says so.
void TestDevices::hostServices() {
    QFETCH(std::string, bus);
    Port service(SOCK_DGRAM);
    const std::string words = bus + " ask=" + std::to_string(service.number());
    auto without = launchOnNet(words);
    VERIFY_OK(without);
    QVERIFY(host_->waitForText(*without, "link 1"));
    QCOMPARE(service.answer("pong", 1000), std::string());
    VERIFY_OK(host_->release(*without));
    auto with = launchOnNet(words, true);
    VERIFY_OK(with);
    QCOMPARE(service.answer("pong", 30000), std::string("ping"));
    QVERIFY(host_->waitForText(*with, "answer pong\nserving"));
    endOnNet(*with);
}

void TestDevices::forwards() {
    QFETCH(std::string, bus);
    auto guest = launchOnNet(bus, true);
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "serving"));
    QCOMPARE(Port(SOCK_DGRAM).ask(udpPort_, "hello udp"), std::string("HELLO UDP"));
    for (const char *text : {"first", "second", "third"}) { // one connection after the other
        auto answer = QByteArray(text).toUpper().toStdString();
        QCOMPARE(Port(SOCK_STREAM).ask(tcpPort_, text), answer);
    }
    // Another program of this machine can't have the port, and says so in one line.
    NetworkOptions same;
    same.forwards = {{false, tcpPort_, 7}};
    auto taken = UserNetwork::open(same);
    QVERIFY(!taken.ok());
    VERIFY_CONTAINS(taken.message(), "cannot forward tcp port " + std::to_string(tcpPort_));
    endOnNet(*guest);
    QTRY_VERIFY(UserNetwork::open(same).ok()); // free again, with the Guest

    QFile file(folder_.filePath("frames.pcap"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray frames = file.readAll();
    for (const char *text : {"hello udp", "HELLO UDP", "third", "THIRD", "QUIT"})
        QVERIFY2(frames.contains(text), text);
}

void TestDevices::badFramesVanish() {
    QFETCH(std::string, bus);
    auto guest = launchOnNet(bus + " bad");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "bad frames are sent\nserving"));
    endOnNet(*guest);
}

// Thousands of frames for a Guest that looks at none: what it hears later is what it had room for.
void TestDevices::framesForOneWhoDoesNotRead() {
    auto guest = launchOnNet("pci dhcp deaf", true);
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "deaf"));
    Port flood(SOCK_DGRAM);
    QVERIFY(flood.connectTo(udpPort_));
    for (int i = 0; i < 20000; ++i)
        (void)!send(flood.fd(), "drop", 4, MSG_NOSIGNAL);
    QVERIFY(host_->waitForText(*guest, "at once\n"));
    QVERIFY(host_->waitForText(*guest, "serving"));
    // Whatever still waited has been answered before this is.
    QTRY_COMPARE_WITH_TIMEOUT(Port(SOCK_DGRAM).ask(udpPort_, "there"), std::string("THERE"), 30000);
    endOnNet(*guest);
}

QTEST_GUILESS_MAIN(TestDevices)
#include "test_devices.moc"
