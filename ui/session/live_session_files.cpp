// SPDX-License-Identifier: GPL-2.0-or-later
// What a running guest leaves in files: recordings, network frames, exports, itself.
#include "image/bundled.h"
#include "live_session.h"
#include "post.h"
#include "save_events.h"
#include "saved/transfer.h"
#include "ui/inspect/numbers.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLocale>
#include <QTemporaryFile>
#include <QtConcurrent>

namespace ui {

lg::TraceMeta LiveSession::meta() const {
    lg::TraceMeta meta;
    meta.guest = request_.name().toStdString();
    meta.image = request_.image.toStdString();
    meta.commandLine = request_.commandLine.toStdString();
    meta.host = link_ && link_->agent() ? link_->agent()->host().kernel : "";
    meta.program = "lgscope " + QCoreApplication::applicationVersion().toStdString();
    meta.memoryBytes = request_.memoryBytes;
    meta.vcpus = request_.vcpus;
    meta.startWallNs = static_cast<uint64_t>(startedMs_) * 1'000'000;
    meta.tscKhz = tscKhz_;
    meta.eventMode = request_.lossless ? LG_EVENTS_LOSSLESS : LG_EVENTS_DROP;
    return meta;
}

void LiveSession::record(const QString &file) {
    if (!whyNot(Control::Record).isEmpty())
        return;
    auto recorder = lg::Recorder::create(file.toStdString(), meta(), symbols_.get());
    if (!recorder) {
        emit failed(tr("Not recording: %1").arg(QString::fromStdString(recorder.message())),
                    tr("Choose a folder that you may write to."));
        return;
    }
    recorder_ = std::move(*recorder);
    recordingFile_ = file;
    feed_->setRecorder(recorder_);
    snapshots_->take(tr("start"), recorder_);
    emit said(tr("Recording to %1").arg(QFileInfo(file).fileName()));
    emit stateChanged();
}

void LiveSession::capture(const QString &file) {
    const auto network = network_.lock();
    if (!whyNot(Control::Capture).isEmpty() || !network)
        return;
    if (auto begun = network->capture(file.toStdString()); !begun) {
        emit failed(tr("Not capturing: %1").arg(QString::fromStdString(begun.message())),
                    tr("Choose a folder that you may write to."));
        return;
    }
    capturing_ = true;
    emit said(tr("Network frames go to %1").arg(QFileInfo(file).fileName()));
    emit stateChanged();
}

// Its memory at the end belongs to it, and the events until then.
void LiveSession::stopRecording() {
    if (!recorder_)
        return;
    const auto recorder = std::exchange(recorder_, nullptr);
    snapshots_->take(tr("end"), recorder,
                     [this, recorder, file = recordingFile_] { finishRecording(recorder, file); });
    emit stateChanged();
}

void LiveSession::finishRecording(const std::shared_ptr<lg::Recorder> &recorder,
                                  const QString &file) {
    if (!recorder_)
        feed_->setRecorder(nullptr);
    // The last block is compressed and written off this thread.
    const QPointer<LiveSession> self(this);
    (void)QtConcurrent::run([self, recorder, file] {
        const auto finished = recorder->finish();
        const auto count = recorder->eventCount();
        post(self, [finished, count, file](LiveSession &session) {
            if (finished)
                emit session.said(tr("Recorded %1 event(s) in %2", nullptr, countable(count))
                                      .arg(numberText(count), QFileInfo(file).fileName()));
            else
                emit session.failed(tr("The recording is not complete: %1")
                                        .arg(QString::fromStdString(finished.message())),
                                    tr("What was written before can still be opened."));
        });
    });
}

void LiveSession::makeSnapshotKeeper() {
    snapshots_ = new SnapshotKeeper(link_, guest_, meta(), this);
    connect(snapshots_, &SnapshotKeeper::progress, this, &Session::takingSnapshot);
    connect(snapshots_, &SnapshotKeeper::taken, this, &Session::snapshotsChanged);
    // Another one can be taken, or cannot.
    connect(snapshots_, &SnapshotKeeper::busyChanged, this, &Session::stateChanged);
    connect(snapshots_, &SnapshotKeeper::failed, this, [this](const QString &why) {
        // Of a guest whose host is gone nothing more can be had, and that is told already.
        if (state() != State::Failed)
            emit failed(tr("No snapshot was taken: %1").arg(why), tr("The guest goes on."));
    });
}

std::shared_ptr<const lg::Recording> LiveSession::snapshots() const {
    return snapshots_ ? snapshots_->snapshots() : nullptr;
}

QString LiveSession::whyNotSnapshot(const QString &gone) const {
    if (!snapshots_ || !link_ || link_->state() != HostLink::State::Ready)
        return snapshots_ ? tr("its host is gone") : gone;
    return snapshots_->busy() ? tr("one is being taken") : QString();
}

void LiveSession::takeSnapshot(const QString &why) {
    if (!whyNot(Control::Snapshot).isEmpty())
        return;
    const auto count = [this] {
        const auto all = snapshots();
        return all ? all->snapshots().count() : 0;
    };
    snapshots_->take(why, recorder_, [this, count, before = count()] {
        if (count() > before)
            emit said(tr("Snapshot %1 is taken").arg(count()));
    });
}

void LiveSession::setSnapshotSeconds(unsigned seconds) {
    if (seconds && !whyNot(Control::SnapshotEvery).isEmpty())
        return;
    if (seconds)
        snapshotClock_.start(int(seconds) * 1000);
    else
        snapshotClock_.stop();
    emit stateChanged();
}

unsigned LiveSession::snapshotSeconds() const {
    return snapshotClock_.isActive() ? unsigned(snapshotClock_.interval()) / 1000 : 0;
}

// While it stands still there is nothing new; while one is being taken the next one waits a turn.
void LiveSession::snapshotByClock() {
    if (state() == State::Ended || state() == State::Failed) {
        setSnapshotSeconds(0);
        return;
    }
    if (state() != State::Running || !whyNot(Control::Snapshot).isEmpty())
        return;
    if (snapshots_->fileBytes() > snapshotRoom_) {
        setSnapshotSeconds(0);
        emit failed(
            tr("No more snapshots are taken by the clock: they fill %1 of the temporary folder")
                .arg(QLocale().formattedDataSize(snapshots_->fileBytes())),
            tr("Those that there are stay. A larger time between them makes them last longer."));
        return;
    }
    snapshots_->takeQuietly(tr("by the clock"), recorder_);
}

void LiveSession::cancelSnapshot() {
    if (snapshots_)
        snapshots_->cancel();
}

void LiveSession::save(const QString &file) {
    const QPointer<LiveSession> self(this);
    (void)QtConcurrent::run([self, file, meta = meta(), window = window(), symbols = symbols_,
                             console = feed_->consoleLog(), snapshots = snapshots()] {
        const auto saved =
            saveEvents(file.toStdString(), meta, symbols.get(), *window, console, snapshots.get());
        post(self, [saved, file](LiveSession &session) {
            if (saved)
                emit session.said(tr("Saved %1 event(s) in %2", nullptr, countable(*saved))
                                      .arg(numberText(*saved), QFileInfo(file).fileName()));
            else
                emit session.failed(
                    tr("Not saved: %1").arg(QString::fromStdString(saved.message())),
                    tr("Choose a folder that you may write to, on a disk with room."));
        });
    });
}

QString LiveSession::whyNotSaveGuest() const {
    return whyNot(Control::Kill); // the same: it lives, and is not being saved already
}

void LiveSession::saveGuest(const QString &file) {
    if (!whyNotSaveGuest().isEmpty())
        return;
    std::vector<std::string> disks;
    for (const QString &disk : request_.disks)
        disks.push_back(disk.toStdString());
    auto path = lg::resolveGuest(request_.image.toStdString());
    auto saved = lg::savedGuestOf(recipe_, path ? *path : request_.image.toStdString(), disks,
                                  request_.network.toStdString());
    saving_ = std::make_shared<std::atomic<bool>>(true);
    setState(State::Paused, tr("paused to be saved"));
    emit savingGuest(0);
    const QPointer<LiveSession> self(this);
    (void)QtConcurrent::run([self, file, saved = std::move(saved), link = link_, feed = feed_,
                             guest = guest_, wanted = saving_]() mutable {
        auto progress = [self, wanted, told = 0](double part) mutable {
            if (const int percent = int(part * 100); percent != told) {
                told = percent;
                post(self, [percent](LiveSession &session) { emit session.savingGuest(percent); });
            }
            return wanted->load();
        };
        const auto done = lg::saveGuest(*link->agent(), guest, std::move(saved), file.toStdString(),
                                        progress, [feed] { return feed->consoleTail(); });
        post(self, [done, file, stopped = !wanted->load()](LiveSession &session) {
            session.saving_.reset();
            emit session.savingGuest(-1);
            emit session.stateChanged();
            if (done)
                emit session.said(tr("The guest is saved in %1").arg(QFileInfo(file).fileName()));
            else if (stopped)
                emit session.said(tr("The guest was not saved"));
            else
                emit session.failed(
                    tr("The guest was not saved: %1").arg(QString::fromStdString(done.message())),
                    tr("Choose a folder that you may write to, on a disk with room."));
        });
    });
}

void LiveSession::cancelSaving() {
    if (saving_)
        *saving_ = false;
}

void LiveSession::exportTo(const QString &file, const lg::Filter &filter) {
    (void)QtConcurrent::run([self = QPointer<Session>(this), file, filter, meta = meta(),
                             window = window(), symbols = symbols_] {
        QTemporaryFile between;
        if (!between.open()) {
            tellExported(self, file, lg::Error{between.errorString().toStdString()});
            return;
        }
        const std::string path = between.fileName().toStdString();
        const auto saved = saveEvents(path, meta, symbols.get(), *window, {});
        tellExported(self, file,
                     saved ? exportEvents(path, file.toStdString(), filter)
                           : lg::Result<uint64_t>(saved.error()));
    });
}

} // namespace ui
