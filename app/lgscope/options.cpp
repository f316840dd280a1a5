// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include "ui/window/language.h"
#include "ui/window/theme.h"

#include <QCommandLineParser>
#include <QRegularExpression>

#include <cstdio>
#include <cstdlib>

namespace {

// Its own translator for what is said outside the window.
QString say(const char *text) {
    return QCoreApplication::translate("Options", text);
}

[[noreturn]] void refuse(const QString &why) {
    const QString text =
        say(QT_TRANSLATE_NOOP("Options", "lgscope: %1; see lgscope --help")).arg(why);
    std::fprintf(stderr, "%s\n", qPrintable(text));
    std::exit(2);
}

} // namespace

Options parseOptions(const QStringList &arguments) {
    // First of all, because all that follows is said in it.
    if (const qsizetype at = arguments.indexOf(QLatin1String("--language"));
        at >= 0 && !ui::setLanguage(arguments.value(at + 1)))
        refuse(say(QT_TRANSLATE_NOOP("Options", "no language '%1'")).arg(arguments.value(at + 1)));
    QCommandLineParser parser;
    parser.setApplicationDescription(say(QT_TRANSLATE_NOOP(
        "Options", "Runs lguest guests and shows what happens between Guest and Host.")));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOptions({
        {"demo",
         say(QT_TRANSLATE_NOOP("Options",
                               "Launch a bundled guest at once: user, unless NAME says which.")),
         say(QT_TRANSLATE_NOOP("Options", "NAME"))},
        {"open",
         say(QT_TRANSLATE_NOOP("Options", "Open a recording, or offer a kernel for launch.")),
         say(QT_TRANSLATE_NOOP("Options", "FILE"))},
        {"theme", say(QT_TRANSLATE_NOOP("Options", "light, dark or desktop.")),
         say(QT_TRANSLATE_NOOP("Options", "THEME"))},
        {"language",
         say(QT_TRANSLATE_NOOP("Options", "The window's language instead of the desktop's: %1."))
             .arg(ui::languages().join(QStringLiteral(", "))),
         say(QT_TRANSLATE_NOOP("Options", "LANGUAGE"))},
        {"size", say(QT_TRANSLATE_NOOP("Options", "The window's size, such as 1024x700.")),
         say(QT_TRANSLATE_NOOP("Options", "WxH"))},
        {"show",
         say(QT_TRANSLATE_NOOP("Options",
                               "Views to bring to the front for it, such as switcher,code.")),
         say(QT_TRANSLATE_NOOP("Options", "VIEWS"))},
        {"screenshot",
         say(QT_TRANSLATE_NOOP("Options",
                               "When the demo's events show, save a picture of the window.")),
         say(QT_TRANSLATE_NOOP("Options", "FILE"))},
        {"console-text",
         say(QT_TRANSLATE_NOOP("Options", "With the screenshot, save the console's text.")),
         say(QT_TRANSLATE_NOOP("Options", "FILE"))},
        {"exit-after-screenshot", say(QT_TRANSLATE_NOOP("Options", "End the program after that."))},
    });
    parser.addPositionalArgument(
        "FILE", say(QT_TRANSLATE_NOOP("Options", "The same as --open FILE.")), "[FILE]");

    // NAME of --demo may be left out.
    QStringList complete = arguments;
    for (qsizetype i = 1; i < complete.size(); ++i)
        if (complete[i] == QLatin1String("--demo") &&
            (i + 1 == complete.size() || complete[i + 1].startsWith(QLatin1Char('-'))))
            complete.insert(i + 1, QStringLiteral("user"));
    if (!parser.parse(complete))
        refuse(parser.errorText());
    if (parser.isSet("help"))
        parser.showHelp();
    if (parser.isSet("version"))
        parser.showVersion();

    Options options;
    options.demo = parser.value("demo");
    options.open = parser.value("open");
    options.screenshot = parser.value("screenshot");
    options.consoleText = parser.value("console-text");
    options.show = parser.value("show").split(QLatin1Char(','), Qt::SkipEmptyParts);
    options.exitAfterScreenshot = parser.isSet("exit-after-screenshot");
    const QStringList files = parser.positionalArguments();
    if (files.size() + (options.open.isEmpty() ? 0 : 1) > 1)
        refuse(say(QT_TRANSLATE_NOOP("Options", "only one file can be opened")));
    if (!files.isEmpty())
        options.open = files.first();
    options.theme = parser.value("theme");
    bool known = true;
    ui::themeByName(options.theme, &known);
    if (parser.isSet("theme") && !known)
        refuse(say(QT_TRANSLATE_NOOP("Options", "no theme '%1'")).arg(options.theme));
    if (parser.isSet("size")) {
        static const QRegularExpression form(QStringLiteral("^(\\d{3,5})x(\\d{3,5})$"));
        const auto match = form.match(parser.value("size"));
        if (!match.hasMatch())
            refuse(say(QT_TRANSLATE_NOOP("Options", "'%1' is no size")).arg(parser.value("size")));
        options.size = QSize(match.captured(1).toInt(), match.captured(2).toInt());
    }
    return options;
}
