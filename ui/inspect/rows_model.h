// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QAbstractTableModel>

#include <vector>

class QTableView;

namespace ui {

enum class Tone { Plain, Changed, Muted, Bad, Good };

struct Cell {
    QString text;
    Tone tone = Tone::Plain;
    bool code = false; // in letters of one width
};

using Row = std::vector<Cell>;

// Rows of text that are shown again and again: selection and scrolling stay where they are.
class RowsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit RowsModel(QStringList headers, QObject *parent = nullptr);

    void show(std::vector<Row> rows);
    const std::vector<Row> &rows() const { return rows_; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QStringList headers_;
    std::vector<Row> rows_;
};

// A table in the style of the others; `ems` are the columns' widths, 0 = takes what is left.
QTableView *makeTable(QAbstractItemModel *model, const QString &name, const std::vector<int> &ems,
                      QWidget *parent);

} // namespace ui
