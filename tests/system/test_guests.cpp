// SPDX-License-Identifier: GPL-2.0-or-later
// Each bundled Guest, for real: in the sandbox, with its console and its events checked.
#include "running_host.h"
#include "verify_ok.h"

using namespace lg;

class TestGuests : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void hello();
    void ticks();
    void pages();
    void user();
    void userUnwatched();
    void shell();
    void shellReboots();
    void kernelThatKnowsNothingOfUs();
    void crash_data();
    void crash();
    void stormLosesNothingUncounted();
    void stormLossless();
    void edges();
    void pci();
    void earlyLinux_data();
    void earlyLinux();
    void earlyLinuxThatLies();
    void twoGuestsKeepTheirFloatingPoint();
    void tasksKeepTheirFloatingPoint();
    void cleanupTestCase();

private:
    // Runs to its end with every event, and checks what holds for all.
    Collected runToEnd(const std::string &image, const std::string &commandLine = {},
                       lg_event_mode mode = LG_EVENTS_LOSSLESS);
    std::unique_ptr<RunningHost> host_;
};

void TestGuests::initTestCase() {
    auto host = RunningHost::start();
    VERIFY_OK(host);
    host_ = std::move(*host);
}

void TestGuests::cleanupTestCase() {
    if (!host_)
        return;
    VERIFY_OK(host_->checkLog());
}

Collected TestGuests::runToEnd(const std::string &image, const std::string &commandLine,
                               lg_event_mode mode) {
    auto guest = host_->launch(image, commandLine, mode);
    if (!guest) {
        QTest::qFail(guest.message().c_str(), __FILE__, __LINE__);
        return {};
    }
    if (!host_->waitForEnd(*guest))
        QTest::qFail("it does not end", __FILE__, __LINE__);
    Collected all = host_->collected(*guest);
    if (!host_->release(*guest))
        QTest::qFail("it can't be released", __FILE__, __LINE__);
    if (mode == LG_EVENTS_LOSSLESS) {
        for (size_t i = 0; i < all.events.size(); i++)
            if (all.events[i].seq != i) {
                QTest::qFail("a record is missing", __FILE__, __LINE__);
                break;
            }
        if (all.events.empty() || all.events.front().kind != LG_EV_START ||
            all.events.back().kind != LG_EV_DEAD)
            QTest::qFail("not from the start to the end", __FILE__, __LINE__);
    }
    return all;
}

#define VERIFY_CONTAINS(text, part) QVERIFY2((text).find(part) != std::string::npos, (text).c_str())

void TestGuests::hello() {
    const Collected all = runToEnd("hello");
    QCOMPARE(all.console, std::string("Hello from ring 1.\n"));
    const auto calls = all.ofKind(LG_EV_HYPERCALL);
    QCOMPARE(calls.size(), size_t(3));
    QCOMPARE(int(calls[0].code), int(LHCALL_LGUEST_INIT));
    QCOMPARE(int(calls[1].code), int(LHCALL_NOTIFY));
    QCOMPARE(int(calls[2].code), int(LHCALL_SHUTDOWN));
    for (const lg_event &event : all.events) {
        QCOMPARE(event.regs.cs & 3, 1); // ring 1, always
        QVERIFY(event.regs.eip >= 0x100000 && event.regs.eip < 0x110000);
    }
    QVERIFY(all.ended->cleanPowerOff());
}

void TestGuests::ticks() {
    const Collected all = runToEnd("ticks");
    VERIFY_CONTAINS(all.console, "tick 10 of 10");
    QCOMPARE(all.count(LG_EV_IRQ_DELIVERED, LGUEST_TIMER_IRQ), size_t(10));
    QCOMPARE(all.count(LG_EV_IRQ_RAISED, LGUEST_TIMER_IRQ), size_t(10));
    QCOMPARE(all.count(LG_EV_HYPERCALL, LHCALL_SET_CLOCKEVENT), size_t(10));
    QVERIFY(all.count(LG_EV_HALT) >= 10);
    QCOMPARE(all.count(LG_EV_HALT), all.count(LG_EV_WAKE));
    // A period is 100 ms: no interrupt comes early.
    const auto delivered = all.ofKind(LG_EV_IRQ_DELIVERED);
    const uint64_t khz = host_->agent().host().tsc_khz;
    QVERIFY((delivered.back().tsc - delivered.front().tsc) / khz >= 895);
}

