// SPDX-License-Identifier: GPL-2.0-or-later
// A user's way through the window, with a guest that really runs.
#include "names.h"
#include "pictures.h"
#include "saved/saved_file.h"
#include "ui/console/console_view.h"
#include "ui/explain/explain_view.h"
#include "ui/launch/launch_view.h"
#include "ui/launch/machine_note.h"
#include "ui/registers/register_model.h"
#include "ui/registers/registers_view.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/filter_line.h"
#include "ui/traffic/traffic_view.h"
#include "ui/window/command_palette.h"
#include "ui/window/error_bar.h"
#include "ui/window/guest_page.h"
#include "ui/window/main_window.h"

#include <QDir>
#include <QDockWidget>
#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <csignal>
#include <unistd.h>

using namespace ui;

namespace {

// The first start boots the sandbox, under emulation and beside other tests.
constexpr int kBootMs = 120'000;
constexpr int kSoonMs = 20'000;

QWidget *display(const GuestPage *page) {
    for (QWidget *part : page->console()->findChildren<QWidget *>())
        if (part->inherits("Konsole::TerminalDisplay"))
            return part;
    return nullptr;
}

void type(GuestPage *page, const QString &text) {
    QTest::keyClicks(display(page), text);
    QTest::keyClick(display(page), Qt::Key_Return);
}

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

class TestWindow : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<MainWindow> window_;

    template <typename T>
    T *find(const char *name) const {
        return window_->findChild<T *>(QLatin1String(name));
    }

    // By the mouse, as a user would.
    GuestPage *launchBundled(const QString &name) {
        window_->tabs()->setCurrentIndex(0);
        QListWidget *guests = window_->launchView()->guests();
        const auto found = guests->findItems(name, Qt::MatchExactly);
        if (found.isEmpty())
            return nullptr;
        guests->scrollToItem(found.first());
        QTest::mouseClick(guests->viewport(), Qt::LeftButton, {},
                          guests->visualItemRect(found.first()).center());
        QTest::mouseClick(window_->launchView()->launchButton(), Qt::LeftButton);
        return window_->page();
    }

    bool runs(GuestPage *page) const {
        return page &&
               QTest::qWaitFor(
                   [page] { return page->session()->state() == Session::State::Running; }, kBootMs);
    }

private slots:
    void initTestCase() {
        QSettings().clear();
        window_ = std::make_unique<MainWindow>();
        window_->resize(1200, 800);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }

    void cleanupTestCase() { window_.reset(); }

    void launchOffersTheBundledGuests() {
        const QListWidget *guests = window_->launchView()->guests();
        for (const char *name : {"hello", "ticks", "pages", "user", "shell", "crash", "storm"})
            QCOMPARE(guests->findItems(name, Qt::MatchExactly).size(), 1);
        for (int i = 0; i < guests->count(); ++i)
            QVERIFY(!guests->item(i)->toolTip().isEmpty()); // what it teaches
    }

    void theCommandLineFollowsTheForm() {
        LaunchView *launch = window_->launchView();
        LaunchRequest request;
        request.image = "guest:user";
        request.commandLine = "forever";
        launch->setRequest(request);
        QCOMPARE(find<QLineEdit>("equivalentCommand")->text(), "lgctl run guest:user -- forever");
        QVERIFY(launch->launchButton()->isEnabled());
        request.image = "/no/such/file";
        launch->setRequest(request);
        QVERIFY(!launch->launchButton()->isEnabled());
        QVERIFY(launch->launchButton()->toolTip().contains("/no/such/file"));
    }

    void thisMachineSaysWhatItLacks() {
        LaunchView *launch = window_->launchView();
        LaunchRequest request = launch->request();
        request.host = "local";
        launch->setRequest(request);
        const auto *text = find<QLabel>("machineProblem");
        QVERIFY(text->isVisible());
        QVERIFY(!text->text().isEmpty());
        QVERIFY(takePicture(*window_, "this-machine"));
        request.host = "sandbox";
        launch->setRequest(request);
        QVERIFY(!text->isVisible());
    }

