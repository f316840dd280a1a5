// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "console_log.h"
#include "escape_guard.h"

#include <QWidget>

#include <optional>

class QLabel;
class QTermWidget;
class QToolButton;

namespace ui {

class PtyFeed;

// The guest's console: its output on a terminal, the user's keys back to it.
class ConsoleView : public QWidget {
    Q_OBJECT
public:
    static constexpr int kHistoryLines = 10'000;

    explicit ConsoleView(QWidget *parent = nullptr);

    void feed(const std::deque<ConsolePiece> &pieces);
    // What the Guest had said last at that time; nullopt = no moment is selected.
    void showMoment(std::optional<uint64_t> tsc);
    QString momentText() const;
    // The moment of the selected line, or of the last one.
    QAction *momentAction() const { return moment_; }
    const ConsoleLog &log() const { return log_; }
    // With no guest to hear them, keys are refused and the reason is shown.
    void setInputEnabled(bool enabled, const QString &reason = {});
    QString text() const;
    bool save(const QString &file, QString *why) const;

    QAction *searchAction() const { return search_; }
    QAction *copyAction() const { return copy_; }
    QAction *pasteAction() const { return paste_; }
    QAction *saveAction() const { return save_; }
    QTermWidget *terminal() const { return terminal_; }

signals:
    void typed(const QByteArray &bytes);
    void momentWanted(qulonglong tsc);
    void resized(int columns, int rows);
    void failed(const QString &reason, const QString &advice);

protected:
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void applyColours();
    void keepSelection();
    void chooseMoment();
    void askAndSave();
    void showMenu(const QPoint &at);

    QTermWidget *terminal_;
    PtyFeed *feed_;
    EscapeGuard guard_;
    QLabel *note_;
    ConsoleLog log_;
    QLabel *momentLine_;
    QAction *moment_;
    QAction *search_;
    QAction *copy_;
    QAction *paste_;
    QAction *save_;
    bool inputEnabled_ = true;
};

} // namespace ui
