// SPDX-License-Identifier: GPL-2.0-or-later
#include "theme.h"

#include "window_style.h"

#include "lguest_uapi.h"

#include <QApplication>
#include <QStyleHints>
#include <QToolTip>

namespace ui {

namespace {

QPalette makePalette(bool dark) {
    const auto pick = [dark](QRgb light, QRgb night) {
        return QColor::fromRgb(dark ? night : light);
    };
    const QColor window = pick(0xf3f4f6, 0x202226);
    const QColor base = pick(0xffffff, 0x18191c);
    const QColor ink = pick(0x1c1e21, 0xe4e6ea);
    const QColor faint = pick(0x8b9099, 0x747a85);
    QPalette p;
    p.setColor(QPalette::Window, window);
    p.setColor(QPalette::WindowText, ink);
    p.setColor(QPalette::Base, base);
    p.setColor(QPalette::AlternateBase, pick(0xf7f8fa, 0x1e2024));
    p.setColor(QPalette::Text, ink);
    p.setColor(QPalette::Button, pick(0xe9ebee, 0x2b2e33));
    p.setColor(QPalette::ButtonText, ink);
    p.setColor(QPalette::BrightText, pick(0xb00020, 0xff8a8a));
    p.setColor(QPalette::ToolTipBase, pick(0x2b2e33, 0x33373d));
    p.setColor(QPalette::ToolTipText, QColor::fromRgb(0xf2f3f5));
    p.setColor(QPalette::Highlight, pick(0x2563c9, 0x2f62b5));
    p.setColor(QPalette::HighlightedText, Qt::white);
    p.setColor(QPalette::Accent, pick(0x2563c9, 0x6da3f5));
    p.setColor(QPalette::Link, pick(0x1d56b5, 0x7db0ff));
    p.setColor(QPalette::LinkVisited, pick(0x6a3fa0, 0xb695e8));
    p.setColor(QPalette::PlaceholderText, pick(0x6b717b, 0x8f96a1));
    p.setColor(QPalette::Light, pick(0xffffff, 0x3a3e45));
    p.setColor(QPalette::Midlight, pick(0xf0f1f3, 0x30343a));
    p.setColor(QPalette::Mid, pick(0xc3c7cd, 0x3f444c));
    p.setColor(QPalette::Dark, pick(0xa7acb4, 0x121316));
    p.setColor(QPalette::Shadow, pick(0x767b84, 0x0a0b0c));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, faint);
    p.setColor(QPalette::Disabled, QPalette::Highlight, pick(0xc3c7cd, 0x3f444c));
    p.setColor(QPalette::Disabled, QPalette::HighlightedText, faint);
    return p;
}

void show(Qt::ColorScheme scheme) {
    const QPalette palette = makePalette(scheme == Qt::ColorScheme::Dark);
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
}

} // namespace

Theme themeByName(const QString &name, bool *known) {
    const bool light = name == QLatin1String("light"), dark = name == QLatin1String("dark");
    if (known)
        *known = light || dark || name == QLatin1String("desktop");
    return light ? Theme::Light : dark ? Theme::Dark : Theme::Desktop;
}

QString themeName(Theme theme) {
    return theme == Theme::Light  ? QStringLiteral("light")
           : theme == Theme::Dark ? QStringLiteral("dark")
                                  : QStringLiteral("desktop");
}

void applyTheme(Theme theme) {
    static QMetaObject::Connection following;
    QObject::disconnect(following);
    QApplication::setStyle(new WindowStyle);
    QStyleHints *hints = QGuiApplication::styleHints();
    if (theme == Theme::Desktop) {
        hints->unsetColorScheme();
        following = QObject::connect(hints, &QStyleHints::colorSchemeChanged, qApp, show);
        show(hints->colorScheme());
        return;
    }
    const auto scheme = theme == Theme::Dark ? Qt::ColorScheme::Dark : Qt::ColorScheme::Light;
    hints->setColorScheme(scheme);
    show(scheme);
}

bool isDark(const QPalette &palette) {
    return palette.color(QPalette::Base).lightness() < 128;
}

SignalColours signalColours(const QPalette &palette) {
    if (isDark(palette))
        return {QColor(0xff, 0xb8, 0x6b), QColor(0xff, 0x9b, 0x9b), QColor(0x4a, 0x1f, 0x24),
                QColor(0x9a, 0xa1, 0xac), QColor(0xff, 0x8a, 0x8a), QColor(0x6c, 0xd0, 0x8f),
                QColor(0x24, 0x3f, 0x5e)};
    return {QColor(0xa8, 0x4a, 0x00), QColor(0x9b, 0x1c, 0x1c), QColor(0xfd, 0xe3, 0xe3),
            QColor(0x5f, 0x66, 0x70), QColor(0xb3, 0x1b, 0x1b), QColor(0x1c, 0x7a, 0x3f),
            QColor(0xd6, 0xe8, 0xff)};
}

QColor SignalColours::kind(unsigned kind, bool dark) {
    const auto hue = [dark](int h, int s = 160) { return QColor::fromHsl(h, s, dark ? 165 : 95); };
    switch (kind) {
    case LG_EV_HYPERCALL:
        return hue(215);
    case LG_EV_ASYNC_HYPERCALL:
        return hue(190);
    case LG_EV_PAGE_FAULT:
        return hue(30);
    case LG_EV_REFLECT:
        return hue(275);
    case LG_EV_EMULATE:
        return hue(320);
    case LG_EV_IRQ_RAISED:
    case LG_EV_IRQ_HELD:
    case LG_EV_IRQ_DELIVERED:
        return hue(140);
    case LG_EV_NONE:
    case LG_EV_DEAD:
        return hue(0);
    default:
        return hue(220, 25);
    }
}

void tint(QWidget *widget, QPalette::ColorRole role, const QColor &colour) {
    QPalette palette;
    palette.setColor(role, colour);
    widget->setPalette(palette);
}

QString terminalColourScheme(const QPalette &palette) {
    return isDark(palette) ? QStringLiteral(":/terminal/dark.colorscheme")
                           : QStringLiteral(":/terminal/light.colorscheme");
}

} // namespace ui
