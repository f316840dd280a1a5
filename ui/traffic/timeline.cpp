// SPDX-License-Identifier: GPL-2.0-or-later
#include "timeline.h"

#include "ui/inspect/numbers.h"
#include "ui/window/theme.h"

#include <QAccessible>
#include <QAction>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QtConcurrent>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

QColor colourOf(EventGroup group, bool dark) {
    switch (group) {
    case EventGroup::Hypercall:
        return SignalColours::kind(LG_EV_HYPERCALL, dark);
    case EventGroup::PageFault:
        return SignalColours::kind(LG_EV_PAGE_FAULT, dark);
    case EventGroup::Trap:
        return SignalColours::kind(LG_EV_REFLECT, dark);
    case EventGroup::Interrupt:
        return SignalColours::kind(LG_EV_IRQ_RAISED, dark);
    default:
        return SignalColours::kind(LG_EV_HALT, dark);
    }
}

} // namespace

Timeline::Timeline(QWidget *parent) : QWidget(parent) {
    setObjectName(QStringLiteral("timeline"));
    setAccessibleName(tr("Timeline"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setToolTip(tr("Blue: hypercalls, orange: page faults, violet: traps, green: interrupts, red: "
                  "lost.\nWheel or + and −: zoom. Drag or arrows: move. Home: all. Click: select. "
                  "A and B: markers at the selected event"));
    const auto order = [this](const QString &text, const QList<QKeySequence> &keys, auto act) {
        auto *action = new QAction(text, this);
        action->setShortcuts(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, act);
        addAction(action);
    };
    order(tr("Marker A at the selected event, or none"), {QKeySequence(Qt::Key_A)},
          [this] { setMarker(0); });
    order(tr("Marker B at the selected event, or none"), {QKeySequence(Qt::Key_B)},
          [this] { setMarker(1); });
    order(tr("Zoom the timeline in"), {QKeySequence(Qt::Key_Plus), QKeySequence(Qt::Key_Equal)},
          [this] { zoom(1.5); });
    order(tr("Zoom the timeline out"), {QKeySequence(Qt::Key_Minus)}, [this] { zoom(1 / 1.5); });
    order(tr("Show the whole timeline"), {QKeySequence(Qt::Key_Home)}, [this] { showAll(); });
    setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(&watcher_, &QFutureWatcher<Work>::finished, this, &Timeline::take);
}

Timeline::~Timeline() {
    *stop_ = true;
    watcher_.disconnect(this);
    watcher_.waitForFinished();
}

QSize Timeline::sizeHint() const {
    return {400, static_cast<int>(vcpus_) * lane() + kAxis};
}

void Timeline::setSource(const EventSource *source) {
    *stop_ = true;
    watcher_.waitForFinished();
    stop_ = std::make_shared<std::atomic<bool>>(false);
    index_ = std::make_shared<TimelineIndex>();
    ++generation_;
    source_ = source;
    window_.reset();
    bins_ = {};
    markers_ = {};
    moment_.reset();
    since_.invalidate();
    first_ = last_ = from_ = 0;
    to_ = 1;
    all_ = true;
    complete_ = false;
    update();
}

void Timeline::refresh(const EventWindowPtr &window) {
    const bool news =
        !window_ || (window && window->end() != window_->end()) || again_ || bins_.pixels.empty();
    if (!news || (since_.isValid() && !since_.hasExpired(kPaceMs)))
        return;
    since_.start();
    window_ = window;
    start();
}

void Timeline::start() {
    again_ = watcher_.isRunning();
    if (again_ || !window_ || !isVisible())
        return;
    workedOn_ = generation_;
    const int pixels = std::max(1, width() - kLeft);
    watcher_.setFuture(QtConcurrent::run([index = index_, window = window_, stop = stop_,
                                          from = from_, to = to_, all = all_, pixels] {
        Work work;
        work.complete = index->extend(*window, *stop);
        work.first = index->firstTsc();
        work.last = index->lastTsc();
        work.vcpus = index->vcpus();
        if (work.first)
            work.bins =
                index->bins(*window, all ? *work.first : from, all ? *work.last : to, pixels);
        return work;
    }));
}

void Timeline::take() {
    Work work = watcher_.result();
    if (workedOn_ != generation_) {
        start();
        return;
    }
    if (work.vcpus != vcpus_) {
        vcpus_ = work.vcpus;
        updateGeometry();
    }
    first_ = work.first.value_or(0);
    last_ = std::max(work.last.value_or(1), first_ + 1);
    bins_ = std::move(work.bins);
    if (all_) {
        from_ = first_;
        to_ = last_;
    }
    if (const auto marked = markedRange(); marked && window_)
        between_ = index_->count(*window_, marked->first, marked->second);
    complete_ = work.complete;
    update();
    if (again_ || !work.complete)
        start();
}

double Timeline::xOf(uint64_t tsc) const {
    const double share = (static_cast<double>(tsc) - static_cast<double>(from_)) /
                         static_cast<double>(std::max<uint64_t>(1, to_ - from_));
    return kLeft + share * (width() - kLeft);
}

uint64_t Timeline::tscAt(double x) const {
    const double share = std::clamp((x - kLeft) / std::max(1, width() - kLeft), 0.0, 1.0);
    return from_ + static_cast<uint64_t>(share * static_cast<double>(to_ - from_));
}

// As the list has it, with as many digits as tell one place of what is shown from another.
QString Timeline::placeText(uint64_t tsc) const {
    const uint32_t khz = source_ ? source_->tscKhz() : 0;
    const double ticks =
        static_cast<double>(static_cast<int64_t>(tsc - (source_ ? source_->tscBase() : first_)));
    if (khz == 0)
        return tr("%1 ticks").arg(QLocale().toString(ticks, 'f', 0));
    const double shown = static_cast<double>(to_ - from_) / khz / 1000.0;
    const int digits = std::clamp(static_cast<int>(std::ceil(3 - std::log10(shown))), 1, 9);
    return tr("%1 s").arg(QLocale().toString(ticks / khz / 1000.0, 'f', digits));
}

QString Timeline::timeText(uint64_t ticks) const {
    const uint32_t khz = source_ ? source_->tscKhz() : 0;
    return khz ? microsecondsText(static_cast<double>(ticks) * 1000.0 / khz)
               : tr("%1 ticks").arg(numberText(ticks));
}

void Timeline::setRange(uint64_t from, uint64_t to) {
    const uint64_t whole = last_ - first_ + 1;
    const uint64_t length = std::clamp(to - from, std::min<uint64_t>(100, whole), whole);
    from = std::clamp(from, first_, last_ > length ? std::max(first_, last_ - length) : first_);
    all_ = length >= last_ - first_;
    from_ = from;
    to_ = from + length;
    tellScreenReader();
    update();
    start();
}

void Timeline::zoom(double factor, std::optional<double> around) {
    const uint64_t middle = around    ? tscAt(*around)
                            : moment_ ? std::clamp(*moment_, from_, to_)
                                      : from_ + (to_ - from_) / 2;
    const double left = static_cast<double>(middle - from_) / factor;
    const double length = static_cast<double>(to_ - from_) / factor;
    const auto from = static_cast<uint64_t>(std::max(0.0, static_cast<double>(middle) - left));
    setRange(from, from + static_cast<uint64_t>(length));
}

void Timeline::pan(double share) {
    const auto by = static_cast<int64_t>(share * static_cast<double>(to_ - from_));
    const auto from = static_cast<uint64_t>(std::max<int64_t>(0, static_cast<int64_t>(from_) + by));
    setRange(from, from + (to_ - from_));
}

void Timeline::showAll() {
    setRange(first_, last_ + 1);
    all_ = true;
}

void Timeline::setMoment(std::optional<uint64_t> tsc) {
    moment_ = tsc;
    if (tsc && !all_ && (*tsc < from_ || *tsc > to_)) {
        const uint64_t half = (to_ - from_) / 2;
        setRange(*tsc > half ? *tsc - half : 0, (*tsc > half ? *tsc - half : 0) + 2 * half);
    }
    update();
}

void Timeline::setMarker(int nth) {
    auto &marker = markers_.at(static_cast<size_t>(nth));
    const uint64_t place = moment_.value_or(from_ + (to_ - from_) / 2);
    marker = marker == place ? std::nullopt : std::optional(place);
    tellScreenReader();
    update();
    start();
}

std::optional<std::pair<uint64_t, uint64_t>> Timeline::markedRange() const {
    const auto &a = markers_.front(), &b = markers_.back();
    if (!a || !b)
        return std::nullopt;
    return std::minmax(*a, *b);
}

QString Timeline::markerText() const {
    const auto marked = markedRange();
    if (!marked)
        return {};
    return tr("A to B: %1, %2 events")
        .arg(timeText(marked->second - marked->first),
             QLocale().toString(static_cast<qulonglong>(between_)));
}

void Timeline::tellScreenReader() {
    setAccessibleDescription(
        tr("%1 from %2 on. %3").arg(timeText(to_ - from_), timeText(from_ - first_), markerText()));
    QAccessibleEvent told(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&told);
}

void Timeline::resizeEvent(QResizeEvent *event) {
    QWidget::resizeEvent(event);
    start();
}

void Timeline::wheelEvent(QWheelEvent *event) {
    const double steps = event->angleDelta().y() / 120.0;
    if (event->modifiers() & Qt::ShiftModifier || event->angleDelta().x() != 0)
        pan(-(steps + event->angleDelta().x() / 120.0) / 10);
    else
        zoom(std::pow(1.3, steps), event->position().x());
    event->accept();
}

void Timeline::mousePressEvent(QMouseEvent *event) {
    pressed_ = event->position();
    dragged_ = false;
    dragFrom_ = from_;
    dragTo_ = to_;
}

void Timeline::mouseMoveEvent(QMouseEvent *event) {
    if (!pressed_)
        return;
    const double dx = event->position().x() - pressed_->x();
    dragged_ = dragged_ || std::abs(dx) > 4;
    if (!dragged_)
        return;
    const double share = dx / std::max(1, width() - kLeft);
    const auto by = static_cast<int64_t>(share * static_cast<double>(dragTo_ - dragFrom_));
    const auto from =
        static_cast<uint64_t>(std::max<int64_t>(0, static_cast<int64_t>(dragFrom_) - by));
    setRange(from, from + (dragTo_ - dragFrom_));
}

void Timeline::mouseReleaseEvent(QMouseEvent *event) {
    // While the worker has the index nobody else may read it.
    if (pressed_ && !dragged_ && window_ && first_ < last_ && event->position().x() >= kLeft) {
        watcher_.waitForFinished();
        const auto nth = static_cast<unsigned>(std::max(0.0, event->position().y()) / lane());
        if (const auto index =
                index_->nearest(*window_, tscAt(event->position().x()), std::min(nth, vcpus_ - 1)))
            emit eventChosen(*index);
    }
    pressed_.reset();
}

void Timeline::keyPressEvent(QKeyEvent *event) {
    switch (event->key()) {
    case Qt::Key_Left:
        pan(-0.1);
        break;
    case Qt::Key_Right:
        pan(0.1);
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void Timeline::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    const QPalette &colours = palette();
    const SignalColours signal = signalColours(colours);
    const bool dark = isDark(colours);
    const int lanes = static_cast<int>(vcpus_), high = lane();
    painter.fillRect(QRect(kLeft, 0, width() - kLeft, lanes * high), colours.color(QPalette::Base));
    for (int at = 0; at < lanes; ++at) {
        const auto nth = static_cast<size_t>(at);
        uint32_t most = 1;
        for (const LaneCounts &pixel : bins_.pixels) {
            uint32_t sum = 0;
            for (const uint32_t count : pixel[nth])
                sum += count;
            most = std::max(most, sum);
        }
        painter.setPen(signal.muted);
        painter.drawText(QRect(4, at * high, kLeft - 6, high), Qt::AlignVCenter,
                         tr("vCPU %1").arg(at));
        // Bins of another range, until the worker has made new ones, are drawn where they belong.
        const double share = static_cast<double>(bins_.to - bins_.from) /
                             std::max<double>(1, static_cast<double>(bins_.pixels.size()));
        for (size_t x = 0; x < bins_.pixels.size(); ++x) {
            const auto begins = static_cast<uint64_t>(share * static_cast<double>(x));
            const auto ends = static_cast<uint64_t>(share * static_cast<double>(x + 1));
            const double left = xOf(bins_.from + begins), right = xOf(bins_.from + ends);
            if (right < kLeft || left > width())
                continue;
            double y = (at + 1) * high - 2;
            uint32_t sum = 0;
            for (const uint32_t count : bins_.pixels[x][nth])
                sum += count;
            // A few beside a million must be seen too.
            const double height = sum ? 3 + (high - 7) * std::log1p(sum) / std::log1p(most) : 0;
            for (size_t group = 0; group < bins_.pixels[x][nth].size(); ++group) {
                const double part = height * bins_.pixels[x][nth][group] / std::max(1u, sum);
                painter.fillRect(QRectF(left, y - part, std::max(1.0, right - left), part),
                                 colourOf(static_cast<EventGroup>(group), dark));
                y -= part;
            }
            if (bins_.lost[x] >> at & 1)
                painter.fillRect(QRectF(left, at * high + 1, std::max(2.0, right - left), 4),
                                 signal.error);
        }
    }
    const auto line = [&](uint64_t tsc, const QColor &colour, const QString &name) {
        if (tsc < from_ || tsc > to_)
            return;
        const QPointF top(xOf(tsc), 0), bottom(xOf(tsc), lanes * high);
        // Seen over whatever is drawn there.
        painter.setPen(QPen(colours.color(QPalette::Base), 3));
        painter.drawLine(top, bottom);
        painter.setPen(QPen(colour, 1));
        painter.drawLine(top, bottom);
        if (name.isEmpty())
            return;
        // One below the other, for they may be near.
        const QRectF flag(xOf(tsc), name == tr("B") ? high / 2 : 1, kFlag, kFlag);
        painter.fillRect(flag, colour);
        painter.setPen(colours.color(QPalette::Base));
        painter.drawText(flag, Qt::AlignCenter, name);
    };
    if (moment_)
        line(*moment_, colours.color(QPalette::Accent), {});
    for (size_t nth = 0; nth < markers_.size(); ++nth)
        if (const auto &marker = markers_.at(nth))
            line(*marker, signal.changed, nth ? tr("B") : tr("A"));
    painter.setPen(signal.muted);
    const QRect axis(kLeft, lanes * high, width() - kLeft - 4, kAxis);
    if (last_ > first_ + 1) { // else there is no event yet, or one
        painter.drawText(axis, Qt::AlignLeft | Qt::AlignVCenter, placeText(from_));
        painter.drawText(axis, Qt::AlignRight | Qt::AlignVCenter, placeText(to_));
        painter.drawText(axis, Qt::AlignCenter,
                         markerText().isEmpty() ? tr("%1 shown").arg(timeText(to_ - from_))
                                                : markerText());
    }
    if (hasFocus()) {
        painter.setPen(colours.color(QPalette::Accent));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

} // namespace ui
