// SPDX-License-Identifier: GPL-2.0-or-later
#include "ui/console/escape_guard.h"
#include "ui/console/pty_feed.h"

#include <QtTest>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

class TestConsoleParts : public QObject {
    Q_OBJECT
private slots:
    void guard_data() {
        QTest::addColumn<QByteArray>("in");
        QTest::addColumn<QByteArray>("out");
        const auto row = [](const char *name, const QByteArray &in, const QByteArray &out) {
            QTest::newRow(name) << in << out;
        };
        row("text", "hello\r\nyou\t\xc3\xa9", "hello\r\nyou\t\xc3\xa9");
        row("colour", "\x1b[1;31mred\x1b[0m", "\x1b[1;31mred\x1b[0m");
        row("cursor", "\x1b[2J\x1b[H\x1b[10;20Hx", "\x1b[2J\x1b[H\x1b[10;20Hx");
        row("title", "a\x1b]0;owned\x07z", "az");
        row("clipboard", "a\x1b]52;c;ZXZpbA==\x1b\\z", "az");
        row("device control", "a\x1bPq#0;2;0\x1b\\z", "az");
        row("application", "a\x1b_G\x1b\\z", "az");
        row("screen title", "a\x1bkname\x1b\\z", "az");
        row("who are you", "a\x1b[c\x1b[>c\x1bZz", "az");
        row("where am i", "a\x1b[6nz", "az");
        row("resize", "a\x1b[8;999;999tz", "az");
        row("answerback", "a\x05z", "az");
        row("C1 in UTF-8",
            "a\xc2\x9d"
            "52;c\xc2\x9cz",
            "a52;cz");
        row("not C1", "\xc2\xa9", "\xc2\xa9");
        row("soft reset", "\x1b[!p", "\x1b[!p");
        row("escape in a string", "\x1b]0;t\x1b[31mz", "\x1b[31mz");
        row("cut short", "a\x1b[3\x18z", "az");
    }

    void guard() {
        QFETCH(QByteArray, in);
        QFETCH(QByteArray, out);
        ui::EscapeGuard whole;
        QCOMPARE(whole.filter(in), out);
        // However the stream is cut.
        ui::EscapeGuard bytewise;
        QByteArray joined;
        for (const char c : in)
            joined += bytewise.filter(QByteArray(1, c));
        QCOMPARE(joined, out);
    }

    void aStringWithoutEndDoesNotSwallowTheConsole() {
        ui::EscapeGuard guard;
        guard.filter("\x1b]0;");
        guard.filter(QByteArray(10'000, 'x'));
        QCOMPARE(guard.filter("still here"), "still here");
        guard.filter("\x1b[" + QByteArray(10'000, '1'));
        QVERIFY(guard.filter("\r\nstill here").endsWith("still here"));
    }

    void aBurstNeitherBlocksNorLoses() {
        const int reader = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
        QVERIFY(reader >= 0 && grantpt(reader) == 0 && unlockpt(reader) == 0);
        const int writer = open(ptsname(reader), O_RDWR | O_NOCTTY);
        QVERIFY(writer >= 0);
        {
            ui::PtyFeed feed(writer, nullptr);
            QByteArray sent;
            for (int i = 0; i < 20'000; ++i)
                sent += QByteArray::number(i) + '\n';
            QElapsedTimer timer;
            timer.start();
            feed.feed(sent); // nobody reads yet
            QVERIFY(timer.elapsed() < 1'000);
            QVERIFY(feed.waiting() > 0);
            QByteArray expected = sent;
            expected.replace("\n", "\r\n");
            QByteArray got;
            char buffer[4096];
            const auto drain = [&] {
                const ssize_t n = read(reader, buffer, sizeof buffer);
                if (n > 0)
                    got.append(buffer, n);
                return got.size() >= expected.size();
            };
            QTRY_VERIFY_WITH_TIMEOUT(drain(), 20'000);
            QCOMPARE(got, expected);
            QCOMPARE(feed.waiting(), 0);
        }
        close(writer);
        close(reader);
    }

    void theQueueHasACap() {
        const int reader = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
        QVERIFY(reader >= 0 && grantpt(reader) == 0 && unlockpt(reader) == 0);
        const int writer = open(ptsname(reader), O_RDWR | O_NOCTTY);
        {
            ui::PtyFeed feed(writer, nullptr);
            QSignalSpy dropped(&feed, &ui::PtyFeed::dropped);
            for (int i = 0; i < 12; ++i)
                feed.feed(QByteArray(1024 * 1024, 'x'));
            QVERIFY(feed.waiting() <= ui::PtyFeed::kMaxQueue);
            QVERIFY(!dropped.isEmpty());
        }
        close(writer);
        close(reader);
    }
};

QTEST_GUILESS_MAIN(TestConsoleParts)
#include "test_console_parts.moc"
