// SPDX-License-Identifier: GPL-2.0-or-later
// Frames, messages, and a real client against a real session of the agent over a socket pair.
#include "agent/session.h"
#include "wire/cbor.h"
#include "wire/connection.h"
#include "wire/frame_queue.h"
#include "wire/frames.h"

#include <QtTest>

#include <random>
#include <sys/socket.h>
#include <thread>

using namespace lg;
using namespace lg::wire;

namespace {

Bytes frameBytes(FrameType type, uint16_t guest, const Bytes &payload) {
    Bytes bytes;
    append(bytes, makeHeader(type, guest, payload.size()));
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    return bytes;
}

struct Pair {
    UniqueFd client, agent;
    Pair() {
        int fds[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0) {
            client.reset(fds[0]);
            agent.reset(fds[1]);
        }
    }
};

// A session of the agent on a thread of its own.
struct RunningSession {
    std::thread thread;
    Session::End end = Session::End::ClientGone;
    explicit RunningSession(UniqueFd fd) {
        thread = std::thread([this, fd = std::move(fd)]() mutable {
            FrameParser parser(kClientMagic);
            Session session(Stream(std::move(fd)), parser, {});
            end = session.serve();
        });
    }
    ~RunningSession() { join(); }
    void join() {
        if (thread.joinable())
            thread.join();
    }
};

bool hasDevice() {
    return access("/dev/lguest", F_OK) == 0;
}

} // namespace

class TestWire : public QObject {
    Q_OBJECT

private slots:
    void framesInPiecesOfAnySize() {
        Bytes stream;
        for (uint16_t i = 0; i < 50; ++i) {
            auto frame = frameBytes(FrameType::Console, i, Bytes(i * 7, uint8_t(i)));
            stream.insert(stream.end(), frame.begin(), frame.end());
        }
        for (size_t piece : {size_t(1), size_t(3), size_t(64), stream.size()}) {
            FrameParser parser(kClientMagic);
            uint16_t seen = 0;
            for (size_t at = 0; at < stream.size(); at += piece) {
                parser.feed(BytesView(stream).subspan(at, std::min(piece, stream.size() - at)));
                for (;;) {
                    auto frame = parser.next();
                    QVERIFY(frame.ok());
                    if (!*frame)
                        break;
                    QCOMPARE((*frame)->guest, seen);
                    QCOMPARE((*frame)->payload, Bytes(seen * 7, uint8_t(seen)));
                    ++seen;
                }
            }
            QCOMPARE(seen, uint16_t(50));
        }
    }

    void framesThatNobodySends() {
        auto fails = [](const FrameHeader &header) {
            FrameParser parser(kClientMagic);
            Bytes bytes;
            append(bytes, header);
            parser.feed(bytes);
            return !parser.next().ok();
        };
        QVERIFY(fails({kMaxFrameBytes + 1, 1, 0}));
        QVERIFY(fails({UINT32_MAX, 1, 0}));
        QVERIFY(fails({0, 0, 0}));
        QVERIFY(fails({0, 9, 0}));
        QVERIFY(!fails({kMaxFrameBytes, 6, 0}));
    }

    void randomBytes() {
        std::mt19937 random(1);
        for (int round = 0; round < 200; ++round) {
            FrameParser parser(kAgentMagic);
            bool failed = false;
            for (int i = 0; i < 20 && !failed; ++i) {
                Bytes bytes(random() % 200);
                for (auto &byte : bytes)
                    byte = uint8_t(random());
                // Some of it looks right.
                if (random() % 2)
                    bytes = frameBytes(FrameType(1 + random() % 6), 1, bytes);
                parser.feed(bytes);
                for (;;) {
                    auto frame = parser.next();
                    failed = !frame.ok();
                    if (failed || !*frame)
                        break;
                    (void)decodeMessage((*frame)->payload);
                }
            }
        }
    }

