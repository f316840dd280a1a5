// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "host_link.h"
#include "trace/recorder.h"
#include "trace/recording.h"

#include <QObject>

#include <atomic>
#include <deque>
#include <functional>

namespace ui {

// Takes the snapshots of one live guest, one after the other, in a thread, and keeps them in a file
// of their own that goes with it; a recording that is being made gets them as well.
class SnapshotKeeper : public QObject {
    Q_OBJECT
public:
    SnapshotKeeper(std::shared_ptr<HostLink> link, lg::GuestId guest, lg::TraceMeta meta,
                   QObject *parent);
    ~SnapshotKeeper() override;

    // `recorder` may be null.  `then` is called on the window's thread in any case, when it is
    // there or was not taken.
    void take(const QString &why, std::shared_ptr<lg::Recorder> recorder,
              std::function<void()> then = {});
    // One of many, whose progress nobody is told.
    void takeQuietly(const QString &why, std::shared_ptr<lg::Recorder> recorder);
    void cancel();
    bool busy() const { return running_; }
    std::shared_ptr<const lg::Recording> snapshots() const { return snapshots_; }
    qint64 fileBytes() const;

signals:
    void progress(int percent); // -1: that is over
    void busyChanged();
    void taken();
    void failed(const QString &why);

private:
    struct Files; // what the thread works with
    struct Wish {
        QString why;
        std::shared_ptr<lg::Recorder> recorder;
        std::function<void()> then;
        bool quiet;
    };

    void next();

    const std::shared_ptr<HostLink> link_;
    const std::shared_ptr<Files> files_;
    std::shared_ptr<std::atomic<bool>> wanted_ = std::make_shared<std::atomic<bool>>(true);
    std::deque<Wish> wishes_;
    bool running_ = false;
    std::shared_ptr<const lg::Recording> snapshots_;
};

} // namespace ui
