// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QLabel>

#include <string>

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

// What a library says, standing alone: it begins small, for a program's name is before it
// elsewhere.
QString sentence(const std::string &words);

} // namespace ui
