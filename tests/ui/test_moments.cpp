// SPDX-License-Identifier: GPL-2.0-or-later
// Memory, code and page tables as of an event: of a Guest that runs, and of the recording that it
// leaves.
#include "names.h"
#include "pictures.h"
#include "ui/code/code_view.h"
#include "ui/inspect/rows_model.h"
#include "ui/memory/changes_panel.h"
#include "ui/memory/hex_view.h"
#include "ui/memory/map_panel.h"
#include "ui/memory/memory_view.h"
#include "ui/memory/walker_panel.h"
#include "ui/session/live_session.h"
#include "ui/switcher/switcher_view.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/side_by_side.h"
#include "ui/traffic/traffic_view.h"
#include "ui/window/command_palette.h"
#include "ui/window/error_bar.h"
#include "ui/window/guest_page.h"
#include "ui/window/main_window.h"
#include "window_test.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>

using namespace ui;

namespace {

size_t count(const GuestPage *page) {
    const auto all = page->session()->snapshots();
    return all ? all->snapshots().count() : 0;
}

} // namespace

class TestMoments : public WindowTest {
    Q_OBJECT

    GuestPage *page_ = nullptr;     // tasks that write and make system calls
    GuestPage *recorded_ = nullptr; // what it left
    uint64_t early_ = 0;            // an event from before the first snapshot

    static void go(GuestPage *page, const QString &dock) { page->showView(page->dock(dock)); }

    // The newest event up to this one on a page directory that the snapshot before it was taken on:
    // of others it has no shadow.
    static uint64_t eventOnItsTables(const GuestPage *page, uint64_t from) {
        const EventWindowPtr window = page->session()->window();
        const auto &all = page->session()->snapshots()->snapshots();
        for (uint64_t at = from; at > window->first(); --at) {
            const lg_event event = window->at(at);
            const auto number = all.before(event.tsc);
            if (!isLoss(event) && number && event.regs.cr3 == all.at(*number).vcpus[0].regs.cr3)
                return at;
        }
        return from;
    }

