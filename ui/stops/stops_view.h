// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ui/session/session.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace ui {

class EmptyNote;
class FilterLine;
class RowsModel;

// What stops the Guest: filters in Traffic's language, and the processor's four breakpoints.
class StopsView : public QWidget {
    Q_OBJECT
public:
    explicit StopsView(QWidget *parent = nullptr);

    void setSession(Session *session);
    FilterLine *filter() const { return filter_; }
    QLineEdit *place() const { return place_; }
    RowsModel *model() const { return model_; }
    QTableView *table() const { return table_; }
    QString problem() const;

private:
    void show();
    void addFilter();
    void addBreakpoint();
    void removeSelected();
    void complain(const QString &why);

    Session *session_ = nullptr;
    FilterLine *filter_;
    QPushButton *addFilter_;
    QLineEdit *place_;
    QComboBox *kind_;
    QPushButton *addPlace_;
    QPushButton *remove_;
    QLabel *problem_;
    RowsModel *model_;
    QTableView *table_;
    EmptyNote *empty_;
};

} // namespace ui
