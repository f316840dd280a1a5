// SPDX-License-Identifier: GPL-2.0-or-later
#include "window_style.h"

#include "theme.h"

#include <QAbstractScrollArea>
#include <QEvent>
#include <QPainter>
#include <QStyleOption>
#include <QToolButton>

namespace ui {

namespace {

constexpr int kTextMargin = 5; // beside the text of a cell or a column's name
const QColor kDarkEdge(255, 255, 255, 50);
constexpr int kButtonAir = 10; // for both sides together

// Fusion's own edge is hardly there on dark colours; one with the focus has its colour.
void drawDarkEdge(const QStyleOption *option, QPainter *painter) {
    if (!isDark(option->palette) || (option->state & QStyle::State_HasFocus))
        return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(kDarkEdge);
    painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    painter->restore();
}

// Above the view, because its viewport covers it to the edge; clicks go through.
class FocusLine : public QWidget {
public:
    explicit FocusLine(QAbstractScrollArea *view) : QWidget(view) {
        setObjectName(QStringLiteral("focusLine"));
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setFocusPolicy(Qt::NoFocus);
    }

    void paintEvent(QPaintEvent *) override {
        QPainter painter(this);
        painter.setPen(palette().color(QPalette::Highlight));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
};

} // namespace

WindowStyle::WindowStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

int WindowStyle::pixelMetric(PixelMetric metric, const QStyleOption *option,
                             const QWidget *widget) const {
    switch (metric) {
    case PM_FocusFrameHMargin:
        return kTextMargin - 1; // item views add one
    case PM_HeaderMargin:
        return kTextMargin;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

QSize WindowStyle::sizeFromContents(ContentsType type, const QStyleOption *option,
                                    const QSize &contents, const QWidget *widget) const {
    QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
    const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option);
    if (type == CT_ToolButton && button && !button->text.isEmpty() &&
        button->toolButtonStyle != Qt::ToolButtonIconOnly)
        size.rwidth() += kButtonAir;
    if (type == CT_PushButton)
        size.rwidth() += kButtonAir;
    return size;
}

void WindowStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option,
                                QPainter *painter, const QWidget *widget) const {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if (element == PE_FrameLineEdit || element == PE_IndicatorCheckBox)
        drawDarkEdge(option, painter);
}

void WindowStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option,
                                     QPainter *painter, const QWidget *widget) const {
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    if (control == CC_SpinBox)
        drawDarkEdge(option, painter);
}

void WindowStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                              const QWidget *widget) const {
    QProxyStyle::drawControl(element, option, painter, widget);
    // A default button has the colour of the focus around it at any time.
    if (element != CE_PushButton || !(option->state & State_HasFocus))
        return;
    painter->save();
    painter->setPen(option->palette.color(QPalette::Highlight));
    painter->drawRect(option->rect.adjusted(3, 3, -4, -4));
    painter->restore();
}

void WindowStyle::polish(QWidget *widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractScrollArea *>(widget) && (widget->focusPolicy() & Qt::TabFocus)) {
        widget->removeEventFilter(this);
        widget->installEventFilter(this);
    }
}

bool WindowStyle::eventFilter(QObject *watched, QEvent *event) {
    auto *view = qobject_cast<QAbstractScrollArea *>(watched);
    if (!view)
        return false;
    auto *line =
        view->findChild<QWidget *>(QStringLiteral("focusLine"), Qt::FindDirectChildrenOnly);
    switch (event->type()) {
    case QEvent::FocusIn:
        if (!line)
            line = new FocusLine(view);
        line->setGeometry(view->rect());
        line->show();
        line->raise();
        break;
    case QEvent::FocusOut:
        if (line)
            line->hide();
        break;
    case QEvent::Resize:
        if (line)
            line->setGeometry(view->rect());
        break;
    default:
        break;
    }
    return false;
}

} // namespace ui
