// SPDX-License-Identifier: GPL-2.0-or-later
#include "made_events.h"

#include <QtTest>

#include <atomic>
#include <cstring>
#include <thread>

namespace {

constexpr uint64_t kChunk = ui::EventStore::kChunkEvents;

bool same(const lg_event &a, const lg_event &b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

} // namespace

class TestEventStore : public QObject {
    Q_OBJECT
private slots:
    void keepsOrder() {
        ui::EventStore store;
        store.append(madeEvents(0, 10'000));
        const auto window = store.window();
        QCOMPARE(window->first(), 0u);
        QCOMPARE(window->end(), 10'000u);
        for (uint64_t i = 0; i < 10'000; ++i)
            QCOMPARE(window->at(i).seq, i);
        QCOMPARE(store.counts().seen, 10'000u);
        QCOMPARE(store.counts().lost, 0u);
        QCOMPARE(store.counts().kinds[LG_EV_HYPERCALL].events, 2'500u);
    }

    void drawsHolesPerVcpu() {
        ui::EventStore store;
        store.append(madeEvents(0, 5, 0));
        store.append(madeEvents(0, 5, 1));
        store.append(madeEvents(8, 2, 0)); // 5, 6, 7 are missing
        store.append(madeEvents(5, 2, 1));
        const auto window = store.window();
        QCOMPARE(window->end(), 15u);
        const lg_event loss = window->at(10);
        QVERIFY(ui::isLoss(loss));
        QCOMPARE(ui::lossCount(loss), 3u);
        QCOMPARE(loss.seq, 5u);
        QCOMPARE(loss.vcpu, uint8_t{0});
        QCOMPARE(store.counts().lost, 3u);
        QCOMPARE(store.counts().vcpus, 2u);
    }

    void aFreshMachineIsNoLoss() {
        ui::EventStore store;
        store.append(madeEvents(0, 100));
        store.append(madeEvents(0, 100)); // after a reboot
        QCOMPARE(store.window()->end(), 200u);
        QCOMPARE(store.counts().lost, 0u);
    }

    void forgetsTheOldestAndSaysSo() {
        constexpr uint64_t kCap = 3 * ui::EventStore::kChunkEvents;
        ui::EventStore store(kCap);
        const auto early = [&] {
            store.append(madeEvents(0, 100));
            return store.window();
        }();
        store.append(madeEvents(100, 10 * kCap));
        const auto window = store.window();
        QCOMPARE(window->end(), 10 * kCap + 100);
        QVERIFY(window->end() - window->first() <= kCap);
        QCOMPARE(store.counts().forgotten, window->first());
        QCOMPARE(window->at(window->first()).seq, window->first());
        // A window that is held still keeps what it had.
        QCOMPARE(early->end(), 100u);
        QCOMPARE(early->at(99).seq, 99u);
    }

    // Older events are packed: they are the same however they are read, losses too.
    void packsWhatIsOld() {
        constexpr uint64_t kChunks = 2 * ui::EventStore::kRawChunks, kHole = 3 * kChunk + 5;
        auto events = variedEvents(0, kHole);
        const auto rest = variedEvents(kHole + 7, kChunks * kChunk - kHole - 1);
        ui::EventStore store;
        store.append(std::span(events).first(kChunk));
        const auto early = store.window(); // not packed yet
        store.append(std::span(events).subspan(kChunk));
        store.append(rest);
        events.push_back(ui::makeLoss(0, kHole, 7, rest.front().tsc));
        events.insert(events.end(), rest.begin(), rest.end());

        QCOMPARE(store.window()->end(), kChunks * kChunk);
        QVERIFY(store.bytes() < kChunks * kChunk * sizeof(lg_event) * 3 / 4);
        const auto window = store.window();
        for (uint64_t i = 0; i < events.size(); i += i % 97 + 1)
            QVERIFY2(same(window->at(i), events[i]), qPrintable(QString::number(i)));
        for (uint64_t i = 0; i < kChunk; ++i)
            QVERIFY(same(early->at(i), events[i]));

        std::vector<lg_event> read(2 * kChunk + 11);
        const uint64_t from = kHole - kChunk;
        QCOMPARE(window->read(from, read), read.size());
        for (size_t i = 0; i < read.size(); ++i)
            QVERIFY(same(read[i], events[from + i]));
        QCOMPARE(window->read(window->end() - 3, read), size_t{3});
        QVERIFY(same(read[2], events.back()));

        const auto filter = std::get<lg::Filter>(lg::Filter::parse("eax & 4 and eip < 0xc0180000"));
        std::vector<uint64_t> wanted;
        const uint64_t until = window->end() - 100;
        for (uint64_t i = 10; i < until; ++i)
            if (ui::isLoss(events[i]) || filter.matches(events[i]))
                wanted.push_back(i);
        QVERIFY(wanted.size() > kChunk && wanted.size() < until / 2);
        QVERIFY(window->find(filter, nullptr, 10, until) == wanted);
    }

    void keepsToItsMemory() {
        constexpr uint64_t kBytes = 24 << 20;
        ui::EventStore store(ui::EventStore::kDefaultCapacity, kBytes);
        for (uint64_t i = 0; i < 300; ++i) {
            store.append(variedEvents(i * kChunk, kChunk));
            QVERIFY(store.bytes() <= kBytes);
        }
        const auto window = store.window();
        QCOMPARE(window->end(), 300 * kChunk);
        QVERIFY(window->first() > 0);
        QVERIFY(window->end() - window->first() > ui::EventStore::kRawChunks * kChunk * 2);
        QVERIFY(same(window->at(window->first()), variedEvents(window->first(), 1).front()));
    }

    // Somebody reads while others append, pack and drop.
    void isReadMeanwhile() {
        ui::EventStore store(20 * kChunk);
        std::atomic<bool> ends = false, wrong = false;
        std::thread reader([&] {
            while (!ends) {
                const auto window = store.window();
                for (uint64_t i = window->first(); i < window->end(); i += kChunk / 3)
                    if (window->at(i).seq != i)
                        wrong = true;
            }
        });
        for (uint64_t i = 0; i < 100; ++i)
            store.append(variedEvents(i * kChunk, kChunk));
        ends = true;
        reader.join();
        QVERIFY(!wrong);
    }

    void readsInBlocks() {
        ui::EventStore store;
        store.append(madeEvents(0, 5'000));
        std::vector<lg_event> block(4'096);
        const auto window = store.window();
        QCOMPARE(window->read(1'000, block), size_t{4'000});
        QCOMPARE(block[3'999].seq, 4'999u);
    }

    void unknownKindsAreCounted() {
        ui::EventStore store;
        const std::vector<lg_event> strange = {madeEvent(0, 999)};
        store.append(strange);
        QCOMPARE(store.counts().kinds[0].events, 1u);
    }
};

QTEST_GUILESS_MAIN(TestEventStore)
#include "test_event_store.moc"