    // Nothing is loaded here: the test's own pkexec notes what it is asked for, and refuses.
    void theModuleIsLoadedByPkexecAlone() {
        const QString asked = folder_.filePath("asked");
        QFile script(folder_.filePath("pkexec"));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("#!/bin/sh\necho \"$@\" >" + asked.toUtf8() +
                     "\necho Request dismissed >&2\nexit 126\n");
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        const QByteArray path = qgetenv("PATH");
        qputenv("PATH", folder_.path().toUtf8() + ":" + path);
        using State = lg::MachineSetup::State;
        MachineNote note;
        QSignalSpy looked(&note, &MachineNote::looked);
        note.tell({State::NoHeaders, "headers are missing", "install them"});
        auto *button = note.findChild<QPushButton *>("loadModule");
        QVERIFY(button->isHidden());
        note.tell({State::NotLoaded, "the module lg is not loaded", "load it"});
        QVERIFY(!button->isHidden());
        button->click();
        QVERIFY(!button->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(looked.count(), 1, kSoonMs);
        qputenv("PATH", path);
        QFile said(asked);
        QVERIFY(said.open(QIODevice::ReadOnly));
        QCOMPARE(said.readAll(), QByteArray("modprobe lg\n"));
        QCOMPARE(note.findChild<QLabel *>("machineProblem")->text(),
                 "The module was not loaded: Request dismissed");
        QCOMPARE(namelessIn(note), QStringList());
    }

    void aDisabledOrderSaysWhy() {
        for (const char *id :
             {"pause", "resume", "kill", "reboot", "record", "save", "save-guest"}) {
            QVERIFY(!window_->action(id)->isEnabled());
            QVERIFY(window_->action(id)->toolTip().contains("no guest"));
        }
    }

    void aFileThatIsNoKernelIsRefusedInWords() {
        const QString path = folder_.filePath("nonsense");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is no kernel\n");
        file.close();
        // Dropped onto the window.
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton,
                              Qt::NoModifier);
        QCoreApplication::sendEvent(window_.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(window_.get(), &drop);
        QCOMPARE(find<QLineEdit>("image")->text(), path);
        QTest::mouseClick(window_->launchView()->launchButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        QVERIFY2(window_->errorBar()->text().contains("nonsense"),
                 qPrintable(window_->errorBar()->text()));
        QTRY_COMPARE(window_->tabs()->count(), 1); // nothing to look at
        QTest::mouseClick(find<QToolButton>("errorDismiss"), Qt::LeftButton);
        QVERIFY(!window_->errorBar()->isVisible());
    }

    void aRecordingThatIsNoneIsRefusedInWords() {
        const QString path = folder_.filePath("broken.lgtrace");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(5000, 'x'));
        file.close();
        window_->takeFile(path);
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        window_->action("dismiss")->trigger();
        QVERIFY(!window_->errorBar()->isVisible());
        QTRY_COMPARE(window_->tabs()->count(), 1);
    }

    void withoutQemuItSaysSo() {
        qputenv("LGSCOPE_QEMU", "/no/such/qemu");
        QVERIFY(launchBundled("hello"));
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        qunsetenv("LGSCOPE_QEMU");
        QVERIFY2(window_->errorBar()->text().contains("/no/such/qemu"),
                 qPrintable(window_->errorBar()->text()));
        QTRY_COMPARE(window_->tabs()->count(), 1);
        window_->action("dismiss")->trigger();
    }

    void tooMuchMemoryIsRefusedInWords() {
        LaunchRequest request;
        request.image = "guest:hello";
        request.memoryBytes = 4000ull << 20; // 3 GB is the most
        window_->launch(request);
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kBootMs);
        QTRY_COMPARE(window_->tabs()->count(), 1);
        window_->action("dismiss")->trigger();
    }

