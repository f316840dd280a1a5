// SPDX-License-Identifier: GPL-2.0-or-later
#include "event_model.h"

#include "inspect/describe.h"
#include "ui/inspect/numbers.h"
#include "ui/window/theme.h"

#include <QGuiApplication>
#include <QLocale>
#include <QtConcurrent>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

// A stretch is to take about as long, however slow the filter: then rows arrive smoothly and a
// changed filter is heard at once, and what is set up for a stretch does not count.
constexpr qint64 kShortMs = 10, kLongMs = 40;
constexpr uint64_t kFirstStretch = 8 * EventWindow::kRead,
                   kLongestStretch = 64 * EventWindow::kRead;
// Each insertion costs the table a look at all of its rows.
constexpr qint64 kPaceMs = 50;
// With so many rows an insertion is long enough for the window to wait.
constexpr size_t kManyRows = 200'000;

// Filters have threads of their own: whoever waits for one should not wait for counts.
QThreadPool &workers() {
    static QThreadPool pool;
    return pool;
}

} // namespace

EventModel::EventModel(QObject *parent) : QAbstractTableModel(parent) {}

void EventModel::setSource(const EventSource *source) {
    beginResetModel();
    source_ = source;
    window_ = source ? source->window() : nullptr;
    symbols_ = source ? source->symbols() : nullptr;
    restart();
}

// The end of a reset that the caller has begun.
void EventModel::restart() {
    ++generation_;
    matches_.clear();
    done_.clear();
    shown_.invalidate();
    first_ = window_ ? window_->first() : 0;
    end_ = filtered() ? first_ : (window_ ? window_->end() : 0);
    scannedTo_ = askedTo_ = first_;
    stretch_ = kFirstStretch;
    endResetModel();
    scanOn();
}

void EventModel::setFilter(const lg::Filter &filter) {
    if (!hiding_) { // the rows stay
        filter_ = filter;
        if (rowCount() > 0)
            emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1),
                             {Qt::BackgroundRole});
        return;
    }
    beginResetModel();
    filter_ = filter;
    restart();
}

void EventModel::setHiding(bool hiding) {
    if (hiding == hiding_)
        return;
    beginResetModel();
    hiding_ = hiding;
    restart();
}

void EventModel::setVcpu(int vcpu) {
    beginResetModel();
    vcpu_ = vcpu;
    restart();
}

void EventModel::setLanes(unsigned count) {
    if (count > lanes_) {
        beginInsertColumns({}, columnCount(), ColumnCount + static_cast<int>(count) - 1);
        lanes_ = count;
        endInsertColumns();
    } else if (count < lanes_) {
        beginRemoveColumns({}, ColumnCount + static_cast<int>(count), columnCount() - 1);
        lanes_ = count;
        endRemoveColumns();
    }
}

void EventModel::refresh() {
    if (!source_)
        return;
    const EventWindowPtr next = source_->window();
    symbols_ = source_->symbols();
    if (next->first() > first_) {
        // The table looks at each of its rows when some go, so that it gets a turn of its own. What
        // has come since is shown the next time.
        if (!forgetting_)
            QMetaObject::invokeMethod(this, &EventModel::forget, Qt::QueuedConnection);
        forgetting_ = true;
        return;
    }
    window_ = next;
    if (filtered()) {
        scanOn();
        return;
    }
    if (window_->end() > end_) {
        const int rows = rowCount();
        beginInsertRows({}, rows, rows + static_cast<int>(window_->end() - end_) - 1);
        end_ = window_->end();
        endInsertRows();
    }
}

void EventModel::forget() {
    forgetting_ = false;
    if (!source_)
        return;
    const EventWindowPtr next = source_->window();
    forgetBefore(next->first()); // while the old window can still show what goes
    window_ = next;
}

void EventModel::forgetBefore(uint64_t first) {
    if (first <= first_)
        return;
    if (!filtered()) {
        const uint64_t gone = std::min(first, end_) - first_;
        if (gone > 0)
            beginRemoveRows({}, 0, static_cast<int>(gone) - 1);
        first_ = first;
        end_ = std::max(end_, first);
        if (gone > 0)
            endRemoveRows();
        return;
    }
    if (const size_t gone = matches_.rowFrom(first); gone > 0) {
        beginRemoveRows({}, 0, static_cast<int>(gone) - 1);
        matches_.dropFront(gone);
        endRemoveRows();
    }
    first_ = first;
    scannedTo_ = std::max(scannedTo_, first);
    askedTo_ = std::max(askedTo_, first);
}

lg::Filter EventModel::here(const lg::Filter &filter) const {
    return vcpu_ < 0 ? filter : filter.onVcpu(static_cast<unsigned>(vcpu_));
}

bool EventModel::marked(const lg_event &event) const {
    return !hiding_ && !filter_.matchesAll() && filter_.matches(event, symbols_.get());
}

