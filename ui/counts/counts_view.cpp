// SPDX-License-Identifier: GPL-2.0-or-later
#include "counts_view.h"

#include "inspect/describe.h"
#include "ui/inspect/numbers.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/kind_delegate.h"
#include "ui/window/inner_names.h"

#include <QHeaderView>
#include <QLocale>

namespace ui {

void CountsModel::clear() {
    beginResetModel();
    kinds_.clear();
    counts_ = {};
    rates_ = {};
    totalRate_ = 0;
    endResetModel();
}

void CountsModel::show(const EventCounts &counts, uint32_t tscKhz, double seconds,
                       const EventCounts &since) {
    tscKhz_ = tscKhz;
    if (seconds > 0) {
        for (unsigned kind = 0; kind < LG_EV_KIND_COUNT; ++kind)
            rates_[kind] =
                static_cast<double>(counts.kinds[kind].events - since.kinds[kind].events) / seconds;
        totalRate_ = static_cast<double>(counts.seen - since.seen) / seconds;
    }
    counts_ = counts;
    for (unsigned kind = 0; kind < LG_EV_KIND_COUNT; ++kind) {
        if (counts.kinds[kind].events == 0 || kinds_.contains(kind))
            continue;
        const auto row =
            static_cast<int>(std::lower_bound(kinds_.begin(), kinds_.end(), kind) - kinds_.begin());
        beginInsertRows({}, row, row);
        kinds_.insert(row, kind);
        endInsertRows();
    }
    if (!kinds_.isEmpty())
        emit dataChanged(index(0, Count), index(rowCount() - 1, ColumnCount - 1));
}

int CountsModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(kinds_.size());
}

int CountsModel::columnCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant CountsModel::data(const QModelIndex &index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const unsigned kind = this->kind(index.row());
    if (role == EventModel::KindRole)
        return kind;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((index.column() == Kind ? Qt::AlignLeft : Qt::AlignRight) |
                                   Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const KindCount &count = counts_.kinds[kind];
    switch (index.column()) {
    case Kind: {
        const auto name = lg::kindName(kind);
        return name.empty() ? tr("unknown") : QString::fromUtf8(name);
    }
    case Count:
        return QLocale().toString(static_cast<qulonglong>(count.events));
    case Rate:
        return rates_[kind] > 0 ? QLocale().toString(rates_[kind], 'f', 0) : QString();
    default:
        break;
    }
    if (count.timed == 0)
        return {};
    return timeText(index.column() == Mean
                        ? static_cast<double>(count.ticks) / static_cast<double>(count.timed)
                    : index.column() == Half ? static_cast<double>(count.percentile(0.5))
                    : index.column() == Most ? static_cast<double>(count.percentile(0.99))
                                             : static_cast<double>(count.longest));
}

QString CountsModel::timeText(double ticks) const {
    return tscKhz_ ? microsecondsText(ticks * 1000.0 / tscKhz_)
                   : tr("%L1 ticks").arg(ticks, 0, 'f', 0);
}

QVariant CountsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((section == Kind ? Qt::AlignLeft : Qt::AlignRight) |
                                   Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Kind:
        return tr("Kind");
    case Count:
        return tr("Events");
    case Rate:
        return tr("Per second");
    case Mean:
        return tr("Mean time");
    case Half:
        return tr("Half below");
    case Most:
        return tr("99 % below");
    default:
        return tr("Longest");
    }
}

CountsView::CountsView(QWidget *parent) : QTableView(parent) {
    setObjectName(QStringLiteral("countsTable"));
    setAccessibleName(tr("Events of each kind"));
    setToolTip(tr("Double click or press Enter to see only the events of a kind; on Longest, to "
                  "select that event"));
    model_ = new CountsModel(this);
    setModel(model_);
    setItemDelegateForColumn(CountsModel::Kind, new KindDelegate(this));
    setShowGrid(false);
    setWordWrap(false);
    setAlternatingRowColors(true);
    setSelectionBehavior(SelectItems);
    setSelectionMode(SingleSelection);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setFrameShape(QFrame::NoFrame);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(1);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 5);
    QHeaderView *columns = horizontalHeader();
    columns->setAccessibleName(tr("Count columns"));
    columns->setHighlightSections(false);
    columns->setMinimumSectionSize(20);
    const int em = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    columns->resizeSection(CountsModel::Count, 10 * em);
    columns->resizeSection(CountsModel::Rate, 12 * em);
    for (const auto column :
         {CountsModel::Mean, CountsModel::Half, CountsModel::Most, CountsModel::Longest})
        columns->resizeSection(column, 11 * em);
    columns->resizeSection(CountsModel::Kind, 19 * em);
    columns->setStretchLastSection(false);
    nameInnerParts(this);
    connect(this, &QAbstractItemView::activated, this, [this](const QModelIndex &index) {
        if (index.column() == CountsModel::Longest) {
            const KindCount &count = model_->counts().kinds[model_->kind(index.row())];
            if (count.timed)
                emit outlierChosen(count.longestIndex);
            return;
        }
        emit kindChosen(index.siblingAtColumn(CountsModel::Kind).data().toString());
    });
}

void CountsView::show(const EventSource &source) {
    constexpr qint64 kPeriod = 1000;
    const qint64 passed = since_.isValid() ? since_.elapsed() : 0;
    if (since_.isValid() && passed < kPeriod)
        return;
    since_.start();
    if (source.live()) {
        // The rates of the last second or so; the first look has none.
        const EventCounts before = model_->counts();
        model_->show(source.counts(), source.tscKhz(), static_cast<double>(passed) / 1000.0,
                     before);
        return;
    }
    // A recording has one rate for the whole of its time.
    const EventWindowPtr window = source.window();
    double seconds = 0;
    if (source.tscKhz() && window->end() > window->first())
        seconds = static_cast<double>(window->at(window->end() - 1).tsc - source.tscBase()) /
                  source.tscKhz() / 1000.0;
    model_->show(source.counts(), source.tscKhz(), seconds, {});
}

void CountsView::clear() {
    model_->clear();
    since_.invalidate();
}

} // namespace ui
