// SPDX-License-Identifier: GPL-2.0-or-later
// What a Guest's tables make of its memory, searching and comparing it, and why the processor's
// tables differ from the Guest's.
#include "inspect/differences.h"
#include "inspect/memory_search.h"

#include <QtTest>

using namespace lg;

namespace {

constexpr uint32_t kPage = 4096;

// A small Guest's memory.
struct Memory {
    Bytes bytes = Bytes(16 * kPage);

    void entry(uint32_t at, uint32_t value) { storeAt(bytes, at, value); }
    void entry64(uint32_t at, uint64_t value) { storeAt(bytes, at, value); }
    MemoryReader reader() const {
        return [this](uint32_t address, uint32_t length) -> Result<Bytes> {
            if (address >= bytes.size())
                return Error{"nothing there"};
            const size_t end = std::min<size_t>(bytes.size(), size_t{address} + length);
            return Bytes(bytes.begin() + address, bytes.begin() + ptrdiff_t(end));
        };
    }
};

lg_vcpu_state stateWith(uint32_t levels, uint32_t cr3) {
    lg_vcpu_state state = {};
    state.paging = levels;
    state.regs.cr3 = cr3;
    return state;
}

bool goOn(uint64_t, uint64_t) {
    return true;
}

} // namespace

class TestMemory : public QObject {
    Q_OBJECT

private slots:
    void twoLevels() {
        Memory memory;
        memory.entry(1 * kPage + 768 * 4, 2 * kPage | 0x27);  // c0000000: table in page 2
        memory.entry(2 * kPage + 0 * 4, 5 * kPage | 0x63);    // touched, dirty
        memory.entry(2 * kPage + 1 * 4, 6 * kPage | 0x05);    // user, read only
        memory.entry(2 * kPage + 2 * 4, 0x7ffff000 | 0x03);   // beyond the memory
        memory.entry(2 * kPage + 3 * 4, 7 * kPage | 0x02);    // not present
        memory.entry(1 * kPage + 769 * 4, 0x7fff0000 | 0x27); // a table beyond the memory
        auto map = mapGuest(memory.reader(), stateWith(2, kPage), memory.bytes.size(), nullptr);
        QVERIFY(map);
        QCOMPARE(map->mapped.size(), 1u);
        QCOMPARE(map->mapped[0].address, 0xc0000000u);
        QCOMPARE(map->mapped[0].pages, 2u);
        QCOMPARE(map->pages[1] & kPageTable, kPageTable);
        QCOMPARE(map->pages[2] & kPageTable, kPageTable);
        QCOMPARE(unsigned(map->pages[5]), kPageMapped | kPageWritable | kPageTouched | kPageDirty);
        QCOMPARE(unsigned(map->pages[6]), kPageMapped | kPageUser);
        QCOMPARE(unsigned(map->pages[7]), 0u);
        QCOMPARE(map->toPhysical(0xc0001234).value_or(0), 6 * kPage + 0x234);
        QVERIFY(!map->toPhysical(0xc0002000));
        QVERIFY(!map->toPhysical(0xbfffffff));
    }

    void threeLevels() {
        Memory memory;
        memory.entry64(kPage + 3 * 8, 2 * kPage | 1);          // c0000000
        memory.entry64(2 * kPage, 3 * kPage | 0x27);           // directory
        memory.entry64(3 * kPage + 8, 0x8000000000004063ull);  // c0001000, no execute
        memory.entry64(3 * kPage + 16, 0x000f000000005063ull); // beyond 4 GB
        auto map = mapGuest(memory.reader(), stateWith(3, kPage), memory.bytes.size(), nullptr);
        QVERIFY(map);
        QCOMPARE(map->toPhysical(0xc0001010).value_or(0), 4 * kPage + 0x10);
        QVERIFY(!map->toPhysical(0xc0002000));
    }

    void noPagingYet() {
        Memory memory;
        auto map = mapGuest(memory.reader(), stateWith(0, 0), memory.bytes.size(), nullptr);
        QVERIFY(map);
        QCOMPARE(map->toPhysical(0x3456).value_or(0), 0x3456u);
        QVERIFY(!map->toPhysical(16 * kPage));
    }

    void aDirectoryOutsideIsAnError() {
        Memory memory;
        QVERIFY(!mapGuest(memory.reader(), stateWith(2, 0x7f000000), memory.bytes.size(), nullptr));
    }

