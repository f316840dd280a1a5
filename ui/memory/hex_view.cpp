// SPDX-License-Identifier: GPL-2.0-or-later
#include "hex_view.h"

#include "page_cache.h"
#include "ui/inspect/numbers.h"
#include "ui/window/inner_names.h"
#include "ui/window/theme.h"

#include <QAccessible>
#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace ui {

namespace {

QChar letter(uint8_t byte) {
    return byte >= 0x20 && byte < 0x7f ? QChar(byte) : QChar(u'·');
}

} // namespace

HexView::HexView(PageCache *pages, QWidget *parent) : QAbstractScrollArea(parent), pages_(pages) {
    setObjectName(QStringLiteral("hexView"));
    setAccessibleName(tr("Bytes of memory"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setBackgroundRole(QPalette::Base);
    viewport()->setAutoFillBackground(true);
    em_ = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    nameInnerParts(this);
    connect(pages_, &PageCache::arrived, viewport(), qOverload<>(&QWidget::update));
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this] {
        wantVisible();
        viewport()->update();
    });
    updateBar();
}

void HexView::setEnd(uint64_t end) {
    end_ = std::max<uint64_t>(end, kLine);
    caret_ = static_cast<uint32_t>(std::min<uint64_t>(caret_, end_ - 1));
    updateBar();
    viewport()->update();
}

void HexView::setSymbols(std::shared_ptr<const lg::SymbolTable> symbols) {
    symbols_ = std::move(symbols);
    viewport()->update();
}

int HexView::lineHeight() const {
    return fontMetrics().height() + 2;
}

int HexView::visibleLines() const {
    return std::max(1, viewport()->height() / lineHeight());
}

int HexView::hexX(uint32_t column) const {
    return em_ * (11 + 3 * static_cast<int>(column) + (column >= 8 ? 1 : 0));
}

int HexView::textX(uint32_t column) const {
    return em_ * (61 + static_cast<int>(column));
}

int HexView::symbolX() const {
    return em_ * 79;
}

void HexView::updateBar() {
    const auto count = static_cast<int>(lines());
    verticalScrollBar()->setRange(0, std::max(0, count - visibleLines()));
    verticalScrollBar()->setPageStep(visibleLines());
}

void HexView::resizeEvent(QResizeEvent *event) {
    QAbstractScrollArea::resizeEvent(event);
    updateBar();
    wantVisible();
}

void HexView::changeEvent(QEvent *event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        em_ = fontMetrics().horizontalAdvance(QLatin1Char('0'));
}

void HexView::wantVisible() {
    const auto first = static_cast<uint64_t>(verticalScrollBar()->value()) * kLine;
    const uint64_t last =
        std::min(end_ - 1, first + static_cast<uint64_t>(visibleLines() + 1) * kLine);
    for (uint64_t page = first / PageCache::kPage; page <= last / PageCache::kPage; ++page)
        pages_->want(static_cast<uint32_t>(page));
}

void HexView::goTo(uint32_t address) {
    caret_ = static_cast<uint32_t>(std::min<uint64_t>(address, end_ - 1));
    // A little above it, unless it can be seen already.
    const int line = static_cast<int>(caret_ / kLine), top = verticalScrollBar()->value();
    if (line < top || line >= top + visibleLines())
        verticalScrollBar()->setValue(line - visibleLines() / 4);
    wantVisible();
    viewport()->update();
    emit caretMoved(caret_);
}

void HexView::mark(uint32_t address, uint32_t length) {
    marked_ = address;
    markedLength_ = length;
    goTo(address);
}

void HexView::moveCaret(int64_t to) {
    caret_ = static_cast<uint32_t>(std::clamp<int64_t>(to, 0, static_cast<int64_t>(end_) - 1));
    const int line = static_cast<int>(caret_ / kLine);
    if (line < verticalScrollBar()->value())
        verticalScrollBar()->setValue(line);
    else if (line >= verticalScrollBar()->value() + visibleLines())
        verticalScrollBar()->setValue(line - visibleLines() + 1);
    viewport()->update();
    setAccessibleDescription(lineText());
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
    emit caretMoved(caret_);
}

