// SPDX-License-Identifier: GPL-2.0-or-later
// A test that has a window, and what a user does in it.
#pragma once

#include "ui/console/console_view.h"
#include "ui/inspect/rows_model.h"
#include "ui/launch/launch_view.h"
#include "ui/window/error_bar.h"
#include "ui/window/guest_page.h"
#include "ui/window/language.h"
#include "ui/window/main_window.h"

#include <QListWidget>
#include <QPointer>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace ui;

// The first start boots the sandbox, under emulation and beside other tests.
constexpr int kBootMs = 120'000;
constexpr int kSoonMs = 30'000;

inline QWidget *display(const GuestPage *page) {
    for (QWidget *part : page->console()->findChildren<QWidget *>())
        if (part->inherits("Konsole::TerminalDisplay"))
            return part;
    return nullptr;
}

inline void type(GuestPage *page, const QString &text) {
    QTest::keyClicks(display(page), text);
    QTest::keyClick(display(page), Qt::Key_Return);
}

inline QString cell(const RowsModel *model, int row, int column) {
    return model->index(row, column).data().toString();
}

// The first row that has the text there; -1: none.
inline int rowOf(const RowsModel *model, int column, const QString &text) {
    for (int row = 0; row < model->rowCount(); ++row)
        if (cell(model, row, column).contains(text))
            return row;
    return -1;
}

class WindowTest : public QObject {
protected:
    QTemporaryDir folder_;
    std::unique_ptr<MainWindow> window_;

    // A user's first window.
    void openWindow(const QString &language = QStringLiteral("en")) {
        QSettings().clear();
        if (!language.isNull()) // else what there is
            setLanguage(language);
        window_ = std::make_unique<MainWindow>();
        window_->resize(1200, 800);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }

    void closeWindow() { window_.reset(); }

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

    // Null: it does not run, and the log says why.
    GuestPage *launch(const QString &bundled, const QString &words = {}, unsigned vcpus = 1,
                      uint64_t memoryBytes = LaunchRequest().memoryBytes) {
        LaunchRequest request;
        request.image = "guest:" + bundled;
        request.commandLine = words;
        request.vcpus = vcpus;
        request.memoryBytes = memoryBytes;
        GuestPage *page = window_->launch(request);
        if (runs(page))
            return page;
        qWarning() << window_->errorBar()->text();
        return nullptr;
    }

    // A page whose Guest cannot be started goes away.
    bool runs(GuestPage *page) const {
        const QPointer<GuestPage> there(page);
        return QTest::qWaitFor(
                   [&] { return !there || there->session()->state() == Session::State::Running; },
                   kBootMs) &&
               there;
    }
};
