// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QWidget>

class QProgressBar;

namespace ui {

// In the status bar while a guest goes into its file: how much, and a way to stop it.
class TransferBar : public QWidget {
    Q_OBJECT
public:
    explicit TransferBar(QWidget *parent = nullptr);

    void show(int percent); // -1: nothing is under way

signals:
    void cancelled();

private:
    QProgressBar *bar_;
};

} // namespace ui
