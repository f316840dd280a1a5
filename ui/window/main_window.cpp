// SPDX-License-Identifier: GPL-2.0-or-later
#include "main_window.h"

#include "command_palette.h"
#include "error_bar.h"
#include "file_dialogs.h"
#include "guest_page.h"
#include "icons.h"
#include "shortcuts_page.h"
#include "transfer_bar.h"
#include "ui/code/code_view.h"
#include "ui/counts/counts_view.h"
#include "ui/inspect/numbers.h"
#include "ui/launch/launch_view.h"
#include "ui/session/host_link.h"
#include "ui/session/live_session.h"
#include "ui/session/opened_guest.h"
#include "ui/session/post.h"
#include "ui/session/recorded_session.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/traffic_view.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <algorithm>

namespace ui {

namespace {

constexpr int kTickMs = 50;

} // namespace

MainWindow::MainWindow(QWidget *parent) : QMainWindow(parent) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("lgscope"));
    setAccessibleName(tr("lgscope"));
    setAcceptDrops(true);

    auto *centre = new QWidget(this);
    errors_ = new ErrorBar(centre);
    tabs_ = new QTabWidget(centre);
    tabs_->setObjectName(QStringLiteral("guestTabs"));
    tabs_->setAccessibleName(tr("Guests"));
    tabs_->tabBar()->setAccessibleName(tr("Guest tabs"));
    tabs_->setDocumentMode(true);
    tabs_->setMovable(false);
    launch_ = new LaunchView(tabs_);
    tabs_->addTab(launch_, themedIcon(Icon::Launch), tr("Launch"));
    auto *layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(errors_);
    layout->addWidget(tabs_, 1);
    setCentralWidget(centre);
    commands_ = new CommandPalette(this);

    makeActions();
    makeMenus();
    makeToolBar();
    makeStatusBar();
    connect(launch_, &LaunchView::launchRequested, this, &MainWindow::launch);
    connect(tabs_, &QTabWidget::currentChanged, this, &MainWindow::updateActions);
    connect(&ticker_, &QTimer::timeout, this, &MainWindow::tick);
    ticker_.start(kTickMs);
    restore();
    updateActions();
    launch_->guests()->setFocus(); // a first user's keys choose one, and Enter starts it
}

MainWindow::~MainWindow() {
    ticker_.stop();
    tabs_->disconnect(this);
    // Guests leave their host before the host goes.
    while (tabs_->count() > 1) {
        QWidget *page = tabs_->widget(1);
        tabs_->removeTab(1);
        delete page;
    }
    HostLink::endAll();
}

void MainWindow::makeStatusBar() {
    const auto label = [this](const char *id, const QString &name) {
        auto *made = new QLabel(this);
        made->setObjectName(QLatin1String(id));
        made->setAccessibleName(name);
        made->setContentsMargins(6, 0, 6, 0);
        statusBar()->addPermanentWidget(made);
        return made;
    };
    statusBar()->setAccessibleName(tr("Status"));
    transfer_ = new TransferBar(tr("Saving the guest"), QStringLiteral("transferBar"),
                                QStringLiteral("cancelSaving"), this);
    snapshot_ = new TransferBar(tr("Taking a snapshot"), QStringLiteral("snapshotBar"),
                                QStringLiteral("cancelSnapshot"), this);
    statusBar()->addPermanentWidget(transfer_);
    statusBar()->addPermanentWidget(snapshot_);
    clock_ = label("snapshotClock", tr("Snapshots by the clock"));
    clock_->hide();
    state_ = label("guestState", tr("Guest state"));
    rate_ = label("eventRate", tr("Events per second"));
    lost_ = label("eventsLost", tr("Events lost"));
    host_ = label("hostState", tr("Host"));
}

GuestPage *MainWindow::page() const {
    return qobject_cast<GuestPage *>(tabs_->currentWidget());
}

