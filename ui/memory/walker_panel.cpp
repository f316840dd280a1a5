// SPDX-License-Identifier: GPL-2.0-or-later
#include "walker_panel.h"

#include "inspect/describe.h"
#include "inspect/differences.h"
#include "ui/inspect/numbers.h"
#include "ui/inspect/rows_model.h"

#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

namespace ui {

namespace {

QLabel *line(QWidget *parent, const QString &name) {
    auto *label = new QLabel(parent);
    label->setAccessibleName(name);
    label->setWordWrap(true);
    label->setContentsMargins(8, 4, 8, 4);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

WalkerPanel::WalkerPanel(QWidget *parent) : QWidget(parent) {
    setAccessibleName(tr("Page tables"));
    model_ = new RowsModel({tr("Level"), tr("Guest's entry at"), tr("Guest's entry"), tr("Meaning"),
                            tr("Shadow's entry"), tr("Meaning")},
                           this);
    QTableView *table =
        makeTable(model_, tr("Levels of the page tables"), {22, 15, 18, 22, 18, 0}, this);
    table->setObjectName(QStringLiteral("walkerTable"));
    table->setToolTip(tr("Double click or press Enter to see the table in memory"));
    result_ = line(this, tr("Where the address leads"));
    result_->setObjectName(QStringLiteral("walkerResult"));
    difference_ = line(this, tr("Why Guest and shadow differ"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(result_);
    layout->addWidget(table, 1);
    layout->addWidget(difference_);
    connect(table, &QAbstractItemView::activated, this, [this](const QModelIndex &index) {
        const int skipped = 3 - static_cast<int>(walk_.levels);
        if (const int level = index.row() - skipped; level >= 0 && walk_.guest_at[level])
            emit physicalWanted(static_cast<uint32_t>(walk_.guest_at[level]));
    });
}

QString WalkerPanel::result() const {
    return result_->text();
}

QString WalkerPanel::difference() const {
    return difference_->text();
}

void WalkerPanel::say(const QString &why) {
    model_->show({});
    result_->setText(why);
    difference_->clear();
}

void WalkerPanel::show(const lg_walk &walk, const QString &note) {
    walk_ = walk;
    const QString levels[] = {tr("Top, 1 GB an entry"),
                              walk.levels == 3 ? tr("Directory, 2 MB")
                                               : tr("Directory, 4 MB and 2 MB"),
                              tr("Table, 4 KB")};
    std::vector<Row> rows;
    const int skipped = 3 - static_cast<int>(walk.levels); // two levels begin at the directory
    for (int i = 0; i < 3; ++i) {
        const int level = i - skipped;
        Row row = {{levels[i]}};
        if (level >= 0 && walk.guest_at[level]) {
            const uint64_t entry = walk.guest_entry[level];
            row.insert(
                row.end(),
                {{hexText(walk.guest_at[level], 8), Tone::Plain, true},
                 {hexText(entry, walk.levels == 3 ? 16 : 8), Tone::Plain, true},
                 // With PAE the top has no rights, only a present bit.
                 {walk.levels == 3 && level == 0
                      ? (entry & 1 ? tr("present") : tr("not present"))
                      : QString::fromStdString(lg::pageEntryText(static_cast<uint32_t>(entry)))}});
        } else {
            const QString why = walk.levels == 0 ? tr("no paging yet")
                                : level < 0      ? tr("the Guest has two levels")
                                                 : tr("nothing above leads here");
            row.insert(row.end(), {{QString()}, {QString()}, {why, Tone::Muted}});
        }
        const uint64_t shadow = walk.shadow_entry[i];
        row.insert(row.end(),
                   {{shadow ? hexText(shadow, 16) : QString(), Tone::Plain, true},
                    {walk.shadow_levels == 0
                         ? tr("not recorded")
                         : QString::fromStdString(lg::pageEntryText(static_cast<uint32_t>(shadow))),
                     shadow ? Tone::Plain : Tone::Muted}});
        rows.push_back(std::move(row));
    }
    model_->show(std::move(rows));
    const QString from =
        tr("Virtual %1 in page directory %2").arg(hexText(walk.address, 8), hexText(walk.cr3, 8));
    result_->setText(
        !walk.mapped              ? tr("%1 → not mapped").arg(from)
        : walk.shadow_levels == 0 ? tr("%1 → guest-physical %2").arg(from, hexText(walk.gpa, 8))
        : walk.host_pfn           ? tr("%1 → guest-physical %2 → frame %3 of the Host")
                              .arg(from, hexText(walk.gpa, 8), hexText(walk.host_pfn, 0))
                        : tr("%1 → guest-physical %2 → the Host holds no page for it yet")
                              .arg(from, hexText(walk.gpa, 8)));
    // Where not all is known, a reason would be a guess.
    difference_->setText(!note.isEmpty() || walk.shadow_levels == 0
                             ? note
                             : QString::fromStdString(lg::walkDifference(walk)));
}

} // namespace ui
