// SPDX-License-Identifier: GPL-2.0-or-later
// The agent in its sandbox, with clients that are slow, greedy or impatient.
#include "image/bundled.h"
#include "sandbox/sandbox.h"
#include "wire/connection.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>

using namespace lg;

namespace {

// A client whose reader can be held up, as a window is that hangs in something else.
class Client {
public:
    Client() {
        auto sandbox = Sandbox::start({}, {}, {});
        if (!sandbox)
            qFatal("%s", sandbox.message().c_str());
        sandbox_ = std::move(*sandbox);
        AgentConnection::Handlers handlers;
        handlers.onConsole = [this](GuestId, uint64_t, BytesView bytes) {
            passGate();
            std::lock_guard lock(mutex_);
            text_ += textOf(bytes);
        };
        handlers.onEvents = [this](GuestId, uint32_t, std::span<const lg_event> events,
                                   uint64_t lost) {
            passGate();
            std::lock_guard lock(mutex_);
            for (const auto &event : events) {
                holes_ += event.seq - nextSeq_;
                nextSeq_ = event.seq + 1;
            }
            events_ += events.size();
            lost_ = lost;
        };
        handlers.onEnded = [this](GuestId, const GuestEnded &) { ++ended_; };
        auto connection = AgentConnection::open(sandbox_->takeStream(), handlers);
        if (!connection)
            qFatal("%s", connection.message().c_str());
        connection_ = std::move(*connection);
    }

    ~Client() {
        release();
        connection_.reset();
    }

    AgentConnection &agent() { return *connection_; }

    Result<GuestId> launch(const char *guest, const std::string &commandLine,
                           lg_event_mode mode = LG_EVENTS_OFF, bool paused = false,
                           uint64_t memory = 16 << 20) {
        auto image = loadImage(*resolveGuest(guest));
        if (!image)
            return image.error();
        image_ = *image;
        LaunchSpec spec;
        spec.name = guest;
        spec.image = std::move(*image);
        spec.memoryBytes = memory;
        spec.commandLine = commandLine;
        spec.eventMode = mode;
        spec.eventRecords = 1 << 12;
        spec.paused = paused;
        return AgentConnection::wait<GuestId>(
            [&](auto done) { agent().launch(std::move(spec), std::move(done)); });
    }

    Result<void> tell(void (AgentConnection::*method)(GuestId, Done<void>), GuestId guest) {
        return AgentConnection::wait<void>(
            [&](auto done) { (agent().*method)(guest, std::move(done)); });
    }

    Result<void> raise(GuestId guest, uint32_t line) {
        return AgentConnection::wait<void>(
            [&](auto done) { agent().raiseIrq(guest, 0, line, std::move(done)); });
    }

    // A request that is not waited for, because its answer cannot come yet.
    void killSoon(GuestId guest) {
        agent().kill(guest, [](const Result<void> &) {});
    }

    Result<lg_vcpu_state> state(GuestId guest) {
        return AgentConnection::wait<lg_vcpu_state>(
            [&](auto done) { agent().state(guest, 0, std::move(done)); });
    }

    Result<lg_counters> counters(GuestId guest) {
        return AgentConnection::wait<lg_counters>(
            [&](auto done) { agent().counters(guest, 0, std::move(done)); });
    }

    Result<GuestMemory> memory(GuestId guest, uint32_t address, uint32_t length, bool isVirtual) {
        return AgentConnection::wait<GuestMemory>([&](auto done) {
            agent().readMemory(guest, 0, address, length, isVirtual, std::move(done));
        });
    }

    void hold() { held_ = true; }
    void release() {
        held_ = false;
        held_.notify_all();
    }

    std::string text() {
        std::lock_guard lock(mutex_);
        return text_;
    }
    uint64_t events() {
        std::lock_guard lock(mutex_);
        return events_;
    }
    uint64_t holes() {
        std::lock_guard lock(mutex_);
        return holes_;
    }
    uint64_t lost() {
        std::lock_guard lock(mutex_);
        return lost_;
    }
    int ended() const { return ended_; }
    const Image &image() const { return image_; }

private:
    void passGate() { held_.wait(true); }

    std::unique_ptr<Sandbox> sandbox_;
    std::atomic<bool> held_ = false;
    std::mutex mutex_;
    std::string text_;
    uint64_t events_ = 0, nextSeq_ = 0, holes_ = 0, lost_ = 0;
    std::atomic<int> ended_ = 0;
    Image image_;
    std::unique_ptr<AgentConnection> connection_;
};

} // namespace

class TestAgent : public QObject {
    Q_OBJECT

private slots:
    void pausedFromTheStart() {
        Client client;
        auto guest = client.launch("guest:hello", "", LG_EVENTS_DROP, true);
        QVERIFY2(guest.ok(), guest.ok() ? "" : guest.message().c_str());
        QTest::qWait(300);
        auto state = client.state(*guest);
        QVERIFY(state.ok());
        QCOMPARE(uint32_t(state->regs.eip), client.image().entry);
        QVERIFY(state->stopped);
        QCOMPARE(uint64_t(client.counters(*guest)->switches), uint64_t(0));
        QCOMPARE(client.text(), std::string());
        QVERIFY(client.tell(&AgentConnection::resume, *guest).ok());
        QTRY_COMPARE(client.ended(), 1);
        QVERIFY(client.text().find("Hello") != std::string::npos);
        QVERIFY(client.events() > 3);
        // It can be looked at still, but not go on.
        QVERIFY(client.state(*guest)->dead);
        QVERIFY(!client.tell(&AgentConnection::pause, *guest).ok());
        QVERIFY(client.tell(&AgentConnection::release, *guest).ok());
        QVERIFY(!client.state(*guest).ok());
    }

