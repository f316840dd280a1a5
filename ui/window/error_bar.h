// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QFrame>
#include <QList>

class QLabel;
class QToolButton;

namespace ui {

// What went wrong and what to do about it, above the views and never over
// them.  Several wait in line; dismissing one shows the one before it.
class ErrorBar : public QFrame {
    Q_OBJECT
public:
    explicit ErrorBar(QWidget *parent = nullptr);

    void show(const QString &reason, const QString &advice);
    void dismiss();
    QString text() const; // of the one that is shown, "" = none

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Trouble {
        QString reason;
        QString advice;
        bool operator==(const Trouble &) const = default;
    };
    static constexpr qsizetype kMost = 20;

    void showLast();

    QList<Trouble> troubles_;
    bool colouring_ = false;
    QLabel *text_;
    QLabel *more_;
    QToolButton *copy_;
    QToolButton *dismiss_;
};

} // namespace ui
