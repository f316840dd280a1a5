// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspect/guest_map.h"

#include <QAbstractScrollArea>

namespace ui {

// The whole of the Guest's memory: a square for each page, in the colour of what it is for. A
// bright one was touched, one with a dot was written.
class MapPanel : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit MapPanel(QWidget *parent = nullptr);

    void show(const lg::GuestMap &map);
    const lg::GuestMap &map() const { return map_; }
    uint32_t page() const { return page_; }
    // "Page 00123000: page table, writable, touched; virtual c0123000"
    QString pageText() const;
    // How many pages of each use, and its colour, in HTML.
    QString totals() const;

signals:
    void totalsChanged();
    void pageMoved();
    void pageChosen(uint32_t physical);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;

private:
    static constexpr int kCell = 11;

    int columns() const;
    void updateBar();
    void moveTo(int64_t page);
    int64_t pageAt(const QPoint &place) const;
    QString textOf(uint32_t page) const;

    lg::GuestMap map_;
    uint32_t page_ = 0;
};

} // namespace ui
