// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "session.h"
#include "trace/recording.h"

#include <QFutureWatcher>

#include <atomic>
#include <mutex>

namespace ui {

// A recording as a window: constant memory, losses in their places.
class RecordingWindow final : public EventWindow {
public:
    explicit RecordingWindow(std::unique_ptr<lg::Recording> recording);

    uint64_t first() const override { return 0; }
    uint64_t end() const override { return end_; }
    lg_event at(uint64_t index) const override;
    using EventWindow::read;
    size_t read(uint64_t from, std::span<lg_event> into, lg::ColumnSet wanted) const override;
    std::vector<uint64_t> find(const lg::Filter &filter, const lg::SymbolTable *symbols,
                               uint64_t from, uint64_t until) const override;

    const lg::Recording &recording() const { return *recording_; }
    const std::shared_ptr<const lg::Recording> &shared() const { return recording_; }
    // What a damaged block said, once; "" = nothing.
    std::string takeProblem() const;

private:
    // The event's number in the file, or the loss that stands here.
    struct Place {
        uint64_t number;
        const lg::TraceLoss *loss;
    };
    Place place(uint64_t index) const;
    lg_event lossAt(const lg::TraceLoss &loss) const;
    lg_event damaged(const std::string &why) const;

    std::shared_ptr<const lg::Recording> recording_;
    std::vector<uint64_t> lossRows_; // the index of each loss
    uint64_t end_;
    mutable std::mutex problemMutex_;
    mutable std::string problem_;
};

class RecordedSession : public Session {
    Q_OBJECT
public:
    explicit RecordedSession(const QString &file, QObject *parent = nullptr);
    ~RecordedSession() override;

    QString file() const override { return file_; }

    QString hostText() const override;
    QString whyNot(Control control) const override;
    void control(Control) override {}
    void record(const QString &) override {}
    void save(const QString &file) override;
    void exportTo(const QString &file, const lg::Filter &filter) override;
    void cancel() override;
    void type(const QByteArray &) override {}
    void poll() override;

    unsigned vcpus() const override;
    uint64_t memoryBytes() const override;
    QString whyNoInspector() const override;
    std::shared_ptr<const lg::Recording> snapshots() const override;

    EventWindowPtr window() const override;
    EventCounts counts() const override;
    std::shared_ptr<const lg::SymbolTable> symbols() const override;
    uint32_t tscKhz() const override;
    uint64_t tscBase() const override { return tscBase_; }
    bool live() const override { return false; }

private:
    struct Opened {
        std::shared_ptr<RecordingWindow> window;
        std::deque<ConsolePiece> console;
        uint64_t tscBase = 0;
        std::string error;
    };
    // The counting that runs on while the list is already usable.
    struct Counting {
        std::mutex mutex;
        EventCounts counts;
        std::atomic<bool> stop = false;
    };

    void opened();

    QString file_;
    std::shared_ptr<RecordingWindow> window_;
    std::shared_ptr<Counting> counting_ = std::make_shared<Counting>();
    uint64_t tscBase_ = 0;
    bool cancelled_ = false;
    QFutureWatcher<Opened> opening_;
};

} // namespace ui
