// SPDX-License-Identifier: GPL-2.0-or-later
// gdb's packets, whole, in pieces, damaged, and never ending; instructions in words.
#include "gdb/packets.h"
#include "inspect/disassembly.h"

#include <QtTest>

using namespace lg;
using namespace lg::gdb;

class TestGdbPackets : public QObject {
    Q_OBJECT

private slots:
    void made() {
        QCOMPARE(makePacket("OK"), "$OK#9a");
        QCOMPARE(makePacket(""), "$#00");
        QCOMPARE(hexOf(Bytes{0x0f, 0xa0}), "0fa0");
    }

    void taken() {
        PacketParser parser;
        parser.feed("+$m10,4#");
        QVERIFY(!parser.next());
        parser.feed("8b\x03$OK#00-");
        auto first = parser.next();
        QVERIFY(first && first->kind == Incoming::Damaged); // a wrong sum
        auto second = parser.next();
        QVERIFY(second && second->kind == Incoming::Interrupt);
        auto third = parser.next();
        QVERIFY(third && third->kind == Incoming::Damaged);
        QVERIFY(!parser.next());
        parser.feed(makePacket("qSupported:a"));
        auto good = parser.next();
        QVERIFY(good && good->kind == Incoming::Packet);
        QCOMPARE(good->data, "qSupported:a");
    }

    void endless() {
        PacketParser parser;
        parser.feed("$" + std::string(1 << 17, 'x'));
        QVERIFY(!parser.next());
        QVERIFY(!parser.sane());
        PacketParser noise;
        noise.feed(std::string(1 << 17, 'x'));
        QVERIFY(!noise.next());
        QVERIFY(noise.sane()); // thrown away
    }

    void bytes() {
        QCOMPARE(bytesOf("00ff1A").value_or(Bytes{}), (Bytes{0x00, 0xff, 0x1a}));
        QVERIFY(bytesOf("") && bytesOf("")->empty());
        for (const char *bad : {"0", "0g", "g0", " 0", "+1", "-1", "0x"})
            QVERIFY2(!bytesOf(bad), bad);
        QCOMPARE(bytesOf(hexOf(Bytes{1, 2, 250})).value_or(Bytes{}), (Bytes{1, 2, 250}));
    }

    void numbers() {
        std::string_view text = "c0100000,4";
        QCOMPARE(takeNumber(text).value_or(0), 0xc0100000u);
        QVERIFY(take(text, ","));
        QCOMPARE(takeNumber(text).value_or(0), 4u);
        QVERIFY(!takeNumber(text));
        std::string_view large = "100000000";
        QVERIFY(!takeNumber(large));
    }

    void instructions() {
        const SymbolTable symbols({{0xc0100000, 32, "start"}, {0xc0100010, 16, "handler"}}, 0);
        const Bytes code = {0xcd, 0x1f,                   // int 0x1f
                            0xe8, 0x09, 0x00, 0x00, 0x00, // call handler
                            0xb8, 0x10, 0x00, 0x10, 0xc0, // mov eax, handler
                            0x0f, 0xff};                  // nothing
        const auto all = disassemble(code, 0xc0100000, &symbols);
        QVERIFY(all.size() >= 4);
        QCOMPARE(all[0].note, "hypercall");
        QCOMPARE(all[1].target.value_or(0), 0xc0100010u);
        QCOMPARE(all[1].note, "handler");
        QCOMPARE(all[2].note, "handler");
        QCOMPARE(all[2].text.substr(0, 3), "mov");
        QVERIFY(all[3].address == 0xc010000cu);
        size_t bytes = 0;
        for (const auto &one : all)
            bytes += one.bytes.size();
        QCOMPARE(bytes, code.size()); // none is left out, none twice
    }

    void whereToBegin() {
        const Bytes code = {0xb8, 0x01, 0x02, 0x03, 0x04, 0x90, 0xc3};
        // The byte before the NOP belongs to the MOV.
        QCOMPARE(disassemblyStart(code, 0x1000, 0x1005, nullptr), 0x1000u);
        const SymbolTable symbols({{0x1005, 2, "f"}}, 0);
        QCOMPARE(disassemblyStart(code, 0x1000, 0x1006, &symbols), 0x1005u);
        QCOMPARE(disassemblyStart(code, 0x1000, 0x9000, nullptr), 0x1000u);
        const Bytes nonsense(32, 0xff);
        QCOMPARE(disassemblyStart(nonsense, 0x1000, 0x1010, nullptr), 0x1010u);
    }
};

QTEST_GUILESS_MAIN(TestGdbPackets)
#include "test_gdb_packets.moc"
