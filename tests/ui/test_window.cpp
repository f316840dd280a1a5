// SPDX-License-Identifier: GPL-2.0-or-later
// A user's way through the window, with a guest that really runs.
#include "pictures.h"
#include "ui/console/console_view.h"
#include "ui/explain/explain_view.h"
#include "ui/registers/register_model.h"
#include "ui/registers/registers_view.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/filter_line.h"
#include "ui/traffic/go_to_line.h"
#include "ui/traffic/traffic_view.h"
#include "ui/window/error_bar.h"
#include "window_test.h"

#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QTableView>
#include <QTcpServer>
#include <QTcpSocket>

#include <csignal>
#include <unistd.h>

namespace {

// Our own child: the sandbox's machine.
pid_t childNamed(const QByteArray &name) {
    for (const QString &entry : QDir("/proc").entryList(QDir::Dirs)) {
        QFile file(QStringLiteral("/proc/%1/stat").arg(entry));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QByteArray stat = file.readAll(); // PID (NAME) STATE PARENT ...
        const auto end = stat.lastIndexOf(')');
        if (stat.left(end).contains(name) &&
            stat.mid(end + 4).split(' ').first().toInt() == getpid())
            return entry.toInt();
    }
    return -1;
}

bool onlyKind(const EventModel *model, unsigned kind) {
    for (int row = 0; row < model->rowCount(); ++row)
        if (const auto event = model->event(row);
            !event || (event->kind != kind && !isLoss(*event)))
            return false;
    return model->rowCount() > 0;
}

} // namespace