    void preambleAfterRubbish() {
        for (size_t rubbish : {0, 1, 7, 8, 9, 1000}) {
            FrameParser parser(kClientMagic);
            Bytes bytes(rubbish, uint8_t('L')); // the magic's own first letter
            auto mine = makePreamble(kClientMagic, 42);
            bytes.insert(bytes.end(), bytesOf(mine).begin(), bytesOf(mine).end());
            auto frame = frameBytes(FrameType::Blob, 0, Bytes(3));
            bytes.insert(bytes.end(), frame.begin(), frame.end());
            std::optional<Preamble> found;
            for (uint8_t byte : bytes) {
                parser.feed({&byte, 1});
                if (!found)
                    found = parser.nextPreamble();
            }
            QVERIFY(found.has_value());
            QCOMPARE(uint64_t(found->nonce), uint64_t(42));
            auto next = parser.next();
            QVERIFY(next.ok() && next->has_value());
            QCOMPARE((*next)->payload.size(), size_t(3));
        }
    }

    // The port's user changed in the middle of a frame: the next session starts at the greeting.
    void newClientInTheMiddle() {
        FrameParser parser(kClientMagic);
        auto frame = frameBytes(FrameType::Blob, 0, Bytes(1000));
        parser.feed(BytesView(frame).first(500));
        QVERIFY(parser.next().ok());
        auto preamble = makePreamble(kClientMagic, 7);
        parser.feed(bytesOf(preamble));
        QVERIFY(!parser.next().ok());
        auto found = parser.nextPreamble();
        QVERIFY(found.has_value());
        QCOMPARE(uint64_t(found->nonce), uint64_t(7));
    }

    void versions() {
        auto same = makePreamble(kAgentMagic, 1);
        QCOMPARE(versionProblem(same, "agent"), std::string());
        auto other = same;
        other.protocol += 1;
        QVERIFY(versionProblem(other, "agent").find("another version") != std::string::npos);
        other = same;
        other.uapi += 1;
        QVERIFY(versionProblem(other, "agent").find("another version") != std::string::npos);
    }

    void messages() {
        Json message = {{"a", 1u}, {"b", Json::binary({1, 2, 3})}, {"c", "text"}, {"d", {1, 2}}};
        auto bytes = encodeMessage(message);
        auto back = decodeMessage(bytes);
        QVERIFY(back.ok());
        QCOMPARE(numberField(*back, "a"), uint64_t(1));
        QCOMPARE(bytesField(*back, "b").size(), size_t(3));
        QCOMPARE(textField(*back, "c"), std::string("text"));
        QCOMPARE(textField(*back, "a"), std::string());
        QCOMPARE(numberField(*back, "none", 5), uint64_t(5));
        for (size_t length = 0; length < bytes.size(); ++length)
            QVERIFY(!decodeMessage(BytesView(bytes).first(length)).ok());
        bytes.push_back(0);
        QVERIFY(!decodeMessage(bytes).ok());
    }

    void hostileMessages() {
        QVERIFY(!decodeMessage(Bytes(1 << 20, 0x81)).ok()); // [[[[[...
        QVERIFY(!decodeMessage(Bytes{0xbb, 255, 255, 255, 255, 255, 255, 255, 255}).ok());
        QVERIFY(!decodeMessage(Bytes{0x5b, 255, 255, 255, 255, 255, 255, 255, 255}).ok());
        QVERIFY(!decodeMessage(Bytes{0x9b, 0x80, 0, 0, 0, 0, 0, 0, 0}).ok());
        QVERIFY(!decodeMessage(Bytes{0xa1, 1, 1}).ok()); // a key that is no text
        QVERIFY(!decodeMessage(Bytes{0xbf, 0xff}).ok()); // of indefinite length
        QVERIFY(!decodeMessage(Bytes{0x01}).ok());       // no map
        QVERIFY(decodeMessage(Bytes{0xa0}).ok());
    }

