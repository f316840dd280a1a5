// SPDX-License-Identifier: GPL-2.0-or-later
#include "command_palette.h"

#include "theme.h"

#include <QAction>
#include <QApplication>
#include <QGraphicsDropShadowEffect>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPointer>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

// Name to the left, ticked if it is on; shortcut, or the reason why not, to the right.
class ActionDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override {
        return {100, option.fontMetrics.height() + 12};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override {
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        const QString name = item.text;
        item.text.clear();
        item.icon = {};
        QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
        const bool selected = item.state & QStyle::State_Selected;
        const bool enabled = index.data(ActionModel::ReasonRole).toString().isEmpty();
        const QColor ink = selected
                               ? item.palette.color(QPalette::Active, QPalette::HighlightedText)
                               : item.palette.color(enabled ? QPalette::Active : QPalette::Disabled,
                                                    QPalette::Text);
        QString right = enabled ? index.data(ActionModel::ShortcutRole).toString()
                                : index.data(ActionModel::ReasonRole).toString();
        const QRect place = item.rect.adjusted(10, 0, -10, 0);
        const int nameWidth = item.fontMetrics.horizontalAdvance(name);
        right = item.fontMetrics.elidedText(right, Qt::ElideRight, place.width() - nameWidth - 32);
        painter->save();
        painter->setPen(ink);
        painter->drawText(place, Qt::AlignVCenter | Qt::AlignLeft, name);
        if (index.data(ActionModel::OnRole).toBool())
            painter->drawText(place.adjusted(nameWidth + 8, 0, 0, 0),
                              Qt::AlignVCenter | Qt::AlignLeft, QStringLiteral("✓"));
        painter->setPen(selected ? ink : signalColours(item.palette).muted);
        painter->drawText(place, Qt::AlignVCenter | Qt::AlignRight, right);
        painter->restore();
    }
};

// Its tool tip says it behind a colon, in every language.
QString whyNot(const QAction *action) {
    const QString tip = action->toolTip();
    return tip.mid(tip.indexOf(QLatin1String(": ")) + 1).trimmed();
}

QString plainName(const QAction *action) {
    return QString(action->text()).remove(QLatin1Char('&')).remove(QStringLiteral("…"));
}

} // namespace

int matchScore(const QString &text, const QString &pattern) {
    int score = 0;
    qsizetype from = 0;
    for (const QChar letter : pattern) {
        if (letter.isSpace())
            continue;
        const qsizetype at = text.indexOf(letter, from, Qt::CaseInsensitive);
        if (at < 0)
            return -1;
        const bool wordStart = at == 0 || !text.at(at - 1).isLetterOrNumber();
        score += at == from ? 3 : wordStart ? 2 : 0;
        from = at + 1;
    }
    return score;
}

void ActionModel::setActions(const QList<QAction *> &actions) {
    all_ = actions;
    setPattern({});
}

void ActionModel::setPattern(const QString &pattern) {
    beginResetModel();
    QList<std::pair<int, QAction *>> scored;
    for (QAction *action : std::as_const(all_))
        if (const int score = matchScore(plainName(action), pattern); score >= 0)
            scored.append({score, action});
    std::stable_sort(scored.begin(), scored.end(),
                     [](const auto &a, const auto &b) { return a.first > b.first; });
    shown_.clear();
    for (const auto &[score, action] : scored)
        shown_ += action;
    endResetModel();
}

QAction *ActionModel::action(const QModelIndex &index) const {
    return index.isValid() ? shown_.at(index.row()) : nullptr;
}

int ActionModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

QVariant ActionModel::data(const QModelIndex &index, int role) const {
    const QAction *action = this->action(index);
    if (!action)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return plainName(action);
    case ShortcutRole:
        return action->shortcut().toString(QKeySequence::NativeText);
    case ReasonRole:
        return action->isEnabled() ? QString() : whyNot(action);
    case OnRole:
        return action->isCheckable() && action->isChecked();
    case Qt::AccessibleTextRole: {
        const QString name =
            index.data(OnRole).toBool() ? tr("%1, on").arg(plainName(action)) : plainName(action);
        return action->isEnabled() ? name + QLatin1Char(' ') + action->shortcut().toString()
                                   : name + QStringLiteral(", ") + whyNot(action);
    }
    default:
        return {};
    }
}

Qt::ItemFlags ActionModel::flags(const QModelIndex &index) const {
    return index.isValid() ? Qt::ItemIsSelectable | Qt::ItemIsEnabled : Qt::NoItemFlags;
}

CommandPalette::CommandPalette(QWidget *window) : QFrame(window) {
    setObjectName(QStringLiteral("commandPalette"));
    setAccessibleName(tr("Command palette"));
    setFrameShape(StyledPanel);
    setAutoFillBackground(true);
    auto *shadow = new QGraphicsDropShadowEffect(this);
    shadow->setBlurRadius(24);
    shadow->setOffset(0, 4);
    shadow->setColor(QColor(0, 0, 0, 110));
    setGraphicsEffect(shadow);

    model_ = new ActionModel(this);
    line_ = new QLineEdit(this);
    line_->setAccessibleName(tr("Command"));
    line_->setPlaceholderText(tr("Type what you want to do"));
    line_->setClearButtonEnabled(false);
    line_->installEventFilter(this);
    list_ = new QListView(this);
    list_->setAccessibleName(tr("Commands"));
    list_->setModel(model_);
    list_->setItemDelegate(new ActionDelegate(list_));
    list_->setUniformItemSizes(true);
    list_->setFrameShape(NoFrame);
    list_->setFocusPolicy(Qt::NoFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(6);
    layout->addWidget(line_);
    layout->addWidget(list_);
    connect(line_, &QLineEdit::textChanged, this, [this](const QString &text) {
        model_->setPattern(text);
        selectFirst();
    });
    connect(list_, &QAbstractItemView::clicked, this, &CommandPalette::run);
    hide();
}

void CommandPalette::open(const QList<QAction *> &actions) {
    focusBefore_ = QApplication::focusWidget();
    model_->setActions(actions);
    line_->clear();
    selectFirst();
    const QSize room = parentWidget()->size();
    const int width = std::min(640, room.width() - 40);
    setGeometry((room.width() - width) / 2, 60, width, std::min(420, room.height() - 120));
    show();
    raise();
    line_->setFocus(Qt::PopupFocusReason);
}

// That can be done: what cannot says why, to whoever goes there.
void CommandPalette::selectFirst() {
    int row = 0;
    while (row < model_->rowCount() && !model_->action(model_->index(row))->isEnabled())
        ++row;
    list_->setCurrentIndex(model_->index(row < model_->rowCount() ? row : 0));
}

void CommandPalette::close() {
    hide();
    if (focusBefore_)
        focusBefore_->setFocus(Qt::OtherFocusReason);
    focusBefore_ = nullptr;
}

void CommandPalette::hideEvent(QHideEvent *event) {
    QFrame::hideEvent(event);
    model_->setActions({}); // some of them do not live long
}

void CommandPalette::run() {
    QAction *action = model_->action(list_->currentIndex());
    if (!action || !action->isEnabled())
        return;
    close();
    action->trigger();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event) {
    if (watched != line_)
        return false;
    if (event->type() == QEvent::FocusOut) {
        hide();
    } else if (event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Escape:
            close();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            run();
            return true;
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
            QApplication::sendEvent(list_, event);
            return true;
        default:
            break;
        }
    }
    return false;
}

} // namespace ui
