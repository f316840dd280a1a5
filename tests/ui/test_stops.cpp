// SPDX-License-Identifier: GPL-2.0-or-later
// What stops a Guest that runs, as a user orders it: pauses, steps, filters, breakpoints, gdb; and
// the code where it stands.
#include "pictures.h"
#include "ui/code/code_view.h"
#include "ui/inspect/numbers.h"
#include "ui/inspect/rows_model.h"
#include "ui/registers/register_model.h"
#include "ui/registers/registers_view.h"
#include "ui/session/stop_control.h"
#include "ui/stops/stops_view.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/filter_line.h"
#include "ui/traffic/traffic_view.h"
#include "ui/window/error_bar.h"
#include "window_test.h"

#include <QHostAddress>
#include <QLabel>
#include <QLineEdit>
#include <QTableView>
#include <QTcpSocket>

class TestStops : public WindowTest {
    Q_OBJECT

    GuestPage *page_ = nullptr; // a Guest with tasks in ring 3, system calls and a timer

    void go(const QString &dock) { page_->showView(page_->dock(dock)); }

private slots:
    void initTestCase() {
        openWindow();
        window_->resize(1024, 700);
        page_ = launch("user", "forever");
        QVERIFY(page_);
        window_->action("reset-layout")->trigger();
    }

    void init() { window_->tabs()->setCurrentWidget(page_); }

    void cleanupTestCase() {
        page_ = nullptr;
        closeWindow();
    }