void EventModel::scanOn() {
    const bool work = filtered() && window_ && scannedTo_ < window_->end();
    if (work != scanning_) {
        scanning_ = work;
        emit filteringChanged();
    }
    while (work && askedTo_ < window_->end() &&
           working_ < static_cast<unsigned>(workers().maxThreadCount())) {
        const uint64_t from = askedTo_;
        askedTo_ = std::min(window_->end(), from + stretch_);
        ++working_;
        QtConcurrent::run(&workers(), [window = window_, symbols = symbols_,
                                       filter = here(shownFilter()), from, end = askedTo_] {
            QElapsedTimer timer;
            timer.start();
            auto found = window->find(filter, symbols.get(), from, end);
            return Scan{end, std::move(found), timer.elapsed()};
        }).then(this, [this, generation = generation_, from](Scan scan) {
            scanDone(generation, from, std::move(scan));
        });
    }
}

void EventModel::scanDone(unsigned generation, uint64_t from, Scan scan) {
    --working_;
    if (generation == generation_) {
        if (scan.ms < kShortMs)
            stretch_ = std::min(2 * stretch_, kLongestStretch);
        else if (scan.ms > kLongMs)
            stretch_ = std::max(stretch_ / 2, uint64_t{EventWindow::kRead});
        done_.emplace(from, std::move(scan));
    }
    scanOn();
    // The first rows at once, then some at a time, and the last ones.
    if (!shown_.isValid() || shown_.elapsed() >= kPaceMs || working_ == 0)
        showFound();
}

void EventModel::showFound() {
    std::vector<uint64_t> found;
    // In order, whoever was done first.
    for (auto next = done_.begin();
         next != done_.end() && next->first <= scannedTo_ && found.size() < kManyRows;
         next = done_.erase(next)) {
        // The oldest may have been dropped while a worker looked at them.
        const auto &matches = next->second.matches;
        found.insert(found.end(), std::lower_bound(matches.begin(), matches.end(), scannedTo_),
                     matches.end());
        scannedTo_ = std::max(scannedTo_, next->second.end);
    }
    if (!found.empty()) {
        const int rows = rowCount();
        beginInsertRows({}, rows, rows + static_cast<int>(found.size()) - 1);
        matches_.append(found);
        endInsertRows();
        shown_.start();
    }
    if (!done_.empty() && done_.begin()->first <= scannedTo_) // after what waits for the window
        QMetaObject::invokeMethod(this, &EventModel::showFound, Qt::QueuedConnection);
    scanOn();
    emit filteringChanged();
}

uint64_t EventModel::scanned() const {
    if (!window_)
        return 0;
    return filtered() ? std::min(scannedTo_, window_->end()) - window_->first() : total();
}

uint64_t EventModel::eventIndex(int row) const {
    return filtered() ? matches_.at(static_cast<size_t>(row)) : first_ + static_cast<uint64_t>(row);
}

std::optional<lg_event> EventModel::event(int row) const {
    if (row < 0 || row >= rowCount())
        return std::nullopt;
    return window_->at(eventIndex(row));
}

int EventModel::rowOf(uint64_t index) const {
    if (!filtered())
        return index >= first_ && index < end_ ? static_cast<int>(index - first_) : -1;
    const size_t row = matches_.rowFrom(index);
    return row < matches_.size() && matches_.at(row) == index ? static_cast<int>(row) : -1;
}

int EventModel::rowCount(const QModelIndex &parent) const {
    if (parent.isValid())
        return 0;
    return static_cast<int>(filtered() ? matches_.size() : end_ - first_);
}

int EventModel::columnCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : ColumnCount + static_cast<int>(lanes_);
}

QString EventModel::durationText(uint64_t ticks) const {
    const uint32_t khz = source_ ? source_->tscKhz() : 0;
    if (khz == 0)
        return tr("%1 ticks").arg(numberText(ticks));
    const double us = static_cast<double>(ticks) * 1000.0 / khz;
    if (us < 1)
        return tr("%L1 ns").arg(us * 1000, 0, 'f', 0);
    if (us < 1000)
        return tr("%L1 µs").arg(us, 0, 'f', us < 10 ? 2 : 1);
    if (us < 1e6)
        return tr("%L1 ms").arg(us / 1000, 0, 'f', us < 1e4 ? 2 : 1);
    return tr("%L1 s").arg(us / 1e6, 0, 'f', 2);
}

QString EventModel::timeText(const lg_event &event) const {
    if (!source_)
        return {};
    // Another vCPU's first event may be a little older than the first that came.
    const double ticks = static_cast<double>(static_cast<int64_t>(event.tsc - source_->tscBase()));
    const uint32_t khz = source_->tscKhz();
    const QLocale language;
    return khz ? language.toString(ticks / khz / 1000.0, 'f', 6) : language.toString(ticks, 'f', 0);
}

uint64_t EventModel::tscAt(double seconds) const {
    if (!source_)
        return 0;
    return source_->tscBase() +
           static_cast<uint64_t>(std::llround(seconds * 1000.0 * source_->tscKhz()));
}

