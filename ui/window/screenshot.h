// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>

namespace ui {

class MainWindow;

// Waits until there is something to see, then saves a picture of the window and
// the console's text.  A guest that never comes is a picture too, and an error.
class ScreenshotTaker : public QObject {
    Q_OBJECT
public:
    ScreenshotTaker(MainWindow *window, const QString &picture, const QString &consoleText,
                    const QStringList &show = {});

signals:
    void done(bool good);

private:
    void look();
    void take(bool good);

    MainWindow *window_;
    QString picture_;
    QString consoleText_;
    QStringList show_; // views to bring to the front
    QTimer timer_;
    QElapsedTimer since_;       // the program's start
    QElapsedTimer sinceEvents_; // events are there
};

} // namespace ui