    void codeAndStackWhereTheGuestIs() {
        go("code");
        CodeView *view = page_->code();
        page_->traffic()->deselect();
        window_->action("pause")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(page_->session()->state(), Session::State::Paused, kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(view->title().contains("Now: paused"), kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(view->code()->rowCount() > 5, kSoonMs);
        // The rows come a little later than the place.
        const auto marked = [view] {
            const int here = rowOf(view->code(), CodeView::Mark, "▶");
            return cell(view->code(), here, CodeView::Address).toUInt(nullptr, 16);
        };
        QTRY_COMPARE_WITH_TIMEOUT(marked(), view->eip(), kSoonMs);
        QVERIFY(view->stack()->rowCount() > 4);
        // Pausing shows the registers too, with nothing selected.
        QTRY_COMPARE_WITH_TIMEOUT(page_->registers()->model()->rowCount(), 18, kSoonMs);
        QCOMPARE(page_->registers()->model()->value(0), view->eip());
        QVERIFY(takePicture(*window_, "code"));
        view->goTo(*page_->session()->symbols()->address("guest_main"));
        const QString there = hexText(*page_->session()->symbols()->address("guest_main"));
        QTRY_COMPARE_WITH_TIMEOUT(cell(view->code(), 0, CodeView::Address), there, kSoonMs);
        int calls = 0;
        for (int row = 0; row < view->code()->rowCount(); ++row)
            calls += cell(view->code(), row, CodeView::Text).startsWith("call") &&
                     !cell(view->code(), row, CodeView::Note).isEmpty();
        QVERIFY(calls > 0); // and it says whom
    }

    void oneStep() {
        go("code");
        QCOMPARE(page_->session()->state(), Session::State::Paused);
        RegisterModel *registers = page_->registers()->model();
        const uint32_t before = registers->value(0);
        QVERIFY(window_->action("step")->isEnabled());
        window_->action("step")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(page_->session()->stateText().contains("after a step"), kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(registers->value(0) != before, kSoonMs);
        QTRY_COMPARE_WITH_TIMEOUT(page_->code()->eip(), registers->value(0), kSoonMs);
        QVERIFY(registers->changed(0));
        // The keys that order a step do not add rows to what is selected.
        QTest::keyPress(window_.get(), Qt::Key_Shift, Qt::ControlModifier | Qt::ShiftModifier);
        for (int i = 0; i < 3; ++i) {
            const uint32_t from = page_->code()->eip();
            window_->action("step")->trigger();
            QTRY_VERIFY_WITH_TIMEOUT(page_->code()->eip() != from, kSoonMs);
            QCOMPARE(page_->code()->codeTable()->selectionModel()->selectedRows().size(), 1);
        }
        QTest::keyRelease(window_.get(), Qt::Key_Shift);
        auto *title = page_->findChild<QLabel *>("registersTitle");
        QVERIFY2(title->text().startsWith("Now: "), qPrintable(title->text()));
        window_->action("resume")->trigger();
        QTRY_COMPARE(page_->session()->state(), Session::State::Running);
        QCOMPARE(title->text(), "At the last stop; it runs now");
        QVERIFY(!window_->action("step")->isEnabled());
        QVERIFY(window_->action("step")->toolTip().contains("pause"));
    }

    void toTheNextEvent() {
        window_->action("pause")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(page_->session()->state(), Session::State::Paused, kSoonMs);
        // An event is another moment; Escape comes back to this one.
        go("traffic");
        TrafficView *traffic = page_->traffic();
        traffic->select(traffic->model()->eventIndex(0));
        QVERIFY2(page_->stopText().contains("the selected event"), qPrintable(page_->stopText()));
        QTest::keyClick(traffic->table(), Qt::Key_Escape);
        QCOMPARE(traffic->selected(), std::nullopt);
        QVERIFY2(page_->stopText().contains("this moment"), qPrintable(page_->stopText()));
        QSignalSpy stops(page_->session(), &Session::stoppedAt);
        for (int i = 0; i < 3; ++i) {
            window_->action("until-event")->trigger();
            QTRY_COMPARE_WITH_TIMEOUT(stops.size(), i + 1, kSoonMs);
            QVERIFY(page_->session()->stateText().contains("an event matched"));
        }
        window_->action("resume")->trigger();
        QTest::qWait(300);
        QCOMPARE(page_->session()->state(), Session::State::Running); // and nothing stops it now
    }

    void aFilterStopsTheGuest() {
        go("stops");
        StopsView *view = page_->stopsView();
        view->filter()->setText("duration > 5");
        QTest::keyClick(view->filter(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!view->problem().isEmpty(), kSoonMs); // no time in the module
        QCOMPARE(view->model()->rowCount(), 0);
        while (window_->errorBar()->isVisible())
            window_->action("dismiss")->trigger();
        page_->traffic()->filter()->replaceText("kind == reflect and code == 0x80");
        window_->action("break-filter")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 1, kSoonMs);
        QTRY_COMPARE_WITH_TIMEOUT(page_->session()->state(), Session::State::Paused, kSoonMs);
        QVERIFY(page_->session()->stopped().has_value());
        QVERIFY(takePicture(*window_, "stops"));
        view->table()->selectRow(0);
        QTest::mouseClick(view->findChild<QPushButton *>("stopRemove"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 0, kSoonMs);
        page_->traffic()->filter()->replaceText({});
        window_->action("resume")->trigger();
        QTest::qWait(200);
        QCOMPARE(page_->session()->state(), Session::State::Running);
    }

    void aBreakpointStopsTheGuest() {
        go("stops");
        StopsView *view = page_->stopsView();
        view->place()->setText("no such place");
        QTest::keyClick(view->place(), Qt::Key_Return);
        QVERIFY(view->problem().contains("no such place"));
        // The handler of the system call runs all the time.
        view->place()->setText("kit_trap");
        if (!page_->session()->symbols()->address("kit_trap"))
            view->place()->setText("print");
        const auto there =
            page_->session()->symbols()->address(view->place()->text().toStdString());
        QVERIFY(there);
        QTest::keyClick(view->place(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 1, kSoonMs);
        QTRY_COMPARE_WITH_TIMEOUT(page_->session()->state(), Session::State::Paused, kSoonMs);
        QVERIFY2(page_->session()->stateText().contains("breakpoint"),
                 qPrintable(page_->session()->stateText()));
        go("code");
        QTRY_COMPARE_WITH_TIMEOUT(page_->code()->eip(), *there, kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(page_->code()->code(), CodeView::Mark, "●") >= 0, kSoonMs);
        QVERIFY(takePicture(*window_, "breakpoint"));
        // F9 on its line takes it away.
        QTableView *table = page_->code()->codeTable();
        table->setFocus();
        table->selectRow(rowOf(page_->code()->code(), CodeView::Mark, "●"));
        page_->session()->stops()->toggleBreakpoint(*there);
        QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 0, kSoonMs);
        window_->action("resume")->trigger();
        QTest::qWait(200);
        QCOMPARE(page_->session()->state(), Session::State::Running);
    }

    void gdbIsLetIn() {
        QCOMPARE(page_->session()->gdbPort(), 0);
        window_->action("gdb")->trigger();
        QVERIFY(page_->session()->gdbPort() != 0);
        QVERIFY(!window_->action("gdb")->isEnabled());
        QVERIFY(window_->action("gdb")->toolTip().contains(
            QString::number(page_->session()->gdbPort())));
        QTRY_VERIFY(window_->findChild<QLabel *>("hostState")->text().contains("target remote"));
        // What gdb does with the Guest is seen: it comes, it leaves.
        if (page_->session()->state() == Session::State::Paused)
            window_->action("resume")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(page_->session()->state(), Session::State::Running, kSoonMs);
        QTcpSocket gdb;
        gdb.connectToHost(QHostAddress::LocalHost, page_->session()->gdbPort());
        QTRY_COMPARE_WITH_TIMEOUT(page_->session()->state(), Session::State::Paused, kSoonMs);
        QCOMPARE(page_->session()->stateText(), "held by gdb");
        gdb.write("$vCont;c#a8");
        QTRY_COMPARE_WITH_TIMEOUT(page_->session()->state(), Session::State::Running, kSoonMs);
        gdb.write("\x03");
        QTRY_COMPARE_WITH_TIMEOUT(page_->session()->state(), Session::State::Paused, kSoonMs);
        // What it sets is seen, as a change since the stop before.
        RegisterModel *registers = page_->registers()->model();
        const auto shown = [&](int row, int column) {
            return registers->index(row, column).data().toString();
        };
        int eax = 0;
        while (eax < registers->rowCount() && shown(eax, RegisterModel::Name) != "eax")
            ++eax;
        const auto tell = [&](const QByteArray &packet) {
            gdb.readAll();
            unsigned sum = 0;
            for (const char c : packet)
                sum += static_cast<unsigned char>(c);
            gdb.write("$" + packet + "#" +
                      QByteArray::number(sum & 0xff, 16).rightJustified(2, '0'));
            QByteArray reply;
            (void)QTest::qWaitFor([&] { return (reply += gdb.readAll()).contains('#'); }, kSoonMs);
            return reply.mid(reply.indexOf('$') + 1);
        };
        const QByteArray before = tell("g");
        QVERIFY(tell("P0=78563412").startsWith("OK"));
        QTRY_COMPARE_WITH_TIMEOUT(shown(eax, RegisterModel::Value), "12345678", kSoonMs);
        QVERIFY(tell("P3=efbeadde").startsWith("OK"));
        QTRY_COMPARE_WITH_TIMEOUT(shown(eax + 1, RegisterModel::Value), "deadbeef", kSoonMs);
        for (int row : {eax, eax + 1})
            QVERIFY(!shown(row, RegisterModel::Before).isEmpty());
        QVERIFY(tell("P0=" + before.left(8)).startsWith("OK")); // as if nothing had happened
        QVERIFY(tell("P3=" + before.mid(24, 8)).startsWith("OK"));
        gdb.write("$D#44");
        QTRY_COMPARE_WITH_TIMEOUT(page_->session()->state(), Session::State::Running, kSoonMs);
    }

    // The others go on meanwhile.
    void oneVcpuIsPaused() {
        QCOMPARE(page_->session()->whyNot(Control::PauseOne).isEmpty(), false); // it has one
        GuestPage *page = launch("smp", "forever", 2);
        QVERIFY(page);
        Session *session = page->session();
        QTRY_VERIFY_WITH_TIMEOUT(page->console()->text().contains("others faulted: yes"), kBootMs);
        QAction *second = window_->action("pause-vcpu-1");
        QVERIFY(second->isEnabled() && second->isVisible());
        QVERIFY(!window_->action("pause-vcpu-2")->isVisible());
        second->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(session->state() == Session::State::Paused, kSoonMs);
        QCOMPARE(session->stopped().value_or(lg::GuestStopped{}).vcpu, 1u);
        QVERIFY2(page->stopText().contains("the others go on"), qPrintable(page->stopText()));
        QVERIFY(!second->isEnabled());
        const auto after = [session](uint64_t from, unsigned vcpu) {
            const EventWindowPtr window = session->window();
            int count = 0;
            for (uint64_t at = from; at < window->end(); ++at)
                count += window->at(at).vcpu == vcpu;
            return count;
        };
        const uint64_t end = session->window()->end();
        QTRY_VERIFY_WITH_TIMEOUT(after(end, 0) > 20, kSoonMs);
        const uint64_t now = session->window()->end();
        QTRY_VERIFY_WITH_TIMEOUT(after(now, 0) > 20, kSoonMs);
        QCOMPARE(after(now, 1), 0);
        QVERIFY(takePicture(*window_, "one-vcpu-paused"));

        // A step of it leaves the others as they are.
        page->code()->setVcpu(1);
        window_->action("step")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(session->stopped().value_or(lg::GuestStopped{}).reason,
                                  LG_STOP_STEP, kSoonMs);
        QVERIFY2(page->stopText().contains("the others go on"), qPrintable(page->stopText()));

        // Then all of it.
        QVERIFY(window_->action("pause")->isEnabled());
        window_->action("pause")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!window_->action("pause")->isEnabled(), kSoonMs);
        QTRY_COMPARE_WITH_TIMEOUT(session->stateText(), "paused", kSoonMs);
        window_->action("resume")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(after(now, 1) > 20, kSoonMs);
        QCOMPARE(session->state(), Session::State::Running);
        window_->action("close-tab")->trigger();
    }
};

QTEST_MAIN(TestStops)
#include "test_stops.moc"
