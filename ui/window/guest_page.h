// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ui/session/session.h"

#include <QMainWindow>
#include <QStackedWidget>

#include <optional>

class QDockWidget;
class QLabel;
class QProgressBar;
class QPushButton;
class QSettings;

namespace ui {

class ConsoleView;
class BookmarksView;
class CodeView;
class CountsView;
class ExplainView;
class InterruptsView;
class LiveView;
class MemoryView;
class MomentFinder;
class MomentInspector;
class RegistersView;
class StopsView;
class SwitcherView;
class TrafficView;

// One tab: a session and the views of it, each in a dock.  A further view
// slots in with one addView() and one line in arrange().
class GuestPage : public QStackedWidget {
    Q_OBJECT
public:
    // Takes the session.
    explicit GuestPage(Session *session, QWidget *parent = nullptr);

    Session *session() const { return session_; }
    TrafficView *traffic() const { return traffic_; }
    ConsoleView *console() const { return console_; }
    RegistersView *registers() const { return registers_; }
    ExplainView *explain() const { return explain_; }
    CountsView *counts() const { return counts_; }
    InterruptsView *interrupts() const { return interrupts_; }
    SwitcherView *switcher() const { return switcher_; }
    MemoryView *memory() const { return memory_; }
    CodeView *code() const { return code_; }
    StopsView *stopsView() const { return stops_; }
    BookmarksView *bookmarks() const { return bookmarks_; }

    // Drains what has come; `visible` = the user is looking.
    void refresh(bool visible);
    // What is said above the views while the Guest stands still, "" while it runs.
    QString stopText() const;
    bool starting() const { return currentIndex() == 0; }

    QList<QDockWidget *> docks() const { return docks_; }
    QDockWidget *dock(const QString &id) const;
    void showView(QDockWidget *dock);
    void resetLayout();
    // What the traffic list shows is what stops the Guest from now on.
    void breakOnFilter();
    void restore(const QSettings &settings);
    void store(QSettings &settings) const;
    // What the views can do; the same for every page, in the same order.
    QList<QAction *> viewActions() const;

signals:
    void failed(const QString &reason, const QString &advice);
    // It ended before it ran: there is nothing to look at.
    void neverStarted();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeStart();
    QDockWidget *addView(const QString &id, const QString &title, QWidget *view);
    void addLiveView(const QString &id, const QString &title, LiveView *view);
    void explainParagraph(int number);
    void showMemory(uint32_t address);
    void showTables(uint32_t address);
    void showStop(const lg::GuestStopped &stop);
    void showRegistersNow();
    void showStopBar();
    void arrange(bool wide);
    void settle();
    void follow();
    void select(std::optional<qulonglong> eventIndex);
    void seekMoment();
    void raiseTraffic();
    void goToEvent(uint64_t eventIndex);
    void showMoment(const std::shared_ptr<MomentInspector> &moment);

    Session *session_;
    QMainWindow *views_;
    QLabel *stopBar_;
    QLabel *step_;
    QProgressBar *bar_;
    QPushButton *cancel_;
    TrafficView *traffic_;
    ConsoleView *console_;
    RegistersView *registers_;
    ExplainView *explain_;
    CountsView *counts_;
    InterruptsView *interrupts_;
    SwitcherView *switcher_;
    MemoryView *memory_;
    CodeView *code_;
    StopsView *stops_;
    BookmarksView *bookmarks_;
    QList<LiveView *> live_;
    MomentFinder *moments_;
    QList<QDockWidget *> docks_;
    bool arranged_ = false; // by the user, now or earlier
    QByteArray layout_;     // to be restored when the views have their size
    bool sourceSet_ = false;
    std::optional<lg_event_regs> registersNow_, registersBefore_; // at the stop before this one
    uint32_t registersOf_ = 0;                                    // a vCPU
    bool stoppedAnew_ = false;
};

} // namespace ui