class TestWindow : public WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() { openWindow(); }
    void cleanupTestCase() { closeWindow(); }

    void aGuestFromLaunchToRecording() {
        GuestPage *page = launchBundled("shell");
        QVERIFY(runs(page));
        Session *session = page->session();
        TrafficView *traffic = page->traffic();
        EventModel *model = traffic->model();

        // The console, both ways.
        QVERIFY(display(page));
        QTRY_VERIFY_WITH_TIMEOUT(!page->console()->text().trimmed().isEmpty(), kSoonMs);
        type(page, "help");
        QTRY_VERIFY_WITH_TIMEOUT(page->console()->text().contains("peek"), kSoonMs);
        QVERIFY(!page->console()->text().contains(" \n")); // the terminal's own blanks

        // Events arrive, and the filter keeps what it says.
        QTRY_VERIFY_WITH_TIMEOUT(model->rowCount() > 10, kSoonMs);
        QTest::keyClicks(traffic->filter(), "kind == hypercall");
        QTest::keyClick(traffic->filter(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(model->filtered() && !model->filtering(), kSoonMs);
        QVERIFY(onlyKind(model, LG_EV_HYPERCALL));
        QCOMPARE(traffic->filter()->history().value(0), "kind == hypercall");

        // Two events, two sets of registers.
        QTest::mouseClick(traffic->table()->viewport(), Qt::LeftButton, {},
                          traffic->table()->visualRect(model->index(0, EventModel::What)).center());
        traffic->table()->scrollToTop();
        traffic->table()->selectRow(0);
        QCOMPARE(page->registers()->model()->rowCount(), 18);
        const auto eip = [page] {
            return page->registers()->model()->index(0, RegisterModel::Value).data().toString();
        };
        const auto eipAt = [model](int row) {
            return model->event(row).value_or(lg_event{}).regs.eip;
        };
        const QString first = eip();
        QCOMPARE(first, QStringLiteral("%1").arg(eipAt(0), 8, 16, QLatin1Char('0')));
        QVERIFY(page->explain()->toPlainText().contains("hypercall", Qt::CaseInsensitive));
        int other = 1;
        while (other < model->rowCount() && eipAt(other) == eipAt(0))
            ++other;
        QVERIFY(other < model->rowCount());
        for (int i = 0; i < other; ++i)
            QTest::keyClick(traffic->table(), Qt::Key_Down);
        QCOMPARE(traffic->selected(), std::optional(model->eventIndex(other)));
        QVERIFY(eip() != first);
        QVERIFY(!traffic->following()); // whoever reads is not scrolled away

        // Another filter keeps the moment.
        const auto moment = traffic->selected();
        const QString there = eip();
        traffic->filter()->replaceText("kind == page-fault");
        QTRY_VERIFY(!model->filtering());
        QCOMPARE(eip(), there);
        traffic->filter()->replaceText("kind == hypercall");
        QTRY_VERIFY(!model->filtering());
        QCOMPARE(std::optional(model->eventIndex(traffic->table()->currentIndex().row())), moment);
        // One that hides it shows what is around it.
        const uint64_t late = model->eventIndex(model->rowCount() - 1);
        traffic->select(late);
        traffic->filter()->replaceText("kind == page-fault");
        QTRY_VERIFY(!model->filtering());
        QCOMPARE(traffic->selected(), std::optional(late));
        const auto inSight = [&](int row) {
            return traffic->table()->viewport()->rect().intersects(
                traffic->table()->visualRect(model->index(row, 0)));
        };
        int before = model->rowCount() - 1;
        while (before > 0 && model->eventIndex(before) > late)
            --before;
        QTRY_VERIFY(inSight(before));
        QVERIFY(!inSight(0));
        traffic->select(*moment);
        traffic->filter()->replaceText("kind == hypercall");
        QTRY_VERIFY(!model->filtering());
        traffic->select(*moment);

        // All are shown again, the filter's coloured, and keys go from one to the next.
        window_->action("pause")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(session->state() == Session::State::Paused, kSoonMs);
        const int hypercalls = model->rowCount();
        traffic->hideAction()->trigger();
        QTRY_VERIFY(model->rowCount() > hypercalls);
        const auto coloured = [model](int row) {
            return model->index(row, EventModel::What).data(Qt::BackgroundRole).isValid();
        };
        int row = model->rowOf(traffic->selected().value_or(0));
        QVERIFY(coloured(row));
        traffic->nextMatchAction()->trigger();
        for (++row; model->event(row).value_or(lg_event{}).kind != LG_EV_HYPERCALL; ++row)
            QVERIFY(!coloured(row) || isLoss(*model->event(row)));
        QTRY_COMPARE(traffic->selected(), std::optional(model->eventIndex(row)));
        QVERIFY(takePicture(*window_, "marked"));
        traffic->previousMatchAction()->trigger();
        QTRY_COMPARE(traffic->selected(), moment);
        while (traffic->selected() &&
               !find<QLabel>("trafficShown")->text().contains("further up")) {
            const auto before = traffic->selected();
            traffic->previousMatchAction()->trigger();
            QTRY_VERIFY(traffic->selected() != before ||
                        find<QLabel>("trafficShown")->text().contains("further up"));
        }
        traffic->hideAction()->trigger();
        QTRY_COMPARE(model->rowCount(), hypercalls);
        window_->action("resume")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(session->state() == Session::State::Running, kSoonMs);

        // Pause stops it, resume lets it go on.
        window_->action("pause")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(session->state() == Session::State::Paused, kSoonMs);
        QVERIFY(window_->action("resume")->isEnabled());
        QVERIFY(!window_->action("pause")->isEnabled());
        QTest::qWait(300);
        const uint64_t seen = session->counts().seen;
        type(page, "calls 20");
        QTest::qWait(500);
        QCOMPARE(session->counts().seen, seen);
        window_->action("resume")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(page->console()->text().contains("20 hypercalls made"), kSoonMs);
        QVERIFY(session->counts().seen > seen);

        // Holding the view still does not stop the guest.
        traffic->holdAction()->trigger();
        QTRY_VERIFY(!model->filtering()); // what had come before is filtered to its end
        const int rows = model->rowCount();
        type(page, "calls 30");
        QTRY_VERIFY_WITH_TIMEOUT(page->console()->text().contains("30 hypercalls made"), kSoonMs);
        QTest::qWait(200);
        QCOMPARE(model->rowCount(), rows);
        traffic->holdAction()->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(model->rowCount() >= rows + 30, kSoonMs);

        // Recorded as it happens, and saved afterwards.
        const QString recorded = folder_.filePath("recorded.lgtrace");
        const QString saved = folder_.filePath("saved.lgtrace");
        QSignalSpy said(session, &Session::said);
        session->record(recorded);
        QVERIFY(session->recording());
        QVERIFY(window_->action("stop-recording")->isEnabled());
        type(page, "calls 40");
        QTRY_VERIFY_WITH_TIMEOUT(page->console()->text().contains("40 hypercalls made"), kSoonMs);
        said.clear();
        window_->action("stop-recording")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(said.size(), 1, kSoonMs);
        session->save(saved);
        QTRY_COMPARE_WITH_TIMEOUT(said.size(), 2, kSoonMs);

        window_->action("kill")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(session->state() == Session::State::Ended, kSoonMs);
        QVERIFY(!window_->action("kill")->isEnabled());
        QVERIFY(window_->action("kill")->toolTip().contains("ended"));
        QVERIFY(page->findChild<QLabel *>("consoleNote")->isVisibleTo(page));
        QVERIFY(window_->windowTitle().startsWith(session->title()));
        page->registers()->clear();
        const QString why = page->findChild<QLabel *>("noRegisters")->text();
        QVERIFY(why.contains("Select an event") && !why.contains("pause"));
        const uint64_t total = session->counts().seen;
        const QString console = page->console()->text();

        // The same views, with no guest.
        GuestPage *again = window_->openRecording(saved);
        QTRY_VERIFY_WITH_TIMEOUT(again->session()->state() == Session::State::Opened, kSoonMs);
        again->traffic()->filter()->replaceText({});
        QTRY_VERIFY_WITH_TIMEOUT(again->traffic()->model()->rowCount() > 0, kSoonMs);
        QVERIFY(again->session()->counts().seen <= total);
        QTRY_COMPARE_WITH_TIMEOUT(again->session()->counts().seen,
                                  static_cast<uint64_t>(again->traffic()->model()->rowCount()),
                                  kSoonMs);
        QVERIFY(again->traffic()
                    ->model()
                    ->index(again->traffic()->model()->rowCount() - 1, EventModel::Kind)
                    .data()
                    .toString()
                    .size() > 0);
        QTRY_VERIFY_WITH_TIMEOUT(again->console()->text().contains("peek"), kSoonMs);
        again->traffic()->table()->selectRow(3);
        QCOMPARE(again->registers()->model()->rowCount(), 18);
        QVERIFY(!window_->action("pause")->isEnabled());
        QVERIFY(window_->action("pause")->toolTip().contains("recording"));

        GuestPage *part = window_->openRecording(recorded);
        QTRY_VERIFY_WITH_TIMEOUT(part->session()->state() == Session::State::Opened, kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(part->console()->text().contains("40 hypercalls made"), kSoonMs);
        QVERIFY(!part->console()->text().contains("peek")); // from when it began, no earlier
        QVERIFY(console.contains("peek"));
    }

    void networkFramesAreCaptured() {
        GuestPage *without = launchBundled("hello");
        QVERIFY(without);
        QVERIFY(!window_->action("capture")->isEnabled());
        QVERIFY(window_->action("capture")->toolTip().contains("without a network"));
        QTcpServer free;
        QVERIFY(free.listen(QHostAddress::LocalHost));
        const quint16 port = free.serverPort();
        free.close();
        LaunchRequest request;
        request.image = QStringLiteral(TEST_GUESTS "/net");
        request.network = QStringLiteral("user,forward=tcp:%1:7").arg(port);
        request.commandLine = "lguest dhcp";
        GuestPage *page = window_->launch(request);
        QVERIFY(runs(page));
        QTRY_VERIFY_WITH_TIMEOUT(page->console()->text().contains("serving"), kBootMs);
        QTRY_VERIFY(window_->action("capture")->isEnabled());
        QVERIFY(!window_->action("stop-capture")->isEnabled());
        page->session()->capture(folder_.filePath("no/frames.pcap"));
        QVERIFY(window_->errorBar()->isVisible());
        window_->action("dismiss")->trigger();
        const QString file = folder_.filePath("frames.pcap");
        page->session()->capture(file);
        QTRY_VERIFY(window_->action("stop-capture")->isEnabled());
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, port);
        QVERIFY(socket.waitForConnected(kSoonMs));
        socket.write("quit");
        QTRY_COMPARE_WITH_TIMEOUT(socket.peek(4), QByteArray("QUIT"), kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(page->session()->state() == Session::State::Ended, kSoonMs);
        window_->action("stop-capture")->trigger();
        QTRY_VERIFY(!window_->action("stop-capture")->isEnabled());
        QFile frames(file);
        QVERIFY(frames.open(QIODevice::ReadOnly));
        const QByteArray all = frames.readAll();
        QVERIFY(all.startsWith("\x4d\x3c\xb2\xa1")); // pcap, in nanoseconds
        QVERIFY(all.contains("quit") && all.contains("QUIT"));
    }

    void aRebootedGuestStartsAnew() {
        GuestPage *page = launchBundled("hello");
        QVERIFY(page);
        QTRY_VERIFY_WITH_TIMEOUT(page->session()->state() == Session::State::Ended, kBootMs);
        QVERIFY(page->session()->stateText().contains("powered off"));
        QTRY_COMPARE_WITH_TIMEOUT(page->console()->text().count("Hello"), 1, kSoonMs);
        QVERIFY(window_->action("reboot")->isEnabled());
        window_->action("reboot")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(page->console()->text().count("Hello"), 2, kSoonMs);
        QTRY_VERIFY_WITH_TIMEOUT(page->session()->state() == Session::State::Ended, kSoonMs);
    }

    void aGuestThatAsksForARestartGetsIt() {
        GuestPage *page = launchBundled("shell");
        QVERIFY(runs(page));
        QTRY_VERIFY_WITH_TIMEOUT(page->console()->text().contains("help"), kSoonMs);
        const auto greetings = page->console()->text().count("help");
        type(page, "reboot");
        QTRY_VERIFY_WITH_TIMEOUT(page->console()->text().count("help") > greetings, kSoonMs);
        QCOMPARE(page->session()->state(), Session::State::Running);
        type(page, "off");
        QTRY_VERIFY_WITH_TIMEOUT(page->session()->state() == Session::State::Ended, kSoonMs);
        QVERIFY(page->session()->stateText().contains("powered off"));
    }

    void aSandboxThatDiesIsSaidAndReplaced() {
        GuestPage *page = launchBundled("shell");
        QVERIFY(runs(page));
        page->traffic()->filter()->replaceText({});
        QTRY_VERIFY_WITH_TIMEOUT(page->traffic()->model()->rowCount() > 0, kSoonMs);
        const pid_t machine = childNamed("qemu");
        QVERIFY(machine > 0);
        QCOMPARE(kill(machine, SIGKILL), 0);
        QTRY_VERIFY_WITH_TIMEOUT(page->session()->state() == Session::State::Failed, kSoonMs);
        QVERIFY(window_->errorBar()->isVisible());
        QVERIFY(window_->tabs()->indexOf(page) > 0); // its events are still there to read
        QVERIFY(page->traffic()->model()->rowCount() > 0);
        while (window_->errorBar()->isVisible())
            window_->action("dismiss")->trigger();
        QVERIFY(runs(launchBundled("shell")));
    }

    void aCrashIsSaidInWords() {
        GuestPage *page = launchBundled("crash");
        QVERIFY(page);
        QTRY_VERIFY_WITH_TIMEOUT(page->session()->state() == Session::State::Ended, kBootMs);
        QVERIFY(page->session()->stateText().startsWith("dead"));
        QVERIFY(page->findChild<QLabel *>("consoleNote")->text().contains("dead"));
    }

    void aLaunchThatFailsComesBackToTheForm() {
        QVERIFY(window_->tabs()->count() > 1); // there are others that could come to the front
        const int before = window_->tabs()->count();
        LaunchRequest request;
        request.image = QCoreApplication::applicationFilePath(); // 64 bits
        window_->launch(request);
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        QTRY_COMPARE(window_->tabs()->count(), before);
        QCOMPARE(window_->tabs()->currentIndex(), 0);
        window_->action("dismiss")->trigger();
    }

    void theFilterShowsWhereItGoesWrong() {
        GuestPage *page = launchBundled("hello");
        QVERIFY(page);
        QTRY_VERIFY_WITH_TIMEOUT(!page->starting(), kBootMs);
        FilterLine *filter = page->traffic()->filter();
        QSignalSpy problem(filter, &FilterLine::problemChanged);
        filter->replaceText("kind == nonsense");
        QVERIFY(!problem.isEmpty());
        QCOMPARE(problem.last().at(1).toInt(), 8);
        auto *label = page->findChild<QLabel *>("filterProblem");
        QVERIFY(label->isVisibleTo(page));
        QVERIFY(label->text().contains("9")); // counted from one
        // Below the line, and nothing moves.
        const QRect table = page->traffic()->table()->geometry();
        QVERIFY(label->geometry().top() > filter->geometry().bottom());
        filter->undo();
        QTRY_VERIFY(filter->text() != "kind == nonsense");
        filter->replaceText("ring == 1");
        QVERIFY(!label->isVisibleTo(page));
        QCOMPARE(page->traffic()->table()->geometry(), table);
        filter->replaceText({});
    }

    void goesToAnEventAndATime() {
        GuestPage *page = window_->page();
        QVERIFY(page);
        TrafficView *traffic = page->traffic();
        QTRY_VERIFY(!traffic->model()->filtered() && traffic->model()->rowCount() > 10);
        GoToLine *line = traffic->goToLine();
        QVERIFY(!line->isVisibleTo(page));
        QTest::keyClick(traffic->table(), Qt::Key_G);
        QVERIFY(line->isVisibleTo(page));
        QTest::keyClicks(line, "7x"); // no x in a number
        QCOMPARE(line->text(), "7");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(traffic->selected(), std::optional<uint64_t>(6));
        QVERIFY(!traffic->following());
        line->setText("999999999");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(traffic->selected(), std::optional(traffic->model()->window()->end() - 1));
        line->setText("0.0");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(traffic->selected(), std::optional<uint64_t>(0));
        // The time that the list shows of an event leads to it, or to one of the same microsecond.
        const lg_event third = traffic->model()->window()->at(2);
        line->setText(traffic->model()->timeText(third) + "s");
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(traffic->selected().has_value());
        const auto found = traffic->model()->window()->at(traffic->selected().value_or(0));
        QCOMPARE(traffic->model()->timeText(found), traffic->model()->timeText(third));
        QTest::keyClick(line, Qt::Key_Escape);
        QVERIFY(!line->isVisibleTo(page));
        traffic->deselect();
    }

    void columnsAreChosen() {
        GuestPage *page = window_->page();
        QVERIFY(page);
        QTableView *table = page->traffic()->table();
        QHeaderView *header = table->horizontalHeader();
        QVERIFY(header->isSectionHidden(EventModel::Since));
        const auto choose = [&](const QString &name) {
            emit header->customContextMenuRequested({});
            auto *menu = header->findChild<QMenu *>();
            QVERIFY(menu);
            for (QAction *action : menu->actions())
                if (action->text() == name)
                    action->trigger();
            menu->close();
            QTRY_VERIFY(!header->findChild<QMenu *>());
        };
        const int what = header->sectionSize(EventModel::What);
        choose("At");
        QVERIFY(header->isSectionHidden(EventModel::Symbol));
        QVERIFY(header->sectionSize(EventModel::What) > what);
        choose("Since previous");
        QVERIFY(!header->isSectionHidden(EventModel::Since));
        QCOMPARE(header->visualIndex(EventModel::Since), header->visualIndex(EventModel::Time) + 1);
        table->selectRow(1);
        page->traffic()->copyAction()->trigger();
        const QStringList cells = QGuiApplication::clipboard()->text().split('\t');
        QCOMPARE(cells.size(), EventModel::ColumnCount - 1);
        QCOMPARE(cells.value(2),
                 page->traffic()->model()->index(1, EventModel::Since).data().toString());
        choose("All as at first");
        QVERIFY(header->isSectionHidden(EventModel::Since));
        QVERIFY(!header->isSectionHidden(EventModel::Symbol));
        page->traffic()->deselect();
    }

    void theFilterCompletes() {
        GuestPage *page = window_->page();
        QVERIFY(page);
        FilterLine *filter = page->traffic()->filter();
        filter->replaceText({});
        filter->setFocus();
        QTest::keyClicks(filter, "ki");
        QTest::keyClick(filter, Qt::Key_Tab);
        QCOMPARE(filter->text(), "kind ");
        QTest::keyClicks(filter, "== page");
        QTest::keyClick(filter, Qt::Key_Tab);
        QVERIFY(filter->text().startsWith("kind == "));
        QTest::keyClick(filter, Qt::Key_Return);
        QVERIFY(!page->findChild<QLabel *>("filterProblem")->isVisibleTo(page));
        QCOMPARE(filter->history().value(0), filter->text());
        QTest::keyClick(filter, Qt::Key_Escape);
        QTest::keyClick(filter, Qt::Key_Escape); // the first may have closed the offer
        QVERIFY(filter->text().isEmpty());
        QTest::keyClick(filter, Qt::Key_Up);
        QVERIFY(filter->text().startsWith("kind == "));
        filter->replaceText({});
    }

    void theFilterRemembers() {
        FilterLine *filter = window_->page()->traffic()->filter();
        for (const char *text : {"ring == 1", "ring == 3", ""})
            filter->replaceText(text);
        filter->setFocus();
        for (const char *text : {"ring == 3", "ring == 1"}) {
            QTest::keyClick(filter, Qt::Key_Up);
            QCOMPARE(filter->text(), text);
        }
        for (const char *text : {"ring == 3", ""}) {
            QTest::keyClick(filter, Qt::Key_Down);
            QCOMPARE(filter->text(), text);
        }
    }

    // A text whose quote is still open is no mistake of somebody who types.
    void theFilterWaitsForTheQuote() {
        FilterLine *filter = window_->page()->traffic()->filter();
        filter->replaceText({});
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        filter->setFocus();
        QVERIFY(filter->hasFocus());
        QSignalSpy problem(filter, &FilterLine::problemChanged);
        QTest::keyClicks(filter, "kind == \"pa");
        QTRY_VERIFY(!problem.isEmpty());
        QCOMPARE(problem.last().at(1).toInt(), -1);
        QTest::keyClick(filter, Qt::Key_Return);
        QCOMPARE(problem.last().at(1).toInt(), 8);
        filter->replaceText({});
    }
};

QTEST_MAIN(TestWindow)
#include "test_window.moc"
