// SPDX-License-Identifier: GPL-2.0-or-later
#include "language.h"

#include <QCoreApplication>
#include <QDir>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace ui {

namespace {

const QString kFolder = QStringLiteral(":/i18n");
const QString kPrefix = QStringLiteral("lgscope_");

// English too: its plural forms are translations of the sources'.
QString firstThatWeHave(const QStringList &wanted) {
    const QStringList have = languages();
    for (const QString &name : wanted)
        if (const QString language = QLocale(name).name().section(QLatin1Char('_'), 0, 0);
            have.contains(language))
            return language;
    return QStringLiteral("en");
}

void install(QTranslator &translator, const QString &file, const QString &folder) {
    QCoreApplication::removeTranslator(&translator);
    if (translator.load(file, folder))
        QCoreApplication::installTranslator(&translator);
}

} // namespace

QStringList languages() {
    QStringList names;
    for (const QString &file : QDir(kFolder).entryList({kPrefix + QStringLiteral("*.qm")}))
        names += file.mid(kPrefix.size()).section(QLatin1Char('.'), 0, 0);
    return names;
}

bool setLanguage(const QString &name) {
    if (!name.isEmpty() && !languages().contains(name))
        return false;
    const QLocale system = QLocale::system();
    const QString language = name.isEmpty() ? firstThatWeHave(system.uiLanguages()) : name;
    // Numbers follow the texts where the desktop names a language and no form for them.
    const bool others = !name.isEmpty() || system.language() == QLocale::C;
    QLocale::setDefault(others && language != QLatin1String("en") ? QLocale(language) : system);
    static QTranslator own, qt; // Qt's own texts, of buttons and the file dialog
    install(qt, QStringLiteral("qtbase_") + language,
            QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(own, kPrefix + language, kFolder);
    return true;
}

} // namespace ui
