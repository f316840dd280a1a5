// SPDX-License-Identifier: GPL-2.0-or-later
#include "main_window.h"

#include "command_palette.h"
#include "error_bar.h"
#include "guest_page.h"
#include "icons.h"
#include "shortcuts_page.h"
#include "transfer_bar.h"
#include "ui/code/code_view.h"
#include "ui/counts/counts_view.h"
#include "ui/launch/launch_view.h"
#include "ui/session/host_link.h"
#include "ui/session/live_session.h"
#include "ui/session/opened_guest.h"
#include "ui/session/post.h"
#include "ui/session/recorded_session.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/traffic_view.h"

#include <QAction>
#include <QActionGroup>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QScreen>
#include <QSettings>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <algorithm>

namespace ui {

namespace {

constexpr int kTickMs = 50;
const QString kTraceSuffix = QStringLiteral(".lgtrace"), kGuestSuffix = QStringLiteral(".lgsaved");

QString number(double n) {
    return QLocale().toString(n, 'f', 0);
}

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

QAction *MainWindow::addAction(const QString &id, const QString &name, const QKeySequence &keys) {
    auto *action = new QAction(name, this);
    action->setObjectName(id);
    action->setShortcut(keys);
    QMainWindow::addAction(action);
    actions_.insert(id, action);
    return action;
}

void MainWindow::makeActions() {
    const auto add = [this](const char *id, const QString &name, const char *keys, Icon icon) {
        QAction *action = addAction(QLatin1String(id), name, QKeySequence(QLatin1String(keys)));
        action->setIcon(themedIcon(icon));
        return action;
    };
    const auto order = [&](const char *id, const QString &name, const char *keys, Icon icon,
                           Control control) {
        connect(add(id, name, keys, icon), &QAction::triggered, this,
                [this, control] { give(control); });
    };
    order("pause", tr("Pause"), "Ctrl+Shift+B", Icon::Pause, Control::Pause);
    order("resume", tr("Resume"), "Ctrl+Shift+G", Icon::Play, Control::Resume);
    order("step", tr("Step"), "Ctrl+Shift+I", Icon::Step, Control::Step);
    order("until-event", tr("Next event"), "Ctrl+Shift+U", Icon::UntilEvent, Control::UntilEvent);
    order("gdb", tr("Let gdb in"), "Ctrl+Shift+J", Icon::Palette, Control::Gdb);
    order("reboot", tr("Reboot"), "Ctrl+Shift+E", Icon::Reboot, Control::Reboot);
    order("kill", tr("Kill"), "Ctrl+Shift+K", Icon::Kill, Control::Kill);
    order("record", tr("Record…"), "Ctrl+Shift+R", Icon::Record, Control::Record);
    order("stop-recording", tr("Stop recording"), "Ctrl+Shift+D", Icon::Stop,
          Control::StopRecording);
    order("save", tr("Save recording…"), "Ctrl+Shift+S", Icon::Save, Control::Save);
    connect(addAction("capture", tr("Capture network frames…"), {}), &QAction::triggered, this,
            [this] { give(Control::Capture); });
    connect(addAction("stop-capture", tr("Stop capturing frames"), {}), &QAction::triggered, this,
            [this] { give(Control::StopCapture); });
    connect(addAction("save-guest", tr("Save the guest…"), QKeySequence("Ctrl+Shift+F2")),
            &QAction::triggered, this, &MainWindow::saveGuest);
    connect(addAction("restore-guest", tr("Restore a guest…"), QKeySequence("Ctrl+Shift+F3")),
            &QAction::triggered, this, [this] {
                askFile(true, tr("Restore a saved guest"), savedGuests(),
                        [this](const QString &file) { restoreGuest(file); });
            });
    connect(addAction("export", tr("Export the events shown…"), {}), &QAction::triggered, this,
            [this] { give(Control::Export); });

    connect(add("open", tr("Open recording…"), "Ctrl+Shift+O", Icon::Open), &QAction::triggered,
            this, [this] {
                askFile(true, tr("Open a recording"), recordings(),
                        [this](const QString &file) { openRecording(file); });
            });
    connect(add("launch", tr("Launch a guest"), "Ctrl+Shift+N", Icon::Launch), &QAction::triggered,
            this, [this] {
                tabs_->setCurrentIndex(0);
                launch_->guests()->setFocus();
            });
    connect(add("palette", tr("Command palette"), "Ctrl+Shift+P", Icon::Palette),
            &QAction::triggered, this, &MainWindow::openPalette);
    connect(addAction("break-filter", tr("Stop where Traffic's filter matches"),
                      QKeySequence("Ctrl+Shift+Y")),
            &QAction::triggered, this, [this] {
                if (GuestPage *page = this->page())
                    page->breakOnFilter();
            });
    connect(addAction("close-tab", tr("Close this tab"), QKeySequence("Ctrl+Shift+W")),
            &QAction::triggered, this, [this] { closePage(tabs_->currentIndex()); });
    connect(addAction("next-tab", tr("Next tab"), QKeySequence("Ctrl+PgDown")), &QAction::triggered,
            this, [this] { tabs_->setCurrentIndex((tabs_->currentIndex() + 1) % tabs_->count()); });
    connect(addAction("previous-tab", tr("Previous tab"), QKeySequence("Ctrl+PgUp")),
            &QAction::triggered, this, [this] {
                tabs_->setCurrentIndex((tabs_->currentIndex() + tabs_->count() - 1) %
                                       tabs_->count());
            });
    connect(addAction("dismiss", tr("Dismiss the problem"), QKeySequence("Ctrl+Shift+X")),
            &QAction::triggered, errors_, &ErrorBar::dismiss);
    connect(addAction("reset-layout", tr("Reset the layout"), {}), &QAction::triggered, this,
            [this] {
                if (GuestPage *page = this->page())
                    page->resetLayout();
            });
    connect(addAction("shortcuts", tr("Keyboard shortcuts"), QKeySequence("Ctrl+Shift+?")),
            &QAction::triggered, this, &MainWindow::showShortcuts);
    connect(addAction("quit", tr("Quit"), QKeySequence("Ctrl+Shift+Q")), &QAction::triggered, this,
            &QWidget::close);

    // In the order of GuestPage::docks().
    const QStringList views = {tr("Traffic"), tr("Console"),    tr("Registers"), tr("Explain"),
                               tr("Counts"),  tr("Interrupts"), tr("Switcher"),  tr("Memory"),
                               tr("Code"),    tr("Stops"),      tr("Bookmarks")};
    for (qsizetype i = 0; i < views.size(); ++i) {
        viewIds_ += QStringLiteral("view-%1").arg(i);
        connect(addAction(viewIds_.last(), tr("Go to %1").arg(views[i]),
                          i < 10 ? QKeySequence(QStringLiteral("Alt+%1").arg((i + 1) % 10))
                                 : QKeySequence()),
                &QAction::triggered, this, [this, i] {
                    if (GuestPage *page = this->page())
                        page->showView(page->docks().at(i));
                });
    }

    auto *themes = new QActionGroup(this);
    const std::pair<Theme, QString> choices[] = {{Theme::Desktop, tr("Colours of the desktop")},
                                                 {Theme::Light, tr("Light colours")},
                                                 {Theme::Dark, tr("Dark colours")}};
    for (const auto &[theme, name] : choices) {
        QAction *action = addAction(QStringLiteral("theme-") + themeName(theme), name, {});
        action->setCheckable(true);
        themes->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, theme = theme] { setTheme(theme, true); });
    }
}

