// SPDX-License-Identifier: GPL-2.0-or-later
#include "event_model.h"

#include "inspect/describe.h"
#include "ui/window/theme.h"

#include <QGuiApplication>
#include <QLocale>
#include <QtConcurrent>

#include <algorithm>

namespace ui {

namespace {

// A stretch takes some ten milliseconds: short enough that rows arrive smoothly
// and a changed filter is heard at once.
constexpr uint64_t kStretch = 1 << 17;
constexpr size_t kBlock = 1024;

QString fromStd(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

EventModel::EventModel(QObject *parent) : QAbstractTableModel(parent) {
    connect(&watcher_, &QFutureWatcher<Scan>::finished, this, &EventModel::scanDone);
}

EventModel::~EventModel() {
    watcher_.disconnect(this);
    watcher_.waitForFinished();
}

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
    head_ = 0;
    first_ = window_ ? window_->first() : 0;
    end_ = filtered() ? first_ : (window_ ? window_->end() : 0);
    scannedTo_ = first_;
    endResetModel();
    scanOn();
}

void EventModel::setFilter(const lg::Filter &filter) {
    beginResetModel();
    filter_ = filter;
    restart();
}

void EventModel::setVcpu(int vcpu) {
    beginResetModel();
    vcpu_ = vcpu;
    restart();
}

void EventModel::refresh() {
    if (!source_)
        return;
    const EventWindowPtr next = source_->window();
    symbols_ = source_->symbols();
    forgetBefore(next->first()); // while the old window can still show what goes
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
    const auto begin = matches_.begin() + static_cast<ptrdiff_t>(head_);
    const auto keep = std::lower_bound(begin, matches_.end(), first);
    if (keep != begin) {
        beginRemoveRows({}, 0, static_cast<int>(keep - begin) - 1);
        head_ += static_cast<size_t>(keep - begin);
        if (head_ > matches_.size() / 2) {
            matches_.erase(matches_.begin(), matches_.begin() + static_cast<ptrdiff_t>(head_));
            head_ = 0;
        }
        endRemoveRows();
    }
    first_ = first;
    scannedTo_ = std::max(scannedTo_, first);
}

void EventModel::scanOn() {
    const bool work = filtered() && window_ && scannedTo_ < window_->end();
    if (work != scanning_) {
        scanning_ = work;
        emit filteringChanged();
    }
    if (!work || watcher_.isRunning())
        return;
    const uint64_t from = std::max(scannedTo_, window_->first());
    const uint64_t end = std::min(window_->end(), from + kStretch);
    watcher_.setFuture(QtConcurrent::run([window = window_, symbols = symbols_, filter = filter_,
                                          vcpu = vcpu_, generation = generation_, from, end] {
        Scan scan{generation, end, {}};
        std::vector<lg_event> block(kBlock);
        for (uint64_t at = from; at < end;) {
            const size_t want = static_cast<size_t>(std::min<uint64_t>(kBlock, end - at));
            const size_t got = window->read(at, std::span(block).first(want));
            if (got == 0)
                break;
            for (size_t i = 0; i < got; ++i) {
                const lg_event &event = block[i];
                if (isLoss(event) ||
                    ((vcpu < 0 || event.vcpu == vcpu) && filter.matches(event, symbols.get())))
                    scan.matches.push_back(at + i);
            }
            at += got;
        }
        return scan;
    }));
}

void EventModel::scanDone() {
    const Scan scan = watcher_.result();
    if (scan.generation == generation_) {
        // The oldest may have been dropped while the worker looked at them.
        const auto begin = std::lower_bound(scan.matches.begin(), scan.matches.end(), first_);
        if (begin != scan.matches.end()) {
            const int rows = rowCount();
            beginInsertRows({}, rows, rows + static_cast<int>(scan.matches.end() - begin) - 1);
            matches_.insert(matches_.end(), begin, scan.matches.end());
            endInsertRows();
        }
        scannedTo_ = std::max(scannedTo_, scan.end);
    }
    scanOn();
    emit filteringChanged();
}

uint64_t EventModel::scanned() const {
    if (!window_)
        return 0;
    return filtered() ? std::min(scannedTo_, window_->end()) - window_->first() : total();
}

uint64_t EventModel::eventIndex(int row) const {
    return filtered() ? matches_[head_ + static_cast<size_t>(row)]
                      : first_ + static_cast<uint64_t>(row);
}

std::optional<lg_event> EventModel::event(int row) const {
    if (row < 0 || row >= rowCount())
        return std::nullopt;
    return window_->at(eventIndex(row));
}

int EventModel::rowOf(uint64_t index) const {
    if (!filtered())
        return index >= first_ && index < end_ ? static_cast<int>(index - first_) : -1;
    const auto begin = matches_.begin() + static_cast<ptrdiff_t>(head_);
    const auto at = std::lower_bound(begin, matches_.end(), index);
    return at != matches_.end() && *at == index ? static_cast<int>(at - begin) : -1;
}

int EventModel::rowCount(const QModelIndex &parent) const {
    if (parent.isValid())
        return 0;
    return static_cast<int>(filtered() ? matches_.size() - head_ : end_ - first_);
}

int EventModel::columnCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString EventModel::durationText(uint64_t ticks) const {
    const uint32_t khz = source_ ? source_->tscKhz() : 0;
    if (khz == 0)
        return tr("%1 ticks").arg(QLocale().toString(static_cast<qulonglong>(ticks)));
    const double us = static_cast<double>(ticks) * 1000.0 / khz;
    if (us < 1)
        return tr("%1 ns").arg(us * 1000, 0, 'f', 0);
    if (us < 1000)
        return tr("%1 µs").arg(us, 0, 'f', us < 10 ? 2 : 1);
    if (us < 1e6)
        return tr("%1 ms").arg(us / 1000, 0, 'f', us < 1e4 ? 2 : 1);
    return tr("%1 s").arg(us / 1e6, 0, 'f', 2);
}

QString EventModel::timeText(const lg_event &event) const {
    if (!source_)
        return {};
    // Another vCPU's first event may be a little older than the first that came.
    const double ticks = static_cast<double>(static_cast<int64_t>(event.tsc - source_->tscBase()));
    const uint32_t khz = source_->tscKhz();
    return khz ? QString::number(ticks / khz / 1000.0, 'f', 6) : QString::number(ticks, 'f', 0);
}

QString EventModel::text(const lg_event &event, uint64_t index, int column) const {
    if (isLoss(event) && column != Number && column != Time && column != Vcpu) {
        if (column == Kind)
            return tr("lost");
        return column == What ? tr("%n event(s) lost here: the ring was full", nullptr,
                                   static_cast<int>(std::min<uint64_t>(lossCount(event), INT_MAX)))
                              : QString();
    }
    switch (column) {
    case Number:
        return QString::number(index + 1);
    case Time:
        return timeText(event);
    case Vcpu:
        return QString::number(event.vcpu);
    case Ring:
        return QString::number(lg::ringOf(event));
    case Kind: {
        const QString name = fromStd(lg::kindName(event.kind));
        return name.isEmpty() ? tr("kind %1").arg(event.kind) : name;
    }
    case What: {
        const QString code = fromStd(lg::codeText(event));
        const QString detail = fromStd(lg::detailText(event, symbols_.get()));
        return code.isEmpty() || detail.isEmpty() ? code + detail
                                                  : code + QStringLiteral("  ") + detail;
    }
    case Symbol: {
        const QString name = symbols_ ? fromStd(symbols_->text(event.regs.eip)) : QString();
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
        return text(event, number, index.column());
    case KindRole:
        return event.kind;
    case Qt::ForegroundRole:
        if (isLoss(event))
            return signalColours(QGuiApplication::palette()).loss;
        return {};
    case Qt::BackgroundRole:
        return isLoss(event) ? QVariant(signalColours(QGuiApplication::palette()).lossBase)
                             : QVariant();
    default:
        return {};
    }
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return section == Number || section == Time || section == Duration
                   ? QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter)
                   : QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
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
    default:
        return {};
    }
}

} // namespace ui
