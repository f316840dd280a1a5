// SPDX-License-Identifier: GPL-2.0-or-later
// The device's end of virtqueues, the console device and the lguest bus, with this test as the
// Guest: an honest one, and every liar that comes to mind.
#include "devices/console.h"
#include "ring_driver.h"

#include <QtTest>

#include <random>

using namespace lg;

class TestVirtqueue : public QObject {
    Q_OBJECT

    static void put(GuestRam &ram, uint64_t address, const std::string &text) {
        std::copy(text.begin(), text.end(), ram.ram(address, text.size()).begin());
    }

private slots:
    void memoryBorders() {
        auto ram = makeRam();
        QCOMPARE(ram.ram(0, kRam).size(), size_t(kRam));
        QVERIFY(ram.ram(0, kRam + 1).empty());
        QVERIFY(ram.ram(kRam, 1).empty());
        QVERIFY(ram.ram(UINT64_MAX, 2).empty());
        QVERIFY(ram.ram(1, UINT64_MAX).empty());
        QVERIFY(!ram.any(kRam, 4096).empty());
        put(ram, kRam - 3, "abc");
        QCOMPARE(ram.text(kRam - 3, 100), std::string("abc")); // no nul: the end of RAM ends it
        QCOMPARE(ram.text(kRam - 3, 2), std::string("ab"));
        QCOMPARE(ram.text(kRam, 100), std::string());
        QVERIFY(!GuestRam::create(1ull << 50, 0).ok());
    }

    void outputInOrder() {
        auto ram = makeRam();
        std::string printed;
        ConsoleDevice console([&](BytesView bytes) { printed += textOf(bytes); });
        VirtQueue queue(ram, kRam + 4096, kCount);
        Driver driver{ram, kRam + 4096};
        // More than the ring has places, so that it goes round and the indices wrap.
        std::string expected;
        for (int i = 0; i < 70000; ++i) {
            auto text = std::to_string(i % 10);
            put(ram, 0x3000, text);
            driver.descriptor(5, 0x3000, 1);
            driver.offer(5);
            auto served = console.service(ConsoleDevice::kOutput, queue);
            QVERIFY(served.ok() && *served);
            expected += text;
        }
        QCOMPARE(printed, expected);
        QCOMPARE(driver.usedIndex(), uint16_t(70000));
        QCOMPARE(driver.usedHead(uint16_t(69999)), 5u);
    }

    void chains() {
        auto ram = makeRam();
        std::string printed;
        ConsoleDevice console([&](BytesView bytes) { printed += textOf(bytes); });
        VirtQueue queue(ram, kRam + 4096, kCount);
        Driver driver{ram, kRam + 4096};
        put(ram, 0x3000, "Hello ");
        put(ram, kRam - 4, "ring");
        driver.descriptor(255, 0x3000, 6, kNext, 7);
        driver.descriptor(7, kRam - 4, 4, kNext, 0);
        driver.descriptor(0, 0x5000, 0);
        driver.offer(255);
        driver.avail(1); // no interrupt, please
        auto served = console.service(ConsoleDevice::kOutput, queue);
        QVERIFY(served.ok() && !*served);
        QCOMPARE(printed, std::string("Hello ring"));
        QCOMPARE(driver.usedIndex(), uint16_t(1));
        QCOMPARE(driver.usedHead(0), 255u);
    }

    void input() {
        auto ram = makeRam();
        ConsoleDevice console([](BytesView) {});
        VirtQueue queue(ram, kRam + 4096, kCount);
        Driver driver{ram, kRam + 4096};
        auto serve = [&] { return console.service(ConsoleDevice::kInput, queue); };
        QCOMPARE(console.feed(viewOf("hello")), size_t(5));
        QVERIFY(serve().ok() && !*serve()); // no buffer yet: it waits
        driver.descriptor(0, 0x3000, 3, kWrite);
        driver.descriptor(1, 0x4000, 100, kWrite);
        driver.offer(0);
        QVERIFY(*serve());
        driver.offer(1);
        QVERIFY(*serve());
        QCOMPARE(ram.text(0x3000, 3), std::string("hel"));
        QCOMPARE(ram.text(0x4000, 3), std::string("lo"));
        QCOMPARE(driver.usedLength(0), 3u);
        QCOMPARE(driver.usedLength(1), 2u);
        QCOMPARE(console.feed(Bytes(ConsoleDevice::kMaxWaiting + 10)),
                 ConsoleDevice::kMaxWaiting); // and no more
    }

    void lies_data() {
        QTest::addColumn<int>("lie");
        QTest::addColumn<QString>("answer");
        QTest::newRow("head") << 0 << "descriptor 256";
        QTest::newRow("next") << 1 << "descriptor 300";
        QTest::newRow("circle") << 2 << "circle";
        QTest::newRow("self") << 3 << "circle";
        QTest::newRow("jump") << 4 << "jumped";
        QTest::newRow("outside") << 5 << "outside memory";
        QTest::newRow("overlap") << 6 << "outside memory";
        QTest::newRow("wrap") << 7 << "outside memory";
        QTest::newRow("device page") << 8 << "outside memory";
        QTest::newRow("indirect") << 9 << "unknown flags";
        QTest::newRow("wrong way") << 10 << "to be written to";
    }

