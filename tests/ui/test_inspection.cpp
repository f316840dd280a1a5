// SPDX-License-Identifier: GPL-2.0-or-later
// The views of the Guest as it is now, on Guests that really run.
#include "names.h"
#include "pictures.h"
#include "ui/bookmarks/bookmarks_view.h"
#include "ui/code/code_view.h"
#include "ui/console/console_view.h"
#include "ui/counts/counts_view.h"
#include "ui/explain/explain_view.h"
#include "ui/inspect/numbers.h"
#include "ui/inspect/rows_model.h"
#include "ui/interrupts/interrupts_view.h"
#include "ui/memory/hex_view.h"
#include "ui/memory/map_panel.h"
#include "ui/memory/memory_view.h"
#include "ui/memory/walker_panel.h"
#include "ui/registers/register_model.h"
#include "ui/registers/registers_view.h"
#include "ui/session/stop_control.h"
#include "ui/stops/stops_view.h"
#include "ui/switcher/switcher_view.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/filter_line.h"
#include "ui/traffic/timeline.h"
#include "ui/traffic/traffic_view.h"
#include "ui/window/error_bar.h"
#include "ui/window/guest_page.h"
#include "ui/window/main_window.h"

#include <QCheckBox>
#include <QDockWidget>
#include <QHostAddress>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QtTest>

using namespace ui;

namespace {

constexpr int kBootMs = 120'000;
constexpr int kSoonMs = 20'000;

QString cell(const RowsModel *model, int row, int column) {
    return model->index(row, column).data().toString();
}

int rowOf(const RowsModel *model, int column, const QString &text) {
    for (int row = 0; row < model->rowCount(); ++row)
        if (cell(model, row, column).contains(text))
            return row;
    return -1;
}

} // namespace

class TestInspection : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<MainWindow> window_;
    GuestPage *page_ = nullptr; // a Guest with tasks in ring 3, system calls and a timer

    GuestPage *launch(const QString &name, const QString &arguments = {}, unsigned vcpus = 1) {
        LaunchRequest request;
        request.image = "guest:" + name;
        request.commandLine = arguments;
        request.vcpus = vcpus;
        GuestPage *page = window_->launch(request);
        const bool runs = QTest::qWaitFor(
            [page] { return page->session()->state() == Session::State::Running; }, kBootMs);
        if (!runs)
            qWarning() << window_->errorBar()->text();
        return runs ? page : nullptr;
    }

    void go(const QString &dock) { page_->showView(page_->dock(dock)); }

    // The recording is gone from the disk: a copy of it cannot be made, and what has the copy's
    // name stays as it is.
    void saveWithoutASource(GuestPage *page, const QString &recording) {
        const QString other = folder_.filePath("other.lgtrace");
        QFile old(other);
        QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
        old.close();
        QVERIFY(QFile::remove(recording));
        QSignalSpy failed(page->session(), &Session::failed);
        page->session()->save(other);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kSoonMs);
        QVERIFY(old.open(QIODevice::ReadOnly));
        QCOMPARE(old.readAll(), QByteArray("old"));
        QVERIFY(!QFile::exists(other + ".part"));
    }