void MainWindow::makeMenus() {
    const auto fill = [this](QMenu *menu, const QStringList &ids) {
        for (const QString &id : ids) {
            if (id.isEmpty())
                menu->addSeparator();
            else
                menu->addAction(actions_.value(id));
        }
        menu->setToolTipsVisible(true);
        menu->setAccessibleName(QString(menu->title()).remove(QLatin1Char('&')));
    };
    fill(menuBar()->addMenu(tr("&File")), {"launch", "open", "save", "export", "", "save-guest",
                                           "restore-guest", "", "close-tab", "quit"});
    fill(menuBar()->addMenu(tr("&Guest")),
         {"pause", "resume", "step", "until-event", "break-filter", "", "gdb", "", "reboot", "kill",
          "", "record", "stop-recording", "", "capture", "stop-capture"});
    viewMenu_ = menuBar()->addMenu(tr("&View"));
    QStringList viewOrders = {"palette", ""};
    viewOrders += viewIds_;
    viewOrders += {"", "next-tab",      "previous-tab", "reset-layout",
                   "", "theme-desktop", "theme-light",  "theme-dark"};
    fill(viewMenu_, viewOrders);
    fill(menuBar()->addMenu(tr("&Help")), {"shortcuts"});
    menuBar()->setAccessibleName(tr("Menu"));
}

