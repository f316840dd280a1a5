// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include "ui/window/theme.h"

#include <QCommandLineParser>
#include <QRegularExpression>

#include <cstdio>
#include <cstdlib>

namespace {

[[noreturn]] void refuse(const QString &why) {
    std::fprintf(stderr, "lgscope: %s; see lgscope --help\n", qPrintable(why));
    std::exit(2);
}

} // namespace

Options parseOptions(const QStringList &arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Runs lguest guests and shows what happens between Guest and Host."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOptions({
        {"demo", "Launch a bundled guest at once: user, unless NAME says which.", "NAME"},
        {"open", "Open a recording, or offer a kernel for launch.", "FILE"},
        {"theme", "light, dark or desktop.", "THEME"},
        {"size", "The window's size, such as 1024x700.", "WxH"},
        {"show", "Views to bring to the front for it, such as switcher,code.", "VIEWS"},
        {"screenshot", "When the demo's events show, save a picture of the window.", "FILE"},
        {"console-text", "With the screenshot, save the console's text.", "FILE"},
        {"exit-after-screenshot", "End the program after that."},
    });
    parser.addPositionalArgument("FILE", "The same as --open FILE.", "[FILE]");

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
        refuse(QStringLiteral("only one file can be opened"));
    if (!files.isEmpty())
        options.open = files.first();
    options.theme = parser.value("theme");
    bool known = true;
    ui::themeByName(options.theme, &known);
    if (parser.isSet("theme") && !known)
        refuse(QStringLiteral("no theme '%1'").arg(options.theme));
    if (parser.isSet("size")) {
        static const QRegularExpression form(QStringLiteral("^(\\d{3,5})x(\\d{3,5})$"));
        const auto match = form.match(parser.value("size"));
        if (!match.hasMatch())
            refuse(QStringLiteral("'%1' is no size").arg(parser.value("size")));
        options.size = QSize(match.captured(1).toInt(), match.captured(2).toInt());
    }
    return options;
}
