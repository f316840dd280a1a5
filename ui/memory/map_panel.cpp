// SPDX-License-Identifier: GPL-2.0-or-later
#include "map_panel.h"

#include "ui/window/inner_names.h"
#include "ui/window/theme.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <map>

namespace ui {

namespace {

QColor colourOf(uint16_t use, bool dark) {
    const auto hue = [dark](int h, int s = 150) { return QColor::fromHsl(h, s, dark ? 140 : 120); };
    if (use & lg::kPageTable)
        return hue(30, 200);
    if (use & lg::kPageGuestData)
        return hue(320);
    if (use & lg::kPageStack)
        return hue(275);
    if (use & lg::kPageText)
        return hue(215);
    if (use & lg::kPageUser)
        return hue(140);
    if (use & lg::kPageImage)
        return hue(215);
    return hue(190, 60);
}

QColor colourOfNothing(const QPalette &palette) {
    return palette.color(QPalette::AlternateBase).darker(isDark(palette) ? 80 : 104);
}

} // namespace

MapPanel::MapPanel(QWidget *parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("memoryMap"));
    setAccessibleName(tr("Map of the Guest's memory"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setBackgroundRole(QPalette::Base);
    viewport()->setAutoFillBackground(true);
    nameInnerParts(this);
}

int MapPanel::columns() const {
    return std::max(16, (viewport()->width() - 8) / kCell / 16 * 16);
}

void MapPanel::updateBar() {
    const int rows = (static_cast<int>(map_.pages.size()) + columns() - 1) / columns();
    const int seen = std::max(1, viewport()->height() / kCell);
    verticalScrollBar()->setRange(0, std::max(0, rows - seen));
    verticalScrollBar()->setPageStep(seen);
}

void MapPanel::resizeEvent(QResizeEvent *event) {
    QAbstractScrollArea::resizeEvent(event);
    updateBar();
}

void MapPanel::show(const lg::GuestMap &map) {
    map_ = map;
    page_ = std::min<uint32_t>(
        page_, map_.pages.empty() ? 0 : static_cast<uint32_t>(map_.pages.size() - 1));
    updateBar();
    viewport()->update();
    emit totalsChanged();
    emit pageMoved();
}

QString MapPanel::textOf(uint32_t page) const {
    if (page >= map_.pages.size())
        return {};
    const uint16_t use = map_.pages[page];
    QStringList words = {QString::fromStdString(lg::pageUseName(use))};
    if (use & lg::kPageMapped) {
        words += use & lg::kPageWritable ? tr("writable") : tr("read only");
        words += use & lg::kPageTouched ? tr("touched") : tr("not touched");
        if (use & lg::kPageDirty)
            words += tr("dirty");
    }
    QString text = tr("Page %1: %2")
                       .arg(page * 4096ll, 8, 16, QLatin1Char('0'))
                       .arg(words.join(QStringLiteral(", ")));
    for (const lg::MappedRange &range : map_.mapped)
        if (page * 4096u - range.physical < range.pages * 4096u) {
            text +=
                tr("; virtual %1")
                    .arg(range.address + (page * 4096u - range.physical), 8, 16, QLatin1Char('0'));
            break;
        }
    return text;
}

QString MapPanel::pageText() const {
    return textOf(page_);
}

QString MapPanel::totals() const {
    struct Use {
        int pages = 0;
        QColor colour;
    };
    std::map<std::string, Use> uses;
    int touched = 0, dirty = 0;
    for (const uint16_t use : map_.pages) {
        Use &one = uses[lg::pageUseName(use)];
        ++one.pages;
        one.colour = use ? colourOf(use, isDark(palette())) : colourOfNothing(palette());
        touched += use & lg::kPageTouched ? 1 : 0;
        dirty += use & lg::kPageDirty ? 1 : 0;
    }
    QStringList words;
    for (const auto &[name, use] : uses)
        words += QStringLiteral("<span style='color:%1'>■</span> %2: %3")
                     .arg(use.colour.name(), QString::fromStdString(name),
                          QLocale().toString(use.pages));
    if (!words.isEmpty())
        words += tr("touched (in full colour): %1, dirty (with a dot): %2")
                     .arg(QLocale().toString(touched), QLocale().toString(dirty));
    if (map_.cr3 != 0)
        words += tr("by page directory %1").arg(map_.cr3, 8, 16, QLatin1Char('0'));
    return words.join(QStringLiteral(" · "));
}

void MapPanel::changeEvent(QEvent *event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        emit totalsChanged();
}

void MapPanel::moveTo(int64_t page) {
    if (map_.pages.empty())
        return;
    page_ = static_cast<uint32_t>(
        std::clamp<int64_t>(page, 0, static_cast<int64_t>(map_.pages.size()) - 1));
    const int row = static_cast<int>(page_) / columns(), top = verticalScrollBar()->value();
    if (row < top || row >= top + verticalScrollBar()->pageStep())
        verticalScrollBar()->setValue(row - verticalScrollBar()->pageStep() / 2);
    viewport()->update();
    setAccessibleDescription(pageText());
    QAccessibleEvent told(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&told);
    emit pageMoved();
}

int64_t MapPanel::pageAt(const QPoint &place) const {
    const int column = (place.x() - 4) / kCell;
    if (place.x() < 4 || column >= columns())
        return -1;
    const int64_t page =
        static_cast<int64_t>(verticalScrollBar()->value() + place.y() / kCell) * columns() + column;
    return page < static_cast<int64_t>(map_.pages.size()) ? page : -1;
}

void MapPanel::keyPressEvent(QKeyEvent *event) {
    const int64_t at = page_, row = columns();
    switch (event->key()) {
    case Qt::Key_Left:
        moveTo(at - 1);
        break;
    case Qt::Key_Right:
        moveTo(at + 1);
        break;
    case Qt::Key_Up:
        moveTo(at - row);
        break;
    case Qt::Key_Down:
        moveTo(at + row);
        break;
    case Qt::Key_Home:
        moveTo(0);
        break;
    case Qt::Key_End:
        moveTo(static_cast<int64_t>(map_.pages.size()));
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit pageChosen(page_ * 4096);
        break;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void MapPanel::mousePressEvent(QMouseEvent *event) {
    if (const int64_t page = pageAt(event->pos()); page >= 0)
        moveTo(page);
}

void MapPanel::mouseDoubleClickEvent(QMouseEvent *event) {
    if (pageAt(event->pos()) >= 0)
        emit pageChosen(page_ * 4096);
}

bool MapPanel::event(QEvent *event) {
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int64_t page = pageAt(help->pos());
        QToolTip::showText(help->globalPos(),
                           page < 0 ? QString() : textOf(static_cast<uint32_t>(page)), this);
        return true;
    }
    return QAbstractScrollArea::event(event);
}

void MapPanel::paintEvent(QPaintEvent *) {
    QPainter painter(viewport());
    const bool dark = isDark(palette());
    const QColor empty = colourOfNothing(palette());
    const int across = columns();
    const auto first =
        static_cast<size_t>(verticalScrollBar()->value()) * static_cast<size_t>(across);
    const size_t last =
        std::min(map_.pages.size(),
                 first + static_cast<size_t>((viewport()->height() / kCell + 1) * across));
    for (size_t page = first; page < last; ++page) {
        const auto nth = static_cast<int>(page - first);
        const QRect cell(4 + nth % across * kCell, nth / across * kCell, kCell - 1, kCell - 1);
        const uint16_t use = map_.pages[page];
        QColor colour = use ? colourOf(use, dark) : empty;
        if (use && !(use & (lg::kPageTouched | lg::kPageTable)))
            colour.setAlpha(110);
        painter.fillRect(cell, colour);
        if (use & lg::kPageDirty)
            painter.fillRect(QRect(cell.center() - QPoint(1, 1), QSize(3, 3)),
                             palette().color(QPalette::Text));
        if (page == page_) {
            painter.setPen(QPen(palette().color(QPalette::Accent), 2));
            painter.drawRect(cell);
        }
    }
}

} // namespace ui