    void aStartCanBeCancelled() {
        GuestPage *page = launchBundled("hello");
        QVERIFY(page);
        QVERIFY(page->starting());
        auto *cancel = page->findChild<QPushButton *>("cancelStart");
        QVERIFY(cancel);
        QTest::mouseClick(cancel, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(window_->tabs()->count(), 1, kSoonMs);
        QVERIFY(!window_->errorBar()->isVisible()); // that was wanted, not wrong
    }

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

    // What it has in memory comes back; it stands where it stood until somebody lets it go on.
    void aGuestIsSavedAndRestored() {
        GuestPage *page = launchBundled("shell");
        QVERIFY(runs(page));
        QTRY_VERIFY_WITH_TIMEOUT(page->console()->text().contains("help"), kSoonMs);
        type(page, "poke 0x2000000 0xcafe5afe");
        type(page, "peek 0x2000000");
        QTRY_VERIFY_WITH_TIMEOUT(page->console()->text().contains("02000000: cafe5afe"), kSoonMs);
        const QString path = folder_.filePath("shell.lgsaved");
        window_->action("save-guest")->trigger();
        auto *dialog = window_->findChild<QFileDialog *>();
        QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
        dialog->selectFile(path);
        emit dialog->fileSelected(path);
        dialog->close();
        QCOMPARE(page->session()->whyNot(Control::Resume), "the guest is being saved");
        QVERIFY(find<QToolButton>("cancelSaving"));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), kSoonMs);
        QTRY_COMPARE(page->session()->whyNot(Control::Resume), "");
        QVERIFY(!find<QWidget>("transferBar")->isVisible());
        QCOMPARE(page->session()->state(), Session::State::Paused);