private slots:
    void initTestCase() {
        QSettings().clear();
        window_ = std::make_unique<MainWindow>();
        window_->resize(1024, 700);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        page_ = launch("user", "forever");
        QVERIFY(page_);
        window_->action("reset-layout")->trigger();
    }

    void init() { window_->tabs()->setCurrentWidget(page_); }

    void cleanupTestCase() {
        page_ = nullptr;
        window_.reset();
    }

    void theSwitcherIsShownPageByPage() {
        go("switcher");
        SwitcherView *view = page_->switcher();
        QTRY_VERIFY_WITH_TIMEOUT(view->pages()->rowCount() > 5, kSoonMs);
        const int text = rowOf(view->pages(), 2, "text");
        QVERIFY(text >= 0);
        QVERIFY(cell(view->pages(), text, 3).contains("execute"));
        const int idt = rowOf(view->pages(), 2, "IDT");
        QVERIFY(cell(view->pages(), idt, 3).contains("write"));
        QCOMPARE(cell(view->pages(), idt, 4), "read only"); // in the Guest's tables
        QVERIFY(takePicture(*window_, "switcher"));
    }

    void askedAndInstalledDifferWithAReason() {
        go("switcher");
        SwitcherView *view = page_->switcher();
        QTRY_COMPARE_WITH_TIMEOUT(view->gdt()->rowCount(), 32, kSoonMs);
        // Slot 4 holds the Switcher's TSS, whatever the Guest asks.
        QVERIFY(cell(view->gdt(), 4, 2).contains("TSS"));
        QVERIFY(cell(view->gdt(), 4, 3).contains("Switcher"));
        const int syscall = rowOf(view->idt(), 0, "128");
        QVERIFY(syscall >= 0);
        QVERIFY(cell(view->idt(), syscall, 1).contains("DPL 3"));
        QVERIFY(cell(view->idt(), syscall, 3).contains("reflects"));
        QCOMPARE(view->tss()->rowCount(), 4);
        for (int tab = 1; tab < 4; ++tab) {
            view->tables()->setCurrentIndex(tab);
            QVERIFY(takePicture(*window_, QStringLiteral("switcher-%1").arg(tab)));
        }
        view->tables()->setCurrentIndex(1);
        auto *table = qobject_cast<QTableView *>(view->tables()->currentWidget());
        table->setFocus();
        table->selectRow(4);
        QTest::keyClick(table, Qt::Key_Return);
        QVERIFY(page_->explain()->toPlainText().contains("Paragraph 500"));
        view->tables()->setCurrentIndex(0);
    }

    void aWorldSwitchIsTimed() {
        go("switcher");
        SwitcherView *view = page_->switcher();
        auto *in = view->findChild<QPushButton *>("phase1");
        QVERIFY(in);
        QVERIFY(!in->text().contains("s ")); // nobody has asked for times yet
        QTest::mouseClick(view->findChild<QCheckBox *>("measureSwitches"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(in->text().contains("µs") || in->text().contains("ms"), kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(!view->rates().startsWith("0 "), kSoonMs);
        QVERIFY(takePicture(*window_, "switcher-timed"));
        QTest::mouseClick(in, Qt::LeftButton);
        QVERIFY(page_->explain()->toPlainText().contains("Entering the Guest"));
        QTest::mouseClick(view->findChild<QCheckBox *>("measureSwitches"), Qt::LeftButton);
    }

    void interruptLinesNow() {
        go("interrupts");
        InterruptsView *view = page_->interrupts();
        QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 32, kSoonMs);
        QVERIFY(cell(view->model(), 0, InterruptsView::Line).contains("timer"));
        QVERIFY(!cell(view->model(), 0, InterruptsView::Gate).isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(!cell(view->model(), 0, InterruptsView::Deliveries).isEmpty(),
                                 kSoonMs);
        QVERIFY(!cell(view->model(), 0, InterruptsView::Longest).isEmpty());
        QVERIFY2(view->summary().contains("timer"), qPrintable(view->summary()));
        QVERIFY(takePicture(*window_, "interrupts"));
    }

    void aLineIsRaisedByHand() {
        go("interrupts");
        InterruptsView *view = page_->interrupts();
        auto *raise = view->findChild<QPushButton *>("raiseIrq");
        view->table()->clearSelection();
        view->table()->setCurrentIndex({});
        QVERIFY(!raise->isEnabled());
        QVERIFY(raise->toolTip().contains("select a line"));
        QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 32, kSoonMs);
        view->table()->selectRow(9);
        QVERIFY(raise->isEnabled());
        QTest::mouseClick(raise, Qt::LeftButton);
        // Blocked by the Guest, which has no device there: it stays pending, and its wait grows.
        QTRY_VERIFY_WITH_TIMEOUT(cell(view->model(), 9, InterruptsView::State).contains("pending"),
                                 kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(!cell(view->model(), 9, InterruptsView::Waits).isEmpty(), kSoonMs);

        view->table()->selectRow(0);
        QTest::mouseClick(view->findChild<QPushButton *>("showDeliveries"), Qt::LeftButton);
        QVERIFY(!QApplication::activePopupWidget()); // nobody types a filter
        EventModel *model = page_->traffic()->model();
        QTRY_VERIFY_WITH_TIMEOUT(model->filtered() && model->rowCount() > 3, kSoonMs);
        for (int row = 0; row < 3; ++row) {
            const lg_event event = model->event(row).value_or(lg_event{});
            QVERIFY(isLoss(event) || (event.kind == LG_EV_IRQ_DELIVERED && event.code == 0));
        }
        page_->traffic()->filter()->replaceText({});
    }

    // To go to the list is not to choose its first event.
    void theListTakesTheFocusAndNoMoment() {
        TrafficView *traffic = page_->traffic();
        traffic->deselect();
        traffic->filter()->replaceText("kind == reflect");
        traffic->filter()->replaceText({});
        QTRY_VERIFY_WITH_TIMEOUT(!traffic->model()->filtered(), kSoonMs);
        traffic->setFollowing(true);
        go("interrupts");
        page_->interrupts()->table()->setFocus();
        go("traffic");
        QCOMPARE(window_->focusWidget(), traffic->table());
        QVERIFY(!traffic->selected());
        QVERIFY(page_->interrupts()->now());
        // The first key takes what is seen.
        QTest::keyClick(traffic->table(), Qt::Key_Up);
        QVERIFY(traffic->selected() && *traffic->selected() > 100);
        traffic->deselect();
    }

    void interruptLinesAsOfAnEvent() {
        go("interrupts");
        InterruptsView *view = page_->interrupts();
        EventModel *model = page_->traffic()->model();
        page_->traffic()->filter()->replaceText("kind == irq-delivered and irq == 0");
        QTRY_VERIFY_WITH_TIMEOUT(!model->filtering() && model->rowCount() > 3, kSoonMs);
        page_->traffic()->setHeld(true);
        page_->traffic()->select(model->eventIndex(2));
        QVERIFY(!view->now());
        QVERIFY2(view->summary().contains("selected event"), qPrintable(view->summary()));
        QCOMPARE(cell(view->model(), 0, InterruptsView::State), "delivered");
        const uint32_t pending = model->event(2)->irq_pending;
        for (int line = 1; line < 32; ++line)
            QCOMPARE(cell(view->model(), line, InterruptsView::State).contains("pending"),
                     (pending >> line & 1) == 1);
        // In its handler as well, and no longer when interrupts are on again.
        const uint64_t delivered = model->eventIndex(2);
        const EventWindowPtr window = page_->session()->window();
        const unsigned vcpu = window->at(delivered).vcpu;
        int inHandler = 0;
        uint64_t at = delivered + 1;
        for (; window->contains(at); ++at) {
            const lg_event event = window->at(at);
            if (event.vcpu != vcpu || isLoss(event) || event.kind == LG_EV_IRQ_DELIVERED)
                continue;
            view->showMoment(*window, at);
            const bool served =
                cell(view->model(), 0, InterruptsView::State) == "likely in service";
            if (event.irq_enabled & LGUEST_IF) {
                QVERIFY(!served);
                break;
            }
            inHandler += served;
        }
        QVERIFY(window->contains(at) && inHandler > 0);
        view->showNow();
        QTRY_VERIFY_WITH_TIMEOUT(view->summary().contains("Now"), kSoonMs);
        page_->traffic()->setHeld(false);
        page_->traffic()->filter()->replaceText({});
    }

    void memoryByAddressAndSymbol() {
        go("memory");
        MemoryView *view = page_->memory();
        view->tabs()->setCurrentIndex(MemoryView::Bytes);
        // The Guest's messages are in its image.
        view->place()->setText("guest_main");
        QTest::keyClick(view->place(), Qt::Key_Return);
        const auto there = page_->session()->symbols()->address("guest_main");
        QVERIFY(there);
        QCOMPARE(view->hex()->caret(), *there);
        QTRY_VERIFY_WITH_TIMEOUT(!view->hex()->lineText().contains("--"), kSoonMs);
        QVERIFY2(view->noteText().contains("guest_main"), qPrintable(view->noteText()));
        view->hex()->setFocus();
        QTest::keyClick(view->hex(), Qt::Key_Down);
        QCOMPARE(view->hex()->caret(), *there + 16);
        view->place()->setText("no such place");
        QTest::keyClick(view->place(), Qt::Key_Return);
        QVERIFY(view->noteText().contains("no such place"));
        QCOMPARE(view->hex()->caret(), *there + 16);
        view->goTo(0xfff00000, true); // nothing is mapped there
        QTRY_VERIFY_WITH_TIMEOUT(view->hex()->lineText().contains("--"), kSoonMs);
        view->goTo(*there, true);
        QTRY_VERIFY_WITH_TIMEOUT(!view->hex()->lineText().contains("--"), kSoonMs);
        QVERIFY(takePicture(*window_, "memory"));
    }

    void memoryIsSearched() {
        go("memory");
        MemoryView *view = page_->memory();
        view->pattern()->setText("tasks in ring 3");
        QTest::keyClick(view->pattern(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(view->noteText().contains("Found"), kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(view->hex()->lineText().contains("task"), kSoonMs);
        view->pattern()->setText("no Guest says this");
        QTest::keyClick(view->pattern(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(view->noteText().contains("Nowhere"), kSoonMs);
        view->pattern()->setText({});
        QTest::keyClick(view->pattern(), Qt::Key_Return);
        QVERIFY(view->noteText().contains("no text"));
    }

    void thePagesAreMapped() {
        go("memory");
        MemoryView *view = page_->memory();
        view->tabs()->setCurrentIndex(MemoryView::Pages);
        QTRY_VERIFY_WITH_TIMEOUT(!view->map()->map().pages.empty(), kSoonMs);
        QCOMPARE(view->map()->map().pages.size(), page_->session()->memoryBytes() / 4096);
        QVERIFY2(view->map()->totals().contains("page table"), qPrintable(view->map()->totals()));
        QVERIFY(view->map()->totals().contains("user page"));
        view->map()->setFocus();
        QTest::keyClick(view->map(), Qt::Key_Right);
        QVERIFY(view->noteText().startsWith("Page 00001000"));
        QVERIFY(takePicture(*window_, "memory-pages"));
        view->tabs()->setCurrentIndex(MemoryView::Watches); // of which that page tells nothing
        QVERIFY2(!view->noteText().startsWith("Page"), qPrintable(view->noteText()));
        view->tabs()->setCurrentIndex(MemoryView::Pages);
        view->map()->setFocus();
        QTest::keyClick(view->map(), Qt::Key_Return);
        QCOMPARE(view->tabs()->currentIndex(), int(MemoryView::Bytes));
        QCOMPARE(view->hex()->caret(), 0x1000u);
    }

    void theTablesAreWalked() {
        go("memory");
        MemoryView *view = page_->memory();
        const auto there = page_->session()->symbols()->address("guest_main");
        view->goTo(*there, true);
        view->tabs()->setCurrentIndex(MemoryView::Tables);
        QTRY_COMPARE_WITH_TIMEOUT(view->walker()->model()->rowCount(), 3, kSoonMs);
        QVERIFY2(view->walker()->result().contains("guest-physical"),
                 qPrintable(view->walker()->result()));
        QVERIFY(cell(view->walker()->model(), 0, 3).contains("two levels"));
        QVERIFY(!cell(view->walker()->model(), 2, 2).isEmpty());
        QVERIFY(!view->walker()->difference().isEmpty());
        QVERIFY(takePicture(*window_, "memory-tables"));
        view->goTo(0xfff00000, true);
        QTRY_VERIFY_WITH_TIMEOUT(view->walker()->result().contains("not mapped"), kSoonMs);
        view->tabs()->setCurrentIndex(MemoryView::Bytes);
    }

    void aWatchedPlaceChanges() {
        go("memory");
        MemoryView *view = page_->memory();
        // Data of the kernel's own that the timer changes: lguest_data's time, then the stack.
        const auto stack = page_->session()->symbols()->address("kit_stack");
        view->goTo(stack.value_or(*page_->session()->symbols()->address("guest_main")), true);
        view->tabs()->setCurrentIndex(MemoryView::Watches);
        QTest::mouseClick(view->findChild<QPushButton *>("watchAdd"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(view->watches()->rowCount(), 1, kSoonMs);
        QTRY_COMPARE_WITH_TIMEOUT(cell(view->watches(), 0, 2).size(), 8, kSoonMs);
        QTest::mouseClick(view->findChild<QPushButton *>("watchAdd"), Qt::LeftButton);
        QCOMPARE(view->watchList().size(), 1); // the same again is no other
        QVERIFY(takePicture(*window_, "memory-watches"));
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
        gdb.write("$D#44");
        QTRY_COMPARE_WITH_TIMEOUT(page_->session()->state(), Session::State::Running, kSoonMs);
    }

    void theTimelineIsLinked() {
        go("traffic");
        TrafficView *traffic = page_->traffic();
        traffic->filter()->replaceText({});
        QTRY_VERIFY_WITH_TIMEOUT(traffic->timeline()->bins().pixels.size() > 100, kSoonMs);
        traffic->setFollowing(false);
        QTest::mouseClick(traffic->timeline(), Qt::LeftButton, {},
                          QPoint(traffic->timeline()->width() / 2, 8));
        QTRY_VERIFY(traffic->selected().has_value());
        const auto [from, to] = traffic->timeline()->range();
        const uint64_t tsc = traffic->model()->window()->at(*traffic->selected()).tsc;
        QVERIFY(tsc > from + (to - from) / 10 && tsc < to); // the range has grown meanwhile
        traffic->timeline()->setFocus();
        QTest::keyClick(traffic->timeline(), Qt::Key_A);
        traffic->selectTime(tsc + (to - tsc) / 2);
        QTest::keyClick(traffic->timeline(), Qt::Key_B);
        QTRY_VERIFY(traffic->timeline()->markerText().contains("events"));
        QVERIFY(takePicture(*window_, "timeline"));
    }

    void consoleLinesAndMoments() {
        go("console");
        TrafficView *traffic = page_->traffic();
        ConsoleView *console = page_->console();
        traffic->filter()->replaceText({});
        traffic->select(traffic->model()->window()->end() - 1);
        QTRY_VERIFY_WITH_TIMEOUT(console->momentText().contains(" says "), kSoonMs);
        console->momentAction()->trigger(); // of the last line
        QTRY_VERIFY(traffic->selected().has_value());
        const lg_event event = traffic->model()->window()->at(*traffic->selected());
        const ConsoleLine *line = console->log().at(event.tsc);
        QVERIFY(line || console->log().lines().size() > 0);
        traffic->deselect();
        QVERIFY(console->momentText().isEmpty());
    }

    void theOutlierIsSelected() {
        go("counts");
        CountsModel *counts = page_->counts()->counts();
        QTRY_VERIFY_WITH_TIMEOUT(counts->rowCount() > 3, kSoonMs);
        int row = 0;
        while (row < counts->rowCount() &&
               counts->index(row, CountsModel::Longest).data().toString().isEmpty())
            ++row;
        QVERIFY(row < counts->rowCount());
        QVERIFY(!counts->index(row, CountsModel::Most).data().toString().isEmpty());
        QVERIFY(takePicture(*window_, "counts-percentiles"));
        const KindCount count = counts->counts().kinds[counts->kind(row)];
        emit page_->counts()->activated(counts->index(row, CountsModel::Longest));
        QTRY_VERIFY(page_->traffic()->selected().has_value());
        const auto window = page_->traffic()->model()->window();
        QVERIFY(window->at(*page_->traffic()->selected()).duration >= count.longest);
        page_->traffic()->deselect();
    }

    void eventsAreExported() {
        auto filter = lg::Filter::parse("kind == hypercall");
        QSignalSpy said(page_->session(), &Session::said);
        const QString table = folder_.filePath("events.csv"),
                      json = folder_.filePath("events.json"),
                      lines = folder_.filePath("events.jsonl"),
                      ctf = folder_.filePath("events.ctf");
        page_->session()->exportTo(table, std::get<lg::Filter>(filter));
        page_->session()->exportTo(json, std::get<lg::Filter>(filter));
        page_->session()->exportTo(lines, std::get<lg::Filter>(filter));
        page_->session()->exportTo(ctf, std::get<lg::Filter>(filter));
        QTRY_COMPARE_WITH_TIMEOUT(said.size(), 4, kSoonMs);
        QVERIFY(QFileInfo(ctf + "/metadata").size() > 1000);
        QVERIFY(QFileInfo(ctf + "/vcpu0").size() > 1000);
        QFile objects(lines);
        QVERIFY(objects.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(objects.readLine())["kind"].toString(), "hypercall");
        QSignalSpy failed(page_->session(), &Session::failed);
        page_->session()->exportTo(folder_.filePath("events.odd"), {});
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kSoonMs);
        window_->action("dismiss")->trigger();
        QFile file(table);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readLine().startsWith("number,seq,vcpu"));
        const QByteArray first = file.readLine();
        QVERIFY2(first.contains(",hypercall,"), first.constData());
        QFile other(json);
        QVERIFY(other.open(QIODevice::ReadOnly));
        QVERIFY(QJsonDocument::fromJson(other.readAll()).isObject());
    }

    void eventsAreBookmarked() {
        go("bookmarks");
        TrafficView *traffic = page_->traffic();
        BookmarksView *bookmarks = page_->bookmarks();
        traffic->filter()->replaceText({});
        traffic->deselect();
        bookmarks->toggleAction()->trigger();
        QVERIFY(window_->errorBar()->isVisible()); // nothing is selected
        window_->action("dismiss")->trigger();
        const uint64_t first = traffic->model()->window()->first() + 50;
        for (const uint64_t event : {first + 100, first}) {
            traffic->select(event);
            bookmarks->toggleAction()->trigger();
            QVERIFY(bookmarks->has(event));
        }
        QCOMPARE(bookmarks->table()->rowCount(), 2);
        QCOMPARE(bookmarks->table()->item(0, 0)->text(),
                 QString::number(first + 1)); // in time's order
        const EventModel *events = traffic->model();
        QCOMPARE(bookmarks->table()->item(0, 1)->text(),
                 events->index(events->rowOf(first), EventModel::Time).data().toString());
        QVERIFY(takePicture(*window_, "bookmarks"));
        bookmarks->table()->setFocus();
        bookmarks->table()->setCurrentCell(1, 0);
        emit bookmarks->table()->activated(bookmarks->table()->model()->index(1, 0));
        QCOMPARE(traffic->selected(), std::optional(first + 100));
        bookmarks->toggleAction()->trigger();
        QCOMPARE(bookmarks->table()->rowCount(), 1);
        traffic->deselect();
    }

    void aRecordingKeepsItsBookmarks() {
        const QString file = folder_.filePath("marked.lgtrace");
        QSignalSpy said(page_->session(), &Session::said);
        page_->session()->save(file);
        QTRY_COMPARE_WITH_TIMEOUT(said.size(), 1, kSoonMs);
        for (int round = 0; round < 2; ++round) {
            GuestPage *page = window_->openRecording(file);
            QTRY_COMPARE_WITH_TIMEOUT(page->session()->state(), Session::State::Opened, kSoonMs);
            QTRY_VERIFY(!page->starting());
            QTableWidget *table = page->bookmarks()->table();
            if (round == 0) {
                page->bookmarks()->toggle(20);
                table->item(0, 3)->setText("here it begins");
            } else {
                QCOMPARE(table->rowCount(), 1);
                QCOMPARE(table->item(0, 3)->text(), "here it begins");
                // It was saved without a snapshot, has nobody to ask, and says so.
                page->showView(page->dock("memory"));
                auto *empty = page->memory()->findChild<QLabel *>("memoryEmpty");
                QTRY_VERIFY(empty->isVisible());
                QVERIFY(empty->text().startsWith("This recording has no memory."));
                QVERIFY(takePicture(*window_, "recording-memory"));
                page->showView(page->dock("code"));
                QTest::qWait(200);
                QVERIFY(takePicture(*window_, "recording"));
                saveWithoutASource(page, file);
            }
            window_->action("close-tab")->trigger();
        }
    }

    void eachVcpuHasItsOwn() {
        LaunchRequest request;
        request.image = "guest:smp";
        request.vcpus = 2;
        GuestPage *page = window_->launch(request);
        QTRY_VERIFY_WITH_TIMEOUT(page->session()->counts().vcpus == 2, kBootMs);
        QTRY_VERIFY_WITH_TIMEOUT(page->traffic()->model()->rowCount() > 0, kSoonMs);
        window_->action("reset-layout")->trigger();
        page->showView(page->dock("interrupts"));
        InterruptsView *view = page->interrupts();
        view->setVcpu(1);
        QCOMPARE(view->vcpu(), 1u);
        QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 32, kSoonMs);
        page->showView(page->dock("traffic"));
        const int one = page_->traffic()->timeline()->sizeHint().height();
        QTRY_VERIFY_WITH_TIMEOUT(page->traffic()->timeline()->sizeHint().height() > one, kSoonMs);
        QVERIFY(takePicture(*window_, "two-vcpus"));
        page->showView(page->dock("switcher"));
        QTRY_VERIFY_WITH_TIMEOUT(page->switcher()->rates().contains("vCPU 1"), kSoonMs);
        window_->action("close-tab")->trigger();
    }

    // The others go on meanwhile.
    void oneVcpuIsPaused() {
        QCOMPARE(page_->session()->whyNot(Control::PauseOne).isEmpty(), false); // it has one
        LaunchRequest request;
        request.image = "guest:smp";
        request.vcpus = 2;
        request.commandLine = "forever";
        GuestPage *page = window_->launch(request);
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

    void everythingHasAName() {
        const QStringList nameless = namelessIn(*page_);
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
    }
};

QTEST_MAIN(TestInspection)
#include "test_inspection.moc"
