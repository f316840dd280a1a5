// SPDX-License-Identifier: GPL-2.0-or-later
// What one can order in the window: names, keys, places in menus and tool bar, and when and why
// not.
#include "command_palette.h"
#include "error_bar.h"
#include "file_dialogs.h"
#include "guest_page.h"
#include "icons.h"
#include "lguest_uapi.h"
#include "main_window.h"
#include "ui/launch/launch_view.h"
#include "ui/session/live_session.h"

#include <QAction>
#include <QActionGroup>
#include <QDockWidget>
#include <QListWidget>
#include <QMenuBar>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>

namespace ui {

namespace {

constexpr unsigned kSnapshotSeconds[] = {0, 1, 5, 30};

QString pauseId(unsigned vcpu) {
    return QStringLiteral("pause-vcpu-%1").arg(vcpu);
}

QString snapshotId(unsigned seconds) {
    return QStringLiteral("snapshot-every-%1").arg(seconds);
}

} // namespace

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
    connect(addAction("snapshot", tr("Take a snapshot"), QKeySequence("Ctrl+Shift+F4")),
            &QAction::triggered, this, [this] { give(Control::Snapshot); });
    order("save", tr("Save recording…"), "Ctrl+Shift+S", Icon::Save, Control::Save);
    connect(addAction("capture", tr("Capture network frames…"), {}), &QAction::triggered, this,
            [this] { give(Control::Capture); });
    connect(addAction("stop-capture", tr("Stop capturing frames"), {}), &QAction::triggered, this,
            [this] { give(Control::StopCapture); });
    connect(addAction("save-guest", tr("Save the guest…"), QKeySequence("Ctrl+Shift+F2")),
            &QAction::triggered, this, &MainWindow::saveGuest);
    connect(addAction("restore-guest", tr("Restore a guest…"), QKeySequence("Ctrl+Shift+F3")),
            &QAction::triggered, this, [this] {
                askToOpen(this, tr("Restore a saved guest"), savedGuestFiles(),
                          [this](const QString &file) { restoreGuest(file); });
            });
    connect(addAction("export", tr("Export the events shown…"), {}), &QAction::triggered, this,
            [this] { give(Control::Export); });

