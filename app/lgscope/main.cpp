// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"
#include "ui/launch/launch_view.h"
#include "ui/window/language.h"
#include "ui/window/main_window.h"
#include "ui/window/screenshot.h"

#include <QApplication>
#include <QLoggingCategory>

int main(int argc, char **argv) {
    // QTermWidget tells the shell how each search of the console goes.
    QLoggingCategory::setFilterRules(QStringLiteral("default.debug=false"));
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("lgscope"));
    QApplication::setOrganizationName(QStringLiteral("lgscope"));
    QApplication::setApplicationVersion(QStringLiteral(LGSCOPE_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("org.lgscope.lgscope"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/lgscope.svg")));
    ui::setLanguage({});
    const Options options = parseOptions(QApplication::arguments());

    ui::MainWindow window;
    if (!options.theme.isEmpty())
        window.setTheme(ui::themeByName(options.theme), false);
    if (options.size.isValid())
        window.resize(options.size);
    window.show();
    if (options.open.isEmpty() && options.demo.isEmpty())
        window.reopen();
    else if (!options.open.isEmpty())
        window.takeFile(options.open);
    if (!options.demo.isEmpty()) {
        ui::LaunchRequest request;
        request.image = QStringLiteral("guest:") + options.demo;
        if (options.demo == QLatin1String("user"))
            request.commandLine = QStringLiteral("forever"); // else it is over before one looks
        window.launchView()->setRequest(request);
        window.launch(request);
    }
    ui::ScreenshotTaker taker(&window, options.screenshot, options.consoleText, options.show);
    if (options.exitAfterScreenshot)
        QObject::connect(&taker, &ui::ScreenshotTaker::done, &application, [&window](bool good) {
            window.close();
            QApplication::exit(good ? 0 : 1);
        });
    return QApplication::exec();
}
