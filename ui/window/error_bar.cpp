// SPDX-License-Identifier: GPL-2.0-or-later
#include "error_bar.h"

#include "icons.h"
#include "theme.h"

#include <QAccessible>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace ui {

ErrorBar::ErrorBar(QWidget *parent) : QFrame(parent) {
    setObjectName(QStringLiteral("errorBar"));
    setAccessibleName(tr("Problem"));
    setFrameShape(NoFrame);
    setAutoFillBackground(true);

    auto *icon = new QLabel(this);
    icon->setPixmap(themedIcon(Icon::Warning).pixmap(QSize(20, 20), devicePixelRatio()));
    icon->setAccessibleName(tr("Warning sign"));
    text_ = new QLabel(this);
    text_->setObjectName(QStringLiteral("errorText"));
    text_->setAccessibleName(tr("What went wrong"));
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::RichText);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    more_ = new QLabel(this);
    more_->setAccessibleName(tr("Other problems"));
    const auto button = [this](Icon kind, const QString &name) {
        auto *made = new QToolButton(this);
        made->setIcon(themedIcon(kind));
        made->setAutoRaise(true);
        made->setToolTip(name);
        made->setAccessibleName(name);
        return made;
    };
    copy_ = button(Icon::Copy, tr("Copy the message"));
    dismiss_ = button(Icon::Close, tr("Dismiss the message"));
    dismiss_->setObjectName(QStringLiteral("errorDismiss"));

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 6, 6);
    layout->addWidget(icon);
    layout->addWidget(text_, 1);
    layout->addWidget(more_);
    layout->addWidget(copy_);
    layout->addWidget(dismiss_);

    connect(dismiss_, &QToolButton::clicked, this, &ErrorBar::dismiss);
    connect(copy_, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(text()); });
    tint(this, QPalette::Window, signalColours(palette()).lossBase);
    hide();
}

void ErrorBar::show(const QString &reason, const QString &advice) {
    const Trouble trouble{reason, advice};
    troubles_.removeAll(trouble);
    troubles_.append(trouble);
    if (troubles_.size() > kMost)
        troubles_.removeFirst();
    showLast();
}

void ErrorBar::dismiss() {
    if (!troubles_.isEmpty())
        troubles_.removeLast();
    showLast();
}

QString ErrorBar::text() const {
    return troubles_.isEmpty()
               ? QString()
               : troubles_.last().reason + QLatin1Char('\n') + troubles_.last().advice;
}

void ErrorBar::showLast() {
    setVisible(!troubles_.isEmpty());
    if (troubles_.isEmpty())
        return;
    const Trouble &trouble = troubles_.last();
    text_->setText(QStringLiteral("<b>%1</b><br>%2")
                       .arg(trouble.reason.toHtmlEscaped(), trouble.advice.toHtmlEscaped()));
    more_->setText(troubles_.size() > 1
                       ? tr("+%Ln more", nullptr, static_cast<int>(troubles_.size() - 1))
                       : QString());
    setAccessibleDescription(text());
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void ErrorBar::changeEvent(QEvent *event) {
    if (event->type() == QEvent::PaletteChange && !colouring_) {
        colouring_ = true;
        tint(this, QPalette::Window, signalColours(palette()).lossBase);
        colouring_ = false;
    }
    QFrame::changeEvent(event);
}

} // namespace ui
