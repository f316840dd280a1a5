// SPDX-License-Identifier: GPL-2.0-or-later
// Pictures of the window for people to look at; a test checks only that they are not blank.
#pragma once

#include "ui/window/main_window.h"

#include <QDir>
#include <QImage>
#include <QSet>
#include <QtTest>

inline bool takePicture(ui::MainWindow &window, const QString &what) {
    QDir pictures(qEnvironmentVariable("LGSCOPE_PICTURES", QDir::tempPath()));
    pictures.mkpath(".");
    bool good = true;
    for (const auto theme : {ui::Theme::Dark, ui::Theme::Light}) {
        window.setTheme(theme, false);
        QTest::qWait(120);
        const QImage image = window.grab().toImage();
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); y += 7)
            for (int x = 0; x < image.width(); x += 7)
                colours.insert(image.pixel(x, y));
        const QString file =
            pictures.filePath(QStringLiteral("%1-%2.png").arg(what, ui::themeName(theme)));
        good = image.save(file) && colours.size() > 10 && good;
    }
    return good;
}
