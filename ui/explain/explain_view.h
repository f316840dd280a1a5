// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "lguest_uapi.h"

#include <QTextBrowser>

namespace ui {

class Book;

// What the source's own commentary says about the selected event.
class ExplainView : public QTextBrowser {
    Q_OBJECT
public:
    explicit ExplainView(const Book &book, QWidget *parent = nullptr);

    void show(const lg_event &event);
    // A paragraph of the book by its number, whatever event is selected.
    void showParagraph(int number);
    void clear();

protected:
    void changeEvent(QEvent *event) override;

private:
    void render();

    const Book &book_;
    int number_ = 0; // of a paragraph that was asked for, 0 = none
    QString kind_;   // "" = no event
    QString about_;  // one line on this very event
    QString mark_;   // the name that the source has for it
    bool loss_ = false;
};

} // namespace ui
