// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ui/inspect/live_view.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTabWidget;
class QToolButton;

namespace ui {

class ChangesPanel;
class EmptyNote;
class HexView;
class MapPanel;
class MemoryTasks;
class PageCache;
class RowsModel;
class WalkerPanel;

// The Guest's memory: bytes, what each page is, the way through the page tables, watched places,
// and what changed between two moments.
class MemoryView : public LiveView {
    Q_OBJECT
public:
    enum Tab { Bytes, Pages, Tables, Watches, Changes };

    explicit MemoryView(QWidget *parent = nullptr);

    void setSession(Session *session) override;
    void setMoment(std::shared_ptr<MomentInspector> moment) override;
    // An event is selected, and nothing tells what memory was then: it says so.
    void setOtherThanSelected(bool other);
    void goTo(uint32_t address, bool isVirtual);
    // The page tables that an event saw; 0 = the vCPU's own.
    void setPageDirectory(uint32_t cr3);

    QTabWidget *tabs() const { return tabs_; }
    HexView *hex() const { return hex_; }
    MapPanel *map() const { return map_; }
    WalkerPanel *walker() const { return walker_; }
    RowsModel *watches() const { return watchModel_; }
    ChangesPanel *changes() const { return changes_; }
    QLineEdit *place() const { return place_; }
    QLineEdit *pattern() const { return pattern_; }
    QString noteText() const;
    QString momentNote() const;
    // The places that are watched, for the settings.
    QStringList watchList() const;
    void setWatchList(const QStringList &places);

    QAction *goAction() const { return go_; }
    QAction *searchAction() const { return searchAction_; }

protected:
    void ask(Inspector &inspector) override;
    void cannotAsk(const QString &why) override;
    void tick() override;

private:
    struct Watch {
        uint32_t address = 0;
        QString name;
        std::optional<uint32_t> value, before;
    };

    void makeBar();
    void makeTabs();
    QWidget *makeWatches();
    bool isVirtual() const;
    void setSpace(bool isVirtual);
    QString nameOf(uint32_t address) const;
    void goToText();
    void find();
    void showBusy();
    void walk();
    void addWatch();
    void showWatches();
    void askWatch(Inspector &inspector, size_t nth);
    void showCaret();
    void note(const QString &text, bool bad = false);

    PageCache *pages_;
    MemoryTasks *tasks_;
    QComboBox *space_;
    QLineEdit *place_;
    QComboBox *patternKind_;
    QLineEdit *pattern_;
    QToolButton *find_;
    QTabWidget *tabs_;
    HexView *hex_;
    MapPanel *map_;
    QLabel *mapText_;
    WalkerPanel *walker_;
    EmptyNote *noWatches_ = nullptr;
    RowsModel *watchModel_;
    QPushButton *unwatch_;
    ChangesPanel *changes_;
    QLabel *momentNote_; // which moment is shown, if it is not now
    QLabel *note_;
    QProgressBar *bar_;
    QToolButton *cancel_;
    EmptyNote *empty_;
    QAction *go_;
    QAction *searchAction_;
    std::vector<Watch> watches_;
    uint32_t cr3_ = 0;
    bool placed_ = false;     // somebody has chosen an address
    unsigned moments_ = 0;    // answers about another one come too late
    bool notesCaret_ = false; // the line below is about the place of the caret
};

} // namespace ui
