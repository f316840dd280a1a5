// SPDX-License-Identifier: GPL-2.0-or-later
// The timeline's sums, the console's lines, percentiles, and rows that are shown again.
#include "made_events.h"
#include "ui/console/console_log.h"
#include "ui/inspect/rows_model.h"
#include "ui/traffic/timeline.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace ui;

namespace {

uint64_t sumOf(const TimelineBins &bins, size_t lane) {
    uint64_t sum = 0;
    for (const LaneCounts &pixel : bins.pixels)
        for (const uint32_t count : pixel[lane])
            sum += count;
    return sum;
}

} // namespace

class TestTimeline : public QObject {
    Q_OBJECT

    const std::atomic<bool> goOn_ = false;

private slots:
    void nothingIsLostInTheSums() {
        EventStore store;
        store.append(madeEvents(0, 30'000));
        store.append(madeEvents(0, 100, 1));
        const auto window = store.window();
        TimelineIndex index;
        QVERIFY(index.extend(*window, goOn_));
        QCOMPARE(index.vcpus(), 2u);
        QCOMPARE(index.firstTsc().value_or(0), 1000u);
        for (const int width : {1, 7, 300, 100'000}) {
            const auto bins = index.bins(*window, *index.firstTsc(), *index.lastTsc(), width);
            QCOMPARE(bins.pixels.size(), static_cast<size_t>(width));
            QCOMPARE(sumOf(bins, 0), 30'000u);
            QCOMPARE(sumOf(bins, 1), 100u);
        }
        // A part of it, event by event.
        const auto part = index.bins(*window, 1000 + 500 * 10, 1000 + 599 * 10, 50);
        QCOMPARE(sumOf(part, 0), 100u);
        QCOMPARE(index.count(*window, 1000 + 500 * 10, 1000 + 599 * 10), 100u);
        QCOMPARE(index.nearest(*window, 1000 + 777 * 10 + 3, 0).value_or(0), 777u);
    }

    void millionsAreSummedInStretches() {
        EventStore store;
        store.append(madeEvents(0, 600'000));
        const auto window = store.window();
        TimelineIndex index;
        QVERIFY(!index.extend(*window, goOn_)); // it gives others a chance
        while (!index.extend(*window, goOn_))
            ;
        const auto bins = index.bins(*window, *index.firstTsc(), *index.lastTsc(), 800);
        QCOMPARE(sumOf(bins, 0), 600'000u);
        for (const LaneCounts &pixel : bins.pixels)
            QVERIFY(pixel[0][0] > 0); // spread, not in lumps
    }

    void lossesShow() {
        EventStore store;
        store.append(madeEvents(0, 100));
        store.append(madeEvents(150, 100));
        const auto window = store.window();
        TimelineIndex index;
        QVERIFY(index.extend(*window, goOn_));
        const auto bins = index.bins(*window, *index.firstTsc(), *index.lastTsc(), 10);
        QCOMPARE(std::count(bins.lost.begin(), bins.lost.end(), 1), 1);
    }

    void whatIsForgottenIsForgottenHereToo() {
        EventStore store(2 * EventStore::kChunkEvents);
        store.append(madeEvents(0, 1000));
        TimelineIndex index;
        QVERIFY(index.extend(*store.window(), goOn_));
        store.append(madeEvents(1000, 20'000));
        const auto window = store.window();
        QVERIFY(index.extend(*window, goOn_));
        const auto bins = index.bins(*window, *index.firstTsc(), *index.lastTsc(), 100);
        QCOMPARE(sumOf(bins, 0), window->end() - window->first());
    }

    void zoomPanAndMarkers() {
        StoreSource source;
        source.store.append(madeEvents(0, 10'000));
        Timeline timeline;
        timeline.resize(600, 60);
        timeline.show();
        timeline.setSource(&source);
        timeline.refresh(source.window());
        QTRY_VERIFY(!timeline.bins().pixels.empty());
        QVERIFY(timeline.showsAll());
        timeline.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&timeline));
        timeline.setFocus();
        const auto all = timeline.range();
        QTest::keyClick(&timeline, Qt::Key_Plus);
        QVERIFY(!timeline.showsAll());
        const auto zoomed = timeline.range();
        QVERIFY(zoomed.second - zoomed.first < all.second - all.first);
        QTest::keyClick(&timeline, Qt::Key_Right);
        QVERIFY(timeline.range().first > zoomed.first);
        QTRY_COMPARE(timeline.bins().from, timeline.range().first);
        QTest::keyClick(&timeline, Qt::Key_Home);
        QVERIFY(timeline.showsAll());
        timeline.setMoment(1000 + 100 * 10);
        QTest::keyClick(&timeline, Qt::Key_A);
        QVERIFY(timeline.markerText().isEmpty());
        timeline.setMoment(1000 + 200 * 10);
        QTest::keyClick(&timeline, Qt::Key_B);
        QTRY_VERIFY2(timeline.markerText().contains("101 events"),
                     qPrintable(timeline.markerText()));
        QVERIFY(timeline.markerText().contains("1.00 µs"));
        QSignalSpy chosen(&timeline, &Timeline::eventChosen);
        QTest::mouseClick(&timeline, Qt::LeftButton, {}, QPoint(300, 10));
        QCOMPARE(chosen.size(), 1);
    }

    void consoleLines() {
        ConsoleLog log;
        log.add({10, "one\r\ntw"});
        log.add({20, "o\n\n\x1b[1;31mred\x1b[0m\n"});
        QCOMPARE(log.lines().size(), 4u);
        QCOMPARE(log.at(5), nullptr);
        QCOMPARE(log.at(10)->text, "two"); // had begun
        QCOMPARE(log.at(99)->text, "red");
        QCOMPARE(log.find("one", 0)->tsc, 10u);
        QCOMPARE(log.find("", -1)->text, "red");
        QCOMPARE(log.find("green", 0), nullptr);
        for (int i = 0; i < 3; ++i)
            log.add({100u + static_cast<unsigned>(i), "again\n"});
        QCOMPARE(log.find("again", 5)->tsc, 101u); // of several, the nearest
        for (size_t i = 0; i < ConsoleLog::kLines; ++i)
            log.add({1000 + i, "x\n"});
        QCOMPARE(log.lines().size(), ConsoleLog::kLines);
        log.add({9999, QByteArray(5000, 'y')});
        QCOMPARE(log.lines().back().text.size(), ConsoleLog::kLongest);
    }

    void percentiles() {
        EventCounts counts;
        for (uint32_t i = 1; i <= 1000; ++i) {
            lg_event event = madeEvent(i, LG_EV_HYPERCALL);
            event.duration = i;
            counts.add(event, i);
        }
        const KindCount &calls = counts.kinds[LG_EV_HYPERCALL];
        QVERIFY(calls.percentile(0.5) > 430 && calls.percentile(0.5) < 570);
        QVERIFY(calls.percentile(0.99) > 850 && calls.percentile(0.99) <= 1000);
        QCOMPARE(calls.longest, 1000u);
        QCOMPARE(calls.longestIndex, 1000u);
        lg_event longest = madeEvent(0, LG_EV_HALT);
        longest.duration = UINT32_MAX; // saturated
        counts.add(longest, 5);
        QVERIFY(counts.kinds[LG_EV_HALT].percentile(0.5) > UINT32_MAX / 2);
        // Of a single one half cannot have taken less.
        lg_event only = madeEvent(0, LG_EV_EMULATE);
        only.duration = 336'245;
        counts.add(only, 6);
        QCOMPARE(counts.kinds[LG_EV_EMULATE].percentile(0.5), 336'245u);
    }

    void rowsAreKept() {
        RowsModel model({"a", "b"});
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.show({{{"1"}, {"2"}}, {{"3"}}});
        const QPersistentModelIndex kept = model.index(0, 0);
        model.show({{{"5"}, {"6"}}, {{"7"}}, {{"8"}}});
        QVERIFY(kept.isValid());
        QCOMPARE(kept.data().toString(), "5");
        QVERIFY(!model.index(1, 1).data().isValid()); // a short row
        model.show({});
        QCOMPARE(model.rowCount(), 0);
    }
};

QTEST_MAIN(TestTimeline)
#include "test_timeline.moc"