GuestPage *MainWindow::addPage(Session *session) {
    auto *page = new GuestPage(session);
    page->restore(QSettings());
    connect(page, &GuestPage::failed, errors_, &ErrorBar::show);
    connect(session, &Session::stateChanged, this, &MainWindow::updateActions);
    if (auto *live = qobject_cast<LiveSession *>(session)) {
        connect(live, &LiveSession::savingGuest, transfer_, &TransferBar::show);
        connect(transfer_, &TransferBar::cancelled, live, &LiveSession::cancelSaving);
        connect(live, &Session::takingSnapshot, snapshot_, &TransferBar::show);
        connect(snapshot_, &TransferBar::cancelled, live, &LiveSession::cancelSnapshot);
        connect(live, &QObject::destroyed, transfer_, [this] {
            transfer_->show(-1);
            snapshot_->show(-1);
        });
    }
    connect(session, &Session::said, this,
            [this](const QString &text) { statusBar()->showMessage(text, 6000); });
    connect(
        page, &GuestPage::neverStarted, this,
        [this, page] {
            if (!page->session()->file().isEmpty())
                rememberRecording(page->session()->file(), false);
            const bool shown = tabs_->currentWidget() == page;
            const bool launched = page->session()->file().isEmpty();
            const int index = tabs_->indexOf(page);
            if (index > 0)
                closePage(index);
            if (shown && launched) // the form says what was asked for
                tabs_->setCurrentIndex(0);
        },
        Qt::QueuedConnection);
    const int index = tabs_->addTab(page, session->title());
    auto *close = new QToolButton(tabs_);
    close->setIcon(themedIcon(Icon::Close));
    close->setIconSize(QSize(12, 12));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close %1").arg(session->title()));
    close->setToolTip(session->live() ? tr("Close this tab; the guest ends with it")
                                      : tr("Close this tab"));
    connect(close, &QToolButton::clicked, page, [this, page] { closePage(tabs_->indexOf(page)); });
    tabs_->tabBar()->setTabButton(index, QTabBar::RightSide, close);
    tabs_->setCurrentIndex(index);
    return page;
}

GuestPage *MainWindow::launch(const LaunchRequest &request) {
    launch_->addRecent(request);
    rememberLaunches();
    return addPage(new LiveSession(request));
}

GuestPage *MainWindow::openRecording(const QString &file) {
    rememberRecording(file, true);
    return addPage(new RecordedSession(file));
}

void MainWindow::saveGuest() {
    const QPointer<LiveSession> session =
        page() ? qobject_cast<LiveSession *>(page()->session()) : nullptr;
    if (session)
        askToSave(this, tr("Save the guest"), savedGuestFiles(), session->title(),
                  [session](const QString &file) {
                      if (session)
                          session->saveGuest(file);
                  });
}

void MainWindow::restoreGuest(const QString &file) {
    const QPointer<MainWindow> self(this);
    (void)QtConcurrent::run([self, file] {
        auto reader = lg::SavedFileReader::open(file.toStdString());
        auto opened = reader ? std::make_shared<OpenedGuest>(file, std::move(*reader)) : nullptr;
        post(self, [opened, why = reader ? std::string() : reader.message()](MainWindow &window) {
            if (opened)
                window.restore(opened);
            else
                window.errors_->show(
                    tr("Not restored: %1").arg(QString::fromStdString(why)),
                    tr("Choose a file that \"Save the guest\" or lgctl save has written."));
        });
    });
}

// The file may be somebody else's, and what it names is this user's.
void MainWindow::restore(const std::shared_ptr<OpenedGuest> &opened) {
    const QString devices = QString::fromStdString(lg::savedDevices(opened->guest));
    if (devices.isEmpty()) {
        addPage(new LiveSession(opened));
        return;
    }
    auto *question =
        new QMessageBox(QMessageBox::Question, tr("Restore a saved guest"),
                        tr("The saved guest wants %1. Shall it have that?").arg(devices),
                        QMessageBox::Open | QMessageBox::Cancel, this);
    question->setObjectName(QStringLiteral("allowDevices"));
    question->setInformativeText(
        tr("The names are those in the file. If it is not yours, see what they are."));
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setModal(false);
    question->setDefaultButton(QMessageBox::Cancel);
    connect(question, &QMessageBox::accepted, this,
            [this, opened] { addPage(new LiveSession(opened)); });
    question->show();
}

void MainWindow::takeFile(const QString &file) {
    if (file.endsWith(kGuestSuffix)) {
        restoreGuest(file);
        return;
    }
    if (file.endsWith(kTraceSuffix)) {
        openRecording(file);
        return;
    }
    tabs_->setCurrentIndex(0);
    launch_->setImage(file);
}

void MainWindow::closePage(int index) {
    auto *page = qobject_cast<GuestPage *>(tabs_->widget(index));
    if (!page)
        return;
    if (!page->starting()) {
        QSettings settings;
        page->store(settings);
    }
    tabs_->removeTab(index);
    page->deleteLater();
    if (tabs_->count() == 1)
        launch_->guests()->setFocus();
}

