// SPDX-License-Identifier: GPL-2.0-or-later
// Recordings: what goes in comes out, whole files, cut ones and spoilt ones.
#include "inspect/describe.h"
#include "trace/export.h"
#include "trace/format.h"
#include "trace/recorder.h"
#include "trace/recording.h"

#include <QtTest>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

using namespace lg;

namespace {

lg_event eventNumber(uint64_t n) {
    lg_event event = {};
    event.seq = n;
    event.tsc = 1000000 + n * 2000;
    event.duration = 500;
    event.kind = n % 2 ? LG_EV_HYPERCALL : LG_EV_REFLECT;
    event.code = n % 2 ? LHCALL_SET_PTE : 14;
    event.regs.cs = n % 3 ? 0x61 : 0x73;
    event.regs.eip = uint32_t(0xc0100000 + n % 100);
    event.detail[1] = uint32_t(n);
    return event;
}

std::vector<lg_event> events(uint64_t first, uint64_t count) {
    std::vector<lg_event> list;
    for (uint64_t n = first; n < first + count; ++n)
        list.push_back(eventNumber(n));
    return list;
}

TraceMeta someMeta() {
    TraceMeta meta;
    meta.guest = "hello";
    meta.image = "guest:hello";
    meta.commandLine = "a \"b\" c";
    meta.host = "6.12";
    meta.memoryBytes = 64 << 20;
    meta.startWallNs = 1234567890123456789;
    meta.tscKhz = 2000000;
    return meta;
}

Bytes slurp(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

void spit(const std::string &path, const Bytes &bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char *>(bytes.data()), std::streamsize(bytes.size()));
}

} // namespace

class TestTrace : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::string path(const char *name) { return folder_.filePath(name).toStdString(); }

    // 10,000 events in uneven portions, console output between them.
    std::string makeRecording(const char *name, bool finish = true) {
        auto file = path(name);
        SymbolTable symbols({{0xc0100000, 16, "start"}, {0xc0100010, 0, "schedule"}}, 0xc0000000);
        auto recorder = Recorder::create(file, someMeta(), &symbols);
        if (!recorder)
            qFatal("%s", recorder.message().c_str());
        for (uint64_t n = 0; n < 10000;) {
            uint64_t count = std::min<uint64_t>(1 + n % 777, 10000 - n);
            (*recorder)->events(0, events(n, count), 0);
            n += count;
            (*recorder)->console(1000000 + n * 2000, viewOf("line " + std::to_string(n) + "\n"));
        }
        if (finish && !(*recorder)->finish())
            qFatal("the recording failed");
        if (!finish)
            std::filesystem::copy_file(file, file + ".cut"); // as kill -9 leaves it
        return finish ? file : file + ".cut";
    }

