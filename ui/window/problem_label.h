// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QLabel>

namespace ui {

// Says what is wrong with what stands beside it, in the colour that the theme of the moment has for
// that.
class ProblemLabel : public QLabel {
    Q_OBJECT
public:
    explicit ProblemLabel(QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;

private:
    void colour();
    bool colouring_ = false;
};

} // namespace ui