void MainWindow::give(Control control) {
    GuestPage *page = this->page();
    if (!page)
        return;
    const QPointer<Session> session = page->session();
    if (control == Control::Export) {
        const lg::Filter filter = page->traffic()->model()->shownFilter();
        askToSave(
            this, tr("Export the events that the filter lets through"),
            tr("Table (*.csv);;For Perfetto (*.json);;An object a line (*.jsonl);;"
               "Common Trace Format, a folder (*.ctf);;For trace-cmd and KernelShark (*.dat)"),
            session->title(), [session, filter](const QString &file) {
                if (session)
                    session->exportTo(file, filter);
            });
        return;
    }
    if (control == Control::Capture) {
        askToSave(this, tr("Capture the network's frames"), tr("For Wireshark (*.pcap)"),
                  session->title(), [session](const QString &file) {
                      if (session)
                          session->capture(file);
                  });
        return;
    }
    if (control != Control::Record && control != Control::Save) {
        session->setStepper(page->code()->vcpu());
        session->control(control);
        return;
    }
    askToSave(this, control == Control::Record ? tr("Record to a file") : tr("Save the recording"),
              recordingFiles(), session->title(), [session, control](const QString &file) {
                  if (!session)
                      return;
                  if (control == Control::Record)
                      session->record(file);
                  else
                      session->save(file);
              });
}

void MainWindow::updateTabs() {
    for (int i = 1; i < tabs_->count(); ++i) {
        const auto *page = qobject_cast<GuestPage *>(tabs_->widget(i));
        const Session *session = page->session();
        tabs_->setTabIcon(i, themedIcon(session->recording()                          ? Icon::Record
                                        : session->state() == Session::State::Running ? Icon::Play
                                        : session->state() == Session::State::Paused  ? Icon::Pause
                                        : session->state() == Session::State::Opened  ? Icon::Open
                                                                                     : Icon::Stop));
        tabs_->setTabToolTip(i, tr("%1: %2").arg(session->title(), session->stateText()));
    }
    // For the desktop's list of windows.
    const GuestPage *current = page();
    setWindowTitle(current ? tr("%1 — lgscope").arg(current->session()->title()) : tr("lgscope"));
}

void MainWindow::tick() {
    GuestPage *current = page();
    const unsigned seconds = current ? current->session()->snapshotSeconds() : 0;
    clock_->setVisible(seconds != 0);
    if (seconds)
        clock_->setText(current->session()->state() == Session::State::Paused
                            ? tr("Snapshot every %1 s, when it runs").arg(seconds)
                            : tr("Snapshot every %1 s").arg(seconds));
    for (int i = 1; i < tabs_->count(); ++i) {
        if (auto *page = qobject_cast<GuestPage *>(tabs_->widget(i)))
            page->refresh(page == current);
    }
    if (!current) {
        state_->clear();
        rate_->clear();
        lost_->clear();
        host_->setText(tr("No guest in this tab"));
        return;
    }
    const Session *session = current->session();
    const EventCounts counts = session->counts();
    state_->setText(session->stateText());
    rate_->setText(
        session->live()
            ? tr("%1 events/s")
                  .arg(QLocale().toString(current->counts()->counts()->totalRate(), 'f', 0))
            : tr("%1 event(s)", nullptr, countable(counts.seen)).arg(numberText(counts.seen)));
    lost_->setText(tr("%1 lost").arg(numberText(counts.lost)));
    tint(lost_, QPalette::WindowText,
         counts.lost ? signalColours(palette()).loss : palette().color(QPalette::WindowText));
    host_->setText(
        session->gdbPort()
            ? tr("%1 · gdb: target remote :%2").arg(session->hostText()).arg(session->gdbPort())
            : session->hostText());
    // Saving becomes possible with the first event, and no signal says so.
    QAction *save = actions_.value("save");
    if (save->isEnabled() != session->whyNot(Control::Save).isEmpty())
        updateActions();
}

QList<QAction *> MainWindow::orders() const {
    QList<QAction *> orders = QMainWindow::actions() + recordingsMenu_->actions();
    if (GuestPage *page = this->page())
        orders += page->viewActions();
    // Of vCPUs that the Guest does not have.
    orders.removeIf([](const QAction *action) { return !action->isVisible(); });
    return orders;
}

void MainWindow::openPalette() {
    QList<QAction *> all = orders();
    all.removeAll(actions_.value("palette"));
    commands_->open(all);
}

void MainWindow::showShortcuts() {
    auto *shortcuts = new ShortcutsPage(orders(), this);
    shortcuts->show();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.first().isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event) {
    takeFile(event->mimeData()->urls().first().toLocalFile());
    event->acceptProposedAction();
}

} // namespace ui