        window_->takeFile(path);
        QTRY_VERIFY_WITH_TIMEOUT(window_->page() && window_->page() != page, kSoonMs);
        GuestPage *again = window_->page();
        QTRY_VERIFY_WITH_TIMEOUT(again->session()->state() == Session::State::Paused, kBootMs);
        QCOMPARE(again->session()->stateText(), "paused, as it was saved");
        QVERIFY(takePicture(*window_, "restored"));
        again->session()->control(Control::Resume);
        QVERIFY(runs(again));
        type(again, "peek 0x2000000");
        QTRY_VERIFY_WITH_TIMEOUT(again->console()->text().contains("02000000: cafe5afe"), kSoonMs);
        type(again, "off");
        QTRY_VERIFY_WITH_TIMEOUT(again->session()->state() == Session::State::Ended, kSoonMs);
        QVERIFY(!window_->action("save-guest")->isEnabled());
        window_->action("close-tab")->trigger();
    }

    void aSavedGuestAsksForItsDisks() {
        const QString path = folder_.filePath("shell.lgsaved");
        auto reader = lg::SavedFileReader::open(path.toStdString());
        QVERIFY(reader.ok());
        auto guest = reader->takeGuest();
        guest.disks = {{"/no/such/disk", 8}};
        const QString other = folder_.filePath("other.lgsaved");
        {
            auto file = lg::SavedFileWriter::create(other.toStdString());
            QVERIFY(file.ok() && file->guest(guest).ok() && file->finish().ok());
        }
        window_->takeFile(other);
        QTRY_VERIFY_WITH_TIMEOUT(find<QMessageBox>("allowDevices"), kSoonMs);
        auto *question = find<QMessageBox>("allowDevices");
        QVERIFY(!question->isModal());
        QVERIFY2(question->text().contains("the disk /no/such/disk"), qPrintable(question->text()));
        QCOMPARE(namelessIn(*question), QStringList());
        question->button(QMessageBox::Open)->click();
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        QVERIFY2(window_->errorBar()->text().contains("/no/such/disk"),
                 qPrintable(window_->errorBar()->text()));
        while (window_->errorBar()->isVisible())
            window_->action("dismiss")->trigger();
        QFile file(folder_.filePath("none.lgsaved"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("xxxxxxxxxxxxxxxxxxxxxxx") > 0);
        file.close();
        window_->takeFile(file.fileName());
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        QVERIFY2(window_->errorBar()->text().contains("no saved Guest"),
                 qPrintable(window_->errorBar()->text()));
        window_->action("dismiss")->trigger();
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
        filter->undo();
        QTRY_VERIFY(filter->text() != "kind == nonsense");
        filter->replaceText("ring == 1");
        QVERIFY(!label->isVisibleTo(page));
        filter->replaceText({});
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

    void everyCommandIsInThePalette() {
        window_->action("palette")->trigger();
        CommandPalette *palette = window_->commands();
        QVERIFY(palette->isVisible());
        QVERIFY(palette->model()->rowCount() > 20);
        QTest::keyClicks(palette->line(), "launch a guest");
        QVERIFY(palette->model()->rowCount() >= 1);
        QTest::keyClick(palette->line(), Qt::Key_Return);
        QVERIFY(!palette->isVisible());
        QCOMPARE(window_->tabs()->currentIndex(), 0);
        window_->action("palette")->trigger();
        QTest::keyClick(palette->line(), Qt::Key_Escape);
        QVERIFY(!palette->isVisible());
    }

    void everythingHasAName() {
        GuestPage *page = launchBundled("shell");
        QVERIFY(runs(page));
        int named = 0;
        const QStringList nameless = namelessIn(*window_, &named);
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
        QVERIFY(named > 40);
        for (const QAction *action : window_->actions())
            QVERIFY(!action->text().isEmpty());
    }

    void theLayoutComesBack() {
        GuestPage *page = window_->page();
        QVERIFY(page);
        page->traffic()->filter()->replaceText("ring == 1");
        page->docks().at(4)->hide();
        window_->close();
        window_ = std::make_unique<MainWindow>();
        window_->show();
        QVERIFY(!window_->launchView()->recent().isEmpty());
        GuestPage *next = launchBundled("shell");
        QVERIFY(runs(next));
        QCOMPARE(next->traffic()->filter()->text(), "ring == 1");
        QVERIFY(next->docks().at(4)->isHidden());
        window_->action("reset-layout")->trigger();
        QVERIFY(!next->docks().at(4)->isHidden());
    }

    // For people to look at; here only for being there and not blank.
    void picturesInLightAndDark() {
        window_->resize(1024, 700);
        GuestPage *page = launchBundled("storm");
        QVERIFY(runs(page));
        page->traffic()->filter()->replaceText({});
        QTRY_VERIFY_WITH_TIMEOUT(page->traffic()->model()->rowCount() > 1000, kSoonMs);
        window_->action("reset-layout")->trigger();
        window_->tabs()->setCurrentIndex(0);
        QVERIFY(takePicture(*window_, "launch"));
        window_->tabs()->setCurrentWidget(page);
        page->traffic()->setFollowing(false);
        page->traffic()->select(page->traffic()->model()->eventIndex(900));
        for (const char *view : {"registers", "explain", "counts"}) {
            page->showView(page->dock(view));
            QVERIFY(takePicture(*window_, view));
        }
        window_->action("palette")->trigger();
        QVERIFY(takePicture(*window_, "palette"));
        QTest::keyClick(window_->commands()->line(), Qt::Key_Escape);
        page->traffic()->filter()->replaceText("kind == hypercal");
        window_->errorBar()->show("An example of what can go wrong", "What to do about it.");
        QVERIFY(takePicture(*window_, "problems"));
        window_->errorBar()->dismiss();
        page->traffic()->filter()->replaceText({});
    }

    void lightAndDark() {
        for (const auto theme : {Theme::Dark, Theme::Light}) {
            window_->setTheme(theme, false);
            QCOMPARE(isDark(QApplication::palette()), theme == Theme::Dark);
            const QColor ink = QApplication::palette().color(QPalette::Text);
            const QColor base = QApplication::palette().color(QPalette::Base);
            QVERIFY(qAbs(ink.lightness() - base.lightness()) > 120);
        }
    }
};

QTEST_MAIN(TestWindow)
#include "test_window.moc"