void HexView::keyPressEvent(QKeyEvent *event) {
    const int64_t at = caret_, page = static_cast<int64_t>(visibleLines()) * kLine;
    const bool control = event->modifiers() & Qt::ControlModifier;
    if (event->matches(QKeySequence::Copy)) {
        copyLine();
        return;
    }
    switch (event->key()) {
    case Qt::Key_Left:
        moveCaret(at - 1);
        break;
    case Qt::Key_Right:
        moveCaret(at + 1);
        break;
    case Qt::Key_Up:
        moveCaret(at - kLine);
        break;
    case Qt::Key_Down:
        moveCaret(at + kLine);
        break;
    case Qt::Key_PageUp:
        moveCaret(at - (control ? int64_t{PageCache::kPage} : page));
        break;
    case Qt::Key_PageDown:
        moveCaret(at + (control ? int64_t{PageCache::kPage} : page));
        break;
    case Qt::Key_Home:
        moveCaret(control ? 0 : at / kLine * kLine);
        break;
    case Qt::Key_End:
        moveCaret(control ? static_cast<int64_t>(end_) - 1 : at / kLine * kLine + kLine - 1);
        break;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void HexView::mousePressEvent(QMouseEvent *event) {
    const int line = verticalScrollBar()->value() + event->pos().y() / lineHeight();
    uint32_t column = 0;
    for (uint32_t i = 0; i < kLine; ++i)
        if (event->pos().x() >= textX(0) ? event->pos().x() >= textX(i)
                                         : event->pos().x() >= hexX(i))
            column = i;
    moveCaret(static_cast<int64_t>(line) * kLine + column);
}

QString HexView::lineText() const {
    const uint32_t start = caret_ / kLine * kLine;
    QString text = hexText(start, 8) + QLatin1Char(' '), letters;
    for (uint32_t i = 0; i < kLine; ++i) {
        uint8_t byte = 0;
        const bool there = pages_->byte(start + i, &byte);
        text += QLatin1Char(' ') + (there ? hexText(byte, 2) : QStringLiteral("--"));
        letters += there ? letter(byte) : QChar(u' ');
    }
    return text + QStringLiteral("  ") + letters;
}

void HexView::copyLine() const {
    QGuiApplication::clipboard()->setText(lineText());
}

void HexView::paintEvent(QPaintEvent *) {
    QPainter painter(viewport());
    const auto top = static_cast<uint64_t>(verticalScrollBar()->value());
    for (int line = 0; line <= visibleLines(); ++line) {
        const uint64_t address = (top + static_cast<uint64_t>(line)) * kLine;
        if (address >= end_)
            break;
        paintLine(painter, static_cast<uint32_t>(address), line * lineHeight());
    }
}

void HexView::paintLine(QPainter &painter, uint32_t address, int y) {
    const QPalette &colours = palette();
    const SignalColours signal = signalColours(colours);
    const int height = lineHeight(), base = y + fontMetrics().ascent() + 1;
    if (address == caret_ / kLine * kLine)
        painter.fillRect(0, y, viewport()->width(), height, colours.color(QPalette::AlternateBase));
    painter.setPen(signal.muted);
    painter.drawText(em_, base, hexText(address, 8));
    const PageCache::Page *page = pages_->page(address / PageCache::kPage);
    for (uint32_t i = 0; i < kLine && address + uint64_t{i} < end_; ++i) {
        const uint32_t offset = (address + i) % PageCache::kPage;
        const bool there = page && offset < page->present;
        const bool changed = there && pages_->changedLately(*page, offset);
        const bool marked = address + i - marked_ < markedLength_;
        const QRect number(hexX(i) - em_ / 2, y, 3 * em_, height), text(textX(i), y, em_, height);
        if (changed || marked) {
            QColor back = marked ? colours.color(QPalette::Accent) : signal.changed;
            back.setAlpha(marked ? 110 : 60);
            painter.fillRect(number, back);
            painter.fillRect(text, back);
        }
        if (address + i == caret_) {
            painter.setPen(colours.color(hasFocus() ? QPalette::Accent : QPalette::Mid));
            painter.drawRect(number.adjusted(0, 0, -1, -1));
            painter.drawRect(text.adjusted(-1, 0, 0, -1));
        }
        if (!there) {
            painter.setPen(signal.muted);
            painter.drawText(hexX(i), base, page ? QStringLiteral("--") : QStringLiteral("··"));
            continue;
        }
        const uint8_t byte = page->bytes[offset];
        painter.setPen(changed     ? signal.changed
                       : byte == 0 ? signal.muted
                                   : colours.color(QPalette::Text));
        painter.drawText(hexX(i), base, hexText(byte, 2));
        painter.drawText(textX(i), base, letter(byte));
    }
    // The name that begins in this line, or in its first word lies.
    if (!symbols_ || !pages_->isVirtual())
        return;
    for (uint32_t i = 0; i < kLine; ++i)
        if (const auto hit = symbols_->find(address + i); hit && hit->offset == 0) {
            painter.setPen(colours.color(QPalette::Link));
            painter.drawText(symbolX(), base, QString::fromUtf8(hit->name));
            break;
        }
}

} // namespace ui
