// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ui/traffic/event_window.h"

#include <QAbstractTableModel>
#include <QElapsedTimer>
#include <QTableView>

namespace ui {

// How many events of each kind there were, how many come per second and how
// long they take.  Kinds that never happened have no row.
class CountsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Kind, Count, Rate, Mean, Half, Most, Longest, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    // `seconds` have passed since `since` was counted.
    void show(const EventCounts &counts, uint32_t tscKhz, double seconds, const EventCounts &since);
    const EventCounts &counts() const { return counts_; }
    void clear();
    unsigned kind(int row) const { return kinds_.at(static_cast<qsizetype>(row)); }
    double totalRate() const { return totalRate_; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QList<unsigned> kinds_;
    EventCounts counts_;
    std::array<double, LG_EV_KIND_COUNT> rates_{};
    QString timeText(double ticks) const;

    double totalRate_ = 0;
    uint32_t tscKhz_ = 0;
};

class CountsView : public QTableView {
    Q_OBJECT
public:
    explicit CountsView(QWidget *parent = nullptr);
    void show(const EventSource &source);
    void clear();
    CountsModel *counts() const { return model_; }

signals:
    void kindChosen(const QString &kind);
    // The one that took longest of its kind.
    void outlierChosen(qulonglong index);

private:
    CountsModel *model_;
    QElapsedTimer since_;
};

} // namespace ui
