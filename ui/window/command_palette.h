// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QFrame>
#include <QPointer>

class QAction;
class QLineEdit;
class QListView;

namespace ui {

// The actions that match what was typed, best first.
class ActionModel : public QAbstractListModel {
    Q_OBJECT
public:
    static constexpr int ShortcutRole = Qt::UserRole;
    static constexpr int ReasonRole = Qt::UserRole + 1;
    static constexpr int OnRole = Qt::UserRole + 2; // it can be on or off, and is on

    using QAbstractListModel::QAbstractListModel;
    void setActions(const QList<QAction *> &actions);
    void setPattern(const QString &pattern);
    QAction *action(const QModelIndex &index) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    QList<QAction *> all_;
    QList<QAction *> shown_;
};

// How well the letters of `pattern` are found, in order, in `text`; -1 = not.
int matchScore(const QString &text, const QString &pattern);

// Every action of the window by name, with its shortcut, or with the reason
// why it cannot be done now.
class CommandPalette : public QFrame {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget *window);

    void open(const QList<QAction *> &actions);
    ActionModel *model() const { return model_; }
    QLineEdit *line() const { return line_; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void run();
    void selectFirst();
    void close();

    QLineEdit *line_;
    QListView *list_;
    ActionModel *model_;
    QPointer<QWidget> focusBefore_;
};

} // namespace ui