private slots:
    // Each vCPU numbers its records by itself and loses its own.
    void severalVcpus() {
        auto file = path("vcpus");
        auto meta = someMeta();
        meta.vcpus = 2;
        auto recorder = Recorder::create(file, meta);
        QVERIFY(recorder.ok());
        auto of = [](uint8_t vcpu, uint64_t seq, uint64_t tsc) {
            lg_event event = eventNumber(seq);
            event.vcpu = vcpu;
            event.tsc = tsc;
            return event;
        };
        std::vector<lg_event> first = {of(0, 0, 10), of(0, 1, 30)}, second = {of(1, 0, 20)},
                              third = {of(1, 5, 40), of(1, 6, 50)}, fourth = {of(0, 2, 60)};
        (*recorder)->events(0, first, 0);
        (*recorder)->events(1, second, 0);
        (*recorder)->events(1, third, 4);
        (*recorder)->events(0, fourth, 3); // three behind its last one
        QVERIFY((*recorder)->finish().ok());

        auto recording = Recording::open(file);
        QVERIFY(recording.ok());
        QCOMPARE((*recording)->meta().vcpus, 2u);
        QCOMPARE((*recording)->eventCount(), uint64_t(6));
        QCOMPARE((*recording)->lostCount(), uint64_t(7));
        const auto &losses = (*recording)->losses();
        QCOMPARE(losses.size(), size_t(2));
        QCOMPARE(losses[0].vcpu, 1u);
        QCOMPARE(uint64_t(losses[0].count), uint64_t(4));
        QCOMPARE(uint64_t(losses[0].before), uint64_t(3));
        QCOMPARE(losses[1].vcpu, 0u);
        QCOMPARE(uint64_t(losses[1].count), uint64_t(3));
    }

    void roundTrip() {
        auto opened = Recording::open(makeRecording("whole"));
        QVERIFY2(opened.ok(), opened.ok() ? "" : opened.message().c_str());
        auto &recording = **opened;
        QVERIFY(recording.complete());
        QCOMPARE(recording.eventCount(), uint64_t(10000));
        QCOMPARE(recording.lostCount(), uint64_t(0));
        QCOMPARE(recording.meta().commandLine, std::string("a \"b\" c"));
        QCOMPARE(recording.meta().startWallNs, uint64_t(1234567890123456789));
        QCOMPARE(recording.meta().tscKhz, 2000000u);
        QCOMPARE(recording.symbols()->text(0xc0100012), std::string("schedule+0x2"));
        QCOMPARE(recording.symbols()->text(0x00100004), std::string("start+0x4"));

        std::vector<lg_event> all(10001);
        auto got = recording.read(0, all);
        QVERIFY(got.ok());
        QCOMPARE(*got, size_t(10000));
        for (uint64_t n = 0; n < 10000; ++n) {
            auto expected = eventNumber(n);
            QVERIFY(std::memcmp(&all[n], &expected, sizeof expected) == 0);
        }
        // In any order, across the borders of blocks.
        for (uint64_t n : {9999ull, 0ull, 4095ull, 4096ull, 8191ull, 8192ull, 1ull}) {
            auto event = recording.event(n);
            QVERIFY(event.ok());
            QCOMPARE(uint64_t(event->seq), uint64_t(n));
        }
        QVERIFY(!recording.event(10000).ok());
        QVERIFY(!recording.event(UINT64_MAX).ok());

        QVERIFY(recording.consoleCount() > 10);
        uint64_t before = 0;
        for (size_t i = 0; i < recording.consoleCount(); ++i) {
            auto piece = recording.console(i);
            QVERIFY(piece.ok());
            QVERIFY(piece->before > before);
            before = piece->before;
            QCOMPARE(std::string(textOf(piece->bytes)), "line " + std::to_string(before) + "\n");
        }
        QVERIFY(!recording.console(recording.consoleCount()).ok());
    }

    void empty() {
        auto recorder = Recorder::create(path("empty"), someMeta());
        QVERIFY(recorder.ok());
        QVERIFY((*recorder)->finish().ok());
        auto opened = Recording::open(path("empty"));
        QVERIFY(opened.ok());
        QVERIFY((*opened)->complete());
        QCOMPARE((*opened)->eventCount(), uint64_t(0));
        QVERIFY(!(*opened)->event(0).ok());
    }

    void losses() {
        auto recorder = Recorder::create(path("losses"), someMeta());
        QVERIFY(recorder.ok());
        (*recorder)->events(0, events(0, 10), 0);
        (*recorder)->events(0, events(15, 10), 5); // 5 in between
        (*recorder)->events(0, events(25, 5), 8);  // 3 behind the last
        QVERIFY((*recorder)->finish().ok());
        auto opened = Recording::open(path("losses"));
        QVERIFY(opened.ok());
        QCOMPARE((*opened)->lostCount(), uint64_t(8));
        QCOMPARE((*opened)->losses().size(), size_t(2));
        QCOMPARE((*opened)->losses()[0].before, uint64_t(10));
        QCOMPARE((*opened)->losses()[0].count, uint64_t(5));
        QCOMPARE((*opened)->losses()[1].before, uint64_t(25));
        QCOMPARE((*opened)->losses()[1].count, uint64_t(3));
    }

    // A recording that begins in the middle, or goes on over a reboot, has lost nothing.
    void noLosses() {
        auto recorder = Recorder::create(path("nolosses"), someMeta());
        QVERIFY(recorder.ok());
        (*recorder)->events(0, events(1000, 10), 77);
        (*recorder)->events(0, events(0, 10), 0);
        (*recorder)->keep(events(500, 1));
        QVERIFY((*recorder)->finish().ok());
        auto opened = Recording::open(path("nolosses"));
        QVERIFY(opened.ok());
        QCOMPARE((*opened)->lostCount(), uint64_t(0));
        QCOMPARE((*opened)->eventCount(), uint64_t(21));
    }

    // Each field alone comes out as it went in.
    void columns() {
        std::mt19937_64 random(3);
        std::vector<lg_event> list(20'000);
        for (auto &event : list)
            for (size_t i = 0; i < sizeof event / 8; ++i)
                reinterpret_cast<uint64_t *>(&event)[i] = random() >> random() % 64;
        auto recorder = Recorder::create(path("columns"), someMeta());
        QVERIFY(recorder.ok());
        (*recorder)->keep(list);
        QVERIFY((*recorder)->finish().ok());
        auto recording = Recording::open(path("columns"));
        QVERIFY(recording.ok());
        for (size_t i = 0; i < kColumnCount; ++i) {
            std::vector<lg_event> some(10'000);
            auto got = (*recording)->read(5000, some, columnSet(Column(i)));
            QVERIFY(got.ok());
            QCOMPARE(*got, some.size());
            auto [offset, width] = kColumns[i];
            for (size_t n = 0; n < some.size(); ++n) {
                lg_event only = {};
                std::memcpy(reinterpret_cast<uint8_t *>(&only) + offset,
                            reinterpret_cast<uint8_t *>(&list[5000 + n]) + offset, width);
                QVERIFY(std::memcmp(&only, &some[n], sizeof only) == 0);
            }
        }
        QCOMPARE((*recording)->blockEnd(0), uint64_t(Recording::kMostInABlock));
        QCOMPARE((*recording)->blockEnd(19'999), uint64_t(20'000));
    }

    // A filter says of columns and their summaries what it says of records, one by one.
    void found_data() {
        QTest::addColumn<QString>("text");
        for (const char *text :
             {"kind == hypercall",
              "kind != hypercall",
              "not kind == hypercall",
              "kind == halt",
              "code == SET_PTE",
              "code != SET_PTE",
              "code == #PF",
              "vector == 14",
              "vector != 14",
              "not vector == 14",
              "irq == 0",
              "not irq == 0",
              "ring == 3",
              "ring != 1",
              "vcpu == 0",
              "vcpu != 0",
              "vcpu > 0",
              "tsc < 5000000",
              "tsc >= 5000000",
              "tsc == 1002000",
              "tsc > 100000000",
              "tsc <= 100000000",
              "duration == 500",
              "duration != 500",
              "duration > 500",
              "duration >= 500",
              "duration & 4",
              "seq < 9000 && seq > 8000",
              "eip == 0xc0100003 || eip == 0xc0100004",
              "symbol ~ sched",
              "symbol !~ sched",
              "symbol == start && seq < 100",
              "text ~ SET_PTE && seq < 300",
              "seq < 100 && text !~ SET_PTE",
              "not (text ~ SET_PTE) && seq < 300",
              "text ~ set_pte",
              "text ~ \" at c01\"",
              "text ~ \"; at \"",
              "text !~ \"; at C01\"",
              "text ~ \": page\"",
              "text ~ \" page\"",
              "text ~ \"entry 0\"",
              "text ~ sched",
              "text !~ present",
              "text ~ \"\"",
              "text ~ \" \"",
              "text == SET_PTE",
              "text ~ start || text !~ hypercall",
              "(kind == hypercall || ring == 3) && not (arg1 & 7 || eip < 0xc0100010)",
              "arg1 == 0x100000000",
              "arg1 < 0x100000000",
              "cpu == 1 || cs == 0x73",
              ""})
            QTest::newRow(*text ? text : "all") << QString(text);
        QTest::newRow("several") << "kind == reflect && eip > 0xc0100032 && duration >= 500";
    }
    void found() {
        QFETCH(QString, text);
        auto filter = std::get<Filter>(Filter::parse(text.toStdString()));
        auto opened = Recording::open(makeRecording("found"));
        QVERIFY(opened.ok());
        auto &recording = **opened;
        for (auto [first, end] : {std::pair(0ull, 10'000ull), {37ull, 9'001ull}}) {
            std::vector<uint64_t> expected, got, visited;
            for (uint64_t n = first; n < end; ++n)
                if (filter.matches(eventNumber(n), recording.symbols().get()))
                    expected.push_back(n);
            QVERIFY(recording.find(filter, first, end, got).ok());
            QVERIFY(got == expected);
            QVERIFY(recording
                        .visit(filter, first,
                               [&](uint64_t number, const lg_event &event) {
                                   if (number < end && event.seq == number)
                                       visited.push_back(number);
                                   return number < end;
                               })
                        .ok());
            QVERIFY(visited == expected);
        }
        for (uint64_t n = 0; n < 100; ++n)
            QCOMPARE(filter.onVcpu(0).matches(eventNumber(n), recording.symbols().get()),
                     filter.matches(eventNumber(n), recording.symbols().get()));
        QVERIFY(!filter.onVcpu(1).matches(eventNumber(1), recording.symbols().get()));
    }

    // Texts are looked for without writing the lines; what is found is what the lines contain.
    void textsFound() {
        std::mt19937 random(17);
        const SymbolTable symbols({{0xc0100000, 64, "start"},
                                   {0xc0100040, 0, "Handle c0ffee page"},
                                   {0xc0200000, 4096, "do_IRQ"}},
                                  0xc0000000);
        auto number = [&]() -> uint32_t {
            switch (random() % 4) {
            case 0:
                return random() % 5;
            case 1:
                return 0xc0100000 + random() % 200;
            case 2:
                return 0x200000 + random() % 5000;
            default:
                return uint32_t(random() >> random() % 32);
            }
        };
        std::vector<lg_event> list(6000);
        for (auto &event : list) {
            auto *bytes = reinterpret_cast<uint8_t *>(&event);
            for (size_t i = 0; i < sizeof event; ++i)
                bytes[i] = uint8_t(random()); // what no line speaks of, too
            event.seq = uint64_t(&event - list.data());
            event.kind = uint16_t(random() % (LG_EV_KIND_COUNT + 1));
            event.code = uint16_t(random() % 8 ? random() % 40 : number());
            event.errcode = random() % 3 ? random() % 32 : number();
            event.regs.eip = number();
            event.regs.eax = number();
            event.regs.cr2 = number();
            for (auto &detail : event.detail)
                detail = number();
        }
        auto recorder = Recorder::create(path("texts"), someMeta(), &symbols);
        QVERIFY(recorder.ok());
        (*recorder)->keep(list);
        QVERIFY((*recorder)->finish().ok());
        auto recording = Recording::open(path("texts"));
        QVERIFY(recording.ok());
        size_t some = 0, nothing = 0;
        for (int round = 0; round < 600; ++round) {
            // A piece of a line, now and then with a wrong letter.
            const auto line = describe(list[random() % list.size()], &symbols);
            const size_t length = random() % 6 ? 1 + random() % 9 : line.size();
            auto text = line.substr(random() % 9 ? random() % line.size() : 0, length);
            if (random() % 3 == 0)
                text[random() % text.size()] = "0123456789abcdef ;"[random() % 18];
            if (random() % 8 == 0)
                std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
            if (random() % 3 == 0)
                for (char &c : text)
                    c = char(std::toupper(c));
            static constexpr const char *ops[] = {"~", "~", "~", "!~", "==", "!="};
            const auto asked =
                std::string("text ") + ops[random() % std::size(ops)] + " \"" + text + "\"";
            const auto filter = std::get<Filter>(Filter::parse(asked));
            std::vector<uint64_t> expected, got;
            for (const auto &event : list)
                if (filter.matches(event, &symbols))
                    expected.push_back(event.seq);
            QVERIFY((*recording)->find(filter, 0, list.size(), got).ok());
            QVERIFY2(got == expected, asked.c_str());
            ++(got.empty() ? nothing : some);
        }
        QVERIFY(some > 100 && nothing > 20);
    }

    // Without its end a file gives what was written, which is all but the last portion.
    void withoutItsEnd() {
        auto file = makeRecording("unfinished", false);
        auto opened = Recording::open(file);
        QVERIFY2(opened.ok(), opened.ok() ? "" : opened.message().c_str());
        QVERIFY(!(*opened)->complete());
        QCOMPARE((*opened)->eventCount(), uint64_t(8192));
        QCOMPARE(uint64_t((*opened)->event(8191)->seq), uint64_t(8191));
    }

    void cutAnywhere() {
        auto whole = slurp(makeRecording("cutting"));
        uint64_t most = 0;
        for (size_t length = 0; length < whole.size(); length += 379) {
            spit(path("cut"), Bytes(whole.begin(), whole.begin() + ptrdiff_t(length)));
            auto opened = Recording::open(path("cut"));
            if (!opened) {
                QVERIFY(!opened.message().empty());
                continue;
            }
            QVERIFY(!(*opened)->complete());
            QVERIFY((*opened)->eventCount() >= most);
            most = (*opened)->eventCount();
            if (most != 0)
                QCOMPARE(uint64_t((*opened)->event(most - 1)->seq), most - 1);
        }
        QCOMPARE(most, uint64_t(10000));
    }

    // A changed byte is noticed, or it did not matter; nothing wrong is ever given out as an event.
    void spoiltAnywhere() {
        auto whole = slurp(makeRecording("spoiling"));
        std::mt19937 random(2);
        for (int round = 0; round < 400; ++round) {
            auto spoilt = whole;
            size_t at = random() % spoilt.size();
            spoilt[at] ^= uint8_t(1 + random() % 255);
            spit(path("spoilt"), spoilt);
            auto opened = Recording::open(path("spoilt"));
            if (!opened) {
                QVERIFY(opened.message().find("spoilt") != std::string::npos);
                continue;
            }
            auto &recording = **opened;
            QVERIFY(recording.eventCount() <= 10000);
            for (uint64_t n = 0; n < recording.eventCount(); n += 1000) {
                auto event = recording.event(n);
                if (!event) {
                    QVERIFY(event.message().find("damaged") != std::string::npos);
                    continue;
                }
                auto expected = eventNumber(n);
                QVERIFY(std::memcmp(&*event, &expected, sizeof expected) == 0);
            }
            for (size_t i = 0; i < recording.consoleCount(); ++i)
                (void)recording.console(i);
        }
    }

    // Somebody who makes the checksums right.
    void hostileHeaders() {
        auto whole = slurp(makeRecording("hostile"));
        auto block = [&](size_t at) { return loadAt<trace::BlockHeader>(whole, at); };
        size_t first = sizeof(trace::FileHeader);
        auto spoil = [&](auto change) {
            auto bytes = whole;
            for (size_t at = first; at + sizeof(trace::BlockHeader) < bytes.size() - 16;) {
                auto header = block(at);
                size_t next = at + sizeof header + header.packedBytes;
                change(header);
                header.headerCrc = trace::crc32(&header, offsetof(trace::BlockHeader, headerCrc));
                storeAt(bytes, at, header);
                at = next;
            }
            bytes.resize(bytes.size() - sizeof(trace::Trailer)); // walk, don't use the index
            spit(path("evil"), bytes);
            return Recording::open(path("evil"));
        };
        using Header = trace::BlockHeader;
        QVERIFY(!spoil([](Header &h) { h.rawBytes = UINT32_MAX; }).ok());
        QVERIFY(!spoil([](Header &h) { h.packedBytes = UINT32_MAX; }).ok());
        QVERIFY(!spoil([](Header &h) { h.count = UINT32_MAX; }).ok());
        QVERIFY(!spoil([](Header &h) { h.first += 1; }).ok());
        QVERIFY(!spoil([](Header &h) { h.kind = 1; }).ok());
        QVERIFY(!spoil([](Header &h) { h.kind = 2; }).ok());
        QVERIFY(!spoil([](Header &h) { h.kind = 99; }).ok());
        auto smaller = spoil([](Header &h) { h.rawBytes = h.rawBytes / 2; });
        QVERIFY(!smaller.ok());
    }

    void wrongFiles() {
        QVERIFY(!Recording::open(path("none")).ok());
        QVERIFY(!Recording::open(folder_.path().toStdString()).ok());
        QVERIFY(!Recording::open("/dev/null").ok());
        spit(path("text"), Bytes(1000, 'x'));
        auto text = Recording::open(path("text"));
        QVERIFY(!text.ok());
        QVERIFY(text.message().find("no recording") != std::string::npos);
        auto whole = slurp(makeRecording("version"));
        storeAt<uint32_t>(whole, 8, trace::kVersion - 1);
        spit(path("past"), whole);
        auto past = Recording::open(path("past"));
        QVERIFY(!past.ok());
        QVERIFY(past.message().find("another version") != std::string::npos);
    }

    void noPlaceToWrite() {
        QVERIFY(!Recorder::create(path("no/such/folder"), someMeta()).ok());
        auto full = Recorder::create("/dev/full", someMeta());
        QVERIFY(!full.ok());
        QVERIFY(full.message().find("No space") != std::string::npos);
    }

    void exports() {
        auto file = makeRecording("exported");
        auto recording = Recording::open(file);
        QVERIFY(recording.ok());
        auto parsed = Filter::parse("kind == hypercall && seq < 100");
        auto filter = std::get<Filter>(parsed);
        auto count = exportRecording(**recording, ExportFormat::Csv, filter, path("csv"));
        QVERIFY(count.ok());
        QCOMPARE(*count, uint64_t(50));
        auto csv = slurp(path("csv"));
        QCOMPARE(std::count(csv.begin(), csv.end(), '\n'), 51);

        count = exportRecording(**recording, ExportFormat::Perfetto, Filter(), path("json"));
        QVERIFY(count.ok());
        QCOMPARE(*count, uint64_t(10000));
        auto json = nlohmann::json::parse(slurp(path("json")));
        size_t slices = 0, texts = 0;
        double last = -1;
        for (const auto &event : json["traceEvents"]) {
            if (event["ph"] == "X") {
                ++slices;
                QVERIFY(event["ts"].get<double>() >= last);
                last = event["ts"].get<double>();
                QCOMPARE(event["dur"].get<double>(), 0.25); // 500 ticks at 2 GHz
                QVERIFY(event["args"]["text"].is_string());
            }
            texts += event["name"] == "console";
        }
        QCOMPARE(slices, size_t(10000));
        QCOMPARE(texts, (*recording)->consoleCount());
        QVERIFY(!exportRecording(**recording, ExportFormat::Csv, filter, path("no/csv")).ok());
        QVERIFY(!exportRecording(**recording, ExportFormat::Csv, filter, "/dev/full").ok());
        QVERIFY(!exportFormatByName("xml").ok());
    }

    // Perfetto drops what is neither inside another slice nor behind it.
    void perfettoGetsSlicesThatNest() {
        auto some = events(0, 7);
        auto during = [&](size_t i, uint64_t begin, uint64_t end) { // microseconds
            some[i].tsc = begin * 2000;
            some[i].duration = uint32_t((end - begin) * 2000);
        };
        during(0, 0, 1000);
        during(1, 100, 300);
        during(2, 200, 304); // a little longer than what it belongs to
        during(3, 500, 520);
        during(4, 518, 900); // begins before the one before it has ended
        during(5, 950, 1400);
        during(6, 1500, 1500);
        auto recorder = Recorder::create(path("nested"), someMeta());
        QVERIFY(recorder.ok());
        (*recorder)->events(0, some, 0);
        QVERIFY((*recorder)->finish().ok());
        auto recording = Recording::open(path("nested"));
        QVERIFY(recording.ok());
        QVERIFY(
            exportRecording(**recording, ExportFormat::Perfetto, Filter(), path("n.json")).ok());
        auto json = nlohmann::json::parse(slurp(path("n.json")));
        std::map<int, std::array<double, 3>> slices;
        for (const auto &event : json["traceEvents"])
            if (event["ph"] == "X")
                slices[event["args"]["number"]] = {event["ts"], event["dur"],
                                                   event["args"]["took_us"]};
        const std::map<int, std::array<double, 3>> wanted = {
            {0, {0, 950, 1000}},  {1, {100, 200, 200}}, {2, {200, 100, 104}}, {3, {500, 18, 20}},
            {4, {518, 382, 382}}, {5, {950, 450, 450}}, {6, {1500, 0, 0}}};
        QCOMPARE(slices, wanted);
    }

    // Another program reads them: each event, and where some were lost.
    void exportToCtf() {
        auto recorder = Recorder::create(path("ctfed"), someMeta());
        QVERIFY(recorder.ok());
        (*recorder)->events(0, events(0, 3000), 0);
        (*recorder)->console(1000000 + 3000 * 2000, viewOf("two\nlines \"quoted\""));
        (*recorder)->events(0, events(3005, 10), 5);
        auto other = events(0, 20);
        for (auto &event : other)
            event.vcpu = 1;
        (*recorder)->events(1, other, 0); // older than what came before, on another vCPU
        QVERIFY((*recorder)->finish().ok());
        auto recording = Recording::open(path("ctfed"));
        QVERIFY(recording.ok());
        auto count = exportRecording(**recording, ExportFormat::Ctf, Filter(), path("ctf"));
        QVERIFY2(count.ok(), count.ok() ? "" : count.message().c_str());
        QCOMPARE(*count, uint64_t(3030));
        QProcess reader;
        reader.start("babeltrace2", {"--clock-cycles", QString::fromStdString(path("ctf"))});
        QVERIFY(reader.waitForFinished(60'000));
        const QByteArray text = reader.readAllStandardOutput(),
                         said = reader.readAllStandardError();
        QVERIFY2(reader.exitCode() == 0, said.constData());
        QCOMPARE(text.count(" number = "), 3030);
        QCOMPARE(text.count(" hypercall: "), 1515);
        QVERIFY(text.contains("name = \"SET_PTE\""));
        QVERIFY(text.contains("text = \"two\\nlines \\\"quoted\\\"\""));
        QVERIFY2(said.contains("discarded 5 events"), said.constData());
        auto again = exportRecording(**recording, ExportFormat::Ctf, Filter(), path("ctf"));
        QVERIFY(!again.ok());
        QVERIFY(!exportRecording(**recording, ExportFormat::Ctf, Filter(), path("no/ctf")).ok());
        QCOMPARE(*exportFormatByFile("a.b.ctf"), ExportFormat::Ctf);
        QVERIFY(!exportFormatByFile("ctf").ok());
    }

    // The same for a reader of trace.dat files; its events are longer than its shortest form.
    void exportToTraceCmd() {
        auto meta = someMeta();
        meta.vcpus = 2;
        auto recorder = Recorder::create(path("tracecmd"), meta);
        QVERIFY(recorder.ok());
        (*recorder)->events(0, events(0, 3000), 0);
        (*recorder)->console(1000000 + 3000 * 2000, viewOf("two lines"));
        auto late = events(3005, 10);
        late.back().tsc += uint64_t{meta.tscKhz} * 3000; // three seconds of nothing
        (*recorder)->events(0, late, 5);
        auto other = events(0, 20);
        for (auto &event : other)
            event.vcpu = 1;
        (*recorder)->events(1, other, 0);
        QVERIFY((*recorder)->finish().ok());
        auto recording = Recording::open(path("tracecmd"));
        QVERIFY(recording.ok());
        const auto file = path("trace.dat");
        auto count = exportRecording(**recording, *exportFormatByFile(file), Filter(), file);
        QVERIFY2(count.ok(), count.ok() ? "" : count.message().c_str());
        QCOMPARE(*count, uint64_t(3030));
        QProcess reader;
        const auto read = [&](const QStringList &arguments) {
            reader.start("trace-cmd",
                         QStringList{"report", "-i", QString::fromStdString(file)} + arguments);
            return reader.waitForFinished(60'000) && reader.exitCode() == 0;
        };
        QVERIFY2(read({}), reader.readAllStandardError());
        const QByteArray text = reader.readAllStandardOutput();
        QCOMPARE(text.count("vcpu0-1 "), 3011); // with the console
        QCOMPARE(text.count("vcpu1-2 "), 20);
        QCOMPARE(text.count(" hypercall: "), 1515);
        QVERIFY(text.contains("SET_PTE"));
        QVERIFY2(text.contains("two lines"), text.right(3000));
        QVERIFY2(text.contains("CPU:0 [5 EVENTS DROPPED]"), text.right(3000));
        // Fields can be asked for, and are the event's.
        QVERIFY(read({"-F", "lguest/hypercall: number < 10", "-R"}));
        QCOMPARE(reader.readAllStandardOutput().count(" number="), 5);
        QVERIFY(!exportRecording(**recording, ExportFormat::TraceCmd, Filter(), path("no/dat")));
        QVERIFY(!exportRecording(**recording, ExportFormat::TraceCmd, Filter(), "/dev/full"));
    }

    // The console may hold any byte; the JSON has to stay JSON.
    void exportOfStrangeText() {
        auto recorder = Recorder::create(path("strange"), someMeta());
        QVERIFY(recorder.ok());
        Bytes every;
        for (int i = 0; i < 256; ++i)
            every.push_back(uint8_t(i));
        (*recorder)->console(5, every);
        QVERIFY((*recorder)->finish().ok());
        auto recording = Recording::open(path("strange"));
        QVERIFY(recording.ok());
        QVERIFY(exportRecording(**recording, ExportFormat::Perfetto, Filter(), path("strange.json"))
                    .ok());
        QVERIFY(!nlohmann::json::parse(slurp(path("strange.json")), nullptr, false).is_discarded());
    }

    void checksum() {
        // The check value of CRC-32/ISO-HDLC.
        QCOMPARE(trace::crc32("123456789", 9), 0xcbf43926u);
    }
};

QTEST_GUILESS_MAIN(TestTrace)
#include "test_trace.moc"
