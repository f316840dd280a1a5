// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ui/session/launch_request.h"
#include "ui/session/session.h"
#include "ui/window/theme.h"

#include <QMainWindow>
#include <QMap>
#include <QTimer>

#include <memory>

class QLabel;
class QMenu;
class QTabWidget;
class QToolBar;

namespace ui {

class CommandPalette;
class ErrorBar;
class GuestPage;
class LaunchView;
class TransferBar;
struct OpenedGuest;

// The window: a tab to launch from, a tab for each guest or recording, the
// orders one can give, and a line on how things are.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(QWidget *parent = nullptr);
    ~MainWindow() override;

    GuestPage *launch(const LaunchRequest &request);
    GuestPage *openRecording(const QString &file);
    // A guest that was saved; asks first when its file names disks or a network.
    void restoreGuest(const QString &file);
    // A recording is opened, a saved guest restored, anything else is offered for launch.
    void takeFile(const QString &file);
    void setTheme(Theme theme, bool remember);
    // The recordings that were open when the last window was closed.
    void reopen();

    LaunchView *launchView() const { return launch_; }
    ErrorBar *errorBar() const { return errors_; }
    CommandPalette *commands() const { return commands_; }
    QTabWidget *tabs() const { return tabs_; }
    GuestPage *page() const; // the current one, or null
    QAction *action(const QString &id) const { return actions_.value(id); }

protected:
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    QAction *addAction(const QString &id, const QString &name, const QKeySequence &keys);
    void makeActions();
    void makeMenus();
    void makeToolBar();
    void fitToolBar();
    void makeStatusBar();
    GuestPage *addPage(Session *session);
    void closePage(int index);
    void updateActions();
    void updateTabs();
    void tick();
    void give(Control control);
    void saveGuest();
    void openPalette();
    void showShortcuts();
    QList<QAction *> orders() const; // all that there are now
    void restore();
    void rememberLaunches();
    void rememberRecording(const QString &file, bool good);
    void fillRecordings();
    void restore(const std::shared_ptr<OpenedGuest> &opened);

    QTabWidget *tabs_;
    LaunchView *launch_;
    ErrorBar *errors_;
    CommandPalette *commands_;
    QMenu *recordingsMenu_ = nullptr;
    QMap<QString, QAction *> actions_;
    QStringList viewIds_; // of the actions that go to a view, in the order of the docks
    QLabel *host_ = nullptr;
    QLabel *state_ = nullptr;
    QLabel *rate_ = nullptr;
    QLabel *lost_ = nullptr;
    QLabel *clock_ = nullptr;
    TransferBar *transfer_ = nullptr;
    QToolBar *controls_ = nullptr;
    TransferBar *snapshot_ = nullptr;
    QTimer ticker_;
};

} // namespace ui
