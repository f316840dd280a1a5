// SPDX-License-Identifier: GPL-2.0-or-later
// The memory of a Guest that runs, in the window: bytes, pages, tables, watches.
#include "pictures.h"
#include "ui/inspect/rows_model.h"
#include "ui/memory/hex_view.h"
#include "ui/memory/map_panel.h"
#include "ui/memory/memory_view.h"
#include "ui/memory/page_cache.h"
#include "ui/memory/walker_panel.h"
#include "ui/session/inspector.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/filter_line.h"
#include "ui/traffic/traffic_view.h"
#include "ui/window/guest_page.h"
#include "ui/window/main_window.h"
#include "window_test.h"

#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QtTest>

using namespace ui;

class TestMemoryView : public WindowTest {
    Q_OBJECT

    GuestPage *page_ = nullptr; // a Guest with tasks in ring 3, system calls and a timer

    void go(const QString &dock) { page_->showView(page_->dock(dock)); }

    void pauseIt() {
        window_->action("pause")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(page_->session()->state() == Session::State::Paused, kSoonMs);
    }

private slots:
    void initTestCase() {
        openWindow();
        window_->resize(1024, 700);
        page_ = launch("user", "forever");
        QVERIFY(page_);
        window_->action("reset-layout")->trigger();
    }

    void cleanupTestCase() {
        page_ = nullptr;
        closeWindow();
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
        QTRY_VERIFY2_WITH_TIMEOUT(
            view->noteText().contains("no memory of the Guest is at 0xfff00000"),
            qPrintable(view->noteText()), kSoonMs);
        view->goTo(*there, true);
        QTRY_VERIFY_WITH_TIMEOUT(!view->hex()->lineText().contains("--"), kSoonMs);
        QVERIFY(takePicture(*window_, "memory"));
    }

    // Each pause shows the bytes of that pause, not those of the last look before it.
    void memoryIsOfThePause() {
        go("memory");
        MemoryView *view = page_->memory();
        view->tabs()->setCurrentIndex(MemoryView::Bytes);
        const auto counter = page_->session()->symbols()->address("system_calls");
        QVERIFY(counter);
        view->goTo(*counter, true);
        for (int round = 0; round < 6; ++round) {
            QTest::qWait(300 + 130 * round); // it is looked at meanwhile
            pauseIt();
            QByteArray bytes;
            page_->session()->inspector()->memory(
                0, *counter / 16 * 16, 16, true, view, [&](const auto &answer) {
                    if (answer)
                        bytes = QByteArray(reinterpret_cast<const char *>(answer->bytes.data()),
                                           static_cast<qsizetype>(answer->bytes.size()));
                });
            QTRY_COMPARE_WITH_TIMEOUT(bytes.size(), 16, kSoonMs);
            QTRY_VERIFY2(view->hex()->lineText().contains(QString::fromLatin1(bytes.toHex(' '))),
                         qPrintable(view->hex()->lineText()));
            window_->action("resume")->trigger();
            QTRY_VERIFY_WITH_TIMEOUT(page_->session()->state() == Session::State::Running, kSoonMs);
        }
    }

    // What a larger window has room for is fetched although nothing else happens.
    void memoryFillsALargerWindow() {
        constexpr uint32_t kEndOfAPage = 0x300000;
        MemoryView *view = page_->memory();
        pauseIt();
        view->goTo(kEndOfAPage - 0x200, false);
        QTRY_VERIFY_WITH_TIMEOUT(!view->hex()->lineText().contains("--"), kSoonMs);
        QTest::qWait(300);
        const auto *pages = view->findChild<PageCache *>();
        QVERIFY(!pages->page(kEndOfAPage / PageCache::kPage));
        window_->resize(1024, 1700);
        QTRY_VERIFY_WITH_TIMEOUT(pages->page(kEndOfAPage / PageCache::kPage), kSoonMs);
        window_->resize(1024, 700);
        window_->action("resume")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(page_->session()->state() == Session::State::Running, kSoonMs);
    }

    // An answer of the Guest that comes after another moment was chosen is not that moment's.
    void aLateAnswerIsNotKept() {
        const uint32_t page =
            *page_->session()->symbols()->address("guest_main") / PageCache::kPage;
        PageCache late, inTime;
        late.want(page);
        late.pump(page_->session()->inspector());
        inTime.want(page);
        inTime.pump(page_->session()->inspector());
        late.forgetAsked();
        QTRY_VERIFY_WITH_TIMEOUT(inTime.page(page), kSoonMs);
        QVERIFY(!late.page(page) && late.idle());
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

    void aFaultLeadsToItsTables() {
        go("traffic");
        TrafficView *traffic = page_->traffic();
        traffic->filter()->replaceText("kind == page-fault");
        QTRY_VERIFY_WITH_TIMEOUT(traffic->model()->rowCount() > 3, kSoonMs);
        traffic->select(traffic->model()->eventIndex(3));
        const QModelIndex row = traffic->table()->currentIndex();
        QCOMPARE(row.row(), 3);
        emit traffic->table()->customContextMenuRequested(
            traffic->table()->visualRect(row).center());
        auto *menu = traffic->findChild<QMenu *>();
        QVERIFY(menu);
        const uint32_t address = traffic->model()->event(3)->regs.cr2;
        const auto actions = menu->actions();
        const auto found = std::find_if(actions.begin(), actions.end(), [](const QAction *action) {
            return action->text().startsWith("Page tables of ");
        });
        QVERIFY(found != actions.end());
        (*found)->trigger();
        menu->close();
        window_->activateWindow(); // the next ones press keys
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        MemoryView *view = page_->memory();
        QVERIFY(view->isVisible());
        QCOMPARE(view->tabs()->currentIndex(), int(MemoryView::Tables));
        QCOMPARE(view->hex()->caret(), address);
        QTRY_VERIFY_WITH_TIMEOUT(view->walker()->result().contains(QString::number(address, 16)),
                                 kSoonMs);
        traffic->filter()->replaceText({});
        traffic->deselect();
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
};

QTEST_MAIN(TestMemoryView)
#include "test_memory_view.moc"
