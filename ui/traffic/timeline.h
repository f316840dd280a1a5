// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "timeline_index.h"

#include <QElapsedTimer>
#include <QFutureWatcher>
#include <QWidget>

#include <memory>

namespace ui {

// A lane for each vCPU: what happened when, at any scale. Drawn from bins of one pixel, which are
// made in a worker.
class Timeline : public QWidget {
    Q_OBJECT
public:
    explicit Timeline(QWidget *parent = nullptr);
    ~Timeline() override;

    void setSource(const EventSource *source);
    void refresh(const EventWindowPtr &window);
    // The moment of the selected event; nullopt = none.
    void setMoment(std::optional<uint64_t> tsc);
    // At the moment, or at the middle.
    void setMarker(int nth);
    void zoom(double factor, std::optional<double> around = {});
    void showAll();

    // Of the bins that are shown, and of the markers.
    const TimelineBins &bins() const { return bins_; }
    QString markerText() const;
    bool showsAll() const { return all_; }
    bool complete() const { return complete_; } // all events are in it
    std::pair<uint64_t, uint64_t> range() const { return {from_, to_}; }

    QSize sizeHint() const override;

signals:
    void eventChosen(qulonglong index);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Work {
        TimelineBins bins;
        std::optional<uint64_t> first, last;
        unsigned vcpus = 1;
        bool complete = true;
    };

    void start();
    void take();
    void pan(double share);
    void setRange(uint64_t from, uint64_t to);
    double xOf(uint64_t tsc) const;
    uint64_t tscAt(double x) const;
    int lane() const { return vcpus_ == 1 ? 40 : 24; } // its height
    QString placeText(uint64_t tsc) const;
    QString timeText(uint64_t ticks) const;
    std::optional<std::pair<uint64_t, uint64_t>> markedRange() const; // when there are both
    void tellScreenReader();

    static constexpr qint64 kPaceMs = 150; // between two looks at what has come
    static constexpr int kAxis = 17, kLeft = 48, kFlag = 13;

    const EventSource *source_ = nullptr;
    EventWindowPtr window_;
    std::shared_ptr<TimelineIndex> index_ = std::make_shared<TimelineIndex>();
    std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
    QFutureWatcher<Work> watcher_;
    unsigned generation_ = 0, workedOn_ = 0;
    bool again_ = false;
    bool complete_ = false;
    QElapsedTimer since_;
    TimelineBins bins_;
    unsigned vcpus_ = 1;
    uint64_t first_ = 0, last_ = 0; // of all
    uint64_t from_ = 0, to_ = 1;    // of what is shown
    bool all_ = true;
    std::optional<uint64_t> moment_;
    std::array<std::optional<uint64_t>, 2> markers_;
    uint64_t between_ = 0; // events between the markers
    std::optional<QPointF> pressed_;
    bool dragged_ = false;
    uint64_t dragFrom_ = 0, dragTo_ = 0;
};

} // namespace ui
