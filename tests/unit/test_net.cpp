// SPDX-License-Identifier: GPL-2.0-or-later
// Network cards: what is a frame, what waits and what is lost, the words of --net, the capture, and
// the network behind it all by its answer to ARP.
#include "backends/pcap.h"
#include "backends/user_network.h"
#include "devices/chain.h"
#include "devices/net.h"
#include "ring_driver.h"
#include "verify_ok.h"

#include <QTemporaryDir>
#include <QtTest>

#include <arpa/inet.h>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <sys/socket.h>

namespace {

Bytes headerOf(uint8_t flags, uint8_t gso, size_t bytes = kNetHeaderBytes) {
    Bytes header(bytes);
    header[0] = flags;
    header[1] = gso;
    return header;
}

} // namespace

class TestNet : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

private slots:
    void framesAndHeaders() {
        QVERIFY(!netFrameOk({}));
        QVERIFY(!netFrameOk(Bytes(13)));
        QVERIFY(netFrameOk(Bytes(14)));
        QVERIFY(netFrameOk(Bytes(1518)));
        QVERIFY(!netFrameOk(Bytes(1519)));
        QVERIFY(netHeaderOk(headerOf(0, 0)));
        QVERIFY(netHeaderOk(headerOf(0, 0, kLegacyNetHeaderBytes)));
        QVERIFY(!netHeaderOk(headerOf(0, 0, 9)));
        QVERIFY(!netHeaderOk(headerOf(1, 0))); // wants a checksum made
        QVERIFY(!netHeaderOk(headerOf(0, 1))); // wants to be cut into segments
    }

    void pieces() {
        Bytes a(3, 'a'), b, c(4, 'c');
        const Pieces all = {a, b, c};
        QCOMPARE(bytesOf(all), uint64_t(7));
        QCOMPARE(textOf(gather(all, 2, 3)), std::string_view("acc"));
        QCOMPARE(gather(all, 7, 3).size(), size_t(0));
        QCOMPARE(gather(all, 0, 100).size(), size_t(7));
        QCOMPARE(scatter(all, 2, viewOf("xyz")), size_t(3));
        QCOMPARE(textOf(gather(all, 0, 7)), std::string_view("aaxyzcc"));
        QCOMPARE(scatter(all, 6, viewOf("123")), size_t(1)); // what does not fit is left out
        QCOMPARE(scatter(all, UINT64_MAX, viewOf("1")), size_t(0));
    }

    // Both headers, what is dropped, and that a driver without buffers costs a bounded amount.
    void device() {
        for (size_t head : {kLegacyNetHeaderBytes, kNetHeaderBytes}) {
            auto ram = makeRam();
            std::vector<Bytes> sent;
            NetDevice net({2, 0, 0, 0, 0, 1},
                          [&](BytesView frame) { sent.emplace_back(frame.begin(), frame.end()); });
            net.accept(head == kNetHeaderBytes ? VirtioDevice::kVersion1 : 0);
            VirtQueue queue(ram, kRam + 4096, kCount);
            Driver driver{ram, kRam + 4096};
            const auto send = [&](uint32_t bytes, uint8_t flags = 0) {
                ram.ram(0x3000, 1)[0] = flags;
                driver.descriptor(0, 0x3000, uint32_t(head), kNext, 1);
                driver.descriptor(1, 0x4000, bytes);
                driver.offer(0);
                QVERIFY(*net.service(NetDevice::kSend, queue));
            };
            std::fill_n(ram.ram(0x4000, 2000).begin(), 2000, uint8_t('f'));
            send(60);
            QCOMPARE(sent.size(), size_t(1));
            QCOMPARE(sent[0], Bytes(60, 'f'));
            send(1518);
            QCOMPARE(sent.size(), size_t(2));
            for (uint32_t bytes : {0u, 13u, 1519u, 700000u})
                send(bytes);
            send(60, 1);
            QCOMPARE(sent.size(), size_t(2));
            QCOMPARE(driver.usedIndex(), uint16_t(7)); // all came back

            for (size_t i = 0; i < NetDevice::kMostWaiting; ++i)
                QVERIFY(net.receive(Bytes(60, uint8_t(i))));
            QVERIFY(!net.receive(Bytes(60)));
            QVERIFY(!net.receive(Bytes(5)));
            VirtQueue input(ram, kRam + 4096, kCount);
            input.reset();
            Driver offers{ram, kRam + 4096};
            offers.descriptor(0, 0x5000, 2000, kWrite);
            offers.offer(0);
            QVERIFY(*net.service(NetDevice::kReceive, input));
            QCOMPARE(offers.usedLength(0), uint32_t(head + 60));
            auto packet = ram.ram(0x5000, head + 60);
            QCOMPARE(int(packet[head]), 0); // the first that came
            if (head == kNetHeaderBytes)
                QCOMPARE(int(packet[10]), 1); // one buffer
            offers.descriptor(0, 0x5000, uint32_t(head + 59), kWrite);
            offers.offer(0);
            QVERIFY(!net.service(NetDevice::kReceive, input).ok());
            net.reset();
            QVERIFY(net.receive(Bytes(60)));
        }
    }

    void words_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("answer");
        QTest::newRow("plain") << "user" << "";
        QTest::newRow("forwards") << "user,forward=tcp:2222:22,forward=udp:53:5353,host" << "";
        QTest::newRow("other") << "tap" << "there is no network \"tap\"";
        QTest::newRow("nothing") << "" << "there is no network \"\"";
        QTest::newRow("udp alone") << "user,forward=udp:53:5353" << "only together with host";
        QTest::newRow("option") << "user,mtu=9000" << "has no option \"mtu=9000\"";
        for (const char *bad : {"tcp:22", "tcp:0:22", "tcp:22:65536", "tcp:a:22", "sctp:1:2",
                                "tcp:1:2:3", "tcp::", "tcp:1:-2", ""})
            QTest::newRow(bad) << QString("user,forward=") + bad
                               << "a forwarded port is tcp:HOSTPORT:GUESTPORT";
    }

    void words() {
        QFETCH(QString, text);
        QFETCH(QString, answer);
        auto options = parseNetwork(text.toStdString());
        QCOMPARE(options.ok(), answer.isEmpty());
        if (!options)
            QVERIFY2(options.message().find(answer.toStdString()) != std::string::npos,
                     options.message().c_str());
        else if (text.size() > 4) {
            QVERIFY(options->hostServices);
            QCOMPARE(options->forwards.size(), size_t(2));
            QCOMPARE(options->forwards[0].hostPort, uint16_t(2222));
            QCOMPARE(options->forwards[1].guestPort, uint16_t(5353));
            QVERIFY(options->forwards[1].udp && !options->forwards[0].udp);
        }
    }

    void capture() {
        auto path = folder_.filePath("frames.pcap").toStdString();
        {
            auto file = PcapFile::create(path);
            VERIFY_OK(file);
            VERIFY_OK(file->add(Bytes(14, 'x')));
            VERIFY_OK(file->add(Bytes(60, 'y')));
        }
        QFile file(QString::fromStdString(path));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray read = file.readAll();
        const BytesView bytes(reinterpret_cast<const uint8_t *>(read.data()), size_t(read.size()));
        QCOMPARE(bytes.size(), size_t(24 + 16 + 14 + 16 + 60));
        QCOMPARE(loadAt<uint32_t>(bytes, 0), 0xa1b23c4du);
        QCOMPARE(loadAt<uint32_t>(bytes, 4), 0x00040002u); // version 2.4
        QCOMPARE(loadAt<uint32_t>(bytes, 20), 1u);         // Ethernet
        QVERIFY(std::abs(double(loadAt<uint32_t>(bytes, 24)) - double(time(nullptr))) < 60);
        QVERIFY(loadAt<uint32_t>(bytes, 28) < 1000000000);
        QCOMPARE(loadAt<uint32_t>(bytes, 32), 14u);
        QCOMPARE(loadAt<uint32_t>(bytes, 36), 14u);
        QCOMPARE(loadAt<uint32_t>(bytes, 24 + 30 + 8), 60u);
        QVERIFY(!PcapFile::create("/nowhere/frames.pcap").ok());
        auto full = PcapFile::create("/dev/full");
        QVERIFY(!full.ok());
        QVERIFY2(full.message().find("No space left") != std::string::npos, full.message().c_str());
    }

    // The way out answers to ARP, and a port that is taken is one line.
    void network() {
        sockaddr_in any = {};
        any.sin_family = AF_INET;
        any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        UniqueFd taken(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        socklen_t length = sizeof any;
        QCOMPARE(bind(taken.get(), reinterpret_cast<sockaddr *>(&any), sizeof any), 0);
        QCOMPARE(listen(taken.get(), 1), 0);
        QCOMPARE(getsockname(taken.get(), reinterpret_cast<sockaddr *>(&any), &length), 0);
        NetworkOptions options;
        options.forwards = {{false, ntohs(any.sin_port), 80}};
        auto refused = UserNetwork::open(options);
        QVERIFY(!refused.ok());
        QVERIFY(refused.message().starts_with("cannot forward tcp port "));
        QVERIFY(refused.message().ends_with("Address already in use"));

        auto network = UserNetwork::open({});
        VERIFY_OK(network);
        std::mutex mutex;
        std::condition_variable changed;
        std::vector<Bytes> frames;
        UserNetwork::Handlers handlers;
        handlers.toGuest = [&](BytesView frame) {
            std::lock_guard lock(mutex);
            frames.emplace_back(frame.begin(), frame.end());
            changed.notify_all();
        };
        (*network)->connect(std::move(handlers));
        const uint8_t ask[] = {255, 255, 255, 255, 255, 255, 2,  'l', 'g', 0,  0,
                               1,   8,   6,   0,   1,   8,   0,  6,   4,   0,  1, // who has
                               2,   'l', 'g', 0,   0,   1,   10, 0,   2,   15,    // tell us
                               0,   0,   0,   0,   0,   0,   10, 0,   2,   2};
        (*network)->fromGuest(Bytes(5)); // no frame
        (*network)->fromGuest(ask);
        std::unique_lock lock(mutex);
        QVERIFY(changed.wait_for(lock, std::chrono::seconds(5), [&] { return !frames.empty(); }));
        QVERIFY(frames[0].size() >= 42);
        QCOMPARE(int(frames[0][21]), 2); // an answer
        QCOMPARE(int(frames[0][31]), 2); // of 10.0.2.2
        lock.unlock();
        (*network)->disconnect();
        (*network)->fromGuest(ask);
    }
};

QTEST_APPLESS_MAIN(TestNet)
#include "test_net.moc"
