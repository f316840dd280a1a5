// SPDX-License-Identifier: GPL-2.0-or-later
#include "register_model.h"

#include "inspect/describe.h"
#include "ui/window/theme.h"

#include <QFont>
#include <QFontDatabase>
#include <QGuiApplication>

#include <array>

namespace ui {

namespace {

struct Register {
    const char *name;
    uint32_t (*value)(const lg_event_regs &);
    int digits;
};

#define LG_REGISTER(name, digits)                                                                  \
    Register {                                                                                     \
        #name, [](const lg_event_regs &regs) -> uint32_t { return regs.name; }, digits             \
    }

// What one looks at first comes first.
constexpr std::array kRegisters = {LG_REGISTER(eip, 8),    LG_REGISTER(esp, 8), LG_REGISTER(ebp, 8),
                                   LG_REGISTER(eflags, 8), LG_REGISTER(eax, 8), LG_REGISTER(ebx, 8),
                                   LG_REGISTER(ecx, 8),    LG_REGISTER(edx, 8), LG_REGISTER(esi, 8),
                                   LG_REGISTER(edi, 8),    LG_REGISTER(cr2, 8), LG_REGISTER(cr3, 8),
                                   LG_REGISTER(cs, 4),     LG_REGISTER(ss, 4),  LG_REGISTER(ds, 4),
                                   LG_REGISTER(es, 4),     LG_REGISTER(fs, 4),  LG_REGISTER(gs, 4)};

#undef LG_REGISTER

constexpr int kEip = 0, kEflags = 3, kFirstGeneral = 4, kCr2 = 10, kCr3 = 11, kFirstSegment = 12;

QString hex(const Register &reg, const lg_event_regs &regs) {
    return QStringLiteral("%1").arg(reg.value(regs), reg.digits, 16, QLatin1Char('0'));
}

// Intel SDM vol. 3, 3.4.2: index, table, requested privilege level.
QString selectorText(uint32_t selector) {
    if ((selector & ~3u) == 0)
        return RegisterModel::tr("null");
    return RegisterModel::tr("%1 entry %2, ring %3")
        .arg(selector & 4 ? QStringLiteral("LDT") : QStringLiteral("GDT"))
        .arg(selector >> 3)
        .arg(selector & 3);
}

} // namespace

void RegisterModel::show(const lg_event_regs &now, const std::optional<lg_event_regs> &before,
                         std::shared_ptr<const lg::SymbolTable> symbols,
                         const std::optional<Gdt> &gdt) {
    // The rows stay the same registers, so that selection and scrolling stay too.
    if (!shown_)
        beginInsertRows({}, 0, static_cast<int>(kRegisters.size()) - 1);
    now_ = now;
    before_ = before;
    gdt_ = gdt;
    symbols_ = std::move(symbols);
    if (!shown_) {
        shown_ = true;
        endInsertRows();
    }
    emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void RegisterModel::clear() {
    beginResetModel();
    shown_ = false;
    endResetModel();
}

bool RegisterModel::changed(int row) const {
    const Register &reg = kRegisters.at(static_cast<size_t>(row));
    return before_ && reg.value(*before_) != reg.value(now_);
}

uint32_t RegisterModel::value(int row) const {
    return kRegisters.at(static_cast<size_t>(row)).value(now_);
}

int RegisterModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() || !shown_ ? 0 : static_cast<int>(kRegisters.size());
}

int RegisterModel::columnCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString RegisterModel::meaning(int row) const {
    const uint32_t value = kRegisters.at(static_cast<size_t>(row)).value(now_);
    if (row == kEflags)
        return QString::fromStdString(lg::eflagsText(value));
    if (row >= kFirstSegment && gdt_ && (value & ~3u) != 0 && value / 8 < gdt_->size())
        return tr("%1: %2").arg(selectorText(value),
                                QString::fromStdString(lg::descriptorText((*gdt_)[value / 8])));
    if (row >= kFirstSegment)
        return selectorText(value);
    if (row == kCr3)
        return value ? tr("page directory") : tr("no page directory yet");
    if (const QString name = QString::fromStdString(symbols_ ? symbols_->text(value) : "");
        !name.isEmpty())
        return name;
    if (row == kEip)
        return tr("no symbol");
    return row >= kFirstGeneral && row < kCr2 ? QString::number(static_cast<int32_t>(value))
                                              : QString();
}

QVariant RegisterModel::data(const QModelIndex &index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const int row = index.row();
    const Register &reg = kRegisters.at(static_cast<size_t>(row));
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case Name:
            return QString::fromLatin1(reg.name);
        case Value:
            return hex(reg, now_);
        case Before:
            return before_ && changed(row) ? hex(reg, *before_) : QString();
        default:
            return meaning(row);
        }
    case Qt::ToolTipRole:
        return index.column() == Meaning ? QVariant(meaning(row)) : QVariant();
    case Qt::AccessibleTextRole:
        if (index.column() == Value && before_ && changed(row))
            return tr("%1, changed from %2").arg(hex(reg, now_), hex(reg, *before_));
        return {};
    case Qt::FontRole:
        if (index.column() == Value || index.column() == Before) {
            QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
            font.setBold(index.column() == Value && changed(row));
            return font;
        }
        return {};
    case Qt::ForegroundRole:
        if (changed(row) && index.column() <= Value)
            return signalColours(QGuiApplication::palette()).changed;
        if (index.column() == Before || index.column() == Meaning)
            return signalColours(QGuiApplication::palette()).muted;
        return {};
    case ChangedRole:
        return changed(row);
    default:
        return {};
    }
}

QVariant RegisterModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::TextAlignmentRole))
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    switch (section) {
    case Name:
        return tr("Register");
    case Value:
        return tr("Value");
    case Before:
        return tr("Before");
    default:
        return tr("Meaning");
    }
}

} // namespace ui
