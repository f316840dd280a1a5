// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/filter.h"

#include <QtTest>

#include <random>

using namespace lg;

namespace {

lg_event hypercall(uint16_t code) {
    lg_event event = {};
    event.kind = LG_EV_HYPERCALL;
    event.code = code;
    event.regs.cs = 0x61;
    event.regs.eip = 0xc0100004;
    event.duration = 5000;
    event.seq = 7;
    return event;
}

lg_event reflect(uint16_t vector) {
    lg_event event = hypercall(vector);
    event.kind = LG_EV_REFLECT;
    event.regs.cs = 0x73;
    event.regs.eip = 0x08048000;
    return event;
}

lg_event irq(uint16_t line) {
    lg_event event = hypercall(line);
    event.kind = LG_EV_IRQ_DELIVERED;
    return event;
}

} // namespace

class TestFilter : public QObject {
    Q_OBJECT

    const SymbolTable symbols_{{{0xc0100000, 64, "schedule_tail"}}, 0};

    bool matches(const char *text, const lg_event &event) {
        auto parsed = Filter::parse(text);
        if (auto *error = std::get_if<FilterError>(&parsed)) {
            qWarning("%s: %s", text, error->message.c_str());
            return false;
        }
        return std::get<Filter>(parsed).matches(event, &symbols_);
    }