    void patterns() {
        QCOMPARE(*parsePattern("hi", PatternKind::Text), (Bytes{'h', 'i'}));
        QCOMPARE(*parsePattern("0f 05", PatternKind::Bytes), (Bytes{0x0f, 0x05}));
        QCOMPARE(*parsePattern("0xc0100004", PatternKind::Value), (Bytes{4, 0, 0x10, 0xc0}));
        QCOMPARE(*parsePattern("-1", PatternKind::Value), (Bytes{255, 255, 255, 255}));
        for (const char *bad : {"", "f", "0g"})
            QVERIFY(!parsePattern(bad, PatternKind::Bytes));
        for (const char *bad : {"", "x", "0x", "4294967296", "12a", "-"})
            QVERIFY(!parsePattern(bad, PatternKind::Value));
        QVERIFY(!parsePattern("", PatternKind::Text));
    }

    void searchGoesRoundAndOverEdges() {
        Memory memory;
        const Bytes needle = {'a', 'b', 'c', 'd'};
        std::copy(needle.begin(), needle.end(), memory.bytes.begin() + 2 * kPage - 2);
        // Pages 1 and 2 are neighbours virtually too, page 9 is alone.
        const std::vector<MappedRange> ranges = {
            {0xc0000000, 1 * kPage, 1}, {0xc0001000, 2 * kPage, 1}, {0xd0000000, 9 * kPage, 1}};
        const auto find = [&](uint32_t from) {
            auto found = searchMemory(memory.reader(), ranges, from, needle, goOn);
            return found ? *found : std::nullopt;
        };
        QCOMPARE(find(0).value_or(0), 0xc0000ffeu);
        QCOMPARE(find(0xc0000ffe).value_or(0), 0xc0000ffeu);
        QCOMPARE(find(0xc0000fff).value_or(0), 0xc0000ffeu); // round
        QCOMPARE(find(0xd0000000).value_or(0), 0xc0000ffeu);
        // Not neighbours: no match over the edge.
        auto apart =
            searchMemory(memory.reader(), {{0xc0000000, 1 * kPage, 1}, {0xc0002000, 2 * kPage, 1}},
                         0, needle, goOn);
        QVERIFY(apart && !*apart);
    }

    void searchCanBeGivenUp() {
        Memory memory;
        memory.bytes.back() = 7;
        int asked = 0;
        auto found = searchMemory(memory.reader(), {{0, 0, 8}, {0x10000, 8 * kPage, 8}}, 0,
                                  Bytes{7}, [&](uint64_t, uint64_t) { return ++asked < 1; });
        QVERIFY(found && !*found);
        QCOMPARE(asked, 1);
    }

    void differences() {
        Bytes before(1000), now(1000);
        now[10] = 1;
        now[14] = 2;
        now[500] = 3;
        auto found = compareMemory(before, now, 100);
        QCOMPARE(found.size(), 2u);
        QCOMPARE(found[0].address, 10u);
        QCOMPARE(found[0].now, (Bytes{1, 0, 0, 0, 2}));
        QCOMPARE(found[1].address, 500u);
        QCOMPARE(found[1].before, (Bytes{0}));
        QVERIFY(compareMemory(before, before, 100).empty());
        QCOMPARE(compareMemory(Bytes(100000), Bytes(100000, 1), 7).size(), 7u);
    }

    void whyDescriptorsDiffer() {
        const lg_descriptor ring0 = {0x0000ffff, 0x00cf9a00}, ring1 = {0x0000ffff, 0x00cfbb00};
        QCOMPARE(gdtDifference(12, ring1, ring1), "");
        QVERIFY(gdtDifference(12, ring0, ring1).find("ring 1") != std::string::npos);
        QVERIFY(gdtDifference(4, ring0, ring1).find("Switcher") != std::string::npos);
        QVERIFY(gdtDifference(7, {0, 0x8900}, {}).find("system") != std::string::npos);
        QVERIFY(gdtDifference(7, {0, 0x00af9a00}, {}).find("64-bit") != std::string::npos);
        const lg_gate64 gate = {0, 0xee00, 0, 0}; // DPL 3
        QVERIFY(gateDifference(0x80, {0, 0xef00}, gate).find("reflects") != std::string::npos);
        QVERIFY(gateDifference(LGUEST_TRAP_ENTRY, {}, gate).find("hypercall") != std::string::npos);
        QVERIFY(gateDifference(3, {0, 0x8f00}, {0, 0xae00, 0, 0}).find("ring 1") !=
                std::string::npos);
    }

    void whyTablesDiffer() {
        lg_walk walk = {};
        QVERIFY(!walkDifference(walk).empty());
        walk.levels = 2;
        QVERIFY(walkDifference(walk).find("own page fault") != std::string::npos);
        walk.mapped = 1;
        walk.guest_entry[1] = 0x1063;
        QVERIFY(walkDifference(walk).find("first touch") != std::string::npos);
        walk.shadow_entry[2] = 0x5025;
        QVERIFY(walkDifference(walk).find("writable") != std::string::npos);
        walk.shadow_entry[2] = 0x5067;
        QVERIFY(walkDifference(walk).find("frame numbers") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestMemory)
#include "test_memory.moc"