// Another vCPU's event may come later and be a little older.
QString EventModel::sinceText(const lg_event &event, int row) const {
    if (row == 0)
        return {};
    const uint64_t before = window_->at(eventIndex(row - 1)).tsc;
    return event.tsc >= before ? durationText(event.tsc - before)
                               : QStringLiteral("−") + durationText(before - event.tsc);
}

QString EventModel::laneText(const lg_event &event, uint64_t index, unsigned lane) const {
    if (event.vcpu != lane)
        return {};
    QStringList words = {text(event, index, Kind), text(event, index, What)};
    words.removeAll({});
    return words.join(QStringLiteral("  "));
}

QString EventModel::text(const lg_event &event, uint64_t index, int column) const {
    if (column >= ColumnCount)
        return laneText(event, index, static_cast<unsigned>(column - ColumnCount));
    if (isLoss(event) && column != Number && column != Time && column != Vcpu) {
        if (column == Kind)
            return tr("lost");
        return column == What ? tr("%Ln event(s) lost here: the ring was full", nullptr,
                                   countable(lossCount(event)))
                              : QString();
    }
    switch (column) {
    case Number:
        return numberText(index + 1);
    case Time:
        return timeText(event);
    case Vcpu:
        return QString::number(event.vcpu);
    case Ring:
        return QString::number(lg::ringOf(event));
    case Kind: {
        const QString name = QString::fromUtf8(lg::kindName(event.kind));
        return name.isEmpty() ? tr("kind %1").arg(event.kind) : name;
    }
    case What: {
        const QString code = QString::fromUtf8(lg::codeText(event));
        const QString detail = QString::fromUtf8(lg::detailText(event, symbols_.get()));
        return code.isEmpty() || detail.isEmpty() ? code + detail
                                                  : code + QStringLiteral("  ") + detail;
    }
    case Symbol: {
        const QString name =
            symbols_ ? QString::fromUtf8(symbols_->text(event.regs.eip)) : QString();
        return name.isEmpty() ? QStringLiteral("%1").arg(event.regs.eip, 8, 16, QLatin1Char('0'))
                              : name;
    }
    case Duration:
        return event.duration ? durationText(event.duration) : QString();
    default:
        return {};
    }
}

QVariant EventModel::data(const QModelIndex &index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    if (role == Qt::TextAlignmentRole) {
        switch (index.column()) {
        case Number:
        case Time:
        case Duration:
        case Since:
            return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
        case Vcpu:
        case Ring:
            return QVariant::fromValue(Qt::AlignHCenter | Qt::AlignVCenter);
        default:
            return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
        }
    }
    const uint64_t number = eventIndex(index.row());
    if (role == EventIndexRole)
        return QVariant::fromValue<qulonglong>(number);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::ForegroundRole &&
        role != Qt::BackgroundRole && role != KindRole && role != Qt::AccessibleTextRole)
        return {};
    const lg_event event = window_->at(number);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        if (index.column() == Since)
            return sinceText(event, index.row());
        return text(event, number, index.column());
    case KindRole:
        return event.kind;
    case Qt::ForegroundRole:
        if (isLoss(event))
            return signalColours(QGuiApplication::palette()).loss;
        return {};
    case Qt::BackgroundRole:
        return isLoss(event)   ? QVariant(signalColours(QGuiApplication::palette()).lossBase)
               : marked(event) ? QVariant(signalColours(QGuiApplication::palette()).matchBase)
                               : QVariant();
    default:
        return {};
    }
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return section == Number || section == Time || section == Duration || section == Since
                   ? QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter)
                   : QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    if (section >= ColumnCount && (role == Qt::ToolTipRole || role == Qt::DisplayRole)) {
        const int lane = section - ColumnCount;
        return role == Qt::DisplayRole ? tr("vCPU %1").arg(lane)
                                       : tr("What happened on vCPU %1").arg(lane);
    }
    if (role == Qt::ToolTipRole) {
        switch (section) {
        case Number:
            return tr("Number in this list, in the order of arrival");
        case Time:
            return tr("Seconds since the first event");
        case Vcpu:
            return tr("The virtual processor that it happened on");
        case Ring:
            return tr("The Guest's privilege: 1 is its kernel, 3 its programs");
        case Kind:
            return tr("What kind of event");
        case What:
            return tr("The event in words");
        case Symbol:
            return tr("Where the Guest was: the symbol at EIP");
        case Duration:
            return tr("How long until the Guest could go on");
        case Since:
            return tr("How long after the row before it, whatever the filter hides between them");
        default:
            return {};
        }
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Number:
        return tr("#");
    case Time:
        return tr("Time (s)");
    case Vcpu:
        return tr("vCPU");
    case Ring:
        return tr("Ring");
    case Kind:
        return tr("Kind");
    case What:
        return tr("What");
    case Symbol:
        return tr("At");
    case Duration:
        return tr("Took");
    case Since:
        return tr("Since previous");
    default:
        return {};
    }
}

} // namespace ui