    void memoryIsWhatTheImageSays() {
        Client client;
        auto guest = client.launch("guest:user", "forever");
        QVERIFY(guest.ok());
        QTRY_VERIFY(client.text().find("one says 2") != std::string::npos);
        auto line = client.memory(*guest, 0x1000, 8, false);
        QVERIFY(line.ok());
        QCOMPARE(std::string(textOf(line->bytes)), std::string("forever\0", 8));
        const auto &text = client.image().segments[0];
        for (bool isVirtual : {false, true}) {
            auto bytes =
                client.memory(*guest, text.address, uint32_t(text.bytes.size()), isVirtual);
            QVERIFY(bytes.ok());
            QCOMPARE(bytes->bytes, text.bytes);
        }
        QVERIFY(!client.memory(*guest, 0xfffff000, 16, false).ok());
        QVERIFY(!client.memory(*guest, 0x30000000, 16, true).ok());
        // Up to the last page, and not a byte further.
        auto end = client.memory(*guest, (16 << 20) - 16, 16, false);
        QVERIFY(end.ok());
        QCOMPARE(end->bytes.size(), size_t(16));
        QVERIFY(!client.memory(*guest, 0x1000, 64 << 20, false).ok());
    }

    // Who does not read slows a Guest that prints, and nothing else.
    void slowReader() {
        Client client;
        auto guest = client.launch("guest:storm", "9", LG_EVENTS_DROP);
        QVERIFY(guest.ok());
        client.hold();
        // Nine seconds of storm are several times what the ring and the queues take.
        QTest::qWait(10000);
        client.release();
        QTRY_COMPARE_WITH_TIMEOUT(client.ended(), 1, 30000);
        QVERIFY(client.text().find("done") != std::string::npos);
        QVERIFY(client.lost() > 0);
        // Each is accounted for; those behind the last record that came leave no hole.
        QVERIFY(client.holes() <= client.lost());
        auto counters = client.counters(*guest);
        QVERIFY(counters.ok());
        QCOMPARE(uint64_t(counters->events_lost), client.lost());
    }

    void slowReaderWithoutLoss() {
        Client client;
        auto guest = client.launch("guest:storm", "1", LG_EVENTS_LOSSLESS);
        QVERIFY(guest.ok());
        client.hold();
        QTest::qWait(2000);
        client.release();
        QTRY_COMPARE_WITH_TIMEOUT(client.ended(), 1, 60000);
        QCOMPARE(client.lost(), uint64_t(0));
        QCOMPARE(client.holes(), uint64_t(0));
        QVERIFY(client.events() > 10000);
    }

    // A Guest that waits for a reader can be killed, and its agent too.
    void killedWhileItWaits() {
        Client client;
        auto guest = client.launch("guest:storm", "1000", LG_EVENTS_LOSSLESS);
        QVERIFY(guest.ok());
        client.hold();
        QTest::qWait(1500);
        client.killSoon(*guest);
        QTest::qWait(500);
        client.release();
        QTRY_COMPARE_WITH_TIMEOUT(client.ended(), 1, 30000);
        QVERIFY(client.tell(&AgentConnection::release, *guest).ok());
        guest = client.launch("guest:storm", "1000", LG_EVENTS_LOSSLESS);
        QVERIFY(guest.ok());
        client.hold();
        QTest::qWait(1500);
        auto released = std::async(std::launch::async, [&] {
            return client.tell(&AgentConnection::release, *guest).ok();
        });
        QTest::qWait(300);
        client.release();
        QVERIFY(released.get());
    }

    void asManyAsThereMayBe() {
        Client client;
        std::vector<GuestId> guests;
        for (uint32_t i = 0; i < wire::kMaxGuests; ++i) {
            auto guest = client.launch("guest:user", "forever", LG_EVENTS_OFF, false, 4 << 20);
            QVERIFY2(guest.ok(), guest.ok() ? "" : guest.message().c_str());
            guests.push_back(*guest);
        }
        auto tooMany = client.launch("guest:hello", "");
        QVERIFY(!tooMany.ok());
        QVERIFY(tooMany.message().find("16 Guests") != std::string::npos);
        for (auto guest : guests) {
            QVERIFY(client.state(guest).ok());
            QVERIFY(client.tell(&AgentConnection::release, guest).ok());
        }
        auto huge = client.launch("guest:hello", "", LG_EVENTS_OFF, false, 2ull << 30);
        QVERIFY(!huge.ok());
        QVERIFY(huge.message().find("not enough memory") != std::string::npos);
        QVERIFY(client.launch("guest:hello", "").ok());
        QTRY_COMPARE(client.ended(), 1);
    }

    void rebootsAgainAndAgain() {
        Client client;
        auto guest = client.launch("guest:hello", "", LG_EVENTS_DROP);
        QVERIFY(guest.ok());
        for (int i = 0; i < 20; ++i)
            QVERIFY(client.tell(&AgentConnection::reboot, *guest).ok());
        QTRY_VERIFY(client.ended() >= 1);
        auto state = client.state(*guest);
        QVERIFY(state.ok());
        auto line = client.memory(*guest, client.image().segments[0].address, 64, false);
        QVERIFY(line.ok());
    }

    void lineRaisedByHand() {
        Client client;
        auto guest = client.launch("guest:hello", "", LG_EVENTS_DROP, true);
        QVERIFY(guest.ok());
        QVERIFY(client.raise(*guest, 7).ok());
        QVERIFY(!client.raise(*guest, 32).ok());
        auto state = client.state(*guest);
        QVERIFY(state.ok());
        QCOMPARE(uint32_t(state->irq_pending), 1u << 7);
    }
};

QTEST_GUILESS_MAIN(TestAgent)
#include "test_agent.moc"
