// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QToolButton;
class QVBoxLayout;

namespace ui {

// The disks of a guest, a row for each: an image's path, and whether it may only be read.
class DiskList : public QWidget {
    Q_OBJECT
public:
    explicit DiskList(QWidget *parent = nullptr);

    // As lgctl --disk takes them: FILE or FILE,ro.  Rows without a path are left out.
    QStringList disks() const;
    void setDisks(const QStringList &disks);

signals:
    void changed();

private:
    void addRow(const QString &disk);
    void choose();
    void rowsChanged();

    QVBoxLayout *rows_;
    QToolButton *add_;
};

} // namespace ui