    // All that shows the Guest's memory, at the event that is selected.
    void seeTheMoment(GuestPage *page, const QString &picture) {
        MemoryView *memory = page->memory();
        go(page, "memory");
        QTRY_VERIFY_WITH_TIMEOUT(memory->momentNote().contains("snapshot") &&
                                     !memory->momentNote().startsWith("Memory as it is now"),
                                 kSoonMs);
        const auto place = page->session()->symbols()->address("guest_main");
        QVERIFY(place);
        memory->tabs()->setCurrentIndex(MemoryView::Bytes);
        memory->goTo(*place, true);
        QTRY_VERIFY_WITH_TIMEOUT(!memory->hex()->lineText().contains("--"), kSoonMs);
        QVERIFY(takePicture(*window_, picture + "-bytes"));
        memory->tabs()->setCurrentIndex(MemoryView::Pages);
        QTRY_VERIFY_WITH_TIMEOUT(memory->map()->totals().contains("page table"), kSoonMs);
        QVERIFY(takePicture(*window_, picture + "-pages"));
        memory->tabs()->setCurrentIndex(MemoryView::Tables);
        QTRY_COMPARE_WITH_TIMEOUT(memory->walker()->model()->rowCount(), 3, kSoonMs);
        QVERIFY2(memory->walker()->result().contains("guest-physical"),
                 qPrintable(memory->walker()->result()));
        QVERIFY(!cell(memory->walker()->model(), 2, 2).isEmpty());
        QVERIFY2(cell(memory->walker()->model(), 2, 4).size() == 16, // the shadow's, too
                 qPrintable(cell(memory->walker()->model(), 2, 5)));
        QVERIFY(takePicture(*window_, picture + "-tables"));
        go(page, "code");
        QTRY_VERIFY_WITH_TIMEOUT(page->code()->title().contains("As of event"), kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(page->code()->code()->rowCount() > 5, kSoonMs);
        QVERIFY(page->code()->stack()->rowCount() > 0);
        go(page, "switcher");
        QTRY_COMPARE_WITH_TIMEOUT(page->switcher()->gdt()->rowCount(), 32, kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(page->switcher()->rates().contains("As of event"), kSoonMs);
    }

private slots:
    void initTestCase() {
        openWindow();
        window_->resize(1280, 800);
        page_ = launch("user", "forever", 1, 64ull << 20);
        QVERIFY(page_);
        window_->action("reset-layout")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(page_->session()->counts().seen > 300, kSoonMs);
        const EventWindowPtr window = page_->session()->window();
        early_ = window->first() + 250;
        while (isLoss(window->at(early_)) && early_ + 1 < window->end())
            ++early_;
    }

    void cleanupTestCase() {
        page_ = recorded_ = nullptr;
        window_.reset();
    }

    void withoutASnapshotItIsNow() {
        page_->traffic()->select(early_);
        go(page_, "code");
        QTRY_VERIFY_WITH_TIMEOUT(page_->code()->title().contains("memory as it is now"), kSoonMs);
        QVERIFY(page_->memory()->momentNote().startsWith("Memory as it is now"));
        page_->traffic()->deselect();
        QCOMPARE(page_->memory()->momentNote(), QString());
    }

    void changesBetweenTwoSnapshots() {
        go(page_, "memory");
        MemoryView *view = page_->memory();
        view->tabs()->setCurrentIndex(MemoryView::Changes);
        ChangesPanel *changes = view->changes();
        auto *compare = changes->findChild<QPushButton *>("compareSnapshot");
        QVERIFY(!compare->isEnabled());
        QVERIFY(compare->toolTip().contains("two moments"));
        QTest::mouseClick(changes->findChild<QPushButton *>("takeSnapshot"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(count(page_), size_t(1), kSoonMs);
        QVERIFY(page_->session()->state() == Session::State::Running);
        const uint64_t seen = page_->session()->counts().seen;
        QTRY_VERIFY_WITH_TIMEOUT(page_->session()->counts().seen > seen + 50, kSoonMs); // goes on
        window_->action("snapshot")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(count(page_), size_t(2), kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(compare->isEnabled(), kSoonMs);
        const QString first = changes->before()->currentText();
        QVERIFY2(first.startsWith("snapshot 1, at ") && first.endsWith(" s (asked)"),
                 qPrintable(first));
        QVERIFY(changes->after()->currentText().startsWith("snapshot 2, at "));
        QTest::mouseClick(compare, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(changes->model()->rowCount() > 0, kSoonMs);
        QVERIFY2(view->noteText().startsWith("From " + first + " to snapshot 2, at "),
                 qPrintable(view->noteText()));
        // The bytes as they are in each of them.
        const auto all = page_->session()->snapshots();
        const auto address = cell(changes->model(), 0, 0).toUInt(nullptr, 16);
        for (const size_t moment : {0, 1}) {
            const auto page = all->snapshots().page(moment, address / 4096);
            const auto shown = QByteArray::fromHex(
                cell(changes->model(), 0, 2 + int(moment)).remove(' ').toLatin1());
            QVERIFY(!shown.isEmpty());
            QCOMPARE(QByteArray(reinterpret_cast<const char *>(page->data()) + address % 4096,
                                shown.size()),
                     shown);
        }
        // Nobody has looked at the map of the pages yet.
        QVERIFY(view->map()->map().pages.empty());
        for (int row = 0; row < changes->model()->rowCount(); ++row)
            QVERIFY2(!cell(changes->model(), row, 1).isEmpty(),
                     qPrintable(cell(changes->model(), row, 0)));
        QVERIFY(takePicture(*window_, "memory-changes"));
    }

    void aSnapshotCanBeGivenUp() {
        GuestPage *page = launch("user", "forever", 1, 256ull << 20);
        QVERIFY(page);
        QSignalSpy progress(page->session(), &Session::takingSnapshot);
        QSignalSpy failed(page->session(), &Session::failed);
        page->session()->takeSnapshot("not wanted");
        QVERIFY(page->session()->whyNot(Control::Snapshot).contains("being taken"));
        page->session()->cancelSnapshot();
        QTRY_VERIFY_WITH_TIMEOUT(!progress.isEmpty() && progress.last().at(0) == -1, kSoonMs);
        QCOMPARE(count(page), size_t(0));
        QVERIFY(failed.isEmpty());
        const uint64_t seen = page->session()->counts().seen;
        QTRY_VERIFY_WITH_TIMEOUT(page->session()->counts().seen > seen + 50, kSoonMs); // goes on
        page->session()->takeSnapshot("wanted");
        QTRY_COMPARE_WITH_TIMEOUT(count(page), size_t(1), kSoonMs);
        window_->action("close-tab")->trigger();
        window_->tabs()->setCurrentWidget(page_);
    }

    void snapshotsComeByTheClock() {
        auto *session = qobject_cast<LiveSession *>(page_->session());
        QCOMPARE(session->state(), Session::State::Running);
        auto *label = window_->findChild<QLabel *>("snapshotClock");
        QVERIFY(label && !label->isVisible());
        QVERIFY(window_->action("snapshot-every-0")->isChecked());
        const size_t before = count(page_);
        const QString compared = page_->memory()->changes()->after()->currentText();
        QSignalSpy progress(session, &Session::takingSnapshot);
        window_->action("snapshot-every-1")->trigger();
        QVERIFY(window_->action("snapshot-every-1")->isChecked());
        QTRY_VERIFY(label->isVisible());
        QCOMPARE(label->text(), "Snapshot every 1 s");
        // The palette says which is on, as the menu does.
        window_->action("palette")->trigger();
        const ActionModel *orders = window_->commands()->model();
        for (int row = 0; row < orders->rowCount(); ++row) {
            const QModelIndex order = orders->index(row, 0);
            const QString name = orders->action(order)->objectName();
            if (!name.startsWith("snapshot-every-"))
                continue;
            const bool on = name == "snapshot-every-1";
            QCOMPARE(order.data(ActionModel::OnRole).toBool(), on);
            QCOMPARE(order.data(Qt::AccessibleTextRole).toString().contains(", on"), on);
        }
        QTest::keyClick(window_->commands()->line(), Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(count(page_) >= before + 2, kSoonMs);
        QCOMPARE(progress.count(), 0); // no bar comes and goes with each
        QCOMPARE(page_->memory()->changes()->after()->currentText(), compared);
        const auto all = session->snapshots();
        QCOMPARE(QString::fromStdString(all->snapshots().at(all->snapshots().count() - 1).why),
                 "by the clock");
        // A Guest that stands still has nothing new.
        window_->action("pause")->trigger();
        QTRY_COMPARE(session->state(), Session::State::Paused);
        QTRY_COMPARE(session->whyNot(Control::Snapshot), "");
        QTRY_COMPARE(label->text(), "Snapshot every 1 s, when it runs");
        const size_t still = count(page_);
        QTest::qWait(2500);
        QCOMPARE(count(page_), still);
        window_->action("resume")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(count(page_) > still, kSoonMs);
        // They do not fill the disk.
        session->setSnapshotRoom(1);
        QTRY_COMPARE_WITH_TIMEOUT(session->snapshotSeconds(), 0u, kSoonMs);
        QVERIFY2(window_->errorBar()->text().contains("No more snapshots are taken by the clock"),
                 qPrintable(window_->errorBar()->text()));
        window_->action("dismiss")->trigger();
        QVERIFY(window_->action("snapshot-every-0")->isChecked());
        QTRY_VERIFY(!label->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(session->whyNot(Control::Snapshot), "", kSoonMs);
    }

    void aPauseDuringASnapshotStays() {
        const size_t before = count(page_);
        page_->session()->takeSnapshot("meanwhile");
        window_->action("pause")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(page_->session()->state(), Session::State::Paused, kSoonMs);
        QTRY_COMPARE_WITH_TIMEOUT(count(page_), before + 1, kSoonMs);
        QTest::qWait(300);
        const uint64_t seen = page_->session()->counts().seen;
        QTest::qWait(500);
        QCOMPARE(page_->session()->counts().seen, seen);
        // One that is paused stays so.
        window_->action("snapshot")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(count(page_), before + 2, kSoonMs);
        QTest::qWait(500);
        QCOMPARE(page_->session()->counts().seen, seen);
        window_->action("resume")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(page_->session()->counts().seen > seen, kSoonMs);
    }

    void aLiveGuestAsOfAnEvent() {
        const auto newest = [this] { return page_->session()->window()->end() - 1; };
        const uint64_t seen = page_->session()->counts().seen;
        QTRY_VERIFY_WITH_TIMEOUT(page_->session()->counts().seen > seen + 100, kSoonMs);
        page_->traffic()->select(eventOnItsTables(page_, newest()));
        seeTheMoment(page_, "moment-live");
        if (QTest::currentTestFailed())
            return;
        go(page_, "memory");
        page_->traffic()->deselect();
        QTRY_VERIFY_WITH_TIMEOUT(page_->memory()->momentNote().isEmpty(), kSoonMs);
        // Before the first snapshot there is only now.
        page_->traffic()->select(early_);
        QTest::qWait(500);
        QVERIFY(page_->memory()->momentNote().startsWith("Memory as it is now"));
        page_->traffic()->deselect();
    }

    void aRecordingHasItsOwn() {
        const QString file = folder_.filePath("moments.lgtrace");
        const uint64_t seen = page_->session()->counts().seen;
        page_->session()->record(file);
        QTRY_VERIFY_WITH_TIMEOUT(page_->session()->counts().seen > seen + 500, kSoonMs);
        window_->action("snapshot")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(page_->session()->counts().seen > seen + 1000, kSoonMs);
        QSignalSpy said(page_->session(), &Session::said);
        window_->action("stop-recording")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(
            !said.isEmpty() && said.last().at(0).toString().startsWith("Recorded"), kSoonMs);
        recorded_ = window_->openRecording(file);
        QTRY_COMPARE_WITH_TIMEOUT(recorded_->session()->state(), Session::State::Opened, kSoonMs);
        QTRY_VERIFY(!recorded_->starting());
        const auto &all = recorded_->session()->snapshots()->snapshots();
        QCOMPARE(all.count(), size_t(3));
        QCOMPARE(all.at(0).why, std::string("start"));
        QCOMPARE(all.at(1).why, std::string("asked"));
        QCOMPARE(all.at(2).why, std::string("end"));
        const EventWindowPtr window = recorded_->session()->window();
        recorded_->traffic()->select(eventOnItsTables(recorded_, window->end() / 2));
        seeTheMoment(recorded_, "moment-recording");
        if (QTest::currentTestFailed())
            return;
        // What came last before the snapshot at the end; the Guest goes on until nobody listens.
        uint64_t last = window->end() - 1;
        while (last > 0 && window->at(last).tsc > all.at(2).tsc)
            --last;
        recorded_->traffic()->select(last);
        go(recorded_, "memory");
        QTRY_VERIFY_WITH_TIMEOUT(
            recorded_->memory()->momentNote().contains("(end), taken at that moment"), kSoonMs);
        go(recorded_, "traffic");
        QTest::keyClick(recorded_->traffic()->table(), Qt::Key_Home);
        QCOMPARE(recorded_->traffic()->selected(), std::optional(window->first()));
        QTest::keyClick(recorded_->traffic()->table(), Qt::Key_End);
        QCOMPARE(recorded_->traffic()->selected(), std::optional(window->end() - 1));
        QVERIFY(!window_->action("snapshot")->isEnabled());
        QVERIFY(window_->action("snapshot")->toolTip().contains("recording"));
    }

    void changesInARecording() {
        QVERIFY(recorded_);
        MemoryView *view = recorded_->memory();
        go(recorded_, "memory");
        view->tabs()->setCurrentIndex(MemoryView::Changes);
        ChangesPanel *changes = view->changes();
        QVERIFY(!changes->findChild<QPushButton *>("takeSnapshot")->isEnabled());
        changes->before()->setCurrentIndex(0);
        changes->after()->setCurrentIndex(
            changes->after()->findText("snapshot 3, at ", Qt::MatchStartsWith));
        QTest::mouseClick(changes->findChild<QPushButton *>("compareSnapshot"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(changes->model()->rowCount() > 0, kSoonMs);
        QVERIFY(takePicture(*window_, "moment-recording-changes"));
        // The event that is selected is a moment as well: it is that of the end.
        changes->before()->setCurrentIndex(changes->before()->findText("the selected event"));
        QTest::mouseClick(changes->findChild<QPushButton *>("compareSnapshot"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(view->noteText().contains("0 bytes in 0 pages"), kSoonMs);
        // Enter leads to the place.
        changes->before()->setCurrentIndex(0);
        QTest::mouseClick(changes->findChild<QPushButton *>("compareSnapshot"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(changes->model()->rowCount() > 0, kSoonMs);
        auto *table = changes->findChild<QAbstractItemView *>("changeTable");
        table->setCurrentIndex(changes->model()->index(0, 0));
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(view->tabs()->currentIndex(), int(MemoryView::Bytes));
        QCOMPARE(view->hex()->caret(), cell(changes->model(), 0, 0).toUInt(nullptr, 16));
    }

    // Two vCPUs beside each other, each event in the column of its own.
    void vcpusSideBySide() {
        LaunchRequest request;
        request.image = "guest:smp";
        request.vcpus = 2;
        GuestPage *page = window_->launch(request);
        QVERIFY(runs(page));
        QTRY_VERIFY_WITH_TIMEOUT(page->session()->counts().vcpus == 2, kBootMs);
        TrafficView *traffic = page->traffic();
        go(page, "traffic");
        QAction *lanes = traffic->sideBySide()->action();
        QTRY_VERIFY_WITH_TIMEOUT(lanes->isEnabled(), kSoonMs);
        QVERIFY(!page_->traffic()->sideBySide()->action()->isEnabled());
        QVERIFY(page_->traffic()->sideBySide()->action()->toolTip().contains("one vCPU"));
        const int columns = traffic->model()->columnCount();
        const QByteArray before = traffic->sideBySide()->columns();
        traffic->table()->setFocus();
        traffic->select(traffic->model()->eventIndex(0));
        QTest::keyClick(traffic->table(), Qt::Key_F5, Qt::ControlModifier | Qt::ShiftModifier);
        for (int n = 0; n < 2; ++n)
            QVERIFY(traffic->table()->selectionModel()->isSelected(
                traffic->table()->currentIndex().siblingAtColumn(EventModel::ColumnCount + n)));
        QVERIFY(lanes->isChecked());
        QCOMPARE(traffic->model()->columnCount(), columns + 2);
        QVERIFY(traffic->table()->isColumnHidden(EventModel::What));
        const auto *model = traffic->model();
        QCOMPARE(model->headerData(EventModel::ColumnCount + 1, Qt::Horizontal, Qt::DisplayRole)
                     .toString(),
                 "vCPU 1");
        int onSecond = 0;
        for (int row = 0; row < model->rowCount(); ++row) {
            const auto event = model->event(row);
            const auto lane = [&](int n) {
                return model->index(row, EventModel::ColumnCount + n).data().toString();
            };
            QVERIFY(!lane(event->vcpu).isEmpty());
            QVERIFY(lane(1 - event->vcpu).isEmpty());
            onSecond += event->vcpu;
        }
        QVERIFY(onSecond > 0 && onSecond < model->rowCount());
        // From where both have something to do.
        traffic->setFollowing(false);
        for (int row = 1; row < model->rowCount(); ++row)
            if (model->event(row)->vcpu != model->event(row - 1)->vcpu) {
                traffic->table()->scrollTo(model->index(row, 0), QAbstractItemView::PositionAtTop);
                break;
            }
        QVERIFY(takePicture(*window_, "side-by-side"));
        QCOMPARE(traffic->sideBySide()->columns(), before);
        lanes->trigger();
        QCOMPARE(traffic->model()->columnCount(), columns);
        QVERIFY(!traffic->table()->isColumnHidden(EventModel::What));
        window_->action("close-tab")->trigger();
    }

    void everythingHasAName() {
        const QStringList nameless = namelessIn(*recorded_);
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
    }
};

QTEST_MAIN(TestMoments)
#include "test_moments.moc"
