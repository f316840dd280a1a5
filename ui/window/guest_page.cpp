// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_page.h"

#include "ui/bookmarks/bookmarks_view.h"
#include "ui/code/code_view.h"
#include "ui/console/console_view.h"
#include "ui/counts/counts_view.h"
#include "ui/explain/book.h"
#include "ui/explain/explain_view.h"
#include "ui/interrupts/interrupts_view.h"
#include "ui/memory/memory_view.h"
#include "ui/registers/registers_view.h"
#include "ui/session/moment_finder.h"
#include "ui/session/stop_control.h"
#include "ui/stops/stops_view.h"
#include "ui/switcher/switcher_view.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/filter_line.h"
#include "ui/traffic/go_to_line.h"
#include "ui/traffic/side_by_side.h"
#include "ui/traffic/timeline.h"
#include "ui/traffic/traffic_view.h"

#include <QAbstractScrollArea>
#include <QAction>
#include <QDockWidget>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace ui {

namespace {
// Grows when the set of docks changes, so that an old layout isn't forced on it.
constexpr int kLayoutVersion = 4;
// Changes when the list gets another column: the places of the old ones say nothing of it.
constexpr auto kColumns = "traffic/columns-3";
// From this width on, in pixels of the desktop's scale, two columns are readable.
constexpr int kWide = 1300;

// The uppermost list, table or page of bytes; the view itself when it has none.
QWidget *mainPartOf(QWidget *view) {
    QWidget *main = view;
    for (QAbstractScrollArea *part : view->findChildren<QAbstractScrollArea *>())
        if (part->isVisibleTo(view) && (part->focusPolicy() & Qt::TabFocus) &&
            (main == view || part->mapTo(view, QPoint()).y() < main->mapTo(view, QPoint()).y()))
            main = part;
    return main;
}

} // namespace

