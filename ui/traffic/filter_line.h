// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspect/filter.h"

#include <QLineEdit>
#include <QTimer>

class QCompleter;
class QStringListModel;

namespace ui {

// One line of the filter language: it completes words, underlines the place
// where the text stops making sense, undoes (Ctrl+Z) and remembers.
class FilterLine : public QLineEdit {
    Q_OBJECT
public:
    static constexpr int kHistory = 30;

    explicit FilterLine(QWidget *parent = nullptr);

    // As if typed, so that undo takes it back; applies at once.
    void replaceText(const QString &text);
    // For times; the text is understood anew.
    void setClock(const lg::FilterClock &clock);
    QStringList history() const { return history_; }
    void setHistory(const QStringList &history) { history_ = history; }
    void remember(const QString &text);

signals:
    // A text that makes sense; it has stood unchanged for a moment.
    void filterChanged(const lg::Filter &filter);
    // "" = none.  The position counts characters.
    void problemChanged(const QString &message, int position);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    // Tab takes the first word that is offered, before it goes to the next widget.
    bool focusNextPrevChild(bool next) override;

private:
    void check(bool typing);
    void mark(int position);
    void complete();
    void insertCompletion(const QString &word);
    void stepHistory(int step);

    lg::FilterClock clock_;
    QTimer pause_;
    QCompleter *completer_;
    QStringListModel *words_;
    QStringList history_;
    int historyAt_ = -1;
    int marked_ = -1;        // where the line is wrong
    bool replacing_ = false; // nobody types: nothing is offered
    QString draft_;
};

} // namespace ui
