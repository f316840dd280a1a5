// SPDX-License-Identifier: GPL-2.0-or-later
#include "file_dialogs.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QRegularExpression>
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

// Of the first kind: "csv" of "Table (*.csv);;For Perfetto (*.json)".
QString suffixOf(const QString &kinds) {
    return kinds.section(QStringLiteral("*."), 1).section(QLatin1Char(')'), 0, 0);
}

// A title as "Linux 4.9: tour" becomes "Linux-4-9-tour".
QString fileNameOf(const QString &title) {
    static const QRegularExpression others(QStringLiteral("[^\\p{L}\\p{N}_]+"));
    QStringList words = title.split(others, Qt::SkipEmptyParts);
    return words.isEmpty() ? QStringLiteral("guest") : words.join(QLatin1Char('-'));
}

void ask(QFileDialog *dialog, const std::function<void(const QString &)> &then) {
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setModal(false);
    dialog->setFileMode(dialog->acceptMode() == QFileDialog::AcceptOpen ? QFileDialog::ExistingFile
                                                                        : QFileDialog::AnyFile);
    QObject::connect(dialog, &QFileDialog::fileSelected, dialog->parent(),
                     [then](const QString &file) {
                         QSettings().setValue(kFolderKey, QFileInfo(file).absolutePath());
                         then(file);
                     });
    dialog->show();
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

void askToOpen(QWidget *parent, const QString &title, const QString &kinds,
               const std::function<void(const QString &)> &then) {
    ask(new QFileDialog(parent, title, lastFolder(), kinds), then);
}

void askToSave(QWidget *parent, const QString &title, const QString &kinds, const QString &about,
               const std::function<void(const QString &)> &then) {
    auto *dialog = new QFileDialog(parent, title, lastFolder(), kinds);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    const QString name = fileNameOf(about);
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog,
                     [dialog, name](const QString &kind) {
                         const QString suffix = suffixOf(kind);
                         const QFileInfo had(dialog->selectedFiles().value(0));
                         // Another kind of file, of the same name: unless it was called otherwise.
                         if (had.fileName() == name + QLatin1Char('.') + dialog->defaultSuffix())
                             dialog->selectFile(name + QLatin1Char('.') + suffix);
                         dialog->setDefaultSuffix(suffix);
                     });
    dialog->setDefaultSuffix(suffixOf(kinds));
    dialog->selectFile(name + QLatin1Char('.') + suffixOf(kinds));
    ask(dialog, then);
}

} // namespace ui
