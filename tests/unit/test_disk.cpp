// SPDX-License-Identifier: GPL-2.0-or-later
// Requests of block devices: what is judged, what is answered, in which order, and the files
// behind them.
#include "backends/disk_server.h"
#include "devices/disk.h"
#include "ring_driver.h"
#include "verify_ok.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <sys/syscall.h>
#include <unistd.h>

// Counts, and does what the real one does.
static std::atomic<int> flushes = 0;
extern "C" int fdatasync(int fd) {
    ++flushes;
    return int(syscall(SYS_fdatasync, fd));
}

namespace {

using What = DiskCommand::What;

Bytes header(uint32_t type, uint64_t sector) {
    Bytes bytes;
    append(bytes, type);
    append(bytes, uint32_t(0));
    append(bytes, sector);
    return bytes;
}

} // namespace

class TestDisk : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::string makeFile(const char *name, size_t bytes, char letter = 'a') const {
        auto path = folder_.filePath(name).toStdString();
        std::ofstream(path, std::ios::binary) << std::string(bytes, letter);
        return path;
    }

private slots:
    void judged_data() {
        QTest::addColumn<uint>("type");
        QTest::addColumn<quint64>("sector");
        QTest::addColumn<quint64>("sent");
        QTest::addColumn<quint64>("wanted");
        QTest::addColumn<int>("what");
        const auto row = [](const char *name, uint type, quint64 sector, quint64 sent,
                            quint64 wanted, What what) {
            QTest::newRow(name) << type << sector << sent << wanted << int(what);
        };
        // Of a disk of 100 sectors.
        row("read", 0, 0, 0, 512, What::Read);
        row("last sector", 0, 99, 0, 512, What::Read);
        row("all", 0, 0, 0, 51200, What::Read);
        row("one too many", 0, 0, 0, 51712, What::IoError);
        row("behind the end", 0, 100, 0, 512, What::IoError);
        row("over the end", 0, 99, 0, 1024, What::IoError);
        row("a sector that wraps", 0, UINT64_MAX, 0, 512, What::IoError);
        row("bytes that wrap", 0, 1ull << 55, 0, 512, What::IoError);
        row("nothing", 0, 0, 0, 0, What::IoError);
        row("half a sector", 0, 0, 0, 256, What::IoError);
        row("all of memory, often", 0, 0, 0, 1ull << 40, What::IoError);
        row("write", 1, 5, 1024, 0, What::Write);
        row("write behind the end", 1, 100, 512, 0, What::IoError);
        row("write nothing", 1, 0, 0, 0, What::IoError);
        row("flush", 4, 0, 0, 0, What::Flush);
        row("name", 8, 0, 0, 20, What::Name);
        row("SCSI", 2, 0, 512, 0, What::Unsupported);
        row("barrier", 0x80000001, 0, 512, 0, What::Unsupported);
        row("discard", 11, 0, 16, 0, What::Unsupported);
    }

    void judged() {
        QFETCH(uint, type);
        QFETCH(quint64, sector);
        QFETCH(quint64, sent);
        QFETCH(quint64, wanted);
        QFETCH(int, what);
        auto command = judgeDiskRequest(header(type, sector), sent, wanted, {100, false});
        QCOMPARE(int(command.what), what);
        if (command.what == What::Read || command.what == What::Write) {
            QCOMPARE(command.offset, sector * 512);
            QCOMPARE(quint64(command.length), type == 1 ? sent : wanted);
        }
        auto readOnly = judgeDiskRequest(header(type, sector), sent, wanted, {100, true});
        QCOMPARE(int(readOnly.what), command.what == What::Write ? int(What::IoError) : what);
    }

    void requestsHaveALimit() {
        const DiskShape large{1ull << 40, false};
        QVERIFY(diskRangeOk(large, 0, kMaxDiskRequest));
        QVERIFY(!diskRangeOk(large, 0, kMaxDiskRequest + 512));
        QVERIFY(!diskRangeOk(large, 1, 512));
        QVERIFY(!diskRangeOk({}, 0, 512));
    }

    // Answers in another order, one after a reset, one that was never asked for.
    void answers() {
        auto ram = makeRam();
        std::vector<DiskTask> tasks;
        DiskDevice disk({100, false}, "n", [&](DiskTask task) { tasks.push_back(task); });
        disk.accept(1u << 9);
        VirtQueue queue(ram, kRam + 4096, kCount);
        Driver driver{ram, kRam + 4096};
        const auto offer = [&](uint16_t first, uint32_t type, uint64_t sector) {
            auto bytes = header(type, sector);
            std::copy(bytes.begin(), bytes.end(), ram.ram(0x1000 + first * 16, 16).begin());
            driver.descriptor(first, 0x1000 + first * 16, 16, kNext, uint16_t(first + 1));
            driver.descriptor(uint16_t(first + 1), 0x10000 + first * 512, 512,
                              uint16_t(kNext | (type == 0 ? kWrite : 0)), uint16_t(first + 2));
            ram.ram(0x2000 + first, 1)[0] = 0xee;
            driver.descriptor(uint16_t(first + 2), 0x2000 + first, 1, kWrite);
            driver.offer(first);
        };
        const auto status = [&](uint16_t first) { return int(ram.ram(0x2000 + first, 1)[0]); };
        offer(0, 0, 1);
        offer(3, 0, 2);
        offer(6, 1, 3);
        std::fill_n(ram.ram(0x10000 + 6 * 512, 512).begin(), 512, uint8_t('w'));
        QVERIFY(!*disk.service(0, queue)); // nothing is done yet
        QCOMPARE(tasks.size(), size_t(3));
        QCOMPARE(tasks[2].offset, uint64_t(3 * 512));
        QCOMPARE(tasks[2].data, Bytes(512, 'w'));
        QCOMPARE(int(tasks[2].what), int(DiskTask::What::Write));
        QCOMPARE(driver.usedIndex(), uint16_t(0));

        disk.finish(tasks[1].id, true, Bytes(512, '2'));
        disk.finish(tasks[1].id, true, Bytes(512, '9')); // once is enough
        disk.finish(0, true, {});
        disk.finish(tasks[2].id, false, {});
        QVERIFY(*disk.service(0, queue));
        QCOMPARE(driver.usedIndex(), uint16_t(2));
        QCOMPARE(driver.usedHead(0), 3u);
        QCOMPARE(driver.usedLength(0), 513u);
        QCOMPARE(status(3), 0);
        QCOMPARE(int(ram.ram(0x10000 + 3 * 512, 1)[0]), int('2'));
        QCOMPARE(driver.usedHead(1), 6u);
        QCOMPARE(status(6), 1);
        QCOMPARE(status(0), 0xee);
        // Fewer bytes than were asked for are an error, not a part.
        disk.finish(tasks[0].id, true, Bytes(511));
        QVERIFY(*disk.service(0, queue));
        QCOMPARE(status(0), 1);

        offer(9, 0, 1);
        QVERIFY(disk.service(0, queue).ok());
        disk.reset();
        disk.finish(tasks[3].id, true, Bytes(512, 'x'));
        QVERIFY(!*disk.service(0, queue));
        QCOMPARE(driver.usedIndex(), uint16_t(3));
        QCOMPARE(status(9), 0xee);

        disk.accept(0); // a driver that knows no FLUSH
        offer(12, 1, 3);
        QVERIFY(disk.service(0, queue).ok());
        QCOMPARE(int(tasks[4].what), int(DiskTask::What::WriteThrough));
    }

    void noPlaceForAnAnswer() {
        auto ram = makeRam();
        DiskDevice disk({100, false}, "n", [](DiskTask) { QFAIL("nothing can be asked"); });
        for (int lie = 0; lie < 3; ++lie) {
            VirtQueue queue(ram, kRam + 4096, kCount);
            queue.reset();
            Driver driver{ram, kRam + 4096};
            driver.descriptor(0, 0x1000, lie == 0 ? 15 : 16, lie == 1 ? kWrite : 0);
            driver.offer(0);
            auto served = disk.service(0, queue);
            QVERIFY(!served.ok());
            QVERIFY(served.message().starts_with("disk: a request without a "));
        }
    }

    // A Guest that offers more than anybody should have under way.
    void underWayIsBounded() {
        auto ram = GuestRam::create(64 << 20, LguestBus::deviceBytes(2));
        VERIFY_OK(ram);
        uint64_t bytes = 0;
        std::vector<uint64_t> ids;
        DiskDevice disk({1ull << 30, false}, "n", [&](DiskTask task) {
            bytes += task.length;
            ids.push_back(task.id);
        });
        const uint64_t ring = ram->ramBytes() + 4096;
        VirtQueue queue(*ram, ring, kCount);
        Driver driver{*ram, ring};
        driver.descriptor(0, 0x1000, 16, kNext, 1); // zeroes: read sector 0
        driver.descriptor(1, 1 << 20, kMaxDiskRequest + 1, kWrite);
        for (int i = 0; i < 256; ++i)
            driver.offer(0);
        QVERIFY(disk.service(0, queue).ok());
        QVERIFY(bytes >= DiskDevice::kMostBytes);
        QVERIFY(bytes < DiskDevice::kMostBytes + kMaxDiskRequest);
        // Each answer makes room for more.
        const auto before = ids.size();
        disk.finish(ids[0], true, Bytes(kMaxDiskRequest));
        QVERIFY(*disk.service(0, queue));
        QCOMPARE(ids.size(), before + 1);
    }

    void refusedFiles_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("answer");
        QTest::newRow("missing") << "/nowhere/at.all" << "cannot open the disk /nowhere/at.all: No";
        QTest::newRow("folder, read-only") << "/tmp,ro" << "is neither a file nor a block device";
        QTest::newRow("device") << "/dev/null" << "is neither a file nor a block device";
        QTest::newRow("empty") << folder_.filePath("empty") << "is empty";
        QTest::newRow("odd") << folder_.filePath("odd") << "has 513 bytes, which is not a multiple";
    }

    void refusedFiles() {
        QFETCH(QString, text);
        QFETCH(QString, answer);
        makeFile("empty", 0);
        makeFile("odd", 513);
        auto disk = DiskFile::openAs(text.toStdString());
        QVERIFY(!disk.ok());
        QVERIFY2(disk.message().find(answer.toStdString()) != std::string::npos,
                 disk.message().c_str());
    }

    // The asker is a sandbox that a Guest may have taken over.
    void filesAreGuarded() {
        auto path = makeFile("disk", 1024);
        {
            auto disk = DiskFile::openAs(path + ",ro");
            VERIFY_OK(disk);
            QVERIFY((*disk)->shape().readOnly);
            QVERIFY(!(*disk)->write(0, Bytes(512)).ok());
            QVERIFY((*disk)->read(512, 512).ok());
            QVERIFY(!(*disk)->read(1024, 512).ok());
            QVERIFY(!(*disk)->read(0, UINT32_MAX).ok());
            VERIFY_OK((*disk)->flush());
        }
        auto disk = DiskFile::openAs(path);
        VERIFY_OK(disk);
        QCOMPARE((*disk)->shape().sectors, uint64_t(2));
        VERIFY_OK((*disk)->write(512, Bytes(512, 'b')));
        QVERIFY(!(*disk)->write(1024, Bytes(512, 'b')).ok());
        QVERIFY(!(*disk)->write(512, Bytes(1024, 'b')).ok());
        QCOMPARE(*(*disk)->read(0, 1024), [] {
            Bytes both(512, 'a');
            both.resize(1024, 'b');
            return both;
        }());
        QCOMPARE((*disk)->name(), std::string("disk"));
        auto again = DiskFile::openAs(path);
        QVERIFY(!again.ok());
        QVERIFY(again.message().ends_with("is in use by another Guest or program"));
    }

    // An answer to FLUSH comes after fdatasync(), and so does each to a write-through.
    void flushIsReal() {
        auto disk = DiskFile::open(makeFile("flushed", 4096), false);
        VERIFY_OK(disk);
        std::atomic<int> answers = 0, early = 0;
        DiskServer::Handlers handlers;
        flushes = 0;
        handlers.answer = [&](const Bytes &answer, const auto &) {
            // The ids say how many there must have been by now.
            early += flushes != int(loadAt<wire::DiskHeader>(answer, 0).id);
            ++answers;
        };
        handlers.warn = [](const std::string &text) { QFAIL(text.c_str()); };
        DiskServer server(*disk, handlers);
        const auto ask = [&](DiskTask::What what, uint64_t id, Bytes data = {}) {
            VERIFY_OK(server.take({1, uint32_t(what), id, 0, 0, 0}, std::move(data)));
        };
        ask(DiskTask::What::Write, 0, Bytes(512));
        ask(DiskTask::What::Flush, 1);
        ask(DiskTask::What::WriteThrough, 2, Bytes(512));
        ask(DiskTask::What::Flush, 3);
        QTRY_COMPARE_WITH_TIMEOUT(answers.load(), 4, 5000);
        QCOMPARE(early.load(), 0);
    }

    void server() {
        auto disk = DiskFile::open(makeFile("served", 4096), false);
        VERIFY_OK(disk);
        std::mutex mutex;
        std::vector<Bytes> answers;
        std::vector<std::string> problems;
        DiskServer::Handlers handlers;
        handlers.answer = [&](Bytes answer, const auto &) {
            std::lock_guard lock(mutex);
            answers.push_back(std::move(answer));
        };
        handlers.warn = [&](const std::string &text) { problems.push_back(text); };
        const auto ask = [](DiskServer &server, DiskTask::What what, uint64_t id, uint64_t offset,
                            uint32_t length, Bytes data = {}) {
            return server.take({7, uint32_t(what), id, offset, length, 0}, std::move(data));
        };
        {
            DiskServer server(*disk, handlers);
            VERIFY_OK(ask(server, DiskTask::What::Write, 1, 512, 512, Bytes(512, 'w')));
            VERIFY_OK(ask(server, DiskTask::What::Read, 2, 512, 512));
            VERIFY_OK(ask(server, DiskTask::What::Flush, 3, 0, 0));
            VERIFY_OK(ask(server, DiskTask::What::Read, 4, 4096, 512));
            VERIFY_OK(ask(server, DiskTask::What(99), 5, 0, 512));
            const auto count = [&] {
                std::lock_guard lock(mutex);
                return answers.size();
            };
            QTRY_COMPARE_WITH_TIMEOUT(count(), size_t(5), 5000);
            QVERIFY(!ask(server, DiskTask::What::Write, 6, 0, 512, Bytes(100 << 20)).ok());
        }
        const auto good = [&](size_t i) { return loadAt<wire::DiskHeader>(answers[i], 0).what; };
        QCOMPARE(good(0), 1u);
        QCOMPARE(good(1), 1u);
        QCOMPARE(BytesView(answers[1]).subspan(sizeof(wire::DiskHeader))[0], uint8_t('w'));
        QCOMPARE(loadAt<wire::DiskHeader>(answers[1], 0).id, uint64_t(2));
        QCOMPARE(good(2), 1u);
        QCOMPARE(good(3), 0u);
        QCOMPARE(good(4), 0u);
        QCOMPARE(problems.size(), size_t(1)); // however many there are
    }
};

QTEST_APPLESS_MAIN(TestDisk)
#include "test_disk.moc"
