// SPDX-License-Identifier: GPL-2.0-or-later
// Snapshots in a recording: kept, found again, and brought to the moment of an event.
#include "image/layout.h"
#include "machine/page_digests.h"
#include "snapshot/compare.h"
#include "snapshot/moments.h"
#include "snapshot/take.h"
#include "trace/format.h"
#include "trace/recorder.h"

#include <QtTest>

#include <filesystem>
#include <fstream>

using namespace lg;

namespace {

constexpr uint32_t kPages = 16;
constexpr uint32_t kCr3 = 1 * kPageBytes;
constexpr uint32_t kOtherCr3 = 8 * kPageBytes; // with the same kernel, of a task that did not run

bool goOn() {
    return true;
}
bool goOnWith(uint64_t, uint64_t) {
    return true;
}

lg_event eventAt(uint64_t tsc, uint16_t kind, uint16_t code = 0) {
    lg_event event = {};
    event.tsc = tsc;
    event.kind = kind;
    event.code = code;
    event.regs.cr3 = kCr3;
    event.regs.eip = uint32_t(0xc0000000 + tsc);
    return event;
}

lg_event setPte(uint64_t tsc, uint32_t address, uint32_t pte) {
    auto event = eventAt(tsc, LG_EV_HYPERCALL, LHCALL_SET_PTE);
    event.detail[0] = kCr3;
    event.detail[1] = address;
    event.detail[2] = pte;
    return event;
}

// A small Guest: its page directory is page 1, the table for c0000000 page 2.
struct Guest {
    Bytes memory = Bytes(kPages * kPageBytes);
    std::vector<ShadowEntry> shadow;
    lg_vcpu_state vcpu = {};

    Guest() {
        entry(kCr3 + 768 * 4, 2 * kPageBytes | 0x27);
        entry(kOtherCr3 + 768 * 4, 2 * kPageBytes | 0x07);
        entry(2 * kPageBytes, 5 * kPageBytes | 0x63);
        memory[5 * kPageBytes] = 0xf4;
        vcpu.paging = 2;
        vcpu.started = 1;
        vcpu.kernel_address = 0xc0000000;
        vcpu.regs.cr3 = kCr3;
        shadow = {{kCr3, 0xc0000000, 0x111003},
                  {kCr3, 0xc0000000 | 1, 0x222003},
                  {kCr3, 0xc0000000 | 2, 0x333063}};
    }
    void entry(uint32_t at, uint32_t value) { storeAt(memory, at, value); }

    Snapshot snapshotInto(Recorder &recorder, uint64_t tsc, const std::string &why,
                          PageDigests &digests, bool changes) const {
        Snapshot snapshot;
        snapshot.tsc = tsc;
        snapshot.why = why;
        snapshot.vcpus = {vcpu};
        snapshot.switchers.resize(1);
        snapshot.changes = digests.begin(kPages, changes);
        for (uint32_t page = 0; page < kPages; ++page) {
            auto bytes = BytesView(memory).subspan(page * kPageBytes, kPageBytes);
            switch (digests.look(page, bytes)) {
            case PageDigests::Page::Changed:
                snapshot.pages.push_back(page);
                recorder.snapshotPages(bytes);
                break;
            case PageDigests::Page::Cleared:
                snapshot.zeros.push_back(page);
                break;
            case PageDigests::Page::AsBefore:
                break;
            }
        }
        recorder.snapshotShadow(shadow);
        snapshot.shadowCount = shadow.size();
        recorder.snapshot(snapshot);
        return snapshot;
    }
};

TraceMeta someMeta() {
    TraceMeta meta;
    meta.memoryBytes = kPages * kPageBytes;
    return meta;
}

} // namespace