    static FilterError errorOf(const std::string &text) {
        auto parsed = Filter::parse(text);
        auto *error = std::get_if<FilterError>(&parsed);
        return error ? *error : FilterError{"", size_t(-1)};
    }

private slots:
    void matching_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("pte");   // hypercall SET_PTE at schedule_tail+4, ring 1
        QTest::addColumn<bool>("fault"); // reflected #PF in ring 3
        QTest::addColumn<bool>("timer"); // irq 0 delivered
        auto row = [](const char *text, bool pte, bool fault, bool timer) {
            QTest::newRow(text) << QString(text) << pte << fault << timer;
        };
        row("", true, true, true);
        row("   ", true, true, true);
        row("kind == hypercall", true, false, false);
        row("kind = hypercall", true, false, false);
        row("kind != hypercall", false, true, true);
        row("kind == 2", true, false, false);
        row("kind == irq-delivered", false, false, true);
        row("kind == IRQ_Delivered", false, false, true);
        row("kind == \"irq delivered\"", false, false, true);
        row("code == SET_PTE", true, false, false);
        row("code == set-pte", true, false, false);
        row("code == LHCALL_SET_PTE", true, false, false);
        row("code != SET_PTE", false, true, true);
        row("code == 14", true, true, false); // a number is a number: both have 14
        row("code == #PF", false, true, false);
        row("code == pf", false, true, false);
        row("vector == 14", false, true, false);
        row("vector == \"page fault\"", false, true, false);
        row("vector != 14", false, false, false); // the others have no vector
        row("irq == 0", false, false, true);
        row("ring == 3", false, true, false);
        row("ring == 1", true, false, true);
        row("eip >= 0xc0000000", true, false, true);
        row("eip < 0xc0000000", false, true, false);
        row("duration > 4999", true, true, true);
        row("duration > 5000", false, false, false);
        row("seq <= 7 && seq >= 7", true, true, true);
        row("eip & 0x4", true, false, true);
        row("symbol ~ \"schedule\"", true, false, true);
        row("symbol ~ SCHEDULE", true, false, true);
        row("symbol !~ schedule", false, true, false);
        row("symbol == schedule_tail", true, false, true);
        row("symbol == schedule", false, false, false);
        row("text ~ \"SET_PTE\"", true, false, false);
        row("kind == hypercall || ring == 3", true, true, false);
        row("kind == hypercall or ring == 3", true, true, false);
        row("not kind == hypercall", false, true, true);
        row("!(kind == hypercall) and not ring == 3", false, false, true);
        row("ring == 3 || ring == 1 && kind == hypercall", true, true, false); // && binds more
        row("(ring == 3 || ring == 1) && kind == hypercall", true, false, false);
    }

    void matching() {
        QFETCH(QString, text);
        QFETCH(bool, pte);
        QFETCH(bool, fault);
        QFETCH(bool, timer);
        auto bytes = text.toUtf8();
        QCOMPARE(matches(bytes, hypercall(LHCALL_SET_PTE)), pte);
        QCOMPARE(matches(bytes, reflect(14)), fault);
        QCOMPARE(matches(bytes, irq(0)), timer);
    }

    void errors_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("position");
        auto row = [](const char *text, int position) {
            QTest::newRow(text) << QString(text) << position;
        };
        row("kind", 4);
        row("kind ==", 7);
        row("kind == foo", 8);
        row("colour == 3", 0);
        row("kind == hypercall &&", 20);
        row("kind == hypercall ring == 3", 18);
        row("(kind == hypercall", 0);
        row("kind == hypercall)", 17);
        row("== 3", 0);
        row("eip ~ \"x\"", 4);
        row("symbol > \"x\"", 7);
        row("symbol ~ (", 9);
        row("code < SET_PTE", 5);
        row("eip == start", 7);
        row("eip == 0xg", 7);
        row("eip == 12abc", 7);
        row("eip == 99999999999999999999", 7);
        row("symbol ~ \"x", 9);
        row("kind == hypercall $", 18);
        row("not", 3);
    }

    void errors() {
        QFETCH(QString, text);
        QFETCH(int, position);
        auto error = errorOf(text.toStdString());
        QVERIFY(!error.message.empty());
        QCOMPARE(int(error.position), position);
    }

    // 5000 ticks, at 2 s.
    void times_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("result"); // yes, no, or where the error is
        auto row = [](const char *text, const char *result) {
            QTest::newRow(text) << QString(text) << QString(result);
        };
        row("duration == 5us", "yes"); // 1 GHz
        row("duration >= 0.005ms", "yes");
        row("duration > 5001ns", "no");
        row("duration == 5\u00b5s", "yes");
        row("duration == 5\u03bcs", "yes");
        row("duration == 5000", "yes"); // ticks
        row("duration < 1s and duration > 4.5us", "yes");
        row("duration > 1.5", "11");
        row("duration > 1xs", "11");
        row("duration & 1us", "9");
        row("eip > 1us", "6");
        row("kind == 1us", "8");
        row("time == 2s", "yes");
        row("time == 2", "yes");
        row("time >= 2.000001", "no");
        row("time < 2000.5ms", "yes");
        row("time < later", "7");
        row("time ~ 2s", "5");
        row("time > 99999999999999s", "7");
        row("time > 1.", "yes");
        row("time > 1..2", "7");
        row("time > 1e3", "7");
        row("symbol ~ 5us", "no"); // a text
    }

    void times() {
        QFETCH(QString, text);
        QFETCH(QString, result);
        lg_event event = hypercall(LHCALL_SET_PTE);
        event.tsc = 12'000'000'000;
        auto parsed = Filter::parse(text.toStdString(), {1'000'000, 10'000'000'000});
        if (auto *error = std::get_if<FilterError>(&parsed)) {
            QVERIFY(!error->message.empty());
            QCOMPARE(QString::number(error->position), result);
        } else {
            QCOMPARE(std::get<Filter>(parsed).matches(event) ? "yes" : "no", result);
        }
    }

    void noClock() {
        QCOMPARE(errorOf("duration > 5us").message, "times are not known before the first event");
        QCOMPARE(errorOf("time > 0").position, 7u);
        QVERIFY(errorOf("duration > 5").message.empty());
    }

    void tooComplicated() {
        QVERIFY(!errorOf(std::string(100000, '(')).message.empty());
        std::string nots;
        for (int i = 0; i < 100000; ++i)
            nots += "!";
        QVERIFY(!errorOf(nots + "ring == 1").message.empty());
        std::string terms = "ring == 1";
        for (int i = 0; i < 5000; ++i)
            terms += " || ring == 1";
        QVERIFY(!errorOf(terms).message.empty());
    }

    void randomTexts() {
        std::mt19937 random(3);
        const char *words[] = {"kind", "==",  "hypercall", "(",  ")",    "&&",
                               "||",   "!",   "eip",       "0x", "7",    "\"",
                               "~",    "#PF", "symbol",    " ",  "\xff", "not"};
        for (int round = 0; round < 20000; ++round) {
            std::string text;
            for (unsigned i = random() % 12; i > 0; --i)
                text += std::string(words[random() % std::size(words)]) + " ";
            auto parsed = Filter::parse(text);
            if (auto *error = std::get_if<FilterError>(&parsed)) {
                QVERIFY(!error->message.empty());
                QVERIFY(error->position <= text.size());
            } else {
                (void)std::get<Filter>(parsed).matches(hypercall(1), &symbols_);
            }
            (void)filterCompletions(text);
        }
    }

    void completions() {
        auto has = [](const char *text, const char *word) {
            auto words = filterCompletions(text);
            return std::find(words.begin(), words.end(), word) != words.end();
        };
        QVERIFY(has("", "kind"));
        QVERIFY(has("ki", "kind"));
        QVERIFY(!has("ki", "eip"));
        QVERIFY(has("kind ", "=="));
        QVERIFY(!has("kind ", "~"));
        QVERIFY(has("symbol ", "~"));
        QVERIFY(has("kind == ", "page-fault"));
        QVERIFY(has("kind == pa", "page-fault"));
        QVERIFY(has("code == SET", "SET_PTE"));
        QVERIFY(has("code == set", "SET_PTE"));
        QVERIFY(has("vector == ", "#PF"));
        QVERIFY(has("kind == hypercall ", "&&"));
        QVERIFY(has("kind == hypercall && ", "ring"));
        QVERIFY(has("(", "kind"));
        QVERIFY(has("(ring == 3) ", "||"));
        // Each kind that is offered is understood.
        for (const auto &word : filterCompletions("kind == "))
            QVERIFY2(errorOf("kind == " + word).message.empty(), word.c_str());
        for (const auto &word : filterCompletions("code == "))
            QVERIFY2(errorOf("code == " + word).message.empty(), word.c_str());
        for (const auto &word : filterCompletions("vector == "))
            QVERIFY2(errorOf("vector == " + word).message.empty(), word.c_str());
    }
};

QTEST_APPLESS_MAIN(TestFilter)
#include "test_filter.moc"
