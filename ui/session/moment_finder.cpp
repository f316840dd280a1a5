// SPDX-License-Identifier: GPL-2.0-or-later
#include "moment_finder.h"

#include <QtConcurrent>

namespace ui {

MomentFinder::~MomentFinder() {
    stop();
    watcher_.waitForFinished();
}

void MomentFinder::stop() {
    watcher_.disconnect(this);
    if (wanted_)
        *wanted_ = false;
}

void MomentFinder::seek(const Session &session, uint64_t eventIndex) {
    stop();
    const auto wanted = wanted_ = std::make_shared<std::atomic<bool>>(true);
    connect(&watcher_, &QFutureWatcher<Outcome>::finished, this, [this] {
        const Outcome outcome = watcher_.result();
        if (outcome->ok())
            emit found(std::make_shared<MomentInspector>(**outcome), {});
        else
            emit found(nullptr, QString::fromStdString(outcome->message()));
    });
    watcher_.setFuture(QtConcurrent::run([snapshots = session.snapshots(),
                                          window = session.window(), eventIndex, wanted] {
        const lg::EventRows rows = {
            window->first(), window->end(),
            [&window](uint64_t from, std::span<lg_event> into, lg::ColumnSet columns) {
                return window->read(from, into, columns);
            }};
        return std::make_shared<lg::Result<lg::MomentAt>>(
            snapshots ? lg::momentAt(snapshots, rows, eventIndex, [&] { return wanted->load(); })
                      : lg::Result<lg::MomentAt>(lg::Error{"there is no snapshot"}));
    }));
}

} // namespace ui
