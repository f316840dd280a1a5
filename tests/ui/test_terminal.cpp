// SPDX-License-Identifier: GPL-2.0-or-later
// The window's terminal has another size: what is selected stays, the Guest on its console is told.
#include "names.h"
#include "ui/console/console_view.h"
#include "ui/window/error_bar.h"
#include "ui/window/guest_page.h"
#include "ui/window/main_window.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSettings>
#include <QtTest>

using namespace ui;

namespace {

constexpr int kBootMs = 120'000;
constexpr int kSoonMs = 30'000;

} // namespace

class TestTerminal : public QObject {
    Q_OBJECT

    std::unique_ptr<MainWindow> window_;

private slots:
    void initTestCase() {
        QSettings().clear();
        window_ = std::make_unique<MainWindow>();
        window_->resize(1024, 700);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }

    void whatTheSearchFoundStaysSelected() {
        ConsoleView console;
        console.resize(600, 400);
        console.show();
        QVERIFY(QTest::qWaitForWindowExposed(&console));
        console.feed({{1, "hay\r\na needle here\r\nhay\r\n"}});
        QTRY_VERIFY(console.text().contains("needle"));
        QSignalSpy resized(&console, &ConsoleView::resized);
        const auto copied = [&console] {
            QGuiApplication::clipboard()->clear();
            console.copyAction()->trigger();
            return QGuiApplication::clipboard()->text();
        };
        console.searchAction()->trigger();
        auto *line = console.findChild<QLineEdit *>();
        QTRY_VERIFY(line && line->isVisible() && resized.count() == 1);
        QTest::keyClicks(line, "needle");
        QTRY_COMPARE(copied(), "needle");
        console.searchAction()->trigger(); // the bar goes, the terminal grows
        QTRY_COMPARE(resized.count(), 2);
        QTRY_COMPARE(copied(), "needle");
    }

    void theGuestSeesEachSize() {
        LaunchRequest request;
        request.image = QStringLiteral(TEST_GUESTS "/terminal");
        request.commandLine = QStringLiteral("pci");
        GuestPage *page = window_->launch(request);
        QSignalSpy resized(page->console(), &ConsoleView::resized);
        const bool runs = QTest::qWaitFor(
            [page] { return page->session()->state() == Session::State::Running; }, kBootMs);
        QVERIFY2(runs, qPrintable(window_->errorBar()->text()));
        window_->action("reset-layout")->trigger();
        page->showView(page->dock("console"));
        // What the Guest printed last is what the terminal said last.
        const auto seen = [&] {
            static const QRegularExpression size("(\\d+) columns, (\\d+) rows");
            QString last;
            for (auto it = size.globalMatch(page->console()->text()); it.hasNext();)
                last = it.next().captured();
            return last;
        };
        const auto told = [&] {
            return resized.isEmpty() ? QString()
                                     : QStringLiteral("%1 columns, %2 rows")
                                           .arg(resized.last().at(0).toInt())
                                           .arg(resized.last().at(1).toInt());
        };
        QStringList sizes;
        for (const QSize size : {QSize(1500, 950), QSize(1100, 720), QSize(1400, 900)}) {
            window_->resize(size);
            QTRY_VERIFY_WITH_TIMEOUT(!told().isEmpty() && !sizes.contains(told()), kSoonMs);
            QTRY_COMPARE_WITH_TIMEOUT(seen(), told(), kSoonMs);
            sizes += told();
        }
    }
};

QTEST_MAIN(TestTerminal)
#include "test_terminal.moc"
