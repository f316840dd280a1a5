// SPDX-License-Identifier: GPL-2.0-or-later
#include "memory_view.h"

#include "changes_panel.h"
#include "hex_view.h"
#include "map_panel.h"
#include "memory_tasks.h"
#include "page_cache.h"
#include "ui/inspect/empty_note.h"
#include "ui/inspect/numbers.h"
#include "ui/inspect/rows_model.h"
#include "ui/window/icons.h"
#include "ui/window/inner_names.h"
#include "ui/window/theme.h"
#include "walker_panel.h"

#include <QAction>
#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QStringListModel>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>

#include <algorithm>

namespace ui {

namespace {

// Names that the completion offers: a whole kernel's would make it slow.
constexpr qsizetype kMostNames = 20'000;
constexpr uint64_t kAllAddresses = 1ull << 32;

// A row of buttons, and the table below it.
void layBelowButtons(QWidget *page, std::initializer_list<QWidget *> buttons, QWidget *table) {
    auto *top = new QHBoxLayout;
    top->setContentsMargins(6, 4, 6, 4);
    top->setSpacing(6);
    for (QWidget *button : buttons)
        top->addWidget(button);
    top->addStretch(1);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(table, 1);
}

} // namespace

MemoryView::MemoryView(QWidget *parent) : LiveView(parent) {
    setAccessibleName(tr("Memory"));
    pages_ = new PageCache(this);
    tasks_ = new MemoryTasks(this);
    makeBar();
    makeTabs();
    note_ = new QLabel(this);
    note_->setObjectName(QStringLiteral("memoryNote"));
    note_->setAccessibleName(tr("About the place in memory"));
    bar_ = new QProgressBar(this);
    bar_->setAccessibleName(tr("Progress"));
    bar_->setFixedWidth(180);
    cancel_ = new QToolButton(this);
    cancel_->setIcon(themedIcon(Icon::Close));
    cancel_->setAutoRaise(true);
    cancel_->setObjectName(QStringLiteral("memoryCancel"));
    cancel_->setAccessibleName(tr("Cancel"));
    cancel_->setToolTip(tr("Cancel (Escape)"));
    auto *bottom = new QHBoxLayout;
    bottom->setContentsMargins(8, 2, 8, 2);
    bottom->addWidget(note_, 1);
    bottom->addWidget(bar_);
    bottom->addWidget(cancel_);
    body()->addLayout(bottom);
    empty_ = new EmptyNote(tabs_);
    empty_->setObjectName(QStringLiteral("memoryEmpty"));
    empty_->setBackgroundRole(QPalette::Base);
    empty_->setAutoFillBackground(true); // instead of a page of bytes that nobody will read

    connect(cancel_, &QToolButton::clicked, tasks_, &MemoryTasks::cancel);
    connect(tasks_, &MemoryTasks::busyChanged, this, &MemoryView::showBusy);
    connect(tasks_, &MemoryTasks::progress, this, [this](const QString &what, int percent) {
        bar_->setFormat(what + QStringLiteral(" %p %"));
        bar_->setValue(percent);
    });
    connect(tasks_, &MemoryTasks::failed, this, [this](const QString &why) { note(why, true); });
    connect(tasks_, &MemoryTasks::mapped, this,
            [this](const lg::GuestMap &map) { map_->show(map); });
    connect(tasks_, &MemoryTasks::found, this,
            [this](std::optional<uint32_t> address, uint32_t length) {
                if (!address) {
                    note(tr("Nowhere in this memory"), true);
                    return;
                }
                tabs_->setCurrentIndex(Bytes);
                hex_->mark(*address, length);
                note(tr("Found at %1").arg(nameOf(*address)));
            });
    connect(tasks_, &MemoryTasks::compared, changes_, &ChangesPanel::show);
    connect(changes_, &ChangesPanel::compareWanted, this, [this](const auto &from, const auto &to) {
        tasks_->compare(from, to, session()->symbols());
    });
    connect(changes_, &ChangesPanel::said, this, &MemoryView::note);
    connect(changes_, &ChangesPanel::placeChosen, this, [this](uint32_t at, uint32_t length) {
        goTo(at, false);
        hex_->mark(at, length);
    });
    showBusy();
}

void MemoryView::makeBar() {
    space_ = new QComboBox(this);
    space_->setObjectName(QStringLiteral("memorySpace"));
    space_->setAccessibleName(tr("Kind of addresses"));
    space_->addItems({tr("Virtual"), tr("Physical")});
    space_->setToolTip(tr("Addresses as the Guest's page tables say, or of its memory itself"));
    place_ = new QLineEdit(this);
    place_->setObjectName(QStringLiteral("memoryPlace"));
    place_->setAccessibleName(tr("Address or symbol to go to"));
    place_->setPlaceholderText(tr("Address or symbol"));
    place_->setClearButtonEnabled(true);
    patternKind_ = new QComboBox(this);
    patternKind_->setAccessibleName(tr("What is searched for"));
    patternKind_->addItems({tr("Text"), tr("Bytes"), tr("Value")});
    pattern_ = new QLineEdit(this);
    pattern_->setObjectName(QStringLiteral("memoryPattern"));
    pattern_->setAccessibleName(tr("Search for"));
    pattern_->setPlaceholderText(tr("Search"));
    pattern_->setClearButtonEnabled(true);
    find_ = new QToolButton(this);
    find_->setIcon(themedIcon(Icon::Search));
    find_->setAutoRaise(true);
    find_->setAccessibleName(tr("Find the next one"));
    find_->setToolTip(tr("Find the next one (Enter)"));
    bar()->addWidget(space_);
    bar()->addWidget(place_, 3);
    bar()->addWidget(patternKind_);
    bar()->addWidget(pattern_, 3);
    bar()->addWidget(find_);
    for (QWidget *whole : std::initializer_list<QWidget *>{space_, patternKind_, place_, pattern_})
        nameInnerParts(whole);
    go_ = new QAction(tr("Go to an address in Memory"), this);
    go_->setShortcut(QKeySequence(tr("Ctrl+Shift+M")));
    searchAction_ = new QAction(tr("Search in Memory"), this);
    connect(place_, &QLineEdit::returnPressed, this, &MemoryView::goToText);
    connect(pattern_, &QLineEdit::returnPressed, this, &MemoryView::find);
    connect(find_, &QToolButton::clicked, this, &MemoryView::find);
    connect(space_, &QComboBox::currentIndexChanged, this, [this] { setSpace(isVirtual()); });
}

void MemoryView::makeTabs() {
    tabs_ = new QTabWidget(this);
    tabs_->setDocumentMode(true);
    tabs_->setAccessibleName(tr("Ways to look at memory"));
    tabs_->tabBar()->setAccessibleName(tr("Choice of the way to look at memory"));
    hex_ = new HexView(pages_, tabs_);
    walker_ = new WalkerPanel(tabs_);
    auto *mapPage = new QWidget(tabs_);
    mapPage->setAccessibleName(tr("Pages"));
    map_ = new MapPanel(mapPage);
    mapText_ = new QLabel(mapPage);
    mapText_->setAccessibleName(tr("Pages of each use"));
    mapText_->setContentsMargins(8, 2, 8, 2);
    mapText_->setWordWrap(true);
    mapText_->setToolTip(
        tr("Touched and dirty pages are those with the accessed and the dirty bit in one of "
           "the Guest's own entries. Linux sets both beforehand in its map of all memory: of "
           "its pages they say nothing. As of an event the map is by the event's page directory; "
           "by the snapshot's where the event's was not one yet at the snapshot."));
    auto *again = new QPushButton(tr("Read again"), mapPage);
    again->setObjectName(QStringLiteral("mapAgain"));
    again->setAccessibleName(tr("Read the page tables again"));
    auto *mapTop = new QHBoxLayout;
    mapTop->setContentsMargins(0, 2, 6, 2);
    mapTop->addWidget(mapText_, 1);
    mapTop->addWidget(again);
    auto *mapLayout = new QVBoxLayout(mapPage);
    mapLayout->setContentsMargins(0, 0, 0, 0);
    mapLayout->setSpacing(0);
    mapLayout->addLayout(mapTop);
    mapLayout->addWidget(map_, 1);

    tabs_->addTab(hex_, tr("Bytes"));
    tabs_->addTab(mapPage, tr("Pages"));
    tabs_->addTab(walker_, tr("Page tables"));
    tabs_->addTab(makeWatches(), tr("Watches"));
    changes_ = new ChangesPanel(tabs_);
    tabs_->addTab(changes_, tr("Changes"));
    momentNote_ = new QLabel(this);
    momentNote_->setObjectName(QStringLiteral("momentNote"));
    momentNote_->setAccessibleName(tr("Which moment is shown"));
    momentNote_->setWordWrap(true);
    momentNote_->setContentsMargins(8, 2, 8, 4);
    momentNote_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    momentNote_->hide();
    body()->addWidget(momentNote_);
    body()->addWidget(tabs_, 1);

    connect(hex_, &HexView::caretMoved, this, [this] {
        showCaret();
        if (tabs_->currentIndex() == Tables)
            walk();
    });
    connect(pages_, &PageCache::arrived, this, [this] {
        if (notesCaret_)
            showCaret();
    });
    connect(again, &QPushButton::clicked, this,
            [this] { tasks_->map(*session(), inspector(), vcpu()); });
    connect(map_, &MapPanel::totalsChanged, this, [this] { mapText_->setText(map_->totals()); });
    connect(map_, &MapPanel::pageMoved, this, [this] {
        if (tabs_->currentIndex() == Pages)
            note(map_->pageText());
    });
    connect(map_, &MapPanel::pageChosen, this, [this](uint32_t at) { goTo(at, false); });
    connect(walker_, &WalkerPanel::physicalWanted, this, [this](uint32_t at) { goTo(at, false); });
    connect(tabs_, &QTabWidget::currentChanged, this, [this](int tab) {
        if (tab == Pages)
            note(map_->pageText());
        else
            showCaret();
        if (tab == Tables)
            walk();
        else if (tab == Pages && map_->map().pages.empty() && inspector())
            tasks_->map(*session(), inspector(), vcpu());
        askSoon();
    });
}

QWidget *MemoryView::makeWatches() {
    auto *page = new QWidget(tabs_);
    page->setAccessibleName(tr("Watches"));
    watchModel_ = new RowsModel(
        {tr("Place"), tr("Address"), tr("Value"), tr("Before"), tr("Number"), tr("Symbol")}, page);
    QTableView *table = makeTable(watchModel_, tr("Watched places"), {24, 11, 11, 11, 14, 0}, page);
    table->setObjectName(QStringLiteral("watchTable"));
    noWatches_ = new EmptyNote(table->viewport());
    auto *add = new QPushButton(tr("Watch the word at the caret"), page);
    add->setObjectName(QStringLiteral("watchAdd"));
    add->setAccessibleName(tr("Watch the four bytes at the caret"));
    unwatch_ = new QPushButton(tr("Forget the selected"), page);
    unwatch_->setAccessibleName(tr("Forget the selected places"));
    layBelowButtons(page, {add, unwatch_}, table);
    const auto showState = [this, table] {
        const bool chosen = table->selectionModel()->hasSelection();
        unwatch_->setEnabled(chosen);
        unwatch_->setToolTip(chosen ? QString()
                                    : tr("Not available: select what is to be forgotten"));
    };
    connect(table->selectionModel(), &QItemSelectionModel::selectionChanged, this, showState);
    showState();
    showWatches();
    connect(add, &QPushButton::clicked, this, &MemoryView::addWatch);
    connect(unwatch_, &QPushButton::clicked, this, [this, table] {
        QModelIndexList rows = table->selectionModel()->selectedRows();
        std::sort(rows.begin(), rows.end(), [](const auto &a, const auto &b) { return b < a; });
        for (const QModelIndex &row : std::as_const(rows))
            watches_.erase(watches_.begin() + row.row());
        showWatches();
    });
    connect(table, &QAbstractItemView::activated, this, [this](const QModelIndex &index) {
        goTo(watches_.at(static_cast<size_t>(index.row())).address, true);
    });
    return page;
}

bool MemoryView::isVirtual() const {
    return space_->currentIndex() == 0;
}

void MemoryView::setSpace(bool isVirtual) {
    space_->setCurrentIndex(isVirtual ? 0 : 1);
    if (!session())
        return;
    pages_->reset(isVirtual, vcpu());
    hex_->setEnd(isVirtual ? kAllAddresses : session()->memoryBytes());
    hex_->wantVisible();
    showCaret();
    askSoon();
}

void MemoryView::setSession(Session *session) {
    LiveView::setSession(session);
    setSpace(true);
    hex_->setSymbols(session->symbols());
    QStringList names;
    for (const lg::Symbol &symbol : session->symbols()->all())
        if (names.size() < kMostNames)
            names += QString::fromStdString(symbol.name);
    auto *completer = new QCompleter(new QStringListModel(names, this), place_);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    completer->popup()->setAccessibleName(tr("Symbols"));
    nameInnerParts(completer->popup());
    place_->setCompleter(completer);
    changes_->setSession(session);
    showBusy();
}

void MemoryView::showBusy() {
    const bool busy = tasks_->busy();
    bar_->setVisible(busy);
    cancel_->setVisible(busy);
    changes_->setBusy(busy ? tr("something else is being done") : QString());
}

QString MemoryView::nameOf(uint32_t address) const {
    return isVirtual()
               ? QString::fromStdString(lg::addressText(address, session()->symbols().get()))
               : tr("physical %1").arg(hexText(address));
}

QString MemoryView::momentNote() const {
    return momentNote_->isVisibleTo(this) ? momentNote_->text() : QString();
}

// Bytes that are other ones at the new moment are marked, as when the Guest goes on.
void MemoryView::setMoment(std::shared_ptr<MomentInspector> moment) {
    const bool other = sharedMoment() != moment;
    LiveView::setMoment(std::move(moment));
    if (!session() || !other)
        return;
    ++moments_;
    pages_->forgetAsked();
    const MomentInspector *now = this->moment();
    momentNote_->setVisible(now != nullptr);
    momentNote_->setText(now ? momentText() : QString());
    changes_->setMoment(now ? now->at().moment : nullptr);
    map_->show({});
    if (tabs_->currentIndex() == Pages && inspector())
        tasks_->map(*session(), inspector(), vcpu());
}

void MemoryView::setOtherThanSelected(bool other) {
    if (moment())
        return;
    momentNote_->setVisible(other);
    momentNote_->setText(other ? tr("Memory as it is now, not at the selected event: no snapshot "
                                    "was taken before that.")
                               : QString());
}

QString MemoryView::noteText() const {
    return note_->text();
}

void MemoryView::note(const QString &text, bool bad) {
    notesCaret_ = false;
    note_->setText(text);
    note_->setPalette({}); // the ordinary ink follows the theme
    if (bad)
        tint(note_, QPalette::WindowText, signalColours(palette()).error);
}

void MemoryView::showCaret() {
    if (!session())
        return;
    const uint32_t at = hex_->caret();
    const PageCache::Page *page = pages_->page(at / PageCache::kPage);
    note(page && !page->why.isEmpty() ? QStringLiteral("%1: %2").arg(nameOf(at), page->why)
                                      : nameOf(at));
    notesCaret_ = true;
}

void MemoryView::goToText() {
    if (!session())
        return;
    const auto address =
        lg::addressOf(place_->text().trimmed().toStdString(), *session()->symbols());
    if (!address) {
        note(tr("“%1” is no address in hexadecimal and no symbol").arg(place_->text()), true);
        return;
    }
    goTo(*address, isVirtual());
}

void MemoryView::goTo(uint32_t address, bool isVirtual) {
    placed_ = true;
    if (isVirtual != this->isVirtual())
        setSpace(isVirtual);
    if (tabs_->currentIndex() != Tables)
        tabs_->setCurrentIndex(Bytes);
    hex_->goTo(address);
    askSoon();
}

void MemoryView::setPageDirectory(uint32_t cr3) {
    cr3_ = cr3;
    if (tabs_->currentIndex() == Tables)
        walk();
}

void MemoryView::find() {
    if (!session())
        return;
    const auto kind = static_cast<lg::PatternKind>(patternKind_->currentIndex());
    auto pattern = lg::parsePattern(pattern_->text().toStdString(), kind);
    if (!pattern) {
        note(QString::fromStdString(pattern.message()), true);
        return;
    }
    placed_ = true;
    tasks_->search(*session(), inspector(), vcpu(), isVirtual(), hex_->caret() + 1,
                   std::move(*pattern));
}

void MemoryView::walk() {
    Inspector *inspector = this->inspector();
    if (!inspector) {
        walker_->say(session() ? session()->whyNoInspector() : QString());
        return;
    }
    if (!isVirtual()) {
        walker_->say(tr("A physical address needs no page tables: choose Virtual above."));
        return;
    }
    inspector->walk(vcpu(), hex_->caret(), cr3_, this,
                    [this, asked = moments_](const lg::Result<lg::MomentWalk> &found) {
                        if (asked != moments_)
                            return;
                        if (found)
                            walker_->show(found->walk, QString::fromStdString(found->note));
                        else
                            walker_->say(QString::fromStdString(found.message()));
                    });
}

void MemoryView::addWatch() {
    if (!session() || !isVirtual()) {
        note(tr("Watches are of virtual addresses: choose Virtual above"), true);
        return;
    }
    const uint32_t address = hex_->caret();
    const auto same = [address](const Watch &watch) { return watch.address == address; };
    if (std::any_of(watches_.begin(), watches_.end(), same)) {
        note(tr("It is watched already"), true);
        return;
    }
    watches_.push_back({address, {}, {}, {}});
    showWatches();
    askSoon();
}

QStringList MemoryView::watchList() const {
    QStringList places;
    for (const Watch &watch : watches_)
        places += hexText(watch.address);
    return places;
}

void MemoryView::setWatchList(const QStringList &places) {
    watches_.clear();
    for (const QString &place : places) {
        bool good = false;
        const uint32_t address = place.toUInt(&good, 16);
        if (good)
            watches_.push_back({address, {}, {}, {}});
    }
    if (session())
        showWatches();
}

void MemoryView::showWatches() {
    std::vector<Row> rows;
    for (const Watch &watch : watches_) {
        const bool changed = watch.before && watch.value != watch.before;
        const lg::SymbolTable &symbols = *session()->symbols();
        const QString name = QString::fromStdString(symbols.text(watch.address));
        rows.push_back(
            {{name.isEmpty() ? hexText(watch.address) : name},
             {hexText(watch.address), Tone::Muted, true},
             {watch.value ? hexText(*watch.value) : tr("not there"),
              changed ? Tone::Changed : Tone::Plain, true},
             {changed ? hexText(*watch.before) : QString(), Tone::Muted, true},
             {watch.value ? QString::number(static_cast<int32_t>(*watch.value)) : QString()},
             {watch.value ? QString::fromStdString(symbols.text(*watch.value)) : QString(),
              Tone::Muted}});
    }
    watchModel_->show(std::move(rows));
    noWatches_->say(watches_.empty() ? tr("Put the caret on a word in Bytes\nand watch it here.")
                                     : QString());
}

void MemoryView::askWatch(Inspector &inspector, size_t nth) {
    if (nth >= watches_.size()) {
        showWatches();
        answered();
        return;
    }
    inspector.memory(vcpu(), watches_[nth].address, 4, true, this,
                     [this, nth](const lg::Result<lg::GuestMemory> &memory) {
                         if (nth < watches_.size()) {
                             Watch &watch = watches_[nth];
                             watch.before = watch.value;
                             watch.value =
                                 memory && memory->bytes.size() == 4
                                     ? std::optional(lg::loadAt<uint32_t>(memory->bytes, 0))
                                     : std::nullopt;
                         }
                         Inspector *next = this->inspector();
                         if (next)
                             askWatch(*next, nth + 1);
                         else
                             answered();
                     });
}

void MemoryView::ask(Inspector &inspector) {
    empty_->say({});
    tabs_->setEnabled(true);
    // The first look is at where the Guest is, unless somebody says another place meanwhile.
    if (!placed_) {
        inspector.state(vcpu(), this, [this](const lg::Result<lg_vcpu_state> &state) {
            if (placed_)
                return;
            if (state) // at its start a Guest has no stack yet
                goTo(state->regs.esp ? state->regs.esp : state->regs.eip, true);
            askSoon();
        });
    }
    pages_->setPatience(!moment() && session()->state() == Session::State::Running ? 5 : 0);
    pages_->newRound();
    hex_->wantVisible();
    pages_->pump(&inspector);
    if (tabs_->currentIndex() == Tables)
        walk();
    askWatch(inspector, 0);
}

void MemoryView::cannotAsk(const QString &why) {
    if (session()->live())
        return; // what was read stays to be looked at
    empty_->raise();
    empty_->say(why);
    tabs_->setEnabled(false);
}

void MemoryView::tick() {
    pages_->pump(inspector());
}

} // namespace ui
