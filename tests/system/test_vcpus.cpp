// SPDX-License-Identifier: GPL-2.0-or-later
// Guests with several vCPUs, in sandboxes with one and with two processors.
#include "running_host.h"
#include "verify_ok.h"

#include <cstring>

using namespace lg;

class TestVcpus : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void smp_data();
    void smp();
    void pae_data();
    void pae();
    void stopsAndKillsAll();
    void rebootsAll();
    void doesWithoutTheOthers();
    void refusesTooMany();
    void cleanupTestCase();

private:
    template <typename Start>
    static Result<void> wait(Start start) {
        return AgentConnection::wait<void>(std::move(start));
    }
    Result<lg_vcpu_state> state(RunningHost &host, GuestId guest, uint32_t vcpu) {
        return AgentConnection::wait<lg_vcpu_state>(
            [&](auto done) { host.agent().state(guest, vcpu, done); });
    }
    std::unique_ptr<RunningHost> hosts_[2]; // with one processor, with two
};

#define VERIFY_CONTAINS(text, part) QVERIFY2((text).find(part) != std::string::npos, (text).c_str())

void TestVcpus::initTestCase() {
    for (unsigned cpus : {1u, 2u}) {
        SandboxOptions options;
        options.cpus = cpus;
        auto host = RunningHost::start(options);
        VERIFY_OK(host);
        hosts_[cpus - 1] = std::move(*host);
    }
}

void TestVcpus::cleanupTestCase() {
    for (auto &host : hosts_) {
        if (!host)
            continue;
        VERIFY_OK(host->checkLog());
    }
}

void TestVcpus::smp_data() {
    QTest::addColumn<int>("cpus");
    QTest::addColumn<uint>("vcpus");
    for (int cpus : {1, 2})
        for (uint vcpus : {1u, 2u, 4u})
            QTest::addRow("%u vCPUs on %d processors", vcpus, cpus) << cpus << vcpus;
}

void TestVcpus::smp() {
    QFETCH(int, cpus);
    QFETCH(uint, vcpus);
    auto &host = *hosts_[cpus - 1];
    auto guest = host.launch("smp", {}, LG_EVENTS_LOSSLESS, 1 << 12, vcpus);
    VERIFY_OK(guest);
    QVERIFY(host.waitForEnd(*guest, 90));
    const Collected all = host.collected(*guest);
    QVERIFY2(all.ended->cleanPowerOff(), all.ended->reason.c_str());
    QVERIFY(all.console.find("NO\n") == std::string::npos);
    if (vcpus == 1) {
        VERIFY_CONTAINS(all.console, "run it with --vcpus 2");
        VERIFY_OK(host.release(*guest));
        return;
    }
    VERIFY_CONTAINS(all.console, std::to_string(vcpus) + " vCPUs are here");
    VERIFY_CONTAINS(all.console, "done\n");

    // Each has a sequence of its own without a hole, which ends with the Guest's death.
    std::vector<uint64_t> next(vcpus);
    std::vector<int> last(vcpus), faults(vcpus), tokens(vcpus);
    for (const lg_event &event : all.events) {
        QVERIFY(event.vcpu < vcpus);
        QCOMPARE(uint64_t(event.seq), next[event.vcpu]);
        next[event.vcpu]++;
        last[event.vcpu] = event.kind;
        tokens[event.vcpu] += event.kind == LG_EV_IRQ_DELIVERED && event.code == 7;
        faults[event.vcpu] += event.kind == LG_EV_REFLECT && event.code == 14;
    }
    QCOMPARE(all.lost(), uint64_t(0));
    QCOMPARE(all.count(LG_EV_HYPERCALL, LHCALL_VCPU_START), size_t(vcpus - 1));
    QCOMPARE(all.count(LG_EV_HYPERCALL, LHCALL_SEND_IPI), size_t(vcpus * 50));
    QCOMPARE(all.count(LG_EV_DEAD), size_t(vcpus));
    for (uint vcpu = 0; vcpu < vcpus; vcpu++) {
        QCOMPARE(last[vcpu], int(LG_EV_DEAD));
        QCOMPARE(tokens[vcpu], 50);
        QCOMPARE(faults[vcpu], vcpu == 0 ? 0 : 1);
        auto counters = AgentConnection::wait<lg_counters>(
            [&](auto done) { host.agent().counters(*guest, vcpu, done); });
        VERIFY_OK(counters);
        QCOMPARE(counters->vcpu, vcpu);
        QCOMPARE(uint64_t(counters->irqs_delivered), uint64_t(55)); // and five ticks
        auto seen = state(host, *guest, vcpu);
        VERIFY_OK(seen);
        QCOMPARE(seen->started, 1u);
        QCOMPARE(int(seen->dead), int(LG_DEATH_POWEROFF));
    }
    QVERIFY(!state(host, *guest, vcpus).ok());
    VERIFY_OK(host.release(*guest));
}

void TestVcpus::pae_data() {
    QTest::addColumn<int>("cpus");
    QTest::newRow("1 processor") << 1;
    QTest::newRow("2 processors") << 2;
}

