// SPDX-License-Identifier: GPL-2.0-or-later
#include "made_events.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/match_finder.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using ui::EventModel;

namespace {

lg::Filter parsed(std::string_view text) {
    return std::get<lg::Filter>(lg::Filter::parse(text));
}

} // namespace

class TestEventModel : public QObject {
    Q_OBJECT

    // With what is forgotten, which takes a turn of its own.
    static void refresh(EventModel &model) {
        model.refresh();
        QCoreApplication::processEvents();
        model.refresh();
    }

    static void settle(const EventModel &model) {
        QTRY_VERIFY(!model.filtering() && model.scanned() == model.total());
    }

private slots:
    void growsAndForgets() {
        StoreSource source(3 * ui::EventStore::kChunkEvents);
        EventModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSource(&source);
        QCOMPARE(model.rowCount(), 0);
        for (uint64_t round = 0; round < 20; ++round) {
            source.store.append(madeEvents(round * 3'000, 3'000));
            refresh(model);
            const auto window = source.store.window();
            QCOMPARE(model.rowCount(), static_cast<int>(window->end() - window->first()));
            QCOMPARE(model.eventIndex(0), window->first());
        }
        QVERIFY(source.store.counts().forgotten > 0);
    }

    void standsStillBetweenRefreshes() {
        StoreSource source;
        EventModel model;
        model.setSource(&source);
        source.store.append(madeEvents(0, 50));
        QCOMPARE(model.rowCount(), 0);
        model.refresh();
        QCOMPARE(model.rowCount(), 50);
    }

