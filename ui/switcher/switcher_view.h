// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ui/inspect/live_view.h"

class QCheckBox;
class QLabel;
class QTabWidget;
class QTableView;

namespace ui {

class EmptyNote;
class RowsModel;
class SwitchDiagram;

// The Switcher: how a world switch goes, where it is mapped, and what the processor has in the
// place of the tables that the Guest asked for.
class SwitcherView : public LiveView {
    Q_OBJECT
public:
    explicit SwitcherView(QWidget *parent = nullptr);

    void setSession(Session *session) override;
    RowsModel *pages() const { return pages_; }
    RowsModel *gdt() const { return gdt_; }
    RowsModel *idt() const { return idt_; }
    RowsModel *tss() const { return tss_; }
    QTabWidget *tables() const { return tables_; }
    QString rates() const;

signals:
    void explainWanted(int paragraph);

protected:
    void ask(Inspector &inspector) override;
    void cannotAsk(const QString &why) override;
    void tick() override;

private:
    void addTable(RowsModel *model, const QString &name, const std::vector<int> &ems,
                  const std::function<int(int row)> &paragraph);
    void showState(const lg_vcpu_state &state);
    void showPages(const lg_switcher_info &info);
    void showRates(unsigned vcpu, const lg_counters &counters);
    void showTimes();
    void askRates(LiveInspector &inspector, unsigned vcpu);
    void measure(bool on);

    struct Rate {
        lg_counters counters = {};
        qint64 atMs = 0;
        double switches = 0, reflected = 0; // per second
    };

    SwitchDiagram *diagram_;
    QCheckBox *measure_;
    QLabel *rates_;
    QTabWidget *tables_;
    RowsModel *pages_;
    RowsModel *gdt_;
    RowsModel *idt_;
    RowsModel *tss_;
    std::vector<EmptyNote *> empty_;
    std::vector<unsigned> vectors_; // of the rows of idt_
    std::array<Rate, LG_VCPUS_MAX> rate_;
    uint64_t block_ = 0; // where the vCPU's block lies
};

} // namespace ui