class TestSnapshots : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::string path(const char *name) { return folder_.filePath(name).toStdString(); }

    std::shared_ptr<const Recording> reopen(const std::string &file) {
        auto opened = Recording::open(file);
        if (!opened)
            qWarning("%s", opened.message().c_str());
        return opened ? std::shared_ptr<const Recording>(std::move(*opened)) : nullptr;
    }

    // Snapshots at 100 and 1000, the Guest has written and cleared between them; events around.
    std::string make(const char *name, const TraceMeta &meta = someMeta()) {
        const auto file = path(name);
        auto recorder = Recorder::create(file, meta);
        if (!recorder)
            qFatal("%s", recorder.message().c_str());
        Guest guest;
        PageDigests digests;
        auto events = [&](std::vector<lg_event> list) {
            static uint64_t seq = 0;
            for (auto &event : list)
                event.seq = seq++;
            (*recorder)->keep(list);
        };
        guest.memory[7 * kPageBytes] = 7;
        events({eventAt(50, LG_EV_HALT)});
        guest.snapshotInto(**recorder, 100, "start", digests, false);
        auto fault = eventAt(300, LG_EV_PAGE_FAULT, 14);
        fault.regs.cr2 = 0xc0001234;
        fault.detail[0] = 6 * kPageBytes | 0x63;
        fault.detail[1] = 0x444063;
        events({setPte(200, 0xc0001000, 6 * kPageBytes | 0x03), fault, setPte(400, 0xc0000000, 0),
                eventAt(500, LG_EV_HALT)});
        // As the events say, and more that nobody was told.
        guest.entry(2 * kPageBytes + 4, 6 * kPageBytes | 0x63);
        guest.entry(2 * kPageBytes, 0);
        guest.memory[6 * kPageBytes + 5] = 0x66;
        guest.memory[7 * kPageBytes] = 0;
        const auto changed = guest.snapshotInto(**recorder, 1000, "asked", digests, true);
        if (changed.pages != std::vector<uint32_t>{2, 6} ||
            changed.zeros != std::vector<uint32_t>{7} || !changed.changes)
            qFatal("the changes are told as they are");
        events({eventAt(1100, LG_EV_RESUMED), eventAt(1200, LG_EV_HALT)});
        if (!(*recorder)->finish())
            qFatal("the recording failed");
        return file;
    }

