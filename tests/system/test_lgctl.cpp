// SPDX-License-Identifier: GPL-2.0-or-later
// The command line as a user has it: the program itself, in its sandbox, by its exit statuses.
#include "saved/saved_file.h"
#include "verify_ok.h"

#include <QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <csignal>

namespace {

struct Output {
    int status = -1;
    QByteArray out, err;
};

QString program() {
    return QCoreApplication::applicationDirPath() + "/lgctl";
}

Output lgctl(const QStringList &arguments, const QByteArray &input = {},
             const QMap<QString, QString> &environment = {}) {
    QProcess process;
    auto variables = QProcessEnvironment::systemEnvironment();
    for (auto it = environment.begin(); it != environment.end(); ++it)
        variables.insert(it.key(), it.value());
    process.setProcessEnvironment(variables);
    process.start(program(), arguments);
    process.write(input);
    process.closeWriteChannel();
    Output output;
    if (!process.waitForFinished(120000)) {
        process.kill();
        process.waitForFinished();
        return output;
    }
    output.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    output.out = process.readAllStandardOutput();
    output.err = process.readAllStandardError();
    return output;
}

QJsonObject objectOf(const QByteArray &json) {
    return QJsonDocument::fromJson(json).object();
}

} // namespace

class TestLgctl : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString in(const char *name) const { return folder_.filePath(name); }
    QString makeFile(const char *name, const QByteArray &bytes) const {
        QFile file(in(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", name);
        return in(name);
    }

private slots:
    void guests() {
        auto text = lgctl({"guests"});
        QCOMPARE(text.status, 0);
        QVERIFY(text.out.contains("guest:hello"));
        auto json = lgctl({"guests", "--json"});
        QCOMPARE(json.status, 0);
        auto list = QJsonDocument::fromJson(json.out).array();
        QVERIFY(list.size() >= 7);
        for (const auto &entry : list) {
            QVERIFY(!entry.toObject()["about"].toString().isEmpty());
            QVERIFY(QFile::exists(entry.toObject()["path"].toString()));
        }
    }

    // What is wrong before any sandbox is needed, with its status and one line.
    void mistakes_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("says");
        auto row = [](const char *name, const QStringList &arguments, int status,
                      const char *says) {
            QTest::newRow(name) << arguments << status << QByteArray(says);
        };
        QByteArray elf("\x7f"
                       "ELF\1\1\1\0\0\0\0\0\0\0\0\0\2\0\3\0\1\0\0\0",
                       24);
        row("nothing", {}, 2, "required");
        row("command", {"dance"}, 2, "no command \"dance\"");
        row("part", {"trace", "dance"}, 2, "no command \"dance\"");
        row("option", {"run", "guest:hello", "--fast"}, 2, "--fast");
        row("number", {"run", "guest:hello", "--memory", "much"}, 2, "--memory");
        row("time", {"run", "guest:hello", "--timeout", "-1"}, 2, "--timeout");
        row("no image", {"run"}, 2, "image");
        row("no such guest", {"run", "guest:none"}, 6, "no bundled guest \"none\"");
        row("no such file", {"run", in("none")}, 6, "No such file");
        row("folder", {"run", folder_.path()}, 6, "folder");
        row("empty", {"run", makeFile("empty", "")}, 6, "is empty");
        row("text", {"run", makeFile("text", "hello\n")}, 6, "is no kernel");
        row("truncated", {"run", makeFile("cut", elf)}, 6, "truncated");
        row("64 bit", {"run", program()}, 6, "64-bit");
        row("no vCPU", {"run", "guest:hello", "--vcpus", "0"}, 6, "1 to 8 vCPUs, not 0");
        row("many vCPUs", {"run", "guest:hello", "--vcpus", "9"}, 6, "1 to 8 vCPUs, not 9");
        row("some vCPUs", {"run", "guest:hello", "--vcpus", "two"}, 2, "--vcpus");
        row("no memory", {"run", "guest:hello", "--memory", "0"}, 6, "memory");
        row("all memory", {"run", "guest:hello", "--memory", "4096"}, 6, "memory");
        row("initrd", {"run", "guest:hello", "--initrd", in("none")}, 6, "initrd");
        row("big initrd",
            {"run", "guest:hello", "--memory", "4", "--initrd",
             makeFile("big", QByteArray(5 << 20, 'x'))},
            6, "initrd");
        row("long line", {"run", "guest:hello", "--", QString(3000, 'x')}, 6, "command line");
        auto disk = makeFile("disk.img", QByteArray(512, 'x'));
        row("no disk", {"run", "guest:hello", "--disk", in("none")}, 6, "cannot open the disk");
        row("odd disk", {"run", "guest:hello", "--disk", makeFile("odd.img", "x")}, 6,
            "not a multiple of 512");
        row("disk twice", {"run", "guest:hello", "--disk", disk, "--disk", disk}, 6,
            "is in use by another Guest");
        row("network", {"run", "guest:hello", "--net", "tap"}, 6, "no network \"tap\"");
        row("forward", {"run", "guest:hello", "--net", "user,forward=tcp:22"}, 6,
            "tcp:HOSTPORT:GUESTPORT");
        row("pcap alone", {"run", "guest:hello", "--pcap", in("none")}, 2, "--pcap");
        row("host", {"run", "guest:hello", "--host", "mars"}, 7, "no host \"mars\"");
        row("socket", {"run", "guest:hello", "--host", "unix:" + in("none")}, 7, "no agent");
        row("no saved guest", {"restore", in("none")}, 6, "No such file");
        row("bad saved guest", {"restore", makeFile("bad.lgsaved", "LGTRACE\nxxxxxxxxxxxx")}, 6,
            "no saved Guest of lgscope");
        row("save to nowhere", {"save", "guest:hello"}, 2, "file");
        row("no recording", {"trace", "stat", in("none")}, 8, "No such file");
        row("no such time", {"run", "guest:hello", "--snapshots", "often"}, 2, "ends, none");
        row("bad recording", {"trace", "stat", makeFile("bad", "LGTRACE\nxxxx")}, 8,
            "no recording");
    }

    void mistakes() {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QByteArray, says);
        auto output = lgctl(arguments);
        QCOMPARE(output.status, status);
        QVERIFY2(output.err.contains(says), output.err);
        QVERIFY(output.err.startsWith("lgctl: "));
        QCOMPARE(output.err.count('\n'), 1);
    }

    void runsToTheEnd() {
        auto output = lgctl({"run", "guest:hello"});
        QCOMPARE(output.status, 0);
        QVERIFY(output.out.contains("Hello from ring 1."));
        QVERIFY(output.err.contains("powered off"));
    }

    void savesAndRestores() {
        const auto file = in("guest.lgsaved");
        auto disk = makeFile("saved.img", QByteArray(512, 'x'));
        auto saved = lgctl({"save", "guest:ticks", file, "--after", "0.4", "--disk", disk});
        QVERIFY2(saved.err.contains("the Guest was saved"), saved.err);
        QCOMPARE(saved.status, 0);
        QVERIFY(saved.out.contains("tick 1 of 10"));
        QVERIFY(!saved.out.contains("tick 10 of 10"));
        // What the file names is opened when the user has said so.
        auto asks = lgctl({"restore", file});
        QCOMPARE(asks.status, 6);
        QVERIFY2(asks.err.contains("wants the disk " + disk.toUtf8()), asks.err);
        auto output = lgctl({"restore", file, "--devices", "--stats"});
        QVERIFY2(output.err.contains("powered off"), output.err);
        QCOMPARE(output.status, 0);
        QVERIFY(output.out.contains("tick 10 of 10"));
        QVERIFY(!output.out.contains("tick 1 of 10"));
        // Not printed again, but kept by whoever saves it again.
        auto later = in("later.lgsaved");
        auto stopped = lgctl({"restore", file, "--devices", "--stop-at-start"},
                             "save " + later.toUtf8() + "\nquit\n");
        QVERIFY2(stopped.out.contains("saved in " + later.toUtf8()), stopped.out);
        auto kept = lg::SavedFileReader::open(later.toStdString());
        VERIFY_OK(kept);
        const lg::Bytes console = kept->takeGuest().console;
        QVERIFY(lg::textOf(console).find("tick 1 of 10") != std::string_view::npos);
        auto bigger = makeFile("bigger.img", QByteArray(1024, 'x'));
        auto other = lgctl({"restore", file, "--disk", bigger});
        QCOMPARE(other.status, 6);
        QVERIFY(other.err.contains("has 2 sectors"));
        // From the debugger, and nothing is left where there is no room.
        auto talk = lgctl({"run", "guest:hello", "--stop-at-start"},
                          "save /no/such/folder/x\nsave " + file.toUtf8() + "\nquit\n");
        QVERIFY2(talk.out.contains("cannot write /no/such/folder/x"), talk.out);
        QVERIFY2(talk.out.contains("saved in " + file.toUtf8()), talk.out);
        auto again = lgctl({"restore", file, "--json"});
        QCOMPARE(again.status, 0);
        QVERIFY(again.out.contains("Hello from ring 1."));
    }

    void saysWhatThisMachineLacks() {
        const auto setup = lgctl({"host", "setup"});
        const bool ready = setup.status == 0;
        QVERIFY2(ready || setup.status == 7, setup.out);
        QCOMPARE(setup.out.count('\n'), ready ? 1 : 2);
        const auto json = objectOf(lgctl({"host", "setup", "--json"}).out);
        QCOMPARE(json["ready"].toBool(), ready);
    }

    void otherEnds() {
        auto panic = lgctl({"run", "guest:crash", "--", "panic"});
        QCOMPARE(panic.status, 1);
        QVERIFY(panic.err.contains("CRASH: "));
        auto killed = lgctl({"run", "guest:crash"});
        QCOMPARE(killed.status, 3);
        QVERIFY(killed.err.contains("killed: "));
        auto restart = lgctl({"run", "guest:shell"}, "reboot\r");
        QCOMPARE(restart.status, 4);
        auto late = lgctl({"run", "guest:user", "--timeout", "0.5", "--", "forever"});
        QCOMPARE(late.status, 5);
    }

    // As large as they can be; page tables of both kinds, and shadows for addresses all over.
    void largeGuests() {
        for (const char *guest : {"guest:pages", "guest:pae"}) {
            auto output = lgctl({"run", guest, "--memory", "2048"});
            QVERIFY2(output.out.contains("done\n"), output.out + output.err);
            QCOMPARE(output.status, 0);
        }
        QCOMPARE(lgctl({"run", "guest:user", "--memory", "3072"}).status, 0);
    }

    void consoleTakesInput() {
        auto output = lgctl({"run", "guest:shell", "--timeout", "60"}, "mem\roff\r");
        QCOMPARE(output.status, 0);
        QVERIFY2(output.out.contains("64 MB"), output.out);
    }

    void commandLineAndMemory() {
        auto output = lgctl({"run", "guest:shell", "--memory", "17", "--json"}, "mem\roff\r");
        QCOMPARE(output.status, 0);
        auto json = objectOf(output.out);
        QCOMPARE(json["end"].toString(), QString("powered off"));
        QVERIFY(json["console"].toString().contains("17 MB"));
        QVERIFY(json["counters"].toObject()["hypercalls"].toInt() > 0);
    }

    void stats() {
        auto output = lgctl({"run", "guest:user", "--stats"});
        QCOMPARE(output.status, 0);
        QVERIFY(output.err.contains("reflect SYSCALL system call"));
        QVERIFY(output.err.contains("entries into the Guest"));
    }

    // What perf and its kin would see: the kernel's own trace.
    void tracepoints() {
        auto output = lgctl({"run", "guest:user", "--tracepoints", in("points")});
        QCOMPARE(output.status, 0);
        QFile file(in("points"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        for (const char *part :
             {" start: 16", " hypercall: LGUEST_INIT (1) 0x",
              " async_hypercall: SET_STACK (7) 0x69 ", " page_fault: address 0x",
              " identity vcpu 0 ring 1 eip 0x00100000", " reflect: vector 128 error 0x0 eax ",
              " by the Host vcpu 0 ring 3 ", " irq_raised: irq 0 pending 0x1 ",
              " irq_delivered: irq 0 to 0x", " host_irq: vector ", " notify: address 0x",
              " dead: powered off vcpu 0 ring 1 "})
            QVERIFY2(text.contains(part), part);
        // Off again: the next one leaves nothing.
        auto silent = lgctl({"run", "guest:hello", "--tracepoints", "/nowhere/points"});
        QCOMPARE(silent.status, 8);
        QVERIFY(silent.err.contains("cannot write /nowhere/points"));
    }

    // Stopped by a filter and asked by lines from a file; at their end the Guest is killed.
    void debugs() {
        auto stopped = lgctl({"run", "guest:user", "--break", "vector == SYSCALL && eax == 3"},
                             "regs\nstep 2\nbreak tsc > 5\nat user_main\nwalk 100000\n"
                             "memory 100000 16\nstate\nswitcher\nclear\ncontinue\n");
        QCOMPARE(stopped.status, 0); // it went on to its end
        for (const char *part :
             {"vCPU 0 stopped, an event matched, at ", "  reflect SYSCALL system call: number 3",
              "  eax 00000003 ", "vCPU 0 stopped, after a step, at ", "can't be stopped by tsc",
              "guest-physical 00100000", "  00100000  ", "GDT, as the Guest asked",
              "all tasks are done"})
            QVERIFY2(stopped.out.contains(part), stopped.out);
        auto left = lgctl({"run", "guest:hello", "--stop-at-start"}, "step 3\nquit\n");
        QCOMPARE(left.status, 3);
        QCOMPARE(left.out.count("after a step"), 3);
        auto bad = lgctl({"run", "guest:hello", "--break", "duration > 5"});
        QCOMPARE(bad.status, 2);
        QVERIFY(bad.err.contains("duration"));
    }

    void recordsWhatIsAskedFor() {
        auto output =
            lgctl({"run", "guest:hello", "--stats", "--kinds", "hypercall,world-switch", "--json"});
        QCOMPARE(output.status, 0);
        const auto kinds = objectOf(output.out)["events"].toObject()["kinds"].toObject().keys();
        QCOMPARE(kinds, QStringList({"hypercall", "world switch"}));
        QCOMPARE(lgctl({"run", "guest:hello", "--kinds", "dances"}).status, 2);
    }

    // Memory and page tables of a recording, as of its events.
    void lookAtEvents() {
        auto file = in("moments.lgtrace");
        QCOMPARE(lgctl({"run", "guest:user", "--trace", file, "--lossless", "--snapshots", "0.2"})
                     .status,
                 0);
        auto list =
            QJsonDocument::fromJson(lgctl({"trace", "snapshots", file, "--json"}).out).array();
        QVERIFY2(list.size() >= 3, qPrintable(QString::number(list.size())));
        QCOMPARE(list.first().toObject()["name"].toString(), QString("start"));
        QCOMPARE(list.last().toObject()["name"].toString(), QString("end"));
        // Most of it is kept once.
        QVERIFY(list.last().toObject()["pagesKept"].toInt() <
                list[1].toObject()["pagesKept"].toInt());

        // Each table entry that the Guest tells of is there at its event, whatever snapshot is
        // older.
        int looked = 0, replayed = 0;
        const auto told = lgctl({"trace", "show", file, "--json", "--filter",
                                 "kind == hypercall && code == SET_PTE"})
                              .out.split('\n');
        const int last = list[1].toObject()["event"].toInt();
        for (const auto &line : told) {
            const auto event = objectOf(line);
            const auto details = event["details"].toArray();
            const int number = event["number"].toInt();
            if (line.isEmpty() || number < last || looked == 5)
                continue;
            ++looked;
            auto at =
                objectOf(lgctl({"trace", "look", file, "--json", "--event", QString::number(number),
                                "--walk", QString::number(uint(details[1].toDouble()), 16)})
                             .out);
            QVERIFY(at["text"].toString().startsWith("As of event " + QString::number(number)));
            replayed += at["tableChanges"].toInt();
            const auto walk = at["walk"].toObject();
            QCOMPARE(walk["cr3"].toDouble(), details[0].toDouble());
            QCOMPARE(walk["guest"].toArray()[1].toObject()["entry"].toDouble(),
                     details[2].toDouble());
        }
        const auto text = lgctl({"trace", "look", file, "--event", QString::number(last), "--walk",
                                 "guest_main", "--memory", "guest_main"})
                              .out;
        for (const char *part : {"As of event", "Code", "Stack", "Page tables for", "Memory"})
            QVERIFY2(text.contains(part), part);
        QVERIFY(text.contains("frame")); // of the Host: the shadow was recorded

        const auto diff = objectOf(lgctl({"trace", "diff", file, "--json"}).out);
        QVERIFY(diff["bytes"].toInt() > 1000);
        QCOMPARE(diff["places"].toArray()[0].toObject()["before"].toString().isEmpty(), false);
        QCOMPARE(
            objectOf(lgctl({"trace", "diff", file, "2", "2", "--json"}).out)["bytes"].toInt(-1), 0);
        QCOMPARE(lgctl({"trace", "diff", file, "1", "99"}).status, 2);
        QCOMPARE(lgctl({"trace", "look", file, "--event", "99999999"}).status, 8);
        QCOMPARE(lgctl({"trace", "look", file, "--event", "1", "--walk", "no_such"}).status, 2);

        // What is left out of a smaller recording may be missed, and it says so.
        auto small = in("small-moments.lgtrace");
        QCOMPARE(
            lgctl({"trace", "filter", file, "kind == halt || kind == reflect", "-o", small}).status,
            0);
        QCOMPARE(objectOf(lgctl({"trace", "stat", small, "--json"}).out)["snapshots"].toInt(),
                 int(list.size()));
        auto less = lgctl({"trace", "look", small, "--event", "300"});
        QVERIFY2(less.out.contains("left out of this recording") ||
                     less.out.contains("that moment"),
                 less.out.constData());
        auto none = in("none.lgtrace");
        QCOMPARE(lgctl({"run", "guest:hello", "--trace", none, "--snapshots", "none"}).status, 0);
        auto nothing = lgctl({"trace", "look", none, "--event", "1"});
        QCOMPARE(nothing.status, 8);
        QVERIFY(nothing.err.contains("no snapshot"));
    }

    void recordAndRead() {
        auto file = in("ticks.lgtrace");
        auto run = lgctl({"run", "guest:ticks", "--trace", file, "--lossless"});
        QCOMPARE(run.status, 0);
        QVERIFY(run.err.contains("events recorded"));

        auto stat = objectOf(lgctl({"trace", "stat", file, "--json"}).out);
        QVERIFY(stat["complete"].toBool());
        QCOMPARE(stat["lost"].toInt(-1), 0);
        QCOMPARE(stat["guest"].toString(), QString("ticks"));
        auto kinds = stat["events"].toObject()["kinds"].toObject();
        auto count = [&](const char *kind) { return kinds[kind].toObject()["count"].toInt(); };
        QCOMPARE(count("irq delivered"), 10);
        QCOMPARE(count("dead"), 1);
        QCOMPARE(count("start"), 1);
        int total = stat["events"].toObject()["total"].toInt();

        auto show = lgctl({"trace", "show", file});
        QCOMPARE(show.out.count('\n'), total);
        auto some = lgctl({"trace", "show", file, "--filter", "irq == 0 && kind == irq-delivered",
                           "--json", "--count", "3"});
        QCOMPARE(some.out.count('\n'), 3);
        QCOMPARE(objectOf(some.out.split('\n')[0])["name"].toString(), QString("irq 0 (timer)"));

        auto bad = lgctl({"trace", "show", file, "--filter", "kind == none-such"});
        QCOMPARE(bad.status, 2);
        QVERIFY(bad.err.contains("\n          ^\n")); // under the word

        auto small = in("small.lgtrace");
        QCOMPARE(lgctl({"trace", "filter", file, "kind == halt", "-o", small}).status, 0);
        auto rest = objectOf(lgctl({"trace", "stat", small, "--json"}).out);
        QCOMPARE(rest["events"].toObject()["total"].toInt(), count("halt"));
        QCOMPARE(rest["lost"].toInt(-1), 0);

        auto csv = lgctl({"trace", "export", file});
        QCOMPARE(csv.out.count('\n'), total + 1);
        auto perfetto = lgctl({"trace", "export", file, "--format", "perfetto"});
        int slices = 0;
        for (const auto &event : objectOf(perfetto.out)["traceEvents"].toArray())
            slices += event.toObject()["ph"].toString() == "X";
        QCOMPARE(slices, total);
        // What was printed and lost has lines of its own.
        int events = 0;
        auto lines = lgctl({"trace", "export", file, "--format", "json"}).out.split('\n');
        for (const auto &line : lines)
            events += objectOf(line).contains("registers");
        QCOMPARE(events, total);
        // Read by somebody else's program: all events, in the order of time, by name.
        auto folder = in("events.ctf");
        QCOMPARE(lgctl({"trace", "export", file, "--format", "ctf", "-o", folder}).status, 0);
        QProcess reader;
        reader.start("babeltrace2", {folder});
        QVERIFY(reader.waitForFinished(60'000));
        const QByteArray read = reader.readAllStandardOutput();
        QVERIFY2(reader.exitCode() == 0, reader.readAllStandardError());
        QCOMPARE(read.count(" number = "), total);
        QCOMPARE(read.count(" halt: "), count("halt"));
        QVERIFY(read.count(" console: ") > 0);
        auto again = lgctl({"trace", "export", file, "--format", "ctf", "-o", folder});
        QCOMPARE(again.status, 8);
        QVERIFY(again.err.contains("there already"));
        QCOMPARE(lgctl({"trace", "export", file, "--format", "ctf"}).status, 8);
        QCOMPARE(lgctl({"trace", "export", file, "--format", "xml"}).status, 2);
        QCOMPARE(lgctl({"trace", "export", file, "-o", in("no/where")}).status, 8);
    }

    // kill -9 in the middle of a recording: what was written is there.
    void recordingOfAKilledProgram() {
        auto file = in("killed.lgtrace");
        QProcess process;
        process.start(program(), {"run", "guest:user", "--trace", file, "--", "forever"});
        // Events are written every second, behind the snapshot that it begins with.
        const auto total = [&] {
            auto stat = lgctl({"trace", "stat", file, "--json"});
            return stat.status == 0 ? objectOf(stat.out)["events"].toObject()["total"].toInt() : 0;
        };
        int before = 0;
        QTRY_VERIFY_WITH_TIMEOUT((before = total()) > 0, 60000);
        process.kill();
        QVERIFY(process.waitForFinished());
        auto stat = lgctl({"trace", "stat", file, "--json"});
        QCOMPARE(stat.status, 0);
        QCOMPARE(objectOf(stat.out)["complete"].toBool(true), false);
        QVERIFY(total() >= before);
    }

    void endsOnASignal() {
        QProcess process;
        process.start(program(), {"run", "guest:user", "--", "forever"});
        QTRY_VERIFY_WITH_TIMEOUT(process.bytesAvailable() > 0, 60000);
        ::kill(pid_t(process.processId()), SIGTERM);
        QVERIFY(process.waitForFinished(20000));
        QCOMPARE(process.exitCode(), 3);
        QVERIFY(process.readAllStandardError().contains("as you asked"));
    }

    void inspect() {
        auto output = lgctl({"inspect", "guest:user", "--after", "0.3", "--json", "--", "forever"});
        QCOMPARE(output.status, 0);
        auto json = objectOf(output.out);
        auto vcpu = json["vcpus"].toArray()[0].toObject();
        auto state = vcpu["state"].toObject();
        QVERIFY(state["stopped"].toBool());
        QVERIFY(state["started"].toBool());
        QCOMPARE(state["pagingLevels"].toInt(), 2);
        QVERIFY(state["gdt"].toArray().size() >= 4);
        QVERIFY(state["idt"].toArray().size() >= 2);
        QVERIFY(vcpu["switcher"].toObject()["pages"].toArray().size() >= 4);
        QVERIFY(vcpu["counters"].toObject()["switches"].toInt() > 0);
        auto text = lgctl({"inspect", "guest:hello"}); // has ended by itself by then
        QCOMPARE(text.status, 0);
        QVERIFY(text.out.contains("powered off"));
        QVERIFY(text.out.contains("GDT, as the Guest asked"));
    }

    void severalVcpus() {
        auto file = in("smp.lgtrace");
        auto run =
            lgctl({"run", "guest:smp", "--vcpus", "2", "--trace", file, "--lossless", "--json"});
        QCOMPARE(run.status, 0);
        auto json = objectOf(run.out);
        QVERIFY2(json["console"].toString().contains("2 vCPUs are here"), run.out);
        QCOMPARE(json["vcpuCounters"].toArray().size(), 2);
        QCOMPARE(json["eventsLost"].toInt(-1), 0);
        auto stat = objectOf(lgctl({"trace", "stat", file, "--json"}).out);
        QCOMPARE(stat["vcpus"].toInt(), 2);
        QCOMPARE(stat["lost"].toInt(-1), 0);
        auto second = lgctl({"trace", "show", file, "--filter", "vcpu == 1 && irq == 7"});
        QVERIFY(second.out.count('\n') >= 50);
        auto seen = lgctl({"inspect", "guest:smp", "--vcpus", "2", "--after", "0.5"});
        QCOMPARE(seen.status, 0);
        QVERIFY(seen.out.contains("vCPU 0") && seen.out.contains("vCPU 1"));
    }

    void host() {
        auto status = objectOf(lgctl({"host", "status", "--json"}).out);
        QVERIFY(status["sandbox"].toBool());
        QVERIFY(status["module"].toString().startsWith("lg Live"));
        QVERIFY(status["host"].toObject()["tscKhz"].toInt() > 0);
        QCOMPARE(lgctl({"host", "check"}).status, 0);
        QCOMPARE(lgctl({"host", "reload"}).status, 0);
    }

    void brokenSandbox() {
        auto missing = lgctl({"run", "guest:hello"}, {}, {{"LGSCOPE_SANDBOX", in("none")}});
        QCOMPARE(missing.status, 7);
        QCOMPARE(missing.err.count('\n'), 1);
        auto qemu = lgctl({"run", "guest:hello"}, {}, {{"LGSCOPE_QEMU", in("none")}});
        QCOMPARE(qemu.status, 7);
        QVERIFY2(qemu.err.contains("none"), qemu.err);
    }

    // An agent of this machine, as a user without the module has it.
    void agentOnASocket() {
        QProcess agent;
        auto socket = in("agent");
        agent.start(QCoreApplication::applicationDirPath() + "/lgagent", {"--socket", socket});
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(socket), 10000);
        bool module = QFile::exists("/dev/lguest");
        auto status = lgctl({"host", "status", "--json", "--host", "unix:" + socket});
        QCOMPARE(status.status, module ? 0 : 7);
        QVERIFY(!objectOf(status.out)["sandbox"].toBool(true));
        QCOMPARE(objectOf(status.out)["moduleProblem"].toString().isEmpty(), module);
        auto local = lgctl({"host", "status", "--json", "--host", "local"}, {},
                           {{"XDG_RUNTIME_DIR", folder_.path()}});
        QCOMPARE(local.status, module ? 0 : 7);
        if (!module) {
            auto run = lgctl({"run", "guest:hello", "--host", "unix:" + socket});
            QCOMPARE(run.status, 7);
            QVERIFY2(run.err.contains("/dev/lguest"), run.err);
        }
        QCOMPARE(lgctl({"host", "reload", "--host", "unix:" + socket}).status, 7);
        // A second agent does not take the place of the first, but of a dead one.
        QProcess second;
        second.start(agent.program(), {"--socket", socket});
        QVERIFY(second.waitForFinished(10000));
        QCOMPARE(second.exitCode(), 1);
        agent.kill();
        QVERIFY(agent.waitForFinished(10000));
        QVERIFY(QFile::exists(socket));
        second.start(agent.program(), {"--socket", socket});
        QVERIFY(second.waitForReadyRead(10000));
        QCOMPARE(lgctl({"host", "status", "--host", "unix:" + socket}).status, module ? 0 : 7);
        second.kill();
        second.waitForFinished();
    }

    // An agent far away; this ssh only notes what it was asked for.
    void agentOverSsh() {
        auto agent = QCoreApplication::applicationDirPath() + "/lgagent";
        auto ssh = makeFile(
            "ssh",
            ("#!/bin/sh\necho \"$@\" >" + in("asked") + "\nexec " + agent + " --stdio\n").toUtf8());
        QVERIFY(QFile::setPermissions(ssh, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        auto path = folder_.path() + ":" + qEnvironmentVariable("PATH");
        auto status =
            lgctl({"host", "status", "--json", "--host", "ssh:far.example"}, {}, {{"PATH", path}});
        QVERIFY2(objectOf(status.out)["agent"].toString().startsWith("lgagent "), status.err);
        QFile asked(in("asked"));
        QVERIFY(asked.open(QIODevice::ReadOnly));
        QCOMPARE(asked.readAll(), QByteArray("-T -- far.example lgagent --stdio\n"));
        // An ssh that gets nowhere, and a name that is an option.
        makeFile("ssh", "#!/bin/sh\nexit 255\n");
        QCOMPARE(
            lgctl({"host", "status", "--host", "ssh:far.example"}, {}, {{"PATH", path}}).status, 7);
        QCOMPARE(lgctl({"host", "status", "--host", "ssh:-oProxyCommand=x"}).status, 7);
    }

    // The manual page and the completion know every option, and no more commands than there are.
    void manualIsComplete() {
        auto read = [](const char *path) {
            QFile file(QString(SOURCE_DIR) + path);
            return file.open(QIODevice::ReadOnly) ? QString(file.readAll()) : QString();
        };
        auto manual = read("/resources/man/lgctl.1").remove('\\');
        auto completion = read("/resources/completion/lgctl");
        QVERIFY(!manual.isEmpty() && !completion.isEmpty());
        const QStringList commands[] = {
            {"guests"},          {"run"},
            {"inspect"},         {"trace", "stat"},
            {"trace", "show"},   {"trace", "filter"},
            {"trace", "export"}, {"host", "status"},
            {"trace", "look"},   {"trace", "diff"},
        };
        for (const auto &command : commands) {
            auto help = QString(lgctl(command + QStringList{"--help"}).out);
            static const QRegularExpression option("--[a-z]+");
            QVERIFY(help.contains(option));
            for (auto it = option.globalMatch(help); it.hasNext();) {
                auto name = it.next().captured();
                QVERIFY2(name == "--help" || manual.contains(name), qPrintable(name));
                QVERIFY2(completion.contains(name), qPrintable(name));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestLgctl)
#include "test_lgctl.moc"
