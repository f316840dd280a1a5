// SPDX-License-Identifier: GPL-2.0-or-later
#include "registers_view.h"

#include "inspect/describe.h"
#include "register_model.h"
#include "ui/inspect/empty_note.h"
#include "ui/window/icons.h"
#include "ui/window/inner_names.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

std::optional<lg_event> eventBefore(const EventWindow &window, uint64_t eventIndex) {
    constexpr uint64_t kFar = 20'000;
    const uint8_t vcpu = window.at(eventIndex).vcpu;
    const uint64_t stop = std::max(window.first(), eventIndex > kFar ? eventIndex - kFar : 0);
    for (uint64_t i = eventIndex; i > stop; --i) {
        const lg_event event = window.at(i - 1);
        if (event.vcpu != vcpu)
            continue;
        // Behind a loss nobody knows what the registers were.
        return isLoss(event) ? std::nullopt : std::optional(event);
    }
    return std::nullopt;
}

RegistersView::RegistersView(QWidget *parent) : QWidget(parent) {
    setAccessibleName(tr("Registers"));
    model_ = new RegisterModel(this);

    title_ = new QLabel(this);
    title_->setObjectName(QStringLiteral("registersTitle"));
    title_->setAccessibleName(tr("Selected event"));
    title_->setWordWrap(true);
    title_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    QFont bold = title_->font();
    bold.setBold(true);
    title_->setFont(bold);
    title_->setContentsMargins(8, 6, 8, 0);
    detail_ = new QLabel(this);
    detail_->setAccessibleName(tr("Selected event's details"));
    detail_->setWordWrap(true);
    detail_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    detail_->setContentsMargins(8, 2, 8, 6);
    detail_->setForegroundRole(QPalette::PlaceholderText);

    table_ = new QTableView(this);
    table_->setObjectName(QStringLiteral("registersTable"));
    table_->setAccessibleName(tr("Registers of the selected event"));
    table_->setModel(model_);
    table_->setShowGrid(false);
    table_->setWordWrap(false);
    table_->setAlternatingRowColors(true);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setTabKeyNavigation(false);
    table_->setCornerButtonEnabled(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->verticalHeader()->setMinimumSectionSize(1);
    table_->verticalHeader()->setDefaultSectionSize(table_->fontMetrics().height() + 4);
    QHeaderView *columns = table_->horizontalHeader();
    columns->setAccessibleName(tr("Register columns"));
    columns->setHighlightSections(false);
    const int em = table_->fontMetrics().horizontalAdvance(QLatin1Char('0'));
    columns->resizeSection(RegisterModel::Name, 8 * em);
    columns->resizeSection(RegisterModel::Value, 10 * em);
    columns->resizeSection(RegisterModel::Before, 10 * em);
    columns->setStretchLastSection(true);

    nameInnerParts(table_);

    auto *copy = new QAction(themedIcon(Icon::Copy), tr("Copy selected registers"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(copy, &QAction::triggered, this, &RegistersView::copyRows);
    table_->addAction(copy);
    table_->setContextMenuPolicy(Qt::ActionsContextMenu);

    table_->setToolTip(tr("Double click or press Enter to see the place in Memory"));
    connect(table_, &QAbstractItemView::activated, this,
            [this](const QModelIndex &row) { emit memoryWanted(model_->value(row.row())); });

    empty_ = new EmptyNote(table_->viewport());
    empty_->setObjectName(QStringLiteral("noRegisters"));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(title_);
    layout->addWidget(detail_);
    layout->addWidget(table_, 1);
    clear();
}

void RegistersView::show(const EventWindow &window, uint64_t eventIndex,
                         const std::shared_ptr<const lg::SymbolTable> &symbols) {
    const lg_event event = window.at(eventIndex);
    if (isLoss(event)) {
        clear();
        empty_->say(tr("These events were lost:\nnobody knows the registers then."));
        return;
    }
    const std::optional<lg_event> before = eventBefore(window, eventIndex);
    model_->show(event.regs, before ? std::optional(before->regs) : std::nullopt, symbols);
    title_->setText(QString::fromStdString(lg::describe(event, symbols.get())));
    QStringList details = {tr("vCPU %1").arg(event.vcpu), tr("ring %1").arg(lg::ringOf(event)),
                           tr("host CPU %1").arg(event.host_cpu)};
    if (!(event.irq_enabled & LGUEST_IF))
        details += tr("interrupts off");
    if (event.halted)
        details += tr("halted");
    if (event.irq_pending)
        details += tr("pending lines %1").arg(event.irq_pending, 8, 16, QLatin1Char('0'));
    detail_->setText(details.join(QStringLiteral(" · ")));
    title_->show();
    detail_->show();
    empty_->say({});
}

void RegistersView::showState(const lg_vcpu_state &state,
                              const std::optional<lg_event_regs> &before, const QString &title,
                              const std::shared_ptr<const lg::SymbolTable> &symbols) {
    RegisterModel::Gdt gdt;
    std::copy(std::begin(state.gdt_installed), std::end(state.gdt_installed), gdt.begin());
    model_->show(state.regs, before, symbols, gdt);
    title_->setText(title);
    QStringList details = {tr("vCPU %1").arg(state.vcpu), tr("ring %1").arg(state.regs.cs & 3),
                           state.irq_enabled ? tr("interrupts on") : tr("interrupts off")};
    if (state.halted)
        details += tr("halted");
    detail_->setText(details.join(QStringLiteral(" · ")));
    title_->show();
    detail_->show();
    empty_->say({});
}

void RegistersView::setTitle(const QString &title) {
    title_->setText(title);
}

void RegistersView::clear() {
    model_->clear();
    title_->hide();
    detail_->hide();
    sayWhyEmpty();
}

void RegistersView::setMayStop(bool may) {
    if (may == mayStop_)
        return;
    mayStop_ = may;
    if (empty_->isVisibleTo(this))
        sayWhyEmpty();
}

void RegistersView::sayWhyEmpty() {
    empty_->say(mayStop_ ? tr("Select an event in Traffic, or pause the guest,\n"
                              "to see the registers at that moment.")
                         : tr("Select an event in Traffic\nto see the registers at that moment."));
}

void RegistersView::copyRows() {
    QStringList lines;
    for (const QModelIndex &row : table_->selectionModel()->selectedRows())
        lines += row.data().toString() + QLatin1Char('\t') +
                 row.siblingAtColumn(RegisterModel::Value).data().toString();
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

} // namespace ui
