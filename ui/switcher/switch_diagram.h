// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QWidget>

#include <array>
#include <optional>

class QPushButton;

namespace ui {

// Times of the phases of one world switch, in microseconds.
struct SwitchTimes {
    double in = 0, guest = 0, out = 0;
};

// The way of a world switch from the Host through the Switcher into the Guest and back, as
// buttons on three floors that a line connects.
class SwitchDiagram : public QWidget {
    Q_OBJECT
public:
    explicit SwitchDiagram(QWidget *parent = nullptr);

    // The last one, what ended it, and the mean of some before it; nullopt = not measured.
    void show(const std::optional<SwitchTimes> &last, const QString &end, const SwitchTimes &mean);

signals:
    // A paragraph of the book.
    void phaseChosen(int paragraph);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    enum Phase { Loop, In, Guest, Out, Trap, PhaseCount };
    std::array<QPushButton *, PhaseCount> phases_;
};

} // namespace ui
