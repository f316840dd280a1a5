// SPDX-License-Identifier: GPL-2.0-or-later
#include "disk_list.h"

#include "devices/disk_request.h"
#include "ui/window/icons.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui {

namespace {

const QString kReadOnly = QStringLiteral(",ro");

class DiskRow : public QWidget {
public:
    explicit DiskRow(const QString &disk, QWidget *parent) : QWidget(parent) {
        const bool readOnly = disk.endsWith(kReadOnly);
        path = new QLineEdit(readOnly ? disk.chopped(kReadOnly.size()) : disk, this);
        path->setAccessibleName(DiskList::tr("Disk image"));
        path->setPlaceholderText(DiskList::tr("path of a raw image or a block device"));
        readOnlyBox = new QCheckBox(DiskList::tr("read-only"), this);
        readOnlyBox->setChecked(readOnly);
        readOnlyBox->setToolTip(DiskList::tr("The guest can read it but not change it"));
        remove = new QToolButton(this);
        remove->setIcon(themedIcon(Icon::Close));
        remove->setToolTip(DiskList::tr("Remove this disk"));
        remove->setAccessibleName(remove->toolTip());
        auto *layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(4);
        layout->addWidget(path, 1);
        layout->addWidget(readOnlyBox);
        layout->addWidget(remove);
        setFocusProxy(path);
    }

    QLineEdit *path;
    QCheckBox *readOnlyBox;
    QToolButton *remove;
};

QList<DiskRow *> rowsOf(const QVBoxLayout *layout) {
    QList<DiskRow *> rows;
    for (int i = 0; i < layout->count(); ++i)
        rows << static_cast<DiskRow *>(layout->itemAt(i)->widget());
    return rows;
}

} // namespace

DiskList::DiskList(QWidget *parent) : QWidget(parent), rows_(new QVBoxLayout) {
    setAccessibleName(tr("Disks"));
    rows_->setSpacing(4);
    add_ = new QToolButton(this);
    add_->setObjectName(QStringLiteral("addDisk"));
    add_->setText(tr("Add a disk…"));
    add_->setAccessibleName(tr("Add a disk"));
    add_->setIcon(themedIcon(Icon::Open));
    add_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(add_, &QToolButton::clicked, this, &DiskList::choose);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(rows_);
    layout->addWidget(add_, 0, Qt::AlignLeft);
    setFocusProxy(add_);
}

QStringList DiskList::disks() const {
    QStringList disks;
    for (const DiskRow *row : rowsOf(rows_))
        if (const QString path = row->path->text().trimmed(); !path.isEmpty())
            disks << path + (row->readOnlyBox->isChecked() ? kReadOnly : QString());
    return disks;
}

void DiskList::setDisks(const QStringList &disks) {
    for (DiskRow *row : rowsOf(rows_))
        delete row;
    for (const QString &disk : disks)
        addRow(disk);
    rowsChanged();
}

void DiskList::addRow(const QString &disk) {
    auto *row = new DiskRow(disk, this);
    row->setObjectName(QStringLiteral("disk%1").arg(rows_->count()));
    rows_->addWidget(row);
    connect(row->path, &QLineEdit::textChanged, this, &DiskList::changed);
    connect(row->readOnlyBox, &QCheckBox::toggled, this, &DiskList::changed);
    connect(row->remove, &QToolButton::clicked, this, [this, row] {
        rows_->removeWidget(row);
        row->hide();
        row->deleteLater(); // its button is still at work
        rowsChanged();
    });
}

void DiskList::choose() {
    auto *dialog = new QFileDialog(this, tr("Choose a disk image"), QString(),
                                   tr("Disk images (*.img *.raw *.iso);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setModal(false);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &file) {
        addRow(file);
        rowsChanged();
    });
    dialog->show();
}

void DiskList::rowsChanged() {
    const bool full = rows_->count() >= static_cast<int>(lg::kMaxDisks);
    add_->setEnabled(!full);
    add_->setToolTip(full ? tr("A guest has at most %1 disks").arg(lg::kMaxDisks)
                          : tr("A file of this machine as a disk of the guest"));
    emit changed();
}

} // namespace ui