void TestGuests::pages() {
    const Collected all = runToEnd("pages");
    VERIFY_CONTAINS(all.console, "done\n");
    QVERIFY(all.ended->cleanPowerOff());
    size_t missing = 0, forbidden = 0;
    for (const lg_event &event : all.ofKind(LG_EV_REFLECT)) {
        QCOMPARE(int(event.code), 14);
        QVERIFY(event.regs.cr2 >= 0xbd000000 && event.regs.cr2 < 0xbd008000);
        missing += event.errcode == 2;
        forbidden += event.errcode == 3;
    }
    QCOMPARE(missing, size_t(8));
    QCOMPARE(forbidden, size_t(1));
}

void TestGuests::user() {
    const Collected all = runToEnd("user");
    for (const char *line : {"one says 5", "two says 5", "three says 5", "all tasks are done"})
        VERIFY_CONTAINS(all.console, line);
    QVERIFY(all.ended->cleanPowerOff());
    size_t inSwitcher = 0, calls = 0;
    for (const lg_event &event : all.ofKind(LG_EV_REFLECT)) {
        if (event.code != LGUEST_SYSCALL_VECTOR)
            continue;
        calls++;
        inSwitcher += event.detail[2] == LG_REFLECT_SWITCHER;
        QCOMPARE(event.regs.cs & 3, 3);
        QVERIFY((event.regs.cs & 3) == 3);
        QVERIFY(event.regs.eip >= 0xbe000000 && event.regs.eip < 0xbe001000);
    }
    QVERIFY(calls > 100);
    QVERIFY2(inSwitcher > calls / 2, "most system calls stay inside the Switcher");
    QVERIFY(all.count(LG_EV_ASYNC_HYPERCALL, LHCALL_NEW_PGTABLE) > 10);
    QCOMPARE(all.count(LG_EV_ASYNC_HYPERCALL, LHCALL_NEW_PGTABLE),
             all.count(LG_EV_ASYNC_HYPERCALL, LHCALL_SET_STACK));
    // The Guest counts its system calls, too.
    VERIFY_CONTAINS(all.console, std::to_string(calls) + " system calls");
}

// The same with nobody watching: only the counters tell.
void TestGuests::userUnwatched() {
    auto guest = host_->launch("user", {}, LG_EVENTS_OFF);
    VERIFY_OK(guest);
    QVERIFY(host_->waitForEnd(*guest));
    auto counters = AgentConnection::wait<lg_counters>(
        [&](auto done) { host_->agent().counters(*guest, 0, done); });
    VERIFY_OK(counters);
    QVERIFY(counters->reflected_fast > 100);
    QVERIFY(host_->collected(*guest).events.empty());
    VERIFY_OK(host_->release(*guest));
}

void TestGuests::shell() {
    auto guest = host_->launch("shell");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "Type help.\n> "));
    const auto ask = [&](const std::string &line, const std::string &answer) {
        host_->type(*guest, line + "\r");
        return host_->waitForText(*guest, answer);
    };
    QVERIFY(ask("help", "power off"));
    QVERIFY(ask("nonsense", "no such command: nonsense"));
    QVERIFY(ask("mem", "64 MB of memory"));
    QVERIFY(ask("poke 0x200000 0x1234abcd", "> "));
    QVERIFY(ask("peek 0x200000", "00200000: 1234abcd 00000000"));
    QVERIFY(ask("fault", "the Host refused the instruction"));
    QVERIFY(ask("break", "breakpoint trap, reflected"));
    QVERIFY(ask("ticks 2", "tick, 0 left"));
    QVERIFY(ask("calls 50", "50 hypercalls made"));
    QVERIFY(ask("panic enough of it", ""));
    QVERIFY(host_->waitForEnd(*guest));
    const Collected all = host_->collected(*guest);
    VERIFY_OK(host_->release(*guest));
    QVERIFY(!all.ended->cleanPowerOff());
    QCOMPARE(all.ended->reason, std::string("CRASH: enough of it"));
    QVERIFY(all.count(LG_EV_REFLECT, 13) == 1 && all.count(LG_EV_REFLECT, 3) == 1);
    QVERIFY(all.count(LG_EV_HYPERCALL, LHCALL_SEND_INTERRUPTS) >= 50);
}

