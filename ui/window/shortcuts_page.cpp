// SPDX-License-Identifier: GPL-2.0-or-later
#include "shortcuts_page.h"

#include "inner_names.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace ui {

ShortcutsPage::ShortcutsPage(const QList<QAction *> &actions, QWidget *parent) : QDialog(parent) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Keyboard shortcuts"));
    setAccessibleName(windowTitle());
    auto *table = new QTableWidget(0, 2, this);
    table->setAccessibleName(windowTitle());
    table->setHorizontalHeaderLabels({tr("What"), tr("Keys")});
    table->verticalHeader()->hide();
    table->horizontalHeader()->setAccessibleName(tr("Columns"));
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->setCornerButtonEnabled(false);
    const auto row = [table](const QString &what, const QString &keys) {
        const int at = table->rowCount();
        table->insertRow(at);
        table->setItem(at, 0, new QTableWidgetItem(what));
        table->setItem(at, 1, new QTableWidgetItem(keys));
    };
    for (const QAction *action : actions)
        if (!action->shortcut().isEmpty())
            row(QString(action->text()).remove(QLatin1Char('&')),
                QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText));
    row(tr("In Traffic: go to the filter"), tr("/"));
    row(tr("In Traffic: go to an event or a time"), tr("G"));
    row(tr("In Traffic: the first event, the newest, none"), tr("Home, End, Esc"));
    row(tr("In the filter: complete, earlier filters, clear"), tr("Ctrl+Space, Up, Esc"));
    table->resizeColumnToContents(1);
    nameInnerParts(table);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    for (QAbstractButton *button : buttons->buttons())
        button->setAccessibleName(tr("Close"));
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(table);
    layout->addWidget(buttons);
    resize(520, 560);
}

} // namespace ui