void TestVcpus::pae() {
    QFETCH(int, cpus);
    auto &host = *hosts_[cpus - 1];
    auto guest = host.launch("pae", {}, LG_EVENTS_LOSSLESS);
    VERIFY_OK(guest);
    QVERIFY(host.waitForEnd(*guest));
    const Collected all = host.collected(*guest);
    QVERIFY2(all.ended->cleanPowerOff(), all.ended->reason.c_str());
    VERIFY_CONTAINS(all.console, "done\n");
    QVERIFY(all.count(LG_EV_HYPERCALL, LHCALL_SET_PMD) >= 2);
    QVERIFY(all.count(LG_EV_HYPERCALL, LHCALL_SET_PGD) >= 2);
    auto seen = state(host, *guest, 0);
    VERIFY_OK(seen);
    QCOMPARE(seen->paging, 3u);
    auto walk = AgentConnection::wait<lg_walk>(
        [&](auto done) { host.agent().walk(*guest, 0, 0xbd000000, 0, done); });
    VERIFY_OK(walk);
    QCOMPARE(walk->levels, 3u);
    QCOMPARE(walk->mapped, 1u);
    QCOMPARE(uint64_t(walk->guest_entry[0] & 0xfff), uint64_t(1)); // present, and nothing else
    QCOMPARE(uint64_t(walk->gpa & ~0xfffull), uint64_t(walk->guest_entry[2] & ~0xfffull));
    VERIFY_OK(host.release(*guest));
}

// While each of them does something: two spin, one sleeps, one has never been started.
void TestVcpus::stopsAndKillsAll() {
    auto &host = *hosts_[1];
    auto guest = host.launch(TEST_GUESTS "/vcpus", {}, LG_EVENTS_DROP, 1 << 12, 4);
    VERIFY_OK(guest);
    QVERIFY(host.waitForText(*guest, "all are at it"));
    VERIFY_OK(wait([&](auto done) { host.agent().pause(*guest, done); }));
    lg_event_regs before[4];
    for (uint32_t vcpu = 0; vcpu < 4; vcpu++) {
        auto seen = state(host, *guest, vcpu);
        VERIFY_OK(seen);
        QCOMPARE(seen->stopped, 1u);
        QCOMPARE(seen->started, vcpu == 3 ? 0u : 1u);
        QCOMPARE(seen->halted, vcpu == 2 ? 1u : 0u);
        before[vcpu] = seen->regs;
    }
    QTest::qWait(200);
    for (uint32_t vcpu = 0; vcpu < 4; vcpu++) {
        auto seen = state(host, *guest, vcpu);
        VERIFY_OK(seen);
        QCOMPARE(std::memcmp(&seen->regs, &before[vcpu], sizeof seen->regs), 0);
    }
    VERIFY_OK(wait([&](auto done) { host.agent().resume(*guest, done); }));
    const size_t said = host.collected(*guest).console.size();
    // A line that the Launcher raises on one vCPU is heard there, not on vCPU 0.
    VERIFY_OK(wait([&](auto done) { host.agent().raiseIrq(*guest, 2, 9, done); }));
    QVERIFY(host.waitForText(*guest, "vCPU 2 heard line 9"));
    QVERIFY(host.collected(*guest).console.size() > said);
    VERIFY_OK(wait([&](auto done) { host.agent().kill(*guest, done); }));
    QVERIFY(host.waitForEnd(*guest, 5));
    QCOMPARE(int(host.collected(*guest).ended->death), int(LG_DEATH_KILLED));
    VERIFY_OK(host.release(*guest));
}

void TestVcpus::rebootsAll() {
    auto &host = *hosts_[1];
    auto guest = host.launch(TEST_GUESTS "/vcpus", "reboot", LG_EVENTS_LOSSLESS, 1 << 12, 4);
    VERIFY_OK(guest);
    QVERIFY(host.waitForEnd(*guest));
    QCOMPARE(int(host.collected(*guest).ended->death), int(LG_DEATH_RESTART));
    VERIFY_OK(host.reboot(*guest));
    QTRY_VERIFY_WITH_TIMEOUT(host.collected(*guest).count(LG_EV_HYPERCALL, LHCALL_VCPU_START) == 4,
                             20000);
    VERIFY_OK(host.release(*guest));
}

// A Guest that knows of one vCPU only leaves the others asleep, and ends as it always did.
void TestVcpus::doesWithoutTheOthers() {
    auto &host = *hosts_[0];
    auto guest = host.launch("user", {}, LG_EVENTS_DROP, 1 << 12, 8);
    VERIFY_OK(guest);
    QVERIFY(host.waitForEnd(*guest));
    const Collected all = host.collected(*guest);
    QVERIFY2(all.ended->cleanPowerOff(), all.ended->reason.c_str());
    VERIFY_CONTAINS(all.console, "all tasks are done");
    VERIFY_OK(host.release(*guest));
}

void TestVcpus::refusesTooMany() {
    auto &host = *hosts_[0];
    for (uint32_t vcpus : {0u, LG_VCPUS_MAX + 1u}) {
        auto guest = host.launch("hello", {}, LG_EVENTS_DROP, 1 << 12, vcpus);
        QVERIFY(!guest.ok());
        VERIFY_CONTAINS(guest.message(), "1 to 8 vCPUs");
    }
}

QTEST_GUILESS_MAIN(TestVcpus)
#include "test_vcpus.moc"
