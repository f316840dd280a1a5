// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QListWidget>

namespace ui {

// Something to launch in each row: a name in bold and, below it, the one line that says what it is.
class GuestList : public QListWidget {
    Q_OBJECT
public:
    static constexpr int DataRole = Qt::UserRole, AboutRole = Qt::UserRole + 1,
                         VcpusRole = Qt::UserRole + 2;

    explicit GuestList(const QString &name, QWidget *parent = nullptr);

    QListWidgetItem *addGuest(const QString &name, const QString &about, const QVariant &data);
    // No higher than what is in it, so that the lists beside it have the room.
    void fitHeight();
    // Selects it without its being chosen; null: none.
    void display(QListWidgetItem *item);

signals:
    // By mouse or keys, also when it was before; not because the list got the focus.
    void chosen(QListWidgetItem *item);

protected:
    void keyPressEvent(QKeyEvent *event) override;
};

} // namespace ui
