// SPDX-License-Identifier: GPL-2.0-or-later
#include "icons.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPalette>

namespace ui {

namespace {

// Every shape is drawn on a field of 16 by 16.
class IconEngine final : public QIconEngine {
public:
    explicit IconEngine(Icon icon) : icon_(icon) {}

    QIconEngine *clone() const override { return new IconEngine(icon_); }

    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state,
                         qreal scale) override {
        QPixmap map(size);
        map.setDevicePixelRatio(scale);
        map.fill(Qt::transparent);
        QPainter painter(&map);
        paint(&painter, QRect(QPoint(), (QSizeF(size) / scale).toSize()), mode, state);
        return map;
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override {
        return scaledPixmap(size, mode, state, 1.0);
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override {
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        const auto role =
            mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::WindowText;
        const QPalette palette = QGuiApplication::palette();
        ink_ = palette.color(group, role);
        disabled_ = mode == QIcon::Disabled;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const qreal side = qMin(rect.width(), rect.height());
        painter->translate(rect.center() + QPointF(0.5, 0.5) - QPointF(side, side) / 2);
        painter->scale(side / 16, side / 16);
        painter->setPen(QPen(ink_, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->setBrush(Qt::NoBrush);
        draw(*painter);
        painter->restore();
    }

private:
    QColor tint(const QColor &colour) const { return disabled_ ? ink_ : colour; }

    void fill(QPainter &p, const QPolygonF &shape) {
        p.setBrush(p.pen().color());
        p.drawPolygon(shape);
    }

    void arrowDown(QPainter &p, qreal top, qreal bottom) {
        p.drawLine(QPointF(8, top), QPointF(8, bottom));
        p.drawPolyline(QPolygonF{{5, bottom - 3}, {8, bottom}, {11, bottom - 3}});
    }

    void draw(QPainter &p) {
        switch (icon_) {
        case Icon::Play:
        case Icon::Launch:
            p.setPen(QPen(tint(QColor(0x2e, 0xa0, 0x5b)), 1.5, Qt::SolidLine, Qt::RoundCap,
                          Qt::RoundJoin));
            fill(p, {{4, 3}, {13, 8}, {4, 13}});
            break;
        case Icon::Pause:
        case Icon::Hold:
            p.setBrush(ink_);
            p.drawRect(QRectF(4, 3, 2, 10));
            p.drawRect(QRectF(10, 3, 2, 10));
            break;
        case Icon::Step:
            p.drawLine(QPointF(3, 8), QPointF(9.5, 8));
            p.drawPolyline(QPolygonF{{7, 5}, {10, 8}, {7, 11}});
            p.drawLine(QPointF(12.5, 4), QPointF(12.5, 12));
            break;
        case Icon::UntilEvent:
            p.drawPolyline(QPolygonF{{3, 4}, {7, 8}, {3, 12}});
            p.drawPolyline(QPolygonF{{8, 4}, {12, 8}, {8, 12}});
            p.drawLine(QPointF(13.8, 4), QPointF(13.8, 12));
            break;
        case Icon::Kill:
            p.setPen(QPen(tint(QColor(0xd9, 0x40, 0x40)), 2, Qt::SolidLine, Qt::RoundCap));
            p.drawLine(QPointF(4, 4), QPointF(12, 12));
            p.drawLine(QPointF(12, 4), QPointF(4, 12));
            break;
        case Icon::Close:
            p.drawLine(QPointF(4.5, 4.5), QPointF(11.5, 11.5));
            p.drawLine(QPointF(11.5, 4.5), QPointF(4.5, 11.5));
            break;
        case Icon::Reboot:
            p.drawArc(QRectF(3, 3, 10, 10), 60 * 16, 290 * 16);
            fill(p, {{9.5, 1.2}, {13.2, 3.4}, {9.6, 5.8}});
            break;
        case Icon::Record:
            p.setPen(tint(QColor(0xd9, 0x40, 0x40)));
            p.setBrush(p.pen().color());
            p.drawEllipse(QPointF(8, 8), 4.5, 4.5);
            break;
        case Icon::Stop:
            p.setBrush(ink_);
            p.drawRect(QRectF(4, 4, 8, 8));
            break;
        case Icon::Open:
            p.drawPolyline(
                QPolygonF{{2, 13}, {2, 3.5}, {6, 3.5}, {7.5, 5.5}, {13, 5.5}, {13, 7.5}});
            p.drawPolygon(QPolygonF{{2, 13}, {4.5, 7.5}, {15, 7.5}, {12.5, 13}});
            break;
        case Icon::Save:
            arrowDown(p, 2.5, 10);
            p.drawPolyline(QPolygonF{{2.5, 10}, {2.5, 13.5}, {13.5, 13.5}, {13.5, 10}});
            break;
        case Icon::Search:
            p.drawEllipse(QPointF(7, 7), 4.2, 4.2);
            p.drawLine(QPointF(10.2, 10.2), QPointF(13.5, 13.5));
            break;
        case Icon::Hide: // a funnel
            p.drawPolygon(
                QPolygonF{{2.5, 3}, {13.5, 3}, {9.5, 8}, {9.5, 13.5}, {6.5, 12}, {6.5, 8}});
            break;
        case Icon::Mark: // one line of several
            p.drawLine(QPointF(3, 3.5), QPointF(13, 3.5));
            p.drawLine(QPointF(3, 12.5), QPointF(13, 12.5));
            p.setBrush(ink_);
            p.drawRect(QRectF(2.5, 6.5, 11, 3));
            break;
        case Icon::Copy:
            p.drawRoundedRect(QRectF(5.5, 5.5, 8, 8), 1, 1);
            p.drawPolyline(
                QPolygonF{{3.5, 10.5}, {2.5, 10.5}, {2.5, 2.5}, {10.5, 2.5}, {10.5, 3.5}});
            break;
        case Icon::Paste:
            p.drawRoundedRect(QRectF(3, 3.5, 10, 10.5), 1, 1);
            p.setBrush(ink_);
            p.drawRect(QRectF(6, 2.2, 4, 2.2));
            break;
        case Icon::Follow:
            arrowDown(p, 2, 10.5);
            p.drawLine(QPointF(3.5, 13.5), QPointF(12.5, 13.5));
            break;
        case Icon::Warning:
            p.setPen(
                QPen(QColor(0xe0, 0x8a, 0x00), 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            p.drawPolygon(QPolygonF{{8, 2}, {14.5, 13.5}, {1.5, 13.5}});
            p.drawLine(QPointF(8, 6.5), QPointF(8, 9.5));
            p.drawPoint(QPointF(8, 11.6));
            break;
        case Icon::Palette:
            p.drawPolyline(QPolygonF{{3, 4}, {7, 8}, {3, 12}});
            p.drawLine(QPointF(8.5, 12), QPointF(13, 12));
            break;
        case Icon::Undo: {
            QPainterPath path(QPointF(4, 6));
            path.lineTo(10, 6);
            path.cubicTo(14, 6, 14, 12.5, 10, 12.5);
            path.lineTo(6, 12.5);
            p.drawPath(path);
            p.drawPolyline(QPolygonF{{6.5, 3}, {3.5, 6}, {6.5, 9}});
            break;
        }
        case Icon::Clear:
            p.drawPolygon(QPolygonF{{1.5, 8}, {5.5, 3.5}, {14, 3.5}, {14, 12.5}, {5.5, 12.5}});
            p.drawLine(QPointF(8, 6.3), QPointF(11.4, 9.7));
            p.drawLine(QPointF(11.4, 6.3), QPointF(8, 9.7));
            break;
        }
    }

    Icon icon_;
    QColor ink_;
    bool disabled_ = false;
};

} // namespace

QIcon themedIcon(Icon icon) {
    return QIcon(new IconEngine(icon));
}

} // namespace ui