GuestPage::GuestPage(Session *session, QWidget *parent)
    : QStackedWidget(parent), session_(session) {
    session_->setParent(this);
    setAccessibleName(session_->title());
    addWidget(makeStart());

    views_ = new QMainWindow;
    views_->setWindowFlags(Qt::Widget);
    views_->setDockNestingEnabled(true);
    views_->setDockOptions(QMainWindow::AllowTabbedDocks | QMainWindow::AllowNestedDocks |
                           QMainWindow::AnimatedDocks);
    views_->setAccessibleName(tr("Views"));
    stopBar_ = new QLabel;
    stopBar_->setObjectName(QStringLiteral("stopBar"));
    stopBar_->setAccessibleName(tr("Why the guest stands still"));
    stopBar_->setContentsMargins(10, 4, 10, 4);
    stopBar_->setAutoFillBackground(true);
    stopBar_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    stopBar_->hide();
    auto *running = new QWidget;
    running->setAccessibleName(tr("Guest"));
    auto *layout = new QVBoxLayout(running);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(stopBar_);
    layout->addWidget(views_, 1);
    addWidget(running);

    traffic_ = new TrafficView;
    console_ = new ConsoleView;
    registers_ = new RegistersView;
    explain_ = new ExplainView(Book::compiledIn());
    counts_ = new CountsView;
    addView(QStringLiteral("traffic"), tr("Traffic"), traffic_);
    addView(QStringLiteral("console"), tr("Console"), console_);
    addView(QStringLiteral("registers"), tr("Registers"), registers_);
    addView(QStringLiteral("explain"), tr("Explain"), explain_);
    addView(QStringLiteral("counts"), tr("Counts"), counts_);
    interrupts_ = new InterruptsView;
    switcher_ = new SwitcherView;
    addLiveView(QStringLiteral("interrupts"), tr("Interrupts"), interrupts_);
    addLiveView(QStringLiteral("switcher"), tr("Switcher"), switcher_);
    memory_ = new MemoryView;
    addLiveView(QStringLiteral("memory"), tr("Memory"), memory_);
    code_ = new CodeView;
    addLiveView(QStringLiteral("code"), tr("Code"), code_);
    stops_ = new StopsView;
    addView(QStringLiteral("stops"), tr("Stops"), stops_);
    bookmarks_ = new BookmarksView;
    addView(QStringLiteral("bookmarks"), tr("Bookmarks"), bookmarks_);
    connect(bookmarks_, &BookmarksView::chosen, this, &GuestPage::goToEvent);
    connect(bookmarks_->toggleAction(), &QAction::triggered, this, [this] {
        if (const auto event = traffic_->selected()) {
            bookmarks_->toggle(*event);
            // While it stands still its memory is that of the moment which is noted.
            if (session_->state() == Session::State::Paused)
                session_->takeSnapshot(tr("bookmark"));
        } else
            emit failed(tr("No event is selected"), tr("Select one in Traffic first."));
    });
    arrange(true);
    connect(code_, &CodeView::memoryWanted, this, &GuestPage::showMemory);
    connect(registers_, &RegistersView::memoryWanted, this, &GuestPage::showMemory);
    connect(session_, &Session::stoppedAt, this, &GuestPage::showStop);
    connect(interrupts_, &InterruptsView::filterWanted, this, [this](const QString &filter) {
        showView(dock(QStringLiteral("traffic")));
        traffic_->filter()->replaceText(filter);
    });
    connect(memory_->goAction(), &QAction::triggered, this, [this] {
        showView(dock(QStringLiteral("memory")));
        memory_->place()->setFocus(Qt::ShortcutFocusReason);
        memory_->place()->selectAll();
    });
    connect(memory_->searchAction(), &QAction::triggered, this, [this] {
        showView(dock(QStringLiteral("memory")));
        memory_->pattern()->setFocus(Qt::ShortcutFocusReason);
        memory_->pattern()->selectAll();
    });
    connect(traffic_->filterAction(), &QAction::triggered, this, [this] {
        showView(dock(QStringLiteral("traffic")));
        traffic_->filter()->setFocus(Qt::ShortcutFocusReason);
        traffic_->filter()->selectAll();
    });
    connect(traffic_->goToAction(), &QAction::triggered, this, [this] {
        showView(dock(QStringLiteral("traffic")));
        traffic_->goToLine()->open();
    });
    connect(switcher_, &SwitcherView::explainWanted, this, &GuestPage::explainParagraph);
    connect(session_, &Session::stateChanged, this, &GuestPage::follow);
    connect(session_, &Session::failed, this, &GuestPage::failed);
    connect(session_, &Session::consoleOutput, console_, &ConsoleView::feed);
    connect(session_, &Session::progress, this, [this](const QString &step, int percent) {
        step_->setText(step);
        bar_->setRange(0, percent < 0 ? 0 : 100);
        bar_->setValue(percent);
    });
    connect(console_, &ConsoleView::resized, session_, &Session::resizeTerminal);
    connect(console_, &ConsoleView::typed, session_, &Session::type);
    connect(console_, &ConsoleView::failed, this, &GuestPage::failed);
    connect(console_, &ConsoleView::momentWanted, this, [this](uint64_t tsc) {
        raiseTraffic();
        traffic_->selectTime(tsc);
    });
    connect(counts_, &CountsView::outlierChosen, this, &GuestPage::goToEvent);
    connect(traffic_, &TrafficView::eventSelected, this, &GuestPage::select);
    connect(traffic_, &TrafficView::tablesWanted, this, &GuestPage::showTables);
    moments_ = new MomentFinder(this);
    connect(moments_, &MomentFinder::found, this, &GuestPage::showMoment);
    connect(session_, &Session::snapshotsChanged, this, &GuestPage::seekMoment);
    connect(counts_, &CountsView::kindChosen, this, [this](QString kind) {
        raiseTraffic();
        traffic_->filter()->replaceText(
            QStringLiteral("kind == %1").arg(kind.replace(QLatin1Char(' '), QLatin1Char('-'))));
    });
    // Their keys, wherever in the page the user is; others are their view's own.
    for (QAction *action : viewActions())
        if (!action->shortcut().isEmpty() && action->shortcutContext() == Qt::WindowShortcut)
            addAction(action);
    follow();
}

