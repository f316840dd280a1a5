// SPDX-License-Identifier: GPL-2.0-or-later
#include "file_dialogs.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

namespace ui {

namespace {

const QString kFolderKey = QStringLiteral("files/folder");

QString lastFolder() {
    // A folder that is not there would be taken for the name of a file.
    for (const QString &folder :
         {QSettings().value(kFolderKey).toString(),
          QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)})
        if (QFileInfo(folder).isDir())
            return folder;
    return QDir::homePath();
}

} // namespace

QString recordingFiles() {
    return QCoreApplication::translate("FileDialogs", "Recordings (*%1);;All files (*)")
        .arg(kTraceSuffix);
}

QString savedGuestFiles() {
    return QCoreApplication::translate("FileDialogs", "Saved guests (*%1);;All files (*)")
        .arg(kGuestSuffix);
}

void askFile(QWidget *parent, bool open, const QString &title, const QString &kinds,
             const std::function<void(const QString &)> &then) {
    auto *dialog = new QFileDialog(parent, title, lastFolder(), kinds);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setModal(false);
    dialog->setFileMode(open ? QFileDialog::ExistingFile : QFileDialog::AnyFile);
    dialog->setAcceptMode(open ? QFileDialog::AcceptOpen : QFileDialog::AcceptSave);
    const auto suffix = [dialog](const QString &kind) {
        dialog->setDefaultSuffix(
            kind.section(QStringLiteral("*."), 1).section(QLatin1Char(')'), 0, 0));
    };
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog, suffix);
    suffix(kinds);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, [then](const QString &file) {
        QSettings().setValue(kFolderKey, QFileInfo(file).absolutePath());
        then(file);
    });
    dialog->show();
}

} // namespace ui
