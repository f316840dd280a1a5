// SPDX-License-Identifier: GPL-2.0-or-later
#include "screenshot.h"

#include "error_bar.h"
#include "guest_page.h"
#include "main_window.h"
#include "ui/console/console_view.h"
#include "ui/launch/launch_view.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/traffic_view.h"

#include <QDockWidget>
#include <QTabWidget>

#include <cstdio>

namespace ui {

namespace {
// A first start boots the sandbox; on a busy machine that takes its time.
constexpr qint64 kPatienceMs = 90'000;
constexpr qint64 kEventsMs = 3'000;
constexpr qint64 kIdleMs = 800;
} // namespace

ScreenshotTaker::ScreenshotTaker(MainWindow *window, const QString &picture,
                                 const QString &consoleText, const QStringList &show)
    : window_(window), picture_(picture), consoleText_(consoleText), show_(show) {
    if (picture_.isEmpty() && consoleText_.isEmpty())
        return;
    since_.start();
    connect(&timer_, &QTimer::timeout, this, &ScreenshotTaker::look);
    timer_.start(100);
}

void ScreenshotTaker::look() {
    const GuestPage *page = window_->page();
    if (!page) { // nothing was asked to run, or it failed
        if (since_.elapsed() > kIdleMs)
            take(window_->errorBar()->text().isEmpty());
        return;
    }
    if (page->traffic()->model()->rowCount() > 0 && !sinceEvents_.isValid())
        sinceEvents_.start();
    if (sinceEvents_.isValid() && sinceEvents_.elapsed() > kEventsMs)
        take(true);
    else if (since_.elapsed() > kPatienceMs)
        take(false);
}

void ScreenshotTaker::take(bool good) {
    timer_.stop();
    GuestPage *page = window_->page();
    // With an event selected, the other views have something to say.
    if (page && page->traffic()->model()->rowCount() > 0 && !page->traffic()->selected()) {
        const EventModel *model = page->traffic()->model();
        int row = model->rowCount() - 1;
        for (int back = 0; row > 0 && back < 200; --row, ++back)
            if (model->event(row).value_or(lg_event{}).kind == LG_EV_HYPERCALL)
                break;
        page->traffic()->select(model->eventIndex(row));
    }
    const auto fail = [&good](const QString &why) {
        std::fprintf(stderr, "lgscope: %s\n", qPrintable(why));
        good = false;
    };
    if (!good)
        fail(window_->errorBar()->text().isEmpty() ? tr("no events came")
                                                   : window_->errorBar()->text());
    for (const QString &view : std::as_const(show_)) {
        if (QDockWidget *dock = page ? page->dock(view) : nullptr)
            page->showView(dock);
        else
            fail(tr("there is no view “%1”").arg(view));
    }
    // A view that has come to the front asks the Guest first.
    QTimer::singleShot(show_.isEmpty() ? 200 : 2000, this, [this, page, good, fail]() mutable {
        if (!picture_.isEmpty() && !window_->grab().save(picture_))
            fail(tr("the picture %1 was not saved").arg(picture_));
        QString why;
        if (!consoleText_.isEmpty() && (!page || !page->console()->save(consoleText_, &why)))
            fail(tr("the console's text was not saved: %1").arg(page ? why : tr("no guest ran")));
        emit done(good);
    });
}

} // namespace ui
