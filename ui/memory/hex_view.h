// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspect/symbols.h"

#include <QAbstractScrollArea>

#include <memory>

namespace ui {

class PageCache;

// Sixteen bytes a line, as numbers and as text, of up to 4 GB: only what can be seen is fetched
// and painted.
class HexView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit HexView(PageCache *pages, QWidget *parent = nullptr);

    // Addresses from 0 to before `end`.
    void setEnd(uint64_t end);
    void setSymbols(std::shared_ptr<const lg::SymbolTable> symbols);
    void goTo(uint32_t address);
    // Marks what was found there.
    void mark(uint32_t address, uint32_t length);
    uint32_t caret() const { return caret_; }
    // The line of the caret as a screen reader would say it.
    QString lineText() const;
    // Wants the pages in sight.
    void wantVisible();

signals:
    void caretMoved(uint32_t address);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    static constexpr uint32_t kLine = 16;

    int lineHeight() const;
    int visibleLines() const;
    int hexX(uint32_t column) const;
    int textX(uint32_t column) const;
    int symbolX() const;
    uint64_t lines() const { return (end_ + kLine - 1) / kLine; }
    void updateBar();
    void moveCaret(int64_t to);
    void paintLine(QPainter &painter, uint32_t address, int y);
    void copyLine() const;

    PageCache *pages_;
    std::shared_ptr<const lg::SymbolTable> symbols_;
    uint64_t end_ = 1ull << 32;
    uint32_t caret_ = 0;
    uint32_t marked_ = 0, markedLength_ = 0;
    int em_ = 8;
};

} // namespace ui
