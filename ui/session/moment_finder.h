// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "moment_inspector.h"
#include "session.h"

#include <QFutureWatcher>

#include <atomic>

namespace ui {

// Looks for the Guest as it was at an event, in a thread: there may be millions of events behind
// the snapshot.  A new question ends the one before.
class MomentFinder : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~MomentFinder() override;

    void seek(const Session &session, uint64_t eventIndex);
    void stop();

signals:
    // Null: it cannot be shown, and why.
    void found(const std::shared_ptr<ui::MomentInspector> &moment, const QString &why);

private:
    using Outcome = std::shared_ptr<lg::Result<lg::MomentAt>>;

    std::shared_ptr<std::atomic<bool>> wanted_;
    QFutureWatcher<Outcome> watcher_;
};

} // namespace ui