void TestGuests::shellReboots() {
    auto guest = host_->launch("shell");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "> "));
    host_->type(*guest, "reboot\r");
    QVERIFY(host_->waitForEnd(*guest));
    QCOMPARE(int(host_->collected(*guest).ended->death), int(LG_DEATH_RESTART));
    // A fresh machine under the same number.
    VERIFY_OK(host_->reboot(*guest));
    host_->type(*guest, "calls 3\r");
    QVERIFY(host_->waitForText(*guest, "3 hypercalls made"));
    VERIFY_OK(host_->release(*guest));
}

void TestGuests::kernelThatKnowsNothingOfUs() {
    const Collected all = runToEnd(TEST_GUESTS "/native", "");
    VERIFY_CONTAINS(all.ended->reason,
                    "(error 0x0), before its first hypercall (no CONFIG_LGUEST_GUEST?)");
}

void TestGuests::crash_data() {
    QTest::addColumn<QString>("way");
    QTest::addColumn<QString>("reason");
    QTest::newRow("") << "" << "unhandled trap 6 at eip";
    QTest::newRow("trap") << "trap" << "unhandled trap 6 at eip";
    QTest::newRow("page") << "page" << "unhandled page fault at eip";
    QTest::newRow("table") << "table" << "bad page table entry 0xfffff003";
    QTest::newRow("gdt") << "gdt" << "bad GDT slot 99";
    QTest::newRow("call") << "call" << "bad hypercall 1234";
    QTest::newRow("stack") << "stack" << "bad stack 0x18:0x100000";
    QTest::newRow("panic") << "panic" << "CRASH: nothing works any more";
}

void TestGuests::crash() {
    QFETCH(QString, way);
    QFETCH(QString, reason);
    const Collected all = runToEnd("crash", way.toStdString());
    VERIFY_CONTAINS(all.ended->reason, reason.toStdString());
    QVERIFY(all.ended->reason.find("CONFIG_LGUEST_GUEST") == std::string::npos);
    QVERIFY(!all.ended->cleanPowerOff());
}

// Far more than a small ring takes: what is missing is exactly what is said to be lost.
void TestGuests::stormLosesNothingUncounted() {
    auto guest = host_->launch("storm", "1", LG_EVENTS_DROP, 256);
    VERIFY_OK(guest);
    QVERIFY(host_->waitForEnd(*guest));
    const Collected all = host_->collected(*guest);
    VERIFY_OK(host_->release(*guest));
    VERIFY_CONTAINS(all.console, "done\n");
    QVERIFY(all.events.size() > 1000);
    uint64_t missing = all.events.front().seq, expected = missing;
    for (const lg_event &event : all.events) {
        QVERIFY(event.seq >= expected);
        missing += event.seq - expected;
        expected = event.seq + 1;
    }
    QVERIFY2(missing > 0, "a ring of 256 cannot have kept up");
    // Records lost after the last one that came through are known by the count only.
    QVERIFY(all.lost() >= missing);
}

void TestGuests::stormLossless() {
    const Collected all = runToEnd("storm", "1");
    VERIFY_CONTAINS(all.console, "done\n");
    QCOMPARE(all.lost(), uint64_t(0));
    QVERIFY(all.count(LG_EV_HYPERCALL) > 1000);
    QVERIFY(all.count(LG_EV_REFLECT, 3) > 1000);
    QVERIFY(all.count(LG_EV_REFLECT, 14) > 100);
}

void TestGuests::edges() {
    const Collected all = runToEnd(TEST_GUESTS "/edges");
    QVERIFY2(all.ended->cleanPowerOff(), all.ended->reason.c_str());
    VERIFY_CONTAINS(all.console, "done\n");
    QVERIFY(all.count(LG_EV_EMULATE) >= 9);
    for (const lg_event &event : all.ofKind(LG_EV_EMULATE))
        QVERIFY(event.detail[3] >= 1 && event.detail[3] <= 3); // its length
}

void TestGuests::pci() {
    const Collected all = runToEnd(TEST_GUESTS "/pci");
    QVERIFY2(all.ended->cleanPowerOff(), all.ended->reason.c_str());
    VERIFY_CONTAINS(all.console, "said by EMERG_WRITE\n");
    VERIFY_CONTAINS(all.console, "done\n");
    size_t accesses = 0;
    for (const lg_event &event : all.ofKind(LG_EV_EMULATE))
        accesses += event.code == 14;
    QVERIFY(accesses >= 28); // of device memory; one for each character, and some
    auto guest = host_->launch(TEST_GUESTS "/pci", "strange", LG_EVENTS_OFF);
    VERIFY_OK(guest);
    QVERIFY(host_->waitForEnd(*guest));
    VERIFY_CONTAINS(host_->collected(*guest).ended->reason,
                    "no way to do this access to device memory at 0x");
    VERIFY_OK(host_->release(*guest));
}

