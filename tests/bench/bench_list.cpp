// SPDX-License-Identifier: GPL-2.0-or-later
// The window with a large recording: how long until it can be read, filtered, and seen as a whole.
#include "trace/recorder.h"
#include "ui/session/recorded_session.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/timeline_index.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>

using namespace ui;

namespace {

// Large enough to hurt who does work for each event on the window's thread.
constexpr uint64_t kEvents = 10'000'000;

std::vector<lg_event> someEvents(uint64_t from, size_t count) {
    static constexpr uint16_t kinds[] = {LG_EV_HYPERCALL, LG_EV_PAGE_FAULT, LG_EV_REFLECT,
                                         LG_EV_REFLECT, LG_EV_IRQ_DELIVERED};
    std::vector<lg_event> events(count);
    for (size_t i = 0; i < count; ++i) {
        const uint64_t seq = from + i;
        lg_event &event = events[i];
        event.seq = seq;
        event.tsc = 1'000'000 + seq * 3000;
        event.duration = 500 + static_cast<uint32_t>(seq * 2654435761u >> 20 & 1023);
        event.kind = kinds[seq % std::size(kinds)];
        event.code = event.kind == LG_EV_REFLECT ? 128 : event.kind == LG_EV_HYPERCALL ? 10 : 0;
        event.regs.eip = 0xc0100000u + static_cast<uint32_t>(seq * 40503u & 0xffff);
        event.regs.eax = static_cast<uint32_t>(seq);
        event.regs.cs = LGUEST_KERNEL_CS;
    }
    return events;
}

} // namespace

class BenchList : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString file_;

    static void say(const char *what, qint64 ms, qint64 most) {
        std::printf("%-52s %6lld ms, promised %lld\n", what, static_cast<long long>(ms),
                    static_cast<long long>(most));
        std::fflush(stdout);
    }

private slots:
    void initTestCase() {
        file_ = folder_.filePath("large.lgtrace");
        lg::TraceMeta meta;
        meta.guest = "large";
        meta.tscKhz = 3'000'000;
        auto recorder = lg::Recorder::create(file_.toStdString(), meta, nullptr);
        QVERIFY(recorder);
        QElapsedTimer timer;
        timer.start();
        for (uint64_t at = 0; at < kEvents; at += 65'536) {
            const auto events =
                someEvents(at, static_cast<size_t>(std::min<uint64_t>(65'536, kEvents - at)));
            (*recorder)->keep(events);
        }
        QVERIFY((*recorder)->finish());
        std::printf("%-52s %6lld ms\n", "10 million events written",
                    static_cast<long long>(timer.elapsed()));
    }

    void opened() {
        QElapsedTimer timer;
        timer.start();
        RecordedSession session(file_);
        EventModel model;
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), Session::State::Opened, 60'000);
        model.setSource(&session);
        QCOMPARE(model.rowCount(), static_cast<int>(kEvents));
        QCOMPARE(model.event(model.rowCount() - 1)->seq, kEvents - 1);
        const qint64 ms = timer.elapsed();
        say("10 million events opened, last row read", ms, 2000);
        QVERIFY(ms < 2000);
    }

    // Rows come as they are found: the first ones are what one waits for.
    void filtered() {
        RecordedSession session(file_);
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), Session::State::Opened, 60'000);
        EventModel model;
        model.setSource(&session);
        auto filter = lg::Filter::parse("kind == irq-delivered and eip > 0xc0108000");
        QElapsedTimer timer;
        timer.start();
        qint64 longest = 0, last = 0;
        model.setFilter(std::get<lg::Filter>(filter));
        QTRY_VERIFY_WITH_TIMEOUT(model.rowCount() > 100, 60'000);
        say("filtered: the first 100 rows", timer.elapsed(), 500);
        QVERIFY(timer.elapsed() < 500);
        // Meanwhile the window's thread is free.
        while (model.filtering()) {
            last = timer.elapsed();
            QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
            longest = std::max(longest, timer.elapsed() - last);
        }
        std::printf("%-52s %6lld ms\n", "filtered: all rows",
                    static_cast<long long>(timer.elapsed()));
        QVERIFY(model.rowCount() > 900'000);
    }

    void drawn() {
        RecordedSession session(file_);
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), Session::State::Opened, 60'000);
        const auto window = session.window();
        TimelineIndex index;
        const std::atomic<bool> goOn = false;
        QElapsedTimer timer;
        timer.start();
        while (!index.extend(*window, goOn))
            ;
        std::printf("%-52s %6lld ms\n", "timeline: all events summed, in a worker",
                    static_cast<long long>(timer.elapsed()));
        timer.restart();
        const auto all = index.bins(*window, *index.firstTsc(), *index.lastTsc(), 1500);
        say("timeline: bins of all of it", timer.elapsed(), 50);
        QVERIFY(timer.elapsed() < 50);
        timer.restart();
        const uint64_t middle = (*index.firstTsc() + *index.lastTsc()) / 2;
        const auto part = index.bins(*window, middle, middle + 3000 * 50'000, 1500);
        say("timeline: bins of 50 000 events, one by one", timer.elapsed(), 250);
        QVERIFY(timer.elapsed() < 250);
    }
};

QTEST_MAIN(BenchList)
#include "bench_list.moc"
