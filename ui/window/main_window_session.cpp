// SPDX-License-Identifier: GPL-2.0-or-later
// What comes back at the next start: the window and its colours, the views as they were arranged,
// launches, recordings. Guests do not: they end with the window, and are among the launches.
#include "guest_page.h"
#include "main_window.h"
#include "ui/launch/launch_view.h"

#include <QAction>
#include <QCloseEvent>
#include <QFileInfo>
#include <QMenu>
#include <QScreen>
#include <QSettings>
#include <QTabWidget>

#include <algorithm>

namespace ui {

namespace {
const QString kGeometry = QStringLiteral("window/geometry");
const QString kTheme = QStringLiteral("window/theme");
const QString kOpen = QStringLiteral("window/recordings"); // those in tabs
const QString kCurrent = QStringLiteral("window/current"); // one of them, or empty
const QString kLaunches = QStringLiteral("launch/recent");
const QString kRecordings =
    QStringLiteral("files/recordings"); // those opened of late, newest first
constexpr int kMostRecordings = 8;
} // namespace

void MainWindow::restore() {
    const QSettings settings;
    // Most of the desktop, for two columns if they fit; then as the user left it, on a screen that
    // there is.
    const QSize room = screen()->availableSize();
    resize(std::min(room.width(), std::clamp(room.width() * 9 / 10, 1024, 1600)),
           std::min(room.height(), std::clamp(room.height() * 9 / 10, 700, 1000)));
    restoreGeometry(settings.value(kGeometry).toByteArray());
    QList<LaunchRequest> recent;
    for (const QVariant &entry : settings.value(kLaunches).toList())
        recent += LaunchRequest::fromList(entry.toStringList());
    recent.removeIf([](const LaunchRequest &request) { return request.image.isEmpty(); });
    launch_->setRecent(recent);
    setTheme(themeByName(settings.value(kTheme).toString()), false);
    fillRecordings();
}

void MainWindow::setTheme(Theme theme, bool remember) {
    applyTheme(theme);
    actions_.value(QStringLiteral("theme-") + themeName(theme))->setChecked(true);
    if (remember)
        QSettings().setValue(kTheme, themeName(theme));
}

void MainWindow::reopen() {
    const QSettings settings;
    const QString current = settings.value(kCurrent).toString();
    GuestPage *front = nullptr;
    for (const QString &file : settings.value(kOpen).toStringList())
        if (QFileInfo(file).isFile()) {
            GuestPage *page = openRecording(file);
            if (file == current)
                front = page;
        }
    tabs_->setCurrentWidget(front ? static_cast<QWidget *>(front) : launch_);
}

void MainWindow::rememberLaunches() {
    QVariantList recent;
    for (const LaunchRequest &request : launch_->recent())
        recent += QVariant(request.toList());
    QSettings().setValue(kLaunches, recent);
}

void MainWindow::rememberRecording(const QString &file, bool good) {
    const QString path = QFileInfo(file).absoluteFilePath();
    QSettings settings;
    QStringList recent = settings.value(kRecordings).toStringList();
    recent.removeAll(path);
    if (good)
        recent.prepend(path);
    settings.setValue(kRecordings, recent.mid(0, kMostRecordings));
    fillRecordings();
}

void MainWindow::fillRecordings() {
    recordingsMenu_->clear();
    for (const QString &file : QSettings().value(kRecordings).toStringList()) {
        QAction *action =
            recordingsMenu_->addAction(tr("Open %1 again").arg(QFileInfo(file).fileName()));
        action->setToolTip(file);
        // Later: this menu is filled anew by it.
        connect(
            action, &QAction::triggered, this, [this, file] { openRecording(file); },
            Qt::QueuedConnection);
    }
    recordingsMenu_->menuAction()->setEnabled(!recordingsMenu_->isEmpty());
    recordingsMenu_->menuAction()->setToolTip(
        recordingsMenu_->isEmpty() ? tr("No recording was opened yet") : QString());
}

void MainWindow::closeEvent(QCloseEvent *event) {
    QSettings settings;
    settings.setValue(kGeometry, saveGeometry());
    QStringList open;
    const GuestPage *arranged = page();
    for (int i = 1; i < tabs_->count(); ++i) {
        const auto *page = qobject_cast<GuestPage *>(tabs_->widget(i));
        if (page->starting())
            continue;
        if (!arranged || arranged->starting())
            arranged = page;
        if (const QString file = page->session()->file(); !file.isEmpty())
            open += QFileInfo(file).absoluteFilePath();
    }
    settings.setValue(kOpen, open);
    settings.setValue(kCurrent, page() && !page()->session()->file().isEmpty()
                                    ? QFileInfo(page()->session()->file()).absoluteFilePath()
                                    : QString());
    if (arranged && !arranged->starting())
        arranged->store(settings);
    QMainWindow::closeEvent(event);
}

} // namespace ui
