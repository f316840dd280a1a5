// SPDX-License-Identifier: GPL-2.0-or-later
#include "recorded_session.h"

#include "guest_feed.h"
#include "post.h"
#include "save_events.h"

#include <QFile>
#include <QFileInfo>
#include <QtConcurrent>

#include <algorithm>
#include <filesystem>

namespace ui {

RecordingWindow::RecordingWindow(std::unique_ptr<lg::Recording> recording)
    : recording_(std::move(recording)) {
    uint64_t before = 0;
    for (const lg::TraceLoss &loss : recording_->losses())
        lossRows_.push_back(loss.before + before++);
    end_ = recording_->eventCount() + lossRows_.size();
}

RecordingWindow::Place RecordingWindow::place(uint64_t index) const {
    const auto at = std::lower_bound(lossRows_.begin(), lossRows_.end(), index);
    const auto losses = static_cast<uint64_t>(at - lossRows_.begin());
    if (at != lossRows_.end() && *at == index)
        return {index - losses, &recording_->losses()[losses]};
    return {index - losses, nullptr};
}

lg_event RecordingWindow::damaged(const std::string &why) const {
    const std::lock_guard lock(problemMutex_);
    if (problem_.empty())
        problem_ = why;
    return makeLoss(0, 0, 1, 0);
}

lg_event RecordingWindow::lossAt(const lg::TraceLoss &loss) const {
    // A loss at the very end has nothing behind it to take the time from.
    const uint64_t count = recording_->eventCount();
    uint64_t tsc = 0;
    if (count > 0)
        if (auto next = recording_->event(std::min(loss.before, count - 1)))
            tsc = next->tsc;
    return makeLoss(static_cast<uint8_t>(loss.vcpu), 0, loss.count, tsc);
}

lg_event RecordingWindow::at(uint64_t index) const {
    const Place where = place(index);
    if (where.loss)
        return lossAt(*where.loss);
    auto event = recording_->event(where.number);
    return event ? *event : damaged(event.message());
}

size_t RecordingWindow::read(uint64_t from, std::span<lg_event> into, lg::ColumnSet wanted) const {
    if (from >= end_ || into.empty())
        return 0;
    const Place where = place(from);
    if (where.loss) {
        into[0] = lossAt(*where.loss);
        return 1;
    }
    const auto next = std::lower_bound(lossRows_.begin(), lossRows_.end(), from);
    const uint64_t untilLoss = (next == lossRows_.end() ? end_ : *next) - from;
    const uint64_t inBlock = recording_->blockEnd(where.number) - where.number;
    const auto part = into.first(std::min<uint64_t>({into.size(), untilLoss, inBlock}));
    if (auto got = recording_->read(where.number, part, wanted); !got)
        std::fill(part.begin(), part.end(), damaged(got.message()));
    return part.size();
}

std::vector<uint64_t> RecordingWindow::find(const lg::Filter &filter, const lg::SymbolTable *,
                                            uint64_t from, uint64_t until) const {
    std::vector<uint64_t> numbers;
    const auto found = recording_->find(filter, place(from).number, place(until).number, numbers);
    if (!found)
        damaged(found.message());
    // Losses move the events behind them on.
    auto loss = std::lower_bound(lossRows_.begin(), lossRows_.end(), from);
    std::vector<uint64_t> rows;
    rows.reserve(numbers.size());
    auto before = static_cast<uint64_t>(loss - lossRows_.begin());
    for (const uint64_t number : numbers) {
        for (; loss != lossRows_.end() && *loss <= number + before; ++loss, ++before)
            rows.push_back(*loss);
        rows.push_back(number + before);
    }
    for (; loss != lossRows_.end() && *loss < until; ++loss)
        rows.push_back(*loss);
    return rows;
}

std::string RecordingWindow::takeProblem() const {
    const std::lock_guard lock(problemMutex_);
    return std::exchange(problem_, {});
}

RecordedSession::RecordedSession(const QString &file, QObject *parent)
    : Session(parent), file_(QFileInfo(file).absoluteFilePath()) {
    setTitle(QFileInfo(file).fileName());
    setState(State::Starting, tr("opening"));
    connect(&opening_, &QFutureWatcher<Opened>::finished, this, &RecordedSession::opened);
    opening_.setFuture(QtConcurrent::run([path = file_.toStdString()] {
        Opened opened;
        auto file = lg::Recording::open(path);
        if (!file) {
            opened.error = file.message();
            return opened;
        }
        const lg::Recording &recording = **file;
        if (recording.eventCount() > 0)
            if (auto event = recording.event(0))
                opened.tscBase = event->tsc;
        // The newest text, as much as a live console would still have.
        qsizetype bytes = 0;
        for (size_t i = recording.consoleCount(); i > 0 && bytes < GuestFeed::kConsoleLog; --i) {
            auto piece = recording.console(i - 1);
            if (!piece)
                continue;
            const QByteArray text(reinterpret_cast<const char *>(piece->bytes.data()),
                                  static_cast<qsizetype>(piece->bytes.size()));
            opened.console.push_front({piece->tsc, text});
            bytes += text.size();
        }
        opened.window = std::make_shared<RecordingWindow>(std::move(*file));
        return opened;
    }));
}

RecordedSession::~RecordedSession() {
    opening_.disconnect(this);
    counting_->stop = true;
}

void RecordedSession::opened() {
    if (cancelled_)
        return;
    Opened result = opening_.result();
    if (!result.window) {
        setState(State::Failed, tr("failed"));
        emit failed(QString::fromStdString(result.error),
                    tr("Choose a recording that lgscope or lgctl made (.lgtrace)."));
        return;
    }
    window_ = result.window;
    tscBase_ = result.tscBase;
    (void)QtConcurrent::run([counting = counting_, window = window_] {
        using enum lg::Column;
        std::vector<lg_event> block(EventWindow::kRead);
        for (uint64_t at = 0; at < window->end() && !counting->stop;) {
            const size_t got = window->read(
                at, block, lg::columnSet(Kind, Code, Vcpu, Tsc, Duration, Detail1, Detail2));
            if (got == 0)
                break;
            const std::lock_guard lock(counting->mutex);
            for (size_t i = 0; i < got; ++i)
                if (!isLoss(block[i]))
                    counting->counts.add(block[i], at + i);
            at += got;
        }
    });
    const lg::Recording &recording = window_->recording();
    setState(State::Opened, recording.complete() ? tr("recording") : tr("recording, cut off"));
    if (!recording.complete())
        emit failed(tr("%1 was cut off while it was written").arg(title()),
                    tr("What is whole is shown."));
    if (!result.console.empty())
        emit consoleOutput(result.console);
}

void RecordedSession::cancel() {
    if (state() != State::Starting)
        return;
    cancelled_ = true;
    setState(State::Failed, tr("cancelled"));
}

void RecordedSession::poll() {
    if (!window_)
        return;
    if (const std::string why = window_->takeProblem(); !why.empty())
        emit failed(tr("Part of the recording is damaged: %1").arg(QString::fromStdString(why)),
                    tr("It is shown as lost events; the rest can be used."));
}

QString RecordedSession::hostText() const {
    if (!window_)
        return {};
    const lg::TraceMeta &meta = window_->recording().meta();
    return tr("Recorded from %1 on Linux %2")
        .arg(QString::fromStdString(meta.guest), QString::fromStdString(meta.host));
}

QString RecordedSession::whyNot(Control control) const {
    if (control == Control::Save || control == Control::Export)
        return state() == State::Opened ? QString() : tr("the recording is not open");
    return tr("this is a recording, not a running guest");
}

void RecordedSession::save(const QString &file) {
    if (QFileInfo(file) == QFileInfo(file_)) {
        emit failed(tr("A recording cannot be saved over itself"), tr("Choose another name."));
        return;
    }
    const QPointer<RecordedSession> self(this);
    (void)QtConcurrent::run([self, from = file_, file] {
        // The file is a recording already: a copy of it is the whole of it. What was there
        // before goes when the copy is complete.
        const QString part = file + QStringLiteral(".part");
        QFile::remove(part);
        QFile source(from);
        bool copied = source.copy(part);
        QString why = source.errorString();
        if (copied) {
            std::error_code problem;
            std::filesystem::rename(part.toStdString(), file.toStdString(), problem);
            copied = !problem;
            why = QString::fromStdString(problem.message());
        }
        if (!copied)
            QFile::remove(part);
        post(self, [copied, file, why](RecordedSession &session) {
            if (copied)
                emit session.said(tr("Saved %1").arg(QFileInfo(file).fileName()));
            else
                emit session.failed(tr("Not saved: %1").arg(why),
                                    tr("Choose a folder that you may write to."));
        });
    });
}

unsigned RecordedSession::vcpus() const {
    return window_ ? window_->recording().meta().vcpus : 1;
}

uint64_t RecordedSession::memoryBytes() const {
    return window_ ? window_->recording().meta().memoryBytes : 0;
}

QString RecordedSession::whyNoInspector() const {
    return snapshots() && snapshots()->snapshots().count() > 0
               ? tr("Select an event in Traffic\nto see the Guest at that moment.")
               : tr("This recording has no memory.\nIt keeps the events and the registers at "
                    "each,\nand was made without snapshots.");
}

std::shared_ptr<const lg::Recording> RecordedSession::snapshots() const {
    return window_ ? window_->shared() : nullptr;
}

void RecordedSession::exportTo(const QString &file, const lg::Filter &filter) {
    (void)QtConcurrent::run([self = QPointer<Session>(this), from = file_, file, filter] {
        tellExported(self, file, exportEvents(from.toStdString(), file.toStdString(), filter));
    });
}

EventWindowPtr RecordedSession::window() const {
    if (window_)
        return window_;
    static const EventStore nothing;
    return nothing.window();
}

EventCounts RecordedSession::counts() const {
    const std::lock_guard lock(counting_->mutex);
    EventCounts counts = counting_->counts;
    counts.lost = window_ ? window_->recording().lostCount() : 0;
    return counts;
}

std::shared_ptr<const lg::SymbolTable> RecordedSession::symbols() const {
    return window_ ? window_->recording().symbols() : std::make_shared<lg::SymbolTable>();
}

uint32_t RecordedSession::tscKhz() const {
    return window_ ? window_->recording().meta().tscKhz : 0;
}

} // namespace ui