private slots:
    void digestsTellWhatChanged() {
        PageDigests digests;
        Bytes page(kPageBytes), zero(kPageBytes);
        page[9] = 1;
        QVERIFY(!digests.begin(2, true)); // there is none before it
        QVERIFY(digests.look(0, page) == PageDigests::Page::Changed);
        QVERIFY(!digests.complete());
        QVERIFY(!digests.begin(2, true)); // the last one did not come to its end
        QVERIFY(digests.look(0, page) == PageDigests::Page::Changed);
        QVERIFY(digests.look(1, zero) == PageDigests::Page::AsBefore);
        QVERIFY(digests.begin(2, true));
        QVERIFY(digests.look(1, zero) == PageDigests::Page::AsBefore); // out of order
        QVERIFY(digests.look(0, page) == PageDigests::Page::AsBefore);
        QVERIFY(digests.look(1, page) == PageDigests::Page::Changed);
        QVERIFY(digests.begin(2, true));
        QVERIFY(digests.look(0, zero) == PageDigests::Page::Cleared);
        QVERIFY(digests.look(1, page) == PageDigests::Page::AsBefore);
        QVERIFY(!digests.begin(2, false)); // for somebody who has none of it
        QVERIFY(!digests.begin(3, true));  // another Guest
    }

    void whatGoesInComesOut() {
        auto recording = reopen(make("both"));
        QVERIFY(recording);
        const auto &all = recording->snapshots();
        QCOMPARE(all.count(), size_t(2));
        QCOMPARE(all.at(1).why, std::string("asked"));
        QVERIFY(!all.before(99));
        QCOMPARE(*all.before(100), size_t(0));
        QCOMPARE(*all.before(5000), size_t(1));
        // Written once, and read out of both; cleared, written again, and never written.
        QCOMPARE((*all.page(1, 5))[0], uint8_t(0xf4));
        QCOMPARE((*all.page(0, 7))[0], uint8_t(7));
        QCOMPARE((*all.page(1, 7))[0], uint8_t(0));
        QCOMPARE((*all.page(0, 6))[5], uint8_t(0));
        QCOMPARE((*all.page(1, 6))[5], uint8_t(0x66));
        QCOMPARE((*all.page(1, 15)).size(), size_t(kPageBytes));
        QCOMPARE(all.changedPages(0, 1), (std::vector<uint32_t>{2, 6, 7}));
        QCOMPARE((*all.shadow(1)).size(), size_t(3));
        QCOMPARE(recording->eventCount(), uint64_t(7));
    }

    void pageTablesAsOfAnEvent() {
        auto recording = reopen(make("tables"));
        auto rows = rowsOf(*recording);
        // At the snapshot: the second page is not there yet.
        auto first = momentOf(recording, 0);
        QVERIFY(first);
        QVERIFY(!(*first)->walk(0, 0xc0001000, 0)->walk.mapped);
        QCOMPARE((*first)->walk(0, 0xc0000010, 0)->walk.gpa, uint64_t(5 * kPageBytes + 0x10));
        QCOMPARE((*first)->walk(0, 0xc0000010, 0)->walk.shadow_entry[2], uint64_t(0x333063));

        auto entered = momentAt(recording, rows, 1, goOn); // SET_PTE of c0001000
        QVERIFY(entered);
        QVERIFY(entered->how == MomentAt::How::Before);
        QCOMPARE(entered->snapshotRow, uint64_t(1));
        QCOMPARE(entered->moment->changes(), uint64_t(1));
        auto walk = entered->moment->walk(0, 0xc0001000, 0);
        QVERIFY(walk->walk.mapped);
        QCOMPARE(walk->walk.gpa, uint64_t(6 * kPageBytes));
        QCOMPARE(walk->walk.guest_entry[1], uint64_t(6 * kPageBytes | 0x03));
        QCOMPARE(walk->walk.shadow_entry[2], uint64_t(0));

        auto touched = momentAt(recording, rows, 2, goOn); // the fault: marked, and in the shadow
        walk = touched->moment->walk(0, 0xc0001000, 0);
        QCOMPARE(walk->walk.guest_entry[1], uint64_t(6 * kPageBytes | 0x63));
        QCOMPARE(walk->walk.shadow_entry[2], uint64_t(0x444063));
        QVERIFY(touched->moment->walk(0, 0xc0000000, 0)->walk.mapped);

        auto removed = momentAt(recording, rows, 3, goOn);
        QVERIFY(!removed->moment->walk(0, 0xc0000000, 0)->walk.mapped);
        QCOMPARE(removed->moment->changes(), uint64_t(2));
        // Registers are the event's, and memory is read through its tables.
        QCOMPARE(removed->moment->state(0)->regs.eip, 0xc0000000u + 400);
        QVERIFY(!removed->moment->readMemory(0, 0xc0000000, 4, true));
        QCOMPARE((*removed->moment->readMemory(0, 0xc0001000, 4, true)).size(), size_t(4));
        QCOMPARE((*first)->readMemory(0, 0xc0000000, 8192, true)->size(), size_t(kPageBytes));
        QVERIFY(!removed->moment->walk(1, 0, 0));
        QVERIFY(!removed->moment->readMemory(0, kPages * kPageBytes, 4, false));
        // Another page directory has no shadow that anybody knows.
        QVERIFY(!removed->moment->walk(0, 0x1000, 3 * kPageBytes)->note.empty());
    }

    // An event on a page directory that was not in use at the snapshot: the kernel is read by the
    // one that was, because all have its half, and the rest is not known.
    void kernelOnAnotherDirectory() {
        auto recording = reopen(make("other directory"));
        QVERIFY(recording);
        auto moment = Moment::open(recording, 0);
        QVERIFY(moment);
        auto event = eventAt(150, LG_EV_HALT);
        event.regs.cr3 = 9 * kPageBytes; // empty then
        (*moment)->setNewest(event);
        QCOMPARE((*(*moment)->readMemory(0, 0xc0000000, 1, true))[0], uint8_t(0xf4));
        QVERIFY(!(*moment)->readMemory(0, 0x1000, 1, true));
        // A map of all memory is by the one that was, too, unless this one has the kernel's half.
        QCOMPARE((*moment)->state(0)->regs.cr3, 9 * kPageBytes);
        QCOMPARE((*moment)->stateToMap(0)->regs.cr3, kCr3);
        event.regs.cr3 = kOtherCr3;
        (*moment)->setNewest(event);
        QCOMPARE((*moment)->stateToMap(0)->regs.cr3, kOtherCr3);
        event.regs.cr3 = kCr3;
        (*moment)->setNewest(event);
        QVERIFY(!(*moment)->readMemory(0, 0xc0400000, 1, true));
        auto walk = (*moment)->walk(0, 0xc0000000, 9 * kPageBytes);
        QVERIFY(walk);
        QVERIFY(!walk->walk.mapped); // the tables are shown as they are
        QVERIFY(walk->note.find("not in use at the snapshot") != std::string::npos);
    }

    void whichSnapshotIsShown() {
        auto recording = reopen(make("which"));
        auto rows = rowsOf(*recording);
        const auto text = [&](uint64_t row) {
            auto at = momentAt(recording, rows, row, goOn);
            return at ? QString::fromStdString(momentText(*at))
                      : QString::fromStdString(at.message());
        };
        // Nothing happened between it and the first snapshot, nor between the last and the second.
        QCOMPARE(text(0), "As of event 0: snapshot 1 (start), taken at that moment");
        QCOMPARE(text(4), "As of event 4: snapshot 2 (asked), taken at that moment");
        QCOMPARE(text(5), "As of event 5: snapshot 2 (asked), taken at that moment");
        QVERIFY(text(3).startsWith("As of event 3: snapshot 1 (start) at event 1 and 2 changes of "
                                   "page tables since; other memory may have changed"));
        QVERIFY(text(6).contains("snapshot 2 (asked) at event 5 and 0 changes"));
        QVERIFY(text(99).contains("no such event"));
        QVERIFY(!momentAt(recording, rows, 3, [] { return false; }));

        // Something is missing in between, and it is said.
        auto meta = someMeta();
        meta.selection = "kind == halt";
        auto selected = reopen(make("selected", meta));
        auto at = momentAt(selected, rowsOf(*selected), 3, goOn);
        QVERIFY(momentText(*at).find("left out of this recording") != std::string::npos);
        auto lossy = rows;
        lossy.read = [&](uint64_t from, std::span<lg_event> into, ColumnSet wanted) {
            const size_t got = rows.read(from, into, wanted);
            for (size_t i = 0; i < got; ++i)
                if (from + i == 2)
                    into[i].kind = LG_EV_NONE, into[i].detail[0] = 5, into[i].detail[1] = 0;
            return got;
        };
        at = momentAt(recording, lossy, 3, goOn);
        QVERIFY(momentText(*at).find("5 events between them are lost") != std::string::npos);
        // A debugger wrote to memory while the Guest stood where the snapshot was taken.
        auto written = rows;
        written.read = [&](uint64_t from, std::span<lg_event> into, ColumnSet wanted) {
            const size_t got = rows.read(from, into, wanted);
            if (from <= 5 && 5 < from + got && wanted & columnSet(Column::Code))
                into[5 - from].code = LG_SET_MEMORY;
            return got;
        };
        at = momentAt(recording, written, 5, goOn);
        QVERIFY(momentText(*at).find("other memory may have changed") != std::string::npos);
    }

    // The snapshot before an event may be of the time before the Guest had page tables.
    void firstPageTable() {
        const auto file = path("first");
        auto recorder = Recorder::create(file, someMeta());
        Guest guest;
        PageDigests digests;
        guest.vcpu.paging = 0;
        guest.snapshotInto(**recorder, 100, "start", digests, false);
        auto root = eventAt(200, LG_EV_PAGE_TABLE_CHANGE, LG_TABLE_NEW_ROOT);
        root.detail[0] = kCr3;
        std::vector<lg_event> events = {eventAt(150, LG_EV_HALT), root, eventAt(300, LG_EV_HALT),
                                        eventAt(400, LG_EV_HALT)};
        (*recorder)->keep(events);
        guest.vcpu.paging = 2;
        guest.snapshotInto(**recorder, 1000, "end", digests, true);
        QVERIFY((*recorder)->finish());
        auto recording = reopen(file);
        auto at = momentAt(recording, rowsOf(*recording), 0, goOn);
        QVERIFY(at->how == MomentAt::How::Before);
        QCOMPARE((*at->moment->readMemory(0, 5 * kPageBytes, 1, true))[0], uint8_t(0xf4));
        at = momentAt(recording, rowsOf(*recording), 2, goOn);
        QVERIFY(at->how == MomentAt::How::After);
        QCOMPARE((*at->moment->readMemory(0, 0xc0000000, 1, true))[0], uint8_t(0xf4));
        QCOMPARE(at->moment->state(0)->regs.eip, 0xc0000000u + 300);
        QVERIFY(momentText(*at).find("of later") != std::string::npos);
    }

    void directoryEntriesAreNotGuessed() {
        auto recording = reopen(make("directory"));
        auto moment = Moment::open(recording, 0);
        auto event = eventAt(150, LG_EV_HYPERCALL, LHCALL_SET_PGD);
        event.detail[0] = kCr3;
        event.detail[1] = 768;
        (*moment)->apply(event);
        auto walk = (*moment)->walk(0, 0xc0000000, 0);
        QVERIFY(!walk->walk.mapped);
        QVERIFY(walk->note.find("does not say to what") != std::string::npos);
        // Today's host tells it in the record behind.
        auto told = eventAt(151, LG_EV_PAGE_TABLE_CHANGE, LG_TABLE_SET_PGD);
        told.detail[0] = kCr3;
        told.detail[2] = 1;
        told.detail[4] = 2 * kPageBytes | 0x67;
        (*moment)->apply(told);
        walk = (*moment)->walk(0, 0xc0000000, 0);
        QVERIFY(walk->walk.mapped);
        QCOMPARE(walk->walk.guest_entry[0], uint64_t(2 * kPageBytes | 0x67));
        QCOMPARE(walk->walk.shadow_entry[2], uint64_t(0)); // it was dropped
        // A page that was no table becomes one: what was in it before are no entries.
        event.detail[1] = 0;
        told.detail[4] = 5 * kPageBytes | 0x67;
        (*moment)->apply(event);
        (*moment)->apply(told);
        walk = (*moment)->walk(0, 0x0, 0);
        QCOMPARE(walk->walk.guest_at[1], uint64_t(5 * kPageBytes));
        QCOMPARE(walk->walk.guest_entry[1], uint64_t(0));
    }

    void whatTheShadowIsKnownFor() {
        auto recording = reopen(make("shadow"));
        auto moment = Moment::open(recording, 0);
        auto change = [&](uint16_t code, uint32_t d0, uint32_t d1) {
            auto event = eventAt(150, LG_EV_PAGE_TABLE_CHANGE, code);
            event.detail[0] = d0;
            event.detail[1] = d1;
            (*moment)->apply(event);
        };
        auto fault = eventAt(150, LG_EV_PAGE_FAULT, 14);
        fault.regs.cr2 = 0x1000;
        fault.detail[1] = 0x555063;
        (*moment)->apply(fault);
        QCOMPARE((*moment)->walk(0, 0x1000, 0)->walk.shadow_entry[2], uint64_t(0x555063));
        QCOMPARE((*moment)->walk(0, 0x1000, 0)->walk.host_pfn, uint64_t(0x555));
        auto flush = eventAt(150, LG_EV_HYPERCALL, LHCALL_FLUSH_TLB);
        (*moment)->apply(flush);
        change(LG_TABLE_FLUSH, kCr3, 1);
        QVERIFY((*moment)->walk(0, 0x1000, 0)->note.find("flushed since") != std::string::npos);
        // The kernel's part was not flushed, and is common to all directories.
        QVERIFY((*moment)->walk(0, 0xc0000000, 0)->note.empty());
        QCOMPARE((*moment)->walk(0, 0xc0000000, 3 * kPageBytes)->walk.shadow_entry[2],
                 uint64_t(0x333063));
        change(LG_TABLE_NEW_ROOT, kCr3, 1);
        QCOMPARE((*moment)->walk(0, 0x1000, 0)->walk.shadow_entry[2], uint64_t(0));
        // SET_PTE tells what the shadow has now.
        (*moment)->apply(setPte(150, 0xc0000000, 0));
        auto event = eventAt(150, LG_EV_PAGE_TABLE_CHANGE, LG_TABLE_SET_PTE);
        event.detail[0] = 0xc0000000;
        (*moment)->apply(event);
        QCOMPARE((*moment)->walk(0, 0xc0000000, 0)->walk.shadow_entry[2], uint64_t(0));
        // Of a vCPU that the snapshot does not have nothing is believed.
        fault.vcpu = 200;
        (*moment)->apply(fault);
    }

    void whatIsDifferent() {
        auto recording = reopen(make("diff"));
        auto before = momentOf(recording, 0), after = momentOf(recording, 1);
        auto found = compareMoments(**before, **after, 100, goOnWith);
        QVERIFY(found);
        QCOMPARE(found->pages, (std::vector<uint32_t>{2, 6, 7}));
        QCOMPARE(found->places.back().address, 7 * kPageBytes);
        QCOMPARE(found->places.back().before, Bytes{7});
        QCOMPARE(found->places.back().now, Bytes{0});
        // In the table: 0x5063 became 0, 0 became 0x6063.
        QCOMPARE(found->bytes, uint64_t(4 + 2));
        QCOMPARE(compareMoments(**before, **after, 1, goOnWith)->places.size(), size_t(1));
        QCOMPARE(compareMoments(**before, **before, 9, goOnWith)->pages.size(), size_t(0));
        QVERIFY(!compareMoments(**before, **after, 9, [](uint64_t, uint64_t) { return false; }));
        // Replayed changes count as well.
        auto at = momentAt(recording, rowsOf(*recording), 3, goOn);
        QCOMPARE(compareMoments(*at->moment, **after, 9, goOnWith)->pages,
                 (std::vector<uint32_t>{6, 7}));
    }

    void copiedToAnother() {
        auto from = reopen(make("from"));
        const auto file = path("copy");
        auto recorder = Recorder::create(file, someMeta());
        QVERIFY(copySnapshots(*from, **recorder));
        QVERIFY((*recorder)->finish());
        auto copy = reopen(file);
        QCOMPARE(copy->snapshots().count(), size_t(2));
        for (uint32_t page = 0; page < kPages; ++page)
            QCOMPARE(*copy->snapshots().page(1, page), *from->snapshots().page(1, page));
        QCOMPARE((*copy->snapshots().shadow(1)).size(), size_t(3));
    }

    // One that was given up is not there, and does not spoil those behind it.
    void givenUp() {
        const auto file = path("given-up");
        auto recorder = Recorder::create(file, someMeta());
        (*recorder)->snapshotPages(Bytes(3 * kPageBytes, 0xee));
        (*recorder)->snapshotShadow(std::vector<ShadowEntry>(2));
        Guest guest;
        PageDigests digests;
        guest.snapshotInto(**recorder, 100, "whole", digests, false);
        QVERIFY((*recorder)->finish());
        auto recording = reopen(file);
        QCOMPARE(recording->snapshots().count(), size_t(1));
        QCOMPARE((*recording->snapshots().page(0, 5))[0], uint8_t(0xf4));
        QCOMPARE((*recording->snapshots().shadow(0))[0].value, uint64_t(0x111003));
    }

    // Cut off anywhere, and spoilt anywhere: what is whole, or one line.
    void cutAndSpoilt() {
        const auto file = make("whole");
        std::ifstream in(file, std::ios::binary);
        const Bytes whole(std::istreambuf_iterator<char>(in), {});
        const auto spit = [&](const Bytes &bytes) {
            std::ofstream(path("part"), std::ios::binary | std::ios::trunc)
                .write(reinterpret_cast<const char *>(bytes.data()), std::streamsize(bytes.size()));
        };
        size_t most = 0;
        for (size_t length = 0; length < whole.size(); length += 7) {
            spit(Bytes(whole.begin(), whole.begin() + ptrdiff_t(length)));
            auto opened = Recording::open(path("part"));
            if (!opened) {
                QVERIFY(!opened.message().empty());
                continue;
            }
            const auto &all = (*opened)->snapshots();
            QVERIFY(all.count() >= most);
            most = all.count();
            for (size_t i = 0; i < all.count(); ++i)
                QCOMPARE((*all.page(i, 5))[0], uint8_t(0xf4));
        }
        QCOMPARE(most, size_t(2));
    }

    void nonsenseIsRefused() {
        struct Case {
            const char *name;
            std::function<void(Snapshot &)> spoil;
        } cases[] = {
            {"too many pages", [](Snapshot &s) { s.pages.assign(900, 1); }},
            {"pages out of order", [](Snapshot &s) { s.zeros = {4, 3}; }},
            {"page beyond 4 GB", [](Snapshot &s) { s.zeros = {1u << 20}; }},
            {"no vCPU", [](Snapshot &s) { s.vcpus.clear(); }},
            {"changes of nothing", [](Snapshot &s) { s.changes = true; }},
            {"shadow of nowhere", [](Snapshot &s) { s.shadowCount = 99; }},
        };
        for (const auto &[name, spoil] : cases) {
            const auto file = path("nonsense");
            auto recorder = Recorder::create(file, someMeta());
            Snapshot snapshot;
            snapshot.tsc = 1;
            snapshot.vcpus.resize(1);
            snapshot.switchers.resize(1);
            spoil(snapshot);
            (*recorder)->snapshot(snapshot);
            QVERIFY((*recorder)->finish());
            auto opened = Recording::open(file);
            QVERIFY2(!opened, name);
            QVERIFY2(opened.message().find("snapshots make no sense") != std::string::npos, name);
        }
    }
};

QTEST_GUILESS_MAIN(TestSnapshots)
#include "test_snapshots.moc"
