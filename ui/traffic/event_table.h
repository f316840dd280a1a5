// SPDX-License-Identifier: GPL-2.0-or-later
// The rows of the events: columns, keys, copying.
#pragma once

#include <QTableView>

#include <memory>

class QLabel;

namespace ui {

class ColumnChoice;
class EventModel;

class EventTable : public QTableView {
    Q_OBJECT
public:
    explicit EventTable(EventModel *model, QWidget *parent = nullptr);
    ~EventTable() override;

    // What is said where no rows are; "" = nothing.
    void sayInstead(const QString &text);
    // The selected rows as they are seen, with tabs between the columns.
    void copySelected() const;
    ColumnChoice *columns() const { return columns_.get(); }
    void centreOn(int row);

signals:
    // Whoever goes up wants to read; whoever returns to the end wants to follow.
    void followWanted(bool follow);
    void filterWanted();
    void goToWanted();
    void deselectWanted();
    void resized();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void setUpColumns();
    void fitWords();

    EventModel *events_;
    QLabel *instead_;
    std::unique_ptr<ColumnChoice> columns_;
};

} // namespace ui