    // Forwards and backwards, over the borders of what is looked at at once.
    void theNearestMatchIsFound() {
        StoreSource source;
        source.store.append(madeEvents(0, 200'000));
        const auto window = source.store.window();
        const auto filter = parsed("seq == 3 or seq == 150000");
        const auto look = [&](uint64_t from, bool forward) {
            return ui::MatchFinder::look({window, filter, nullptr, from, forward}, false);
        };
        const auto low = look(0, true);
        QVERIFY(low && filter.matches(window->at(*low)));
        const auto high = look(*low + 1, true);
        QVERIFY(high && *high > *low && filter.matches(window->at(*high)));
        QCOMPARE(look(*high + 1, true), std::nullopt);
        QCOMPARE(look(window->end(), false), high);
        QCOMPARE(look(*high + 1, false), high);
        QCOMPARE(look(*high, false), low);
        QCOMPARE(look(*low, false), std::nullopt);
        QCOMPARE(look(window->end() + 7, true), std::nullopt);
        QCOMPARE(ui::MatchFinder::look({window, filter, nullptr, 0, true}, true), std::nullopt);
    }

    void coloursInsteadOfHiding() {
        StoreSource source;
        source.store.append(madeEvents(0, 50));
        EventModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSource(&source);
        model.setHiding(false);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setFilter(parsed("seq >= 40"));
        QCOMPARE(resets.size(), 0);
        QCOMPARE(model.rowCount(), 50);
        QVERIFY(model.shownFilter().matchesAll());
        int coloured = 0;
        for (int row = 0; row < 50; ++row)
            coloured += model.index(row, 0).data(Qt::BackgroundRole).isValid();
        QCOMPARE(coloured, 10);
        model.setHiding(true);
        settle(model);
        QCOMPARE(model.rowCount(), 10);
        QVERIFY(!model.index(0, 0).data(Qt::BackgroundRole).isValid());
    }

    void survivesAJumpPastEverything() {
        StoreSource source(2 * ui::EventStore::kChunkEvents);
        EventModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSource(&source);
        source.store.append(madeEvents(0, 100));
        model.refresh();
        source.store.append(madeEvents(100, 100'000));
        refresh(model);
        const auto window = source.store.window();
        QCOMPARE(model.rowCount(), static_cast<int>(window->end() - window->first()));
        QCOMPARE(model.event(0).value_or(lg_event{}).seq, window->first());
    }

    void filtersInTheBackground() {
        StoreSource source;
        EventModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        source.store.append(madeEvents(0, 400'000));
        model.setSource(&source);
        QCOMPARE(model.rowCount(), 400'000);
        model.setFilter(parsed("kind == hypercall"));
        QVERIFY(model.filtering());
        settle(model);
        QCOMPARE(model.rowCount(), 100'000);
        for (int row = 0; row < 1'000; ++row)
            QCOMPARE(model.event(row).value_or(lg_event{}).kind, uint16_t{LG_EV_HYPERCALL});
        QCOMPARE(model.rowOf(8), 2);
        QCOMPARE(model.rowOf(9), -1);

        // What comes later is filtered too.
        source.store.append(madeEvents(400'000, 4'000));
        model.refresh();
        settle(model);
        QCOMPARE(model.rowCount(), 101'000);

        // Another filter while the first still runs.
        model.setFilter(parsed("kind == page-fault"));
        model.setFilter(parsed("seq < 10"));
        settle(model);
        QCOMPARE(model.rowCount(), 10);
        model.setFilter({});
        QCOMPARE(model.rowCount(), 404'000);
    }

    void filteredRowsAreForgottenToo() {
        StoreSource source(3 * ui::EventStore::kChunkEvents);
        EventModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSource(&source);
        model.setFilter(parsed("kind == hypercall"));
        for (uint64_t round = 0; round < 20; ++round) {
            source.store.append(madeEvents(round * 4'000, 4'000));
            refresh(model);
            settle(model);
        }
        const auto window = source.store.window();
        uint64_t expected = 0;
        for (uint64_t i = window->first(); i < window->end(); ++i)
            expected += window->at(i).kind == LG_EV_HYPERCALL;
        QCOMPARE(model.rowCount(), static_cast<int>(expected));
    }

    void timesSinceTheRowBefore() {
        StoreSource source;
        auto events = madeEvents(0, 8);
        events[3].tsc = events[2].tsc - 5; // another vCPU's
        source.store.append(events);
        EventModel model;
        model.setSource(&source);
        const auto since = [&model](int row) {
            return model.index(row, EventModel::Since).data().toString();
        };
        QCOMPARE(since(0), "");
        QCOMPARE(since(1), "10 ns");
        QCOMPARE(since(3), "−5 ns");
        model.setFilter(parsed("kind == hypercall")); // each fourth
        settle(model);
        QCOMPARE(since(0), "");
        QCOMPARE(since(1), "40 ns");
        QCOMPARE(model.tscAt(0.000000030), source.tscBase() + 30);
    }

    void lossesPassEveryFilter() {
        StoreSource source;
        source.store.append(madeEvents(0, 10));
        source.store.append(madeEvents(20, 10));
        EventModel model;
        model.setSource(&source);
        model.setFilter(parsed("eip == 1"));
        settle(model);
        QCOMPARE(model.rowCount(), 1);
        const QModelIndex what = model.index(0, EventModel::What);
        QVERIFY(what.data().toString().contains("10"));
        QVERIFY(model.index(0, EventModel::Kind).data().toString() == "lost");
        QVERIFY(model.index(0, 0).data(Qt::BackgroundRole).isValid());
    }

    void oneVcpu() {
        StoreSource source;
        source.store.append(madeEvents(0, 100, 0));
        source.store.append(madeEvents(0, 30, 1));
        EventModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSource(&source);
        model.setVcpu(1);
        settle(model);
        QCOMPARE(model.rowCount(), 30);
        QCOMPARE(model.index(0, EventModel::Vcpu).data().toString(), "1");
        model.setVcpu(-1);
        QCOMPARE(model.rowCount(), 130);
    }

    void saysThingsInWords() {
        StoreSource source;
        source.names = std::make_shared<lg::SymbolTable>(
            std::vector<lg::Symbol>{{0xc0100000u, 64, "start_kernel"}}, 0u);
        lg_event event = madeEvent(0, LG_EV_HYPERCALL);
        event.code = LHCALL_SET_PTE;
        event.duration = 2'500; // 2.5 µs at 1 GHz
        source.store.append({&event, 1});
        EventModel model;
        model.setSource(&source);
        QCOMPARE(model.index(0, EventModel::Number).data().toString(), "1");
        QCOMPARE(model.index(0, EventModel::Time).data().toString(), "0.000000");
        QCOMPARE(model.index(0, EventModel::Ring).data().toString(), "1");
        QCOMPARE(model.index(0, EventModel::Kind).data().toString(), "hypercall");
        QVERIFY(model.index(0, EventModel::What).data().toString().contains("SET_PTE"));
        QVERIFY(model.index(0, EventModel::Symbol).data().toString().startsWith("start_kernel"));
        QCOMPARE(model.index(0, EventModel::Duration).data().toString(), "2.50 µs");
    }
};

QTEST_MAIN(TestEventModel)
#include "test_event_model.moc"
