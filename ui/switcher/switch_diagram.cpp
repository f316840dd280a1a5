// SPDX-License-Identifier: GPL-2.0-or-later
#include "switch_diagram.h"

#include "ui/inspect/numbers.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace ui {

SwitchDiagram::SwitchDiagram(QWidget *parent) : QWidget(parent) {
    setAccessibleName(tr("The way of a world switch"));
    struct Form {
        QString name;
        int floor, paragraph;
    };
    const Form forms[PhaseCount] = {{tr("Run loop"), 0, 200},
                                    {tr("Enter"), 1, 520},
                                    {tr("Guest runs"), 2, 530},
                                    {tr("Leave"), 1, 540},
                                    {tr("Trap handled"), 0, 760}};
    const QString floors[] = {tr("Host, ring 0"), tr("Switcher"), tr("Guest, rings 1 and 3")};
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(8, 2, 8, 6);
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(4);
    for (int floor = 0; floor < 3; ++floor) {
        auto *label = new QLabel(floors[floor], this);
        label->setAccessibleName(label->text());
        label->setForegroundRole(QPalette::PlaceholderText);
        grid->addWidget(label, floor, 0);
    }
    for (int phase = 0; phase < PhaseCount; ++phase) {
        const Form &form = forms[phase];
        auto *button = new QPushButton(form.name, this);
        button->setObjectName(QStringLiteral("phase%1").arg(phase));
        button->setProperty("phase", form.name);
        button->setAccessibleName(form.name);
        button->setToolTip(tr("Read the source's paragraph about it"));
        button->setMinimumWidth(button->fontMetrics().horizontalAdvance(form.name) + 30);
        grid->addWidget(button, form.floor, phase + 1);
        grid->setColumnStretch(phase + 1, 1);
        connect(button, &QPushButton::clicked, this,
                [this, paragraph = form.paragraph] { emit phaseChosen(paragraph); });
        phases_.at(static_cast<size_t>(phase)) = button;
    }
}

void SwitchDiagram::show(const std::optional<SwitchTimes> &last, const QString &end,
                         const SwitchTimes &mean) {
    const auto say = [&](Phase phase, double now, double usual) {
        QPushButton *button = phases_.at(phase);
        const QString name = button->property("phase").toString();
        const QString text =
            last ? QStringLiteral("%1  %2").arg(name, microsecondsText(now)) : name;
        button->setText(text);
        button->setAccessibleName(text);
        button->setToolTip(last ? tr("The last: %1, mean of the newest: %2. "
                                     "Click to read the source's paragraph about it")
                                      .arg(microsecondsText(now), microsecondsText(usual))
                                : tr("Read the source's paragraph about it"));
    };
    const SwitchTimes now = last.value_or(SwitchTimes{});
    say(In, now.in, mean.in);
    say(Guest, now.guest, mean.guest);
    say(Out, now.out, mean.out);
    phases_.at(Trap)->setText(end.isEmpty() ? tr("Trap handled") : end);
    phases_.at(Trap)->setAccessibleName(phases_.at(Trap)->text());
}

void SwitchDiagram::paintEvent(QPaintEvent *event) {
    QWidget::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(palette().color(QPalette::Mid), 2));
    for (size_t phase = 0; phase + 1 < PhaseCount; ++phase) {
        const QRectF from = phases_.at(phase)->geometry(), to = phases_.at(phase + 1)->geometry();
        // Out at the side, then down into the next.
        if (to.top() > from.top()) {
            const qreal in = to.left() + to.width() / 4;
            painter.drawPolyline(QPolygonF{QPointF(from.right(), from.center().y()),
                                           QPointF(in, from.center().y()), QPointF(in, to.top())});
        } else { // up: leave at the top, arrive at the side
            const QPointF up(from.right() - from.width() / 4, from.top());
            painter.drawPolyline(QPolygonF{up, QPointF(up.x(), to.center().y()),
                                           QPointF(to.left(), to.center().y())});
        }
    }
}

} // namespace ui