void MainWindow::makeToolBar() {
    auto *bar = addToolBar(tr("Guest controls"));
    bar->setObjectName(QStringLiteral("controls"));
    bar->setAccessibleName(tr("Guest controls"));
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setIconSize(QSize(18, 18));
    bar->setMovable(false);
    for (const char *id : {"pause", "resume", "step", "until-event", "", "reboot", "kill", "",
                           "record", "stop-recording", "", "save"}) {
        if (!*id) {
            bar->addSeparator();
            continue;
        }
        QAction *action = actions_.value(QLatin1String(id));
        bar->addAction(action);
        if (QWidget *button = bar->widgetForAction(action))
            button->setAccessibleName(QString(action->text()).remove(QStringLiteral("…")));
    }
    auto *space = new QWidget(bar);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    bar->addAction(actions_.value("palette"));
    if (auto *button =
            qobject_cast<QToolButton *>(bar->widgetForAction(actions_.value("palette")))) {
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        button->setAccessibleName(tr("Command palette"));
    }
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
    transfer_ = new TransferBar(this);
    statusBar()->addPermanentWidget(transfer_);
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
        connect(live, &QObject::destroyed, transfer_, [this] { transfer_->show(-1); });
    }
    connect(session, &Session::said, this,
            [this](const QString &text) { statusBar()->showMessage(text, 6000); });
    connect(
        page, &GuestPage::neverStarted, this,
        [this, page] {
            const int index = tabs_->indexOf(page);
            if (index > 0)
                closePage(index);
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
    return addPage(new LiveSession(request));
}

GuestPage *MainWindow::openRecording(const QString &file) {
    return addPage(new RecordedSession(file));
}

void MainWindow::saveGuest() {
    const QPointer<LiveSession> session =
        page() ? qobject_cast<LiveSession *>(page()->session()) : nullptr;
    if (session)
        askFile(false, tr("Save the guest"), savedGuests(), [session](const QString &file) {
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

void MainWindow::setTheme(Theme theme, bool remember) {
    applyTheme(theme);
    actions_.value(QStringLiteral("theme-") + themeName(theme))->setChecked(true);
    if (remember)
        QSettings().setValue("window/theme", themeName(theme));
}

void MainWindow::give(Control control) {
    GuestPage *page = this->page();
    if (!page)
        return;
    const QPointer<Session> session = page->session();
    if (control == Control::Export) {
        const lg::Filter filter = page->traffic()->model()->filter();
        askFile(false, tr("Export the events that the filter lets through"),
                tr("Table (*.csv);;For Perfetto (*.json);;An object a line (*.jsonl);;"
                   "Common Trace Format, a folder (*.ctf)"),
                [session, filter](const QString &file) {
                    if (session)
                        session->exportTo(file, filter);
                });
        return;
    }
    if (control == Control::Capture) {
        askFile(false, tr("Capture the network's frames"), tr("For Wireshark (*.pcap)"),
                [session](const QString &file) {
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
    askFile(false, control == Control::Record ? tr("Record to a file") : tr("Save the recording"),
            recordings(), [session, control](const QString &file) {
                if (!session)
                    return;
                if (control == Control::Record)
                    session->record(file);
                else
                    session->save(file);
            });
}

QString MainWindow::recordings() {
    return tr("Recordings (*%1);;All files (*)").arg(kTraceSuffix);
}

QString MainWindow::savedGuests() {
    return tr("Saved guests (*%1);;All files (*)").arg(kGuestSuffix);
}

void MainWindow::askFile(bool open, const QString &title, const QString &kinds,
                         const std::function<void(const QString &)> &then) {
    auto *dialog = new QFileDialog(
        this, title, QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation), kinds);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setModal(false);
    dialog->setFileMode(open ? QFileDialog::ExistingFile : QFileDialog::AnyFile);
    dialog->setAcceptMode(open ? QFileDialog::AcceptOpen : QFileDialog::AcceptSave);
    const auto suffix = [dialog](const QString &kind) {
        dialog->setDefaultSuffix(
            kind.section(QStringLiteral("*."), 1).section(QLatin1Char(')'), 0, 0));
    };
    connect(dialog, &QFileDialog::filterSelected, dialog, suffix);
    suffix(kinds);
    connect(dialog, &QFileDialog::fileSelected, this, then);
    dialog->show();
}

void MainWindow::updateActions() {
    GuestPage *page = this->page();
    const QString none = tr("no guest is in this tab");
    const auto set = [this](const QString &id, const QString &why) {
        QAction *action = actions_.value(id);
        const QString name = QString(action->text()).remove(QStringLiteral("…"));
        action->setEnabled(why.isEmpty());
        action->setToolTip(why.isEmpty() ? tr("%1 (%2)").arg(name, action->shortcut().toString(
                                                                       QKeySequence::NativeText))
                                         : tr("%1 is not available: %2").arg(name, why));
    };
    const std::pair<const char *, Control> orders[] = {{"pause", Control::Pause},
                                                       {"resume", Control::Resume},
                                                       {"step", Control::Step},
                                                       {"until-event", Control::UntilEvent},
                                                       {"gdb", Control::Gdb},
                                                       {"reboot", Control::Reboot},
                                                       {"kill", Control::Kill},
                                                       {"record", Control::Record},
                                                       {"stop-recording", Control::StopRecording},
                                                       {"save", Control::Save},
                                                       {"capture", Control::Capture},
                                                       {"stop-capture", Control::StopCapture},
                                                       {"export", Control::Export}};
    for (const auto &[id, control] : orders)
        set(QLatin1String(id), page ? page->session()->whyNot(control) : none);
    for (const QString &id : QStringList{"close-tab", "reset-layout"} + viewIds_)
        set(id, page ? QString() : none);
    set(QStringLiteral("break-filter"), !page ? none
                                        : !page->session()->stops()
                                            ? tr("this is a recording, not a running guest")
                                            : QString());
    set(QStringLiteral("open"), {});
    set(QStringLiteral("restore-guest"), {});
    const auto *live = page ? qobject_cast<LiveSession *>(page->session()) : nullptr;
    set(QStringLiteral("save-guest"), live   ? live->whyNotSaveGuest()
                                      : page ? tr("this is a recording, not a running guest")
                                             : none);
    set(QStringLiteral("palette"), {});
    updateTabs();
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
}

void MainWindow::tick() {
    GuestPage *current = page();
    for (int i = 1; i < tabs_->count(); ++i) {
        auto *page = qobject_cast<GuestPage *>(tabs_->widget(i));
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
    rate_->setText(session->live()
                       ? tr("%1 events/s").arg(number(current->counts()->counts()->totalRate()))
                       : tr("%1 events").arg(number(static_cast<double>(counts.seen))));
    lost_->setText(tr("%1 lost").arg(number(static_cast<double>(counts.lost))));
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

void MainWindow::openPalette() {
    QList<QAction *> actions = QMainWindow::actions();
    actions.removeAll(actions_.value("palette"));
    if (GuestPage *page = this->page())
        actions += page->viewActions();
    commands_->open(actions);
}

void MainWindow::showShortcuts() {
    QList<QAction *> actions = QMainWindow::actions();
    if (GuestPage *page = this->page())
        actions += page->viewActions();
    auto *shortcuts = new ShortcutsPage(actions, this);
    shortcuts->show();
}

void MainWindow::restore() {
    const QSettings settings;
    // Most of the desktop, for two columns if they fit; then as the user left it.
    const QSize room = screen()->availableSize();
    resize(std::clamp(room.width() * 9 / 10, 1024, 1600),
           std::clamp(room.height() * 9 / 10, 700, 1000));
    restoreGeometry(settings.value("window/geometry").toByteArray());
    QList<LaunchRequest> recent;
    for (const QVariant &entry : settings.value("launch/recent").toList())
        recent += LaunchRequest::fromList(entry.toStringList());
    recent.removeIf([](const LaunchRequest &request) { return request.image.isEmpty(); });
    launch_->setRecent(recent);
    setTheme(themeByName(settings.value("window/theme").toString()), false);
}

void MainWindow::closeEvent(QCloseEvent *event) {
    QSettings settings;
    settings.setValue("window/geometry", saveGeometry());
    QVariantList recent;
    for (const LaunchRequest &request : launch_->recent())
        recent += QVariant(request.toList());
    settings.setValue("launch/recent", recent);
    for (int i = tabs_->count() - 1; i > 0; --i)
        if (auto *page = qobject_cast<GuestPage *>(tabs_->widget(i)); !page->starting()) {
            page->store(settings);
            break;
        }
    QMainWindow::closeEvent(event);
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