    void queueBoundsWhatWaits() {
        Pair pair;
        Stream stream(std::move(pair.agent));
        FrameQueue queue(stream, 1 << 20);
        size_t taken = 0;
        while (taken < 1000 && queue.tryPush(FrameType::Events, 1, Bytes(64 << 10)))
            ++taken;
        QVERIFY(taken < 1000); // nobody reads
        QVERIFY(!queue.waitForRoom(1 << 20, std::chrono::milliseconds(20)));
        queue.push(FrameType::Reply, 0, Bytes(10)); // goes all the same
        // Now somebody does: all of it comes, in order, the reply last.
        std::thread reader([&] {
            FrameParser parser(kAgentMagic);
            Bytes buffer(1 << 16);
            size_t frames = 0;
            while (frames <= taken) {
                ssize_t got = read(pair.client.get(), buffer.data(), buffer.size());
                if (got <= 0)
                    break;
                parser.feed(BytesView(buffer).first(size_t(got)));
                for (auto frame = parser.next(); frame.ok() && *frame; frame = parser.next())
                    ++frames;
            }
            QCOMPARE(frames, taken + 1);
        });
        queue.drain(std::chrono::seconds(5));
        reader.join();
        QVERIFY(queue.hasRoom(1 << 20));
    }

    void helloAndRequests() {
        Pair pair;
        RunningSession session(std::move(pair.agent));
        std::atomic<bool> closed = false;
        AgentConnection::Handlers handlers;
        handlers.onClosed = [&](const std::string &) { closed = true; };
        auto opened = AgentConnection::open(std::move(pair.client), handlers);
        QVERIFY2(opened.ok(), opened.ok() ? "" : opened.message().c_str());
        auto &agent = **opened;

        auto status = AgentConnection::wait<HostStatus>([&](auto done) { agent.hostStatus(done); });
        QVERIFY(status.ok());
        QVERIFY(status->agent.starts_with("lgagent "));
        QVERIFY(!status->kernel.empty());
        QVERIFY(status->memoryTotal > 0 && status->cpus > 0);
        QVERIFY(!status->sandbox);
        QCOMPARE(status->moduleProblem.empty(), hasDevice());

        auto unknown = AgentConnection::wait<nlohmann::json>(
            [&](auto done) { agent.request("dance", 0, nlohmann::json::object(), done); });
        QVERIFY(!unknown.ok());
        QVERIFY(unknown.message().find("dance") != std::string::npos);
        auto nobody = AgentConnection::wait<void>([&](auto done) { agent.kill(3, done); });
        QVERIFY(!nobody.ok());
        auto reload = AgentConnection::wait<void>([&](auto done) { agent.moduleReload(done); });
        QVERIFY(!reload.ok());

        auto shut = AgentConnection::wait<void>([&](auto done) { agent.shutdown(done); });
        QVERIFY2(shut.ok(), shut.ok() ? "" : shut.message().c_str());
        session.join();
        QCOMPARE(session.end, Session::End::Shutdown);
        QTRY_VERIFY(closed);
        auto late = AgentConnection::wait<void>([&](auto done) { agent.kill(1, done); });
        QVERIFY(!late.ok());
        QVERIFY(late.message().find("closed") != std::string::npos);
    }

    void launchesThatCannotBe() {
        Pair pair;
        RunningSession session(std::move(pair.agent));
        auto opened = AgentConnection::open(std::move(pair.client), {});
        QVERIFY(opened.ok());
        auto &agent = **opened;
        auto launch = [&](LaunchSpec spec) {
            return AgentConnection::wait<GuestId>([&](auto done) { agent.launch(spec, done); });
        };
        LaunchSpec spec;
        spec.image.entry = 0x100000;
        spec.image.segments.push_back({0x100000, 4096, Bytes(600000, 1)});
        auto result = launch(spec); // more bytes than memory
        QVERIFY(!result.ok());
        spec.image.segments[0].memoryBytes = 600000;
        spec.memoryBytes = 1ull << 40;
        QVERIFY(!launch(spec).ok());
        spec.memoryBytes = 16 << 20;
        spec.image.entry = 5;
        result = launch(spec);
        QVERIFY(!result.ok());
        QVERIFY(result.message().find("entry") != std::string::npos);
        spec.image.entry = 0x100000;
        if (!hasDevice()) {
            result = launch(spec);
            QVERIFY(!result.ok());
            QVERIFY(result.message().find("/dev/lguest") != std::string::npos);
        }
    }