    connect(add("open", tr("Open recording…"), "Ctrl+Shift+O", Icon::Open), &QAction::triggered,
            this, [this] {
                askToOpen(this, tr("Open a recording"), recordingFiles(),
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

    for (unsigned vcpu = 0; vcpu < LG_VCPUS_MAX; ++vcpu)
        connect(addAction(pauseId(vcpu), tr("Pause only vCPU %1").arg(vcpu), {}),
                &QAction::triggered, this, [this, vcpu] {
                    if (GuestPage *page = this->page())
                        page->session()->pauseVcpu(vcpu);
                });

    auto *clock = new QActionGroup(this);
    for (const unsigned seconds : kSnapshotSeconds) {
        QAction *action =
            addAction(snapshotId(seconds),
                      seconds ? tr("Snapshot every %n second(s)", nullptr, int(seconds))
                              : tr("No snapshots by the clock"),
                      {});
        action->setCheckable(true);
        clock->addAction(action);
        connect(action, &QAction::triggered, this, [this, seconds] {
            if (GuestPage *page = this->page())
                page->session()->setSnapshotSeconds(seconds);
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
    QMenu *file = menuBar()->addMenu(tr("&File"));
    fill(file, {"launch", "open", "save", "export", "", "save-guest", "restore-guest", "",
                "close-tab", "quit"});
    recordingsMenu_ = new QMenu(tr("Recordings opened &before"), file);
    recordingsMenu_->setAccessibleName(tr("Recordings opened before"));
    recordingsMenu_->setToolTipsVisible(true);
    file->insertMenu(actions_.value("save"), recordingsMenu_);
    QMenu *guest = menuBar()->addMenu(tr("&Guest"));
    fill(guest,
         {"pause", "resume", "step", "until-event", "break-filter", "", "gdb", "", "reboot", "kill",
          "", "record", "stop-recording", "snapshot", "", "capture", "stop-capture"});
    auto *one = new QMenu(tr("Pause one &vCPU"), guest);
    QStringList vcpus;
    for (unsigned vcpu = 0; vcpu < LG_VCPUS_MAX; ++vcpu)
        vcpus += pauseId(vcpu);
    fill(one, vcpus);
    guest->insertMenu(actions_.value("resume"), one);
    auto *clock = new QMenu(tr("Snapshots by the &clock"), guest);
    QStringList times;
    for (const unsigned seconds : kSnapshotSeconds)
        times += snapshotId(seconds);
    fill(clock, times);
    guest->insertMenu(guest->actions().at(guest->actions().indexOf(actions_.value("snapshot")) + 1),
                      clock);
    QStringList viewOrders = {"palette", ""};
    viewOrders += viewIds_;
    viewOrders += {"", "next-tab",      "previous-tab", "reset-layout",
                   "", "theme-desktop", "theme-light",  "theme-dark"};
    fill(menuBar()->addMenu(tr("&View")), viewOrders);
    fill(menuBar()->addMenu(tr("&Help")), {"shortcuts"});
    menuBar()->setAccessibleName(tr("Menu"));
}

void MainWindow::makeToolBar() {
    auto *bar = controls_ = addToolBar(tr("Guest controls"));
    bar->setObjectName(QStringLiteral("controls"));
    bar->setAccessibleName(tr("Guest controls"));
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
    if (QWidget *button = bar->widgetForAction(actions_.value("palette")))
        button->setAccessibleName(tr("Command palette"));
    fitToolBar();
}

// Words beside the icons as far as there is room: languages differ. An order's tool tip has its
// name.
void MainWindow::fitToolBar() {
    const auto dress = [this](Qt::ToolButtonStyle style) {
        controls_->setToolButtonStyle(style);
        if (auto *palette =
                qobject_cast<QToolButton *>(controls_->widgetForAction(actions_.value("palette"))))
            palette->setToolButtonStyle(Qt::ToolButtonIconOnly);
    };
    dress(Qt::ToolButtonTextBesideIcon);
    if (controls_->sizeHint().width() > width())
        dress(Qt::ToolButtonIconOnly);
}

void MainWindow::resizeEvent(QResizeEvent *event) {
    QMainWindow::resizeEvent(event);
    fitToolBar();
}

void MainWindow::updateActions() {
    GuestPage *page = this->page();
    const QString none = tr("no guest is in this tab");
    const auto set = [this](const QString &id, const QString &why) {
        QAction *action = actions_.value(id);
        const QString name = QString(action->text()).remove(QStringLiteral("…"));
        action->setEnabled(why.isEmpty());
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        action->setToolTip(!why.isEmpty()   ? tr("%1 is not available: %2").arg(name, why)
                           : keys.isEmpty() ? name
                                            : tr("%1 (%2)").arg(name, keys));
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
                                                       {"snapshot", Control::Snapshot},
                                                       {"save", Control::Save},
                                                       {"capture", Control::Capture},
                                                       {"stop-capture", Control::StopCapture},
                                                       {"export", Control::Export}};
    for (const auto &[id, control] : orders)
        set(QLatin1String(id), page ? page->session()->whyNot(control) : none);
    for (unsigned vcpu = 0; vcpu < LG_VCPUS_MAX; ++vcpu) {
        set(pauseId(vcpu), page ? page->session()->whyNot(Control::PauseOne) : none);
        // The first one's line says why not where there is nothing to choose.
        actions_.value(pauseId(vcpu))
            ->setVisible(vcpu == 0 || (page && vcpu < page->session()->vcpus()));
    }
    for (const unsigned seconds : kSnapshotSeconds) {
        set(snapshotId(seconds), page ? page->session()->whyNot(Control::SnapshotEvery) : none);
        actions_.value(snapshotId(seconds))
            ->setChecked(page && page->session()->snapshotSeconds() == seconds);
    }
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

} // namespace ui