QWidget *GuestPage::makeStart() {
    auto *start = new QWidget;
    start->setAccessibleName(tr("Starting"));
    auto *title = new QLabel(session_->title(), start);
    title->setAccessibleName(tr("What is being started"));
    QFont font = title->font();
    font.setPointSizeF(font.pointSizeF() * 1.6);
    font.setBold(true);
    title->setFont(font);
    step_ = new QLabel(start);
    step_->setObjectName(QStringLiteral("startStep"));
    step_->setAccessibleName(tr("Progress"));
    step_->setAlignment(Qt::AlignCenter);
    step_->setWordWrap(true);
    bar_ = new QProgressBar(start);
    bar_->setAccessibleName(tr("Progress bar"));
    bar_->setRange(0, 0);
    bar_->setTextVisible(false);
    bar_->setFixedWidth(340);
    cancel_ = new QPushButton(tr("Cancel"), start);
    cancel_->setObjectName(QStringLiteral("cancelStart"));
    cancel_->setAccessibleName(tr("Cancel the start"));
    connect(cancel_, &QPushButton::clicked, session_, &Session::cancel);
    auto *layout = new QVBoxLayout(start);
    layout->setSpacing(12);
    layout->addStretch(2);
    layout->addWidget(title, 0, Qt::AlignHCenter);
    layout->addWidget(step_);
    layout->addWidget(bar_, 0, Qt::AlignHCenter);
    layout->addWidget(cancel_, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    return start;
}

QDockWidget *GuestPage::addView(const QString &id, const QString &title, QWidget *view) {
    auto *dock = new QDockWidget(title, views_);
    dock->setObjectName(id);
    dock->setAccessibleName(title);
    dock->setWidget(view);
    dock->toggleViewAction()->setText(tr("Show %1").arg(title));
    docks_ += dock;
    return dock;
}

void GuestPage::addLiveView(const QString &id, const QString &title, LiveView *view) {
    addView(id, title, view);
    live_ += view;
    connect(view, &LiveView::failed, this, &GuestPage::failed);
}

QDockWidget *GuestPage::dock(const QString &id) const {
    for (QDockWidget *dock : docks_)
        if (dock->objectName() == id)
            return dock;
    return nullptr;
}

void GuestPage::explainParagraph(int number) {
    explain_->showParagraph(number);
    QDockWidget *explanation = dock(QStringLiteral("explain"));
    explanation->show();
    explanation->raise();
}

// Wide: the list beside the registers and the explanation.  Otherwise the list takes the whole
// width, which it needs to say what happened, and the others share what is below.
void GuestPage::arrange(bool wide) {
    enum {
        Traffic,
        Console,
        Registers,
        Explain,
        Counts,
        Interrupts,
        Switcher,
        Memory,
        Code,
        Stops,
        Bookmarks
    };
    for (QDockWidget *dock : std::as_const(docks_)) {
        dock->setFloating(false);
        views_->removeDockWidget(dock);
    }
    views_->addDockWidget(Qt::LeftDockWidgetArea, docks_[Traffic]);
    if (wide) {
        views_->splitDockWidget(docks_[Traffic], docks_[Registers], Qt::Horizontal);
        views_->splitDockWidget(docks_[Traffic], docks_[Console], Qt::Vertical);
        views_->splitDockWidget(docks_[Registers], docks_[Explain], Qt::Vertical);
    } else {
        views_->splitDockWidget(docks_[Traffic], docks_[Console], Qt::Vertical);
        views_->splitDockWidget(docks_[Console], docks_[Registers], Qt::Horizontal);
        views_->tabifyDockWidget(docks_[Registers], docks_[Explain]);
    }
    // What needs the width is beside the list, the rest beside the console.
    views_->tabifyDockWidget(docks_[Traffic], docks_[Switcher]);
    views_->tabifyDockWidget(docks_[Switcher], docks_[Memory]);
    views_->tabifyDockWidget(docks_[Console], docks_[Interrupts]);
    views_->tabifyDockWidget(docks_[Interrupts], docks_[Counts]);
    views_->tabifyDockWidget(docks_[Counts], docks_[Stops]);
    views_->tabifyDockWidget(docks_[Stops], docks_[Bookmarks]);
    views_->tabifyDockWidget(docks_[Registers], docks_[Code]);
    for (QDockWidget *dock : std::as_const(docks_))
        dock->show();
    for (const int front : {int(Traffic), int(Console), int(Registers)})
        docks_[front]->raise();
    if (wide) {
        views_->resizeDocks({docks_[Traffic], docks_[Registers]}, {70, 30}, Qt::Horizontal);
        views_->resizeDocks({docks_[Traffic], docks_[Console]}, {60, 40}, Qt::Vertical);
        views_->resizeDocks({docks_[Registers], docks_[Explain]}, {55, 45}, Qt::Vertical);
    } else {
        views_->resizeDocks({docks_[Console], docks_[Registers]}, {50, 50}, Qt::Horizontal);
        views_->resizeDocks({docks_[Traffic], docks_[Console]}, {50, 50}, Qt::Vertical);
    }
}

void GuestPage::breakOnFilter() {
    showView(dock(QStringLiteral("stops")));
    stops_->filter()->replaceText(traffic_->filter()->text());
    if (StopControl *stops = session_->stops())
        stops->addFilter(traffic_->filter()->text());
}

void GuestPage::resetLayout() {
    arrange(width() >= kWide);
}

// Once the views have the window's size: sizes that were stored are of that.
void GuestPage::settle() {
    if (arranged_ || !isVisible() || (starting() && !layout_.isEmpty()))
        return;
    arranged_ = true;
    if (layout_.isEmpty() || !views_->restoreState(layout_, kLayoutVersion))
        resetLayout();
    layout_.clear();
}

void GuestPage::resizeEvent(QResizeEvent *event) {
    QStackedWidget::resizeEvent(event);
    settle();
}

void GuestPage::showEvent(QShowEvent *event) {
    QStackedWidget::showEvent(event);
    QTimer::singleShot(0, this, &GuestPage::settle);
}

void GuestPage::follow() {
    const Session::State state = session_->state();
    if (state == Session::State::Starting)
        return;
    if (!sourceSet_ && state == Session::State::Failed) {
        emit neverStarted();
        return;
    }
    if (!sourceSet_) {
        sourceSet_ = true;
        traffic_->setSource(session_);
        for (LiveView *view : std::as_const(live_))
            view->setSession(session_);
        stops_->setSession(session_);
        // A key has no slashes: they would be folders of the settings.
        bookmarks_->setSession(session_, QString::fromLatin1(session_->file().toUtf8().toHex()));
        setCurrentIndex(1);
        if (!session_->live())
            traffic_->table()->selectRow(0);
        QTimer::singleShot(0, this, &GuestPage::settle);
        (session_->live() ? static_cast<QWidget *>(console_) : traffic_->table())->setFocus();
    }
    stoppedAnew_ = stoppedAnew_ || state == Session::State::Running;
    registers_->setMayStop(state == Session::State::Running || state == Session::State::Paused);
    showRegistersNow();
    if (state == Session::State::Running && registersNow_ && !traffic_->selected())
        registers_->setTitle(tr("At the last stop; it runs now"));
    if (state == Session::State::Ended && registersNow_ && !traffic_->selected())
        registers_->setTitle(tr("At the last stop; it has ended since"));
    showStopBar();
    switch (state) {
    case Session::State::Opened:
        console_->setInputEnabled(false, tr("A recording: what the guest had printed."));
        break;
    case Session::State::Ended:
    case Session::State::Failed:
        console_->setInputEnabled(false, tr("The guest has ended: %1.").arg(session_->stateText()));
        break;
    default:
        console_->setInputEnabled(true);
    }
}

void GuestPage::refresh(bool visible) {
    session_->poll();
    if (!sourceSet_ || !visible)
        return;
    traffic_->refresh();
    counts_->show(*session_);
    for (LiveView *view : std::as_const(live_))
        view->refresh();
}

void GuestPage::select(std::optional<qulonglong> eventIndex) {
    showStopBar();
    const EventWindowPtr window = traffic_->model()->window();
    if (!eventIndex || !window || !window->contains(*eventIndex)) {
        registers_->clear();
        explain_->clear();
        interrupts_->showNow();
        memory_->setPageDirectory(0);
        code_->showNow();
        console_->showMoment(std::nullopt);
        showRegistersNow();
        seekMoment();
        return;
    }
    const lg_event event = window->at(*eventIndex);
    registers_->show(*window, *eventIndex, session_->symbols());
    explain_->show(event);
    interrupts_->showMoment(*window, *eventIndex);
    console_->showMoment(event.tsc);
    if (!isLoss(event))
        code_->showMoment(event);
    memory_->setPageDirectory(event.regs.cr3);
    seekMoment();
}

// What the selected event's memory and tables were, if there are snapshots.
void GuestPage::seekMoment() {
    const auto event = traffic_->selected();
    const EventWindowPtr window = session_->window();
    const auto snapshots = session_->snapshots();
    if (event && window->contains(*event) && !isLoss(window->at(*event)) && snapshots &&
        snapshots->snapshots().count() > 0) {
        moments_->seek(*session_, *event);
        return;
    }
    moments_->stop();
    showMoment(nullptr);
}

// A live Guest of now tells more than a snapshot that is younger than the event.
void GuestPage::showMoment(const std::shared_ptr<MomentInspector> &moment) {
    const bool shown =
        moment && (!session_->live() || moment->at().how != lg::MomentAt::How::After);
    // A live Guest's oldest events go: the selected one may have, since the moment was asked for.
    const auto event = traffic_->selected();
    const EventWindowPtr window = session_->window();
    const bool known = shown && event && window->contains(*event);
    for (LiveView *view : std::initializer_list<LiveView *>{memory_, code_, switcher_}) {
        if (known)
            view->setVcpu(window->at(*event).vcpu);
        view->setMoment(shown ? moment : nullptr);
    }
    memory_->setOtherThanSelected(event && !shown && session_->live());
}

void GuestPage::showTables(uint32_t address) {
    memory_->tabs()->setCurrentIndex(MemoryView::Tables);
    showMemory(address);
}

void GuestPage::showMemory(uint32_t address) {
    showView(dock(QStringLiteral("memory")));
    memory_->goTo(address, true);
}

// All views show the moment of the stop; a selected event is another moment.
void GuestPage::showStop(const lg::GuestStopped &stop) {
    stoppedAnew_ = true;
    traffic_->deselect();
    code_->follow();
    for (LiveView *view : std::as_const(live_))
        view->setVcpu(stop.vcpu);
}

QString GuestPage::stopText() const {
    return stopBar_->isVisibleTo(this) ? stopBar_->text() : QString();
}

void GuestPage::showStopBar() {
    const bool still = session_->state() == Session::State::Paused;
    stopBar_->setVisible(still);
    if (!still)
        return;
    QString text = session_->stateText();
    if (!text.startsWith(QLatin1String("vCPU")))
        text[0] = text[0].toUpper();
    stopBar_->setText(
        (traffic_->selected()
             ? tr("%1. Registers, code and interrupts show the selected event; Escape in Traffic "
                  "leaves it.")
             : tr("%1. Registers, code, memory and interrupts show this moment."))
            .arg(text));
    QPalette colours = stopBar_->palette();
    colours.setColor(QPalette::Window, palette().color(QPalette::Highlight));
    colours.setColor(QPalette::WindowText, palette().color(QPalette::HighlightedText));
    stopBar_->setPalette(colours);
}

// At a stop, unless an event is selected: then its registers stay.
void GuestPage::showRegistersNow() {
    Inspector *inspector = session_->inspector();
    if (!inspector || session_->state() != Session::State::Paused || traffic_->selected())
        return;
    const auto &stopped = session_->stopped();
    const uint32_t vcpu = stopped ? stopped->vcpu : code_->vcpu();
    inspector->state(vcpu, this, [this, vcpu](const lg::Result<lg_vcpu_state> &state) {
        if (!state || session_->state() != Session::State::Paused || traffic_->selected())
            return;
        // Those of another vCPU are no earlier values of these.
        if (registersOf_ != vcpu)
            registersBefore_.reset();
        else if (stoppedAnew_) // else a debugger has set some
            registersBefore_ = registersNow_;
        registersNow_ = state->regs;
        registersOf_ = vcpu;
        stoppedAnew_ = false;
        registers_->showState(*state, registersBefore_, tr("Now: %1").arg(session_->stateText()),
                              session_->symbols());
    });
}

// Whoever chooses an event elsewhere sees it there, and stays where he is.
void GuestPage::raiseTraffic() {
    QDockWidget *traffic = dock(QStringLiteral("traffic"));
    traffic->show();
    traffic->raise();
}

void GuestPage::goToEvent(uint64_t eventIndex) {
    raiseTraffic();
    traffic_->select(eventIndex);
}

void GuestPage::showView(QDockWidget *dock) {
    dock->show();
    dock->raise();
    if (dock->isFloating())
        dock->activateWindow();
    QWidget *view = dock->widget();
    if (view == traffic_)
        view = traffic_->table();
    else if (view == stops_)
        view = stops_->filter();
    else if (view->focusPolicy() == Qt::NoFocus && !view->focusProxy())
        view = mainPartOf(view);
    view->setFocus(Qt::ShortcutFocusReason);
}

void GuestPage::restore(const QSettings &settings) {
    layout_ = settings.value("page/layout").toByteArray();
    memory_->setWatchList(settings.value("memory/watches").toStringList());
    traffic_->filter()->setHistory(settings.value("traffic/history").toStringList());
    traffic_->hideAction()->setChecked(settings.value("traffic/hide", true).toBool());
    if (const QString filter = settings.value("traffic/filter").toString(); !filter.isEmpty())
        traffic_->filter()->replaceText(filter);
    if (const QByteArray columns = settings.value(kColumns).toByteArray(); !columns.isEmpty())
        traffic_->table()->horizontalHeader()->restoreState(columns);
}

void GuestPage::store(QSettings &settings) const {
    settings.setValue("page/layout",
                      layout_.isEmpty() ? views_->saveState(kLayoutVersion) : layout_);
    settings.setValue("memory/watches", memory_->watchList());
    settings.setValue("traffic/filter", traffic_->filter()->text());
    settings.setValue("traffic/hide", traffic_->hideAction()->isChecked());
    settings.setValue("traffic/history", traffic_->filter()->history());
    settings.setValue(kColumns, traffic_->sideBySide()->columns());
}

QList<QAction *> GuestPage::viewActions() const {
    QList<QAction *> actions = {bookmarks_->toggleAction(),       memory_->goAction(),
                                memory_->searchAction(),          traffic_->goToAction(),
                                traffic_->filterAction(),         traffic_->hideAction(),
                                traffic_->nextMatchAction(),      traffic_->previousMatchAction(),
                                traffic_->followAction(),         traffic_->holdAction(),
                                traffic_->sideBySide()->action(), console_->searchAction(),
                                console_->copyAction(),           console_->pasteAction(),
                                console_->momentAction(),         console_->saveAction()};
    actions += traffic_->timeline()->actions();
    for (QDockWidget *dock : docks_)
        actions += dock->toggleViewAction();
    return actions;
}

} // namespace ui