    void agentOfAnotherVersion() {
        Pair pair;
        std::thread agent([fd = std::move(pair.agent)] {
            Bytes buffer(sizeof(Preamble));
            if (read(fd.get(), buffer.data(), buffer.size()) != ssize_t(buffer.size()))
                return;
            auto answer = makePreamble(kAgentMagic, loadAt<Preamble>(buffer, 0).nonce);
            answer.protocol = 99;
            (void)!write(fd.get(), &answer, sizeof answer);
        });
        auto opened = AgentConnection::open(std::move(pair.client), {});
        agent.join();
        QVERIFY(!opened.ok());
        QVERIFY2(opened.message().find("another version") != std::string::npos,
                 opened.message().c_str());
    }

    void noAgentThere() {
        Pair silent;
        auto opened =
            AgentConnection::open(std::move(silent.client), {}, std::chrono::milliseconds(100));
        QVERIFY(!opened.ok());
        QVERIFY(opened.message().find("in time") != std::string::npos);
        Pair gone;
        gone.agent.reset();
        opened = AgentConnection::open(std::move(gone.client), {});
        QVERIFY(!opened.ok());
    }

    // A client that talks nonsense after its greeting is sent away; the agent lives.
    void nonsenseFromTheClient() {
        const Bytes nonsense[] = {
            frameBytes(FrameType::Request, 0, Bytes{0xff, 0xff}),
            frameBytes(FrameType::Events, 0, Bytes(16)),
            frameBytes(FrameType::Blob, 0, Bytes(2)),
            Bytes(100, 0xee),
        };
        for (const auto &bytes : nonsense) {
            Pair pair;
            RunningSession session(std::move(pair.agent));
            auto preamble = makePreamble(kClientMagic, 1);
            (void)!write(pair.client.get(), &preamble, sizeof preamble);
            (void)!write(pair.client.get(), bytes.data(), bytes.size());
            session.join();
            QCOMPARE(session.end, Session::End::ClientGone);
        }
    }

    // Whatever the agent sends, the client reports it and closes.
    void nonsenseFromTheAgent() {
        const Bytes nonsense[] = {
            frameBytes(FrameType::Reply, 0, Bytes{0xff}),
            frameBytes(FrameType::Events, 1, Bytes(15)),
            frameBytes(FrameType::Events, 1, Bytes(16 + 127)),
            frameBytes(FrameType::Console, 1, Bytes(7)),
            frameBytes(FrameType::Blob, 1, Bytes(8)),
        };
        for (const auto &bytes : nonsense) {
            Pair pair;
            std::thread agent([&bytes, fd = std::move(pair.agent)] {
                Bytes buffer(4096);
                if (read(fd.get(), buffer.data(), sizeof(Preamble)) != sizeof(Preamble))
                    return;
                auto answer = makePreamble(kAgentMagic, loadAt<Preamble>(buffer, 0).nonce);
                (void)!write(fd.get(), &answer, sizeof answer);
                (void)!write(fd.get(), bytes.data(), bytes.size());
                (void)!read(fd.get(), buffer.data(), buffer.size());
            });
            auto opened = AgentConnection::open(std::move(pair.client), {});
            QVERIFY(!opened.ok());
            agent.join();
        }
    }
};

QTEST_GUILESS_MAIN(TestWire)
#include "test_wire.moc"
