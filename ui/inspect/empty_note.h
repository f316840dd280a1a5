// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QLabel>

namespace ui {

// One helpful line in the middle of a view that has nothing to show; an empty text hides it.
class EmptyNote : public QLabel {
    Q_OBJECT
public:
    explicit EmptyNote(QWidget *over);
    void say(const QString &text);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
};

} // namespace ui
