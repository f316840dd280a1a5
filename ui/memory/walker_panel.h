// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "lguest_uapi.h"

#include <QWidget>

class QLabel;

namespace ui {

class RowsModel;

// One address on its way through the Guest's page tables, beside the shadow's.
class WalkerPanel : public QWidget {
    Q_OBJECT
public:
    explicit WalkerPanel(QWidget *parent = nullptr);

    // The note: what is not known of it, or nothing.
    void show(const lg_walk &walk, const QString &note = {});
    void say(const QString &why);
    RowsModel *model() const { return model_; }
    QString result() const;
    QString difference() const;

signals:
    // A table of the Guest's, by its guest-physical address.
    void physicalWanted(uint32_t address);

private:
    RowsModel *model_;
    QLabel *result_;
    QLabel *difference_;
    lg_walk walk_{};
};

} // namespace ui
