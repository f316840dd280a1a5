// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QWidget>

class QProgressBar;

namespace ui {

// In the status bar while a guest goes into a file, or a snapshot is taken: how much, and a way to
// stop it.
class TransferBar : public QWidget {
    Q_OBJECT
public:
    // The names are for those who look for it and for its button.
    TransferBar(const QString &what, const QString &name, const QString &cancelName,
                QWidget *parent = nullptr);

    void show(int percent); // -1: nothing is under way

signals:
    void cancelled();

private:
    QProgressBar *bar_;
};

} // namespace ui
