// SPDX-License-Identifier: GPL-2.0-or-later
// A filter that can stop a Guest stops it at exactly the events which it shows.
#include "checks.h"
#include "inspect/conditions.h"

#include <QtTest>

#include <random>

using namespace lg;

class TestConditions : public QObject {
    Q_OBJECT

    const SymbolTable symbols_{
        {{0xc0100000, 64, "start"}, {0xc0200000, 0, "handler"}, {0xc0300000, 16, "end"}}, 0};

    static Filter parse(const char *text) {
        auto parsed = Filter::parse(text);
        auto *filter = std::get_if<Filter>(&parsed);
        if (!filter)
            qFatal("%s", text);
        return *filter;
    }

private slots:
    void sayTheSame_data() {
        QTest::addColumn<QString>("text");
        for (const char *text : {"",
                                 "kind == hypercall",
                                 "kind != halt && vcpu == 1",
                                 "code == SET_PTE",
                                 "code != SET_PTE",
                                 "!(code == PF)",
                                 "code > 5 && code <= 14",
                                 "code & 6",
                                 "vector == PF || irq == 3",
                                 "!(vector == PF) && !(irq == 3)",
                                 "vector != PF",
                                 "ring == 3",
                                 "ring & 2",
                                 "eip >= 0xc0100000 && eip < 0xc0200000",
                                 "!(eip < 0xc0200000 && kind == reflect)",
                                 "eax == 3 && ebx != 3 && arg5 > 100",
                                 "errcode & 4 || pending & 1 || blocked > 7",
                                 "eip < 0x100000000",
                                 "code < 0 || kind == fpu",
                                 "halted == 1 && irq_enabled == 0 && cpu == 0",
                                 "symbol == \"start\"",
                                 "symbol == handler && cr2 != 0",
                                 "(kind == hypercall || kind == reflect) && (ring == 1 || eax < 2)",
                                 "!(!(kind == wake) && !(kind == halt))",
                                 "cs != 0x61 && cr3 == 0"})
            QTest::newRow(text) << QString(text);
    }

    void sayTheSame() {
        QFETCH(QString, text);
        auto filter = parse(text.toUtf8().constData());
        auto conditions = conditionsOf(filter, &symbols_);
        QVERIFY2(conditions.ok(), conditions.ok() ? "" : conditions.message().c_str());
        for (const auto &one : *conditions)
            QVERIFY(lg_condition_ok(&one));
        std::mt19937 random(7);
        const uint32_t places[] = {0xc0100000, 0xc0100010, 0xc01fffff, 0xc0200000,
                                   0xc02ffffc, 0xc0300008, 0,          0xffffffff};
        int matched = 0;
        for (int i = 0; i < 20000; ++i) {
            lg_event e = {};
            e.kind = uint16_t(1 + random() % (LG_EV_KIND_COUNT - 1));
            if (e.kind == LG_EV_STOPPED || e.kind == LG_EV_RESUMED || e.kind == LG_EV_DEAD)
                continue;
            e.code = uint16_t(random() % 18);
            e.vcpu = uint8_t(random() % 3);
            e.halted = random() % 2;
            e.irq_enabled = random() % 2 * LGUEST_IF;
            e.host_cpu = uint16_t(random() % 2);
            e.regs.cs = random() % 2 ? 0x61 : 0x73;
            e.regs.eip = places[random() % 8];
            e.regs.eax = random() % 4;
            e.regs.ebx = random() % 4;
            e.regs.cr2 = random() % 2;
            e.regs.cr3 = random() % 2;
            e.errcode = random() % 8;
            e.irq_pending = random() % 4;
            e.irq_blocked = random() % 16;
            e.detail[5] = random() % 200;
            bool stops = std::any_of(conditions->begin(), conditions->end(), [&](const auto &one) {
                return lg_condition_matches(&one, &e);
            });
            QCOMPARE(stops, filter.matches(e, &symbols_));
            matched += stops;
        }
        QVERIFY(matched > 0);
    }

    void whatCannotStop_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("time") << "tsc > 5" << "tsc";
        QTest::newRow("duration") << "kind == halt && duration > 5" << "duration";
        QTest::newRow("number") << "seq == 7" << "seq";
        QTest::newRow("text") << "text ~ \"page\"" << "text";
        QTest::newRow("part of a name") << "symbol ~ \"sta\"" << "symbol == NAME";
        QTest::newRow("no such name") << "symbol == nowhere" << "symbol == NAME";
        QTest::newRow("never") << "kind == halt && kind == wake" << "never";
        QTest::newRow("beyond") << "eax > 0xfffffffff" << "never";
        QTest::newRow("the end") << "kind == dead" << "never";
        QTest::newRow("much") << "eax == 1 && ebx == 1 && ecx == 1 && edx == 1 && esi == 1 && "
                                 "edi == 1 && ebp == 1 && esp == 1 && cr2 == 1"
                              << "too much";
    }

    void whatCannotStop() {
        QFETCH(QString, text);
        QFETCH(QString, says);
        auto conditions = conditionsOf(parse(text.toUtf8().constData()), &symbols_);
        QVERIFY(!conditions.ok());
        QVERIFY2(QString::fromStdString(conditions.message()).contains(says),
                 conditions.message().c_str());
        QVERIFY(conditions.message().find('\n') == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestConditions)
#include "test_conditions.moc"
