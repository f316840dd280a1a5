// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/describe.h"
#include "lguest_uapi.h"
#include "ui/explain/book.h"

#include <QtTest>

class TestBook : public QObject {
    Q_OBJECT
private slots:
    void readsParagraphs() {
        ui::Book book;
        book.read("kmod/x.c", QStringLiteral("/*L:20 Later\n"
                                             " *\n"
                                             " * First part,\n"
                                             " * still the first.\n"
                                             " *\n"
                                             " * @event hypercall @event async_hypercall\n"
                                             " * :*/\n"
                                             "static int later(void)\n"
                                             "{\n"
                                             "\treturn 1;\n"
                                             "}\n"
                                             "\n"
                                             "int other;\n"
                                             "\t/*L:10 Earlier\n"
                                             "\t * Text. :*/\n"
                                             "\tnop\n"));
        QCOMPARE(book.paragraphs().size(), 2);
        QCOMPARE(book.paragraphs()[0].number, 10);
        QCOMPARE(book.paragraphs()[0].text, "Text.");
        const ui::Paragraph &later = book.paragraphs()[1];
        QCOMPARE(later.title, "Later");
        QCOMPARE(later.text, "First part,\nstill the first.");
        QCOMPARE(later.line, 1);
        QCOMPARE(later.events, QStringList({"hypercall", "async-hypercall"}));
        QVERIFY(later.code.startsWith("static int later"));
        QVERIFY(later.code.endsWith("}"));
        QCOMPARE(book.forEvent("async hypercall").size(), 1);
        QCOMPARE(book.forEvent("halt").size(), 0);
        QCOMPARE(book.opening(book.paragraphs()[0])->number, 20);
        QCOMPARE(book.opening(later), nullptr);
    }

    void anUnfinishedParagraphIsNone() {
        ui::Book book;
        book.read("a.c", QStringLiteral("/*L:1 Open\n * text\n"));
        QVERIFY(book.paragraphs().isEmpty());
    }

    // The window promises an explanation for what a guest can cause.
    void everyKindIsExplained() {
        QVERIFY(!ui::Book::compiledIn().paragraphs().isEmpty());
        for (unsigned kind = LG_EV_NONE + 1; kind < LG_EV_KIND_COUNT; ++kind) {
            const auto name = lg::kindName(kind);
            const QString text =
                QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
            QVERIFY2(!ui::Book::compiledIn().forEvent(text).isEmpty(), qPrintable(text));
        }
    }
};

QTEST_GUILESS_MAIN(TestBook)
#include "test_book.moc"