    void lies() {
        QFETCH(int, lie);
        QFETCH(QString, answer);
        auto ram = makeRam();
        ConsoleDevice console([](BytesView) {});
        VirtQueue queue(ram, kRam + 4096, kCount);
        Driver driver{ram, kRam + 4096};
        driver.descriptor(0, 0x3000, 1);
        uint16_t head = 0;
        switch (lie) {
        case 0:
            head = 256;
            break;
        case 1:
            driver.descriptor(0, 0x3000, 1, kNext, 300);
            break;
        case 2:
            driver.descriptor(0, 0x3000, 1, kNext, 1);
            driver.descriptor(1, 0x3000, 1, kNext, 0);
            break;
        case 3:
            driver.descriptor(0, 0x3000, 1, kNext, 0);
            break;
        case 4:
            driver.offered = 257;
            break;
        case 5:
            driver.descriptor(0, kRam, 1);
            break;
        case 6:
            driver.descriptor(0, kRam - 1, 2);
            break;
        case 7:
            driver.descriptor(0, UINT64_MAX, UINT32_MAX);
            break;
        case 8:
            driver.descriptor(0, kRam + 4096, 16);
            break;
        case 9:
            driver.descriptor(0, 0x3000, 16, 4);
            break;
        case 10:
            driver.descriptor(0, 0x3000, 16, kWrite);
            break;
        }
        driver.offer(head);
        auto served = console.service(ConsoleDevice::kOutput, queue);
        QVERIFY(!served.ok());
        QVERIFY2(served.message().find(answer.toStdString()) != std::string::npos,
                 served.message().c_str());
        if (lie == 10) { // the other way round, on the other queue
            console.feed(viewOf("x"));
            VirtQueue fresh(ram, kRam + 4096, kCount);
            driver.descriptor(0, 0x3000, 16, 0);
            QVERIFY(!console.service(ConsoleDevice::kInput, fresh).ok());
        }
    }

    void randomRings() {
        auto ram = makeRam();
        std::mt19937 random(5);
        for (int round = 0; round < 3000; ++round) {
            uint64_t total = 0;
            ConsoleDevice console([&](BytesView bytes) { total += bytes.size(); });
            console.feed(Bytes(100));
            VirtQueue queue(ram, kRam + 4096, kCount);
            auto ring = ram.any(kRam + 4096, VirtQueue::ringBytes(kCount));
            for (int i = 0; i < 300; ++i)
                ring[random() % ring.size()] = uint8_t(random());
            storeAt<uint16_t>(ring, 4096 + 2, uint16_t(random() % 300));
            // Small numbers get further than random ones.
            for (int i = 0; i < 8; ++i) {
                storeAt<uint64_t>(ring, 16 * i, random() % (kRam + 10));
                storeAt<uint32_t>(ring, 16 * i + 8, random() % 5000);
                storeAt<uint16_t>(ring, 16 * i + 12, uint16_t(random() % 4));
                storeAt<uint16_t>(ring, 16 * i + 14, uint16_t(random() % 9));
            }
            for (int i = 0; i < 4; ++i)
                (void)console.service(unsigned(random() % 2), queue);
        }
    }

    void bus() {
        auto ram = makeRam();
        std::string printed;
        ConsoleDevice console([&](BytesView bytes) { printed += textOf(bytes); });
        LguestBus bus(ram, {&console});
        // GUEST_ABI.md, section 11: the page right above RAM, packed, ended by type 0.
        auto page = ram.any(kRam, 4096);
        QCOMPARE(page[0], uint8_t(3));
        QCOMPARE(page[1], uint8_t(2));
        QCOMPARE(page[2], uint8_t(4));
        QCOMPARE(page[3], uint8_t(12));
        QCOMPARE(loadAt<uint16_t>(page, 5), uint16_t(256));
        QCOMPARE(loadAt<uint16_t>(page, 7), uint16_t(1));
        uint64_t input = uint64_t(loadAt<uint32_t>(page, 9)) * 4096;
        QCOMPARE(input, kRam + 0x1000);
        QCOMPARE(loadAt<uint16_t>(page, 15), uint16_t(2));
        uint64_t output = uint64_t(loadAt<uint32_t>(page, 17)) * 4096;
        QCOMPARE(output, kRam + 0x4000);
        // Features: not EMERG_WRITE, because nobody sees a write to the configuration here.
        QCOMPARE(loadAt<uint32_t>(page, 21), ConsoleDevice::kSizeFeature);
        QCOMPARE(page[21 + 8 + 12], uint8_t(0));

        QCOMPARE(bus.notified(output).outcome, LguestBus::Outcome::Kicked);
        QCOMPARE(bus.notified(output).queue, size_t(1));
        QCOMPARE(bus.notified(kRam).outcome, LguestBus::Outcome::Done);
        QCOMPARE(bus.notified(kRam + 1).outcome, LguestBus::Outcome::NotOurs);
        QCOMPARE(bus.notified(0x3000).outcome, LguestBus::Outcome::NotOurs);
        QCOMPARE(bus.notified(UINT64_MAX).outcome, LguestBus::Outcome::NotOurs);

        Driver driver{ram, output};
        put(ram, 0x3000, "hi");
        driver.descriptor(0, 0x3000, 2);
        driver.offer(0);
        auto served = bus.service(1);
        QVERIFY(served.ok() && !*served); // no driver yet
        QCOMPARE(printed, std::string());
        page[4] = 7; // ACKNOWLEDGE | DRIVER | DRIVER_OK
        bus.notified(kRam);
        served = bus.service(1);
        QVERIFY(served.ok() && *served);
        QCOMPARE(printed, std::string("hi"));

        page[4] = 0; // reset
        bus.notified(kRam);
        QCOMPARE(driver.usedIndex(), uint16_t(0));
        driver.offered = 0;
        page[4] = 7;
        put(ram, 0x3000, "ho");
        driver.descriptor(0, 0x3000, 2);
        driver.offer(0);
        QVERIFY(bus.service(1).ok());
        QCOMPARE(printed, std::string("hiho"));
    }
};

QTEST_APPLESS_MAIN(TestVirtqueue)
#include "test_virtqueue.moc"
