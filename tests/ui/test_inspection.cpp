// SPDX-License-Identifier: GPL-2.0-or-later
// The views of the Guest as it is now, on Guests that really run.
#include "names.h"
#include "pictures.h"
#include "ui/bookmarks/bookmarks_view.h"
#include "ui/console/console_view.h"
#include "ui/counts/counts_view.h"
#include "ui/explain/explain_view.h"
#include "ui/inspect/rows_model.h"
#include "ui/interrupts/interrupts_view.h"
#include "ui/memory/memory_view.h"
#include "ui/switcher/switcher_view.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/filter_line.h"
#include "ui/traffic/timeline.h"
#include "ui/traffic/traffic_view.h"
#include "ui/window/error_bar.h"
#include "ui/window/guest_page.h"
#include "ui/window/main_window.h"
#include "window_test.h"

#include <QCheckBox>
#include <QJsonDocument>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QtTest>

using namespace ui;

class TestInspection : public WindowTest {
    Q_OBJECT

    GuestPage *page_ = nullptr; // a Guest with tasks in ring 3, system calls and a timer

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
        go("switcher"); // before the list
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
        QVERIFY(page_->traffic()->visibleRegion().isEmpty());
        emit page_->counts()->activated(counts->index(row, CountsModel::Longest));
        QTRY_VERIFY(page_->traffic()->selected().has_value());
        QTRY_VERIFY(!page_->traffic()->visibleRegion().isEmpty());
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
        GuestPage *page = launch("smp", {}, 2);
        QVERIFY(page);
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

    void everythingHasAName() {
        const QStringList nameless = namelessIn(*page_);
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
    }
};

QTEST_MAIN(TestInspection)
#include "test_inspection.moc"