// As 2.6.31 to 3.0 begin: on tables that the Host makes, with PAE or without, which it is not told.
void TestGuests::earlyLinux_data() {
    QTest::addColumn<QString>("commandLine");
    for (const char *words : {"int", "int pae", "vmcall", "vmcall pae", "int reboot"})
        QTest::newRow(words) << words;
}

void TestGuests::earlyLinux() {
    QFETCH(QString, commandLine);
    const Collected all = runToEnd(TEST_GUESTS "/early", commandLine.toStdString());
    QVERIFY2(commandLine.endsWith("reboot") ? all.ended->death == LG_DEATH_RESTART
                                            : all.ended->cleanPowerOff(),
             (all.ended->reason + "\n" + all.console).c_str());
    VERIFY_CONTAINS(all.console, "done\n");
    // vmcall is met twice, at the first call and in the function that makes the others.
    const bool vmcall = commandLine.startsWith("vmcall");
    QCOMPARE(all.count(LG_EV_EMULATE, 6), size_t(vmcall ? 2 : 0));
    const auto calls = all.ofKind(LG_EV_HYPERCALL);
    QCOMPARE(int(calls.front().code), int(LHCALL_LGUEST_INIT));
    QCOMPARE(int(calls.back().code), int(LHCALL_SHUTDOWN));
    QCOMPARE(all.count(LG_EV_HYPERCALL, LHCALL_SET_PMD),
             size_t(commandLine.endsWith("pae") ? 1 : 0));
    // A hundred changes through a ring of 64: the 65th is made at once, after those before it.
    QCOMPARE(all.count(LG_EV_ASYNC_HYPERCALL, LHCALL_SET_PTE), size_t(99));
    QCOMPARE(all.count(LG_EV_IRQ_DELIVERED, LGUEST_TIMER_IRQ), size_t(10));
    QCOMPARE(all.count(LG_EV_HALT), all.count(LG_EV_WAKE));
}

void TestGuests::earlyLinuxThatLies() {
    const Collected all = runToEnd(TEST_GUESTS "/early", "lie");
    VERIFY_CONTAINS(all.ended->reason, "no room for boot page tables in 4194303 KB of memory");
}

void TestGuests::twoGuestsKeepTheirFloatingPoint() {
    const std::string image = TEST_GUESTS "/fpu";
    auto one = host_->launch(image, "a");
    auto two = host_->launch(image, "b");
    VERIFY_OK(one);
    VERIFY_OK(two);
    QVERIFY(host_->waitForEnd(*one) && host_->waitForEnd(*two));
    VERIFY_CONTAINS(host_->collected(*one).console, "pattern 61616161 kept over ");
    VERIFY_CONTAINS(host_->collected(*two).console, "pattern 62626262 kept over ");
    for (GuestId guest : {*one, *two}) {
        const Collected all = host_->collected(guest);
        QVERIFY2(all.ended->cleanPowerOff(), all.ended->reason.c_str());
        QVERIFY(all.count(LG_EV_FPU) > 0);
        VERIFY_CONTAINS(all.console, "#NM came once after TS");
    }
}

// Four processes in each of two Guests that leave each other no peace.
void TestGuests::tasksKeepTheirFloatingPoint() {
    const std::string image = TEST_GUESTS "/fpu_tasks";
    auto lazy = host_->launch(image, "lazy");
    auto eager = host_->launch(image, "eager");
    VERIFY_OK(lazy);
    VERIFY_OK(eager);
    for (GuestId guest : {*lazy, *eager}) {
        QVERIFY(host_->waitForEnd(guest));
        const Collected all = host_->collected(guest);
        QVERIFY2(all.ended->cleanPowerOff(), all.ended->reason.c_str());
        VERIFY_CONTAINS(all.console, "1500 switches, registers changed often, all was kept");
    }
    // #NM at a task's first use after another's; else only the Host's own loan.
    QVERIFY(host_->collected(*lazy).count(LG_EV_REFLECT, 7) > 300);
    QCOMPARE(host_->collected(*eager).count(LG_EV_REFLECT, 7), size_t(0));
}

QTEST_GUILESS_MAIN(TestGuests)
#include "test_guests.moc"
