// SPDX-License-Identifier: GPL-2.0-or-later
#include "made_events.h"

#include <QtTest>

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
