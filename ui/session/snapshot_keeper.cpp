// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot_keeper.h"

#include "post.h"
#include "snapshot/take.h"

#include <QFileInfo>
#include <QTemporaryFile>
#include <QtConcurrent>

namespace ui {

struct SnapshotKeeper::Files {
    Files(lg::AgentConnection &agent, lg::GuestId guest, lg::TraceMeta meta_)
        : meta(std::move(meta_)), taker(agent, guest, meta.memoryBytes) {}

    // Into the file, and into the recording.
    lg::Result<void> take(const std::string &why, const std::shared_ptr<lg::Recorder> &recorder,
                          const lg::SnapshotProgress &progress) {
        if (!store) {
            if (!file.open())
                return lg::Error{file.errorString().toStdString()};
            auto made = lg::Recorder::create(file.fileName().toStdString(), meta);
            if (!made)
                return made.error();
            store = std::move(*made);
        }
        // Who was not there the last time needs all of it.
        if (recorder && recorder != last.lock())
            taker.startAnew();
        if (recorder)
            last = recorder;
        std::vector<lg::Recorder *> into = {store.get()};
        if (recorder)
            into.push_back(recorder.get());
        else
            last.reset(); // it misses one
        return taker.take(into, why, progress);
    }

    const lg::TraceMeta meta;
    QTemporaryFile file;
    std::unique_ptr<lg::Recorder> store;
    std::weak_ptr<lg::Recorder> last;
    lg::SnapshotTaker taker;
};

SnapshotKeeper::SnapshotKeeper(std::shared_ptr<HostLink> link, lg::GuestId guest,
                               lg::TraceMeta meta, QObject *parent)
    : QObject(parent), link_(std::move(link)),
      files_(std::make_shared<Files>(*link_->agent(), guest, std::move(meta))) {}

SnapshotKeeper::~SnapshotKeeper() {
    *wanted_ = false;
}

void SnapshotKeeper::take(const QString &why, std::shared_ptr<lg::Recorder> recorder,
                          std::function<void()> then) {
    wishes_.push_back({why, std::move(recorder), std::move(then), false});
    if (!running_)
        next();
}

void SnapshotKeeper::takeQuietly(const QString &why, std::shared_ptr<lg::Recorder> recorder) {
    wishes_.push_back({why, std::move(recorder), {}, true});
    if (!running_)
        next();
}

qint64 SnapshotKeeper::fileBytes() const {
    return QFileInfo(files_->file.fileName()).size();
}

void SnapshotKeeper::cancel() {
    *wanted_ = false;
}

void SnapshotKeeper::next() {
    if (wishes_.empty())
        return;
    const Wish wish = std::move(wishes_.front());
    wishes_.pop_front();
    running_ = true;
    const auto wanted = wanted_ = std::make_shared<std::atomic<bool>>(true);
    emit busyChanged();
    if (!wish.quiet)
        emit progress(0);
    const QPointer<SnapshotKeeper> self(this);
    (void)QtConcurrent::run([self, wish, wanted, link = link_, files = files_] {
        auto told = [self, wanted, quiet = wish.quiet, last = 0](double part) mutable {
            if (const int percent = int(part * 100); percent != last && !quiet) {
                last = percent;
                post(self, [percent](SnapshotKeeper &keeper) { emit keeper.progress(percent); });
            }
            return wanted->load();
        };
        const auto done = files->take(wish.why.toStdString(), wish.recorder, told);
        std::shared_ptr<const lg::Recording> all;
        if (done)
            if (auto opened = lg::Recording::open(files->file.fileName().toStdString()))
                all = std::move(*opened);
        post(self,
             [done, all, then = wish.then, quiet = wish.quiet, wanted](SnapshotKeeper &keeper) {
                 keeper.running_ = false;
                 emit keeper.busyChanged();
                 if (!quiet)
                     emit keeper.progress(-1);
                 if (all)
                     keeper.snapshots_ = all;
                 if (done)
                     emit keeper.taken();
                 else if (wanted->load())
                     emit keeper.failed(QString::fromStdString(done.message()));
                 if (then)
                     then();
                 if (!keeper.running_)
                     keeper.next();
             });
    });
}

} // namespace ui
