// SPDX-License-Identifier: GPL-2.0-or-later
// NMIs and machine checks from QEMU's monitor at random moments, while Guests run: the host's own
// count grows by one for each. LGSCOPE_NMIS=20000 makes a longer test of it.
#include "stress_host.h"
#include "verify_ok.h"

#include <chrono>
#include <random>
#include <thread>

using namespace lg;
using nlohmann::json;

class TestNmi : public QObject {
    Q_OBJECT

private slots:
    void nmis();
    void machineChecks();

private:
    void start(const std::string &cpu);
    // Injects and waits for the count to move, `times` times; each of them must move it by one.
    template <typename Inject>
    void hail(const std::string &name, unsigned times, Inject inject);
    lg_counters counters();
    void finish();

    std::unique_ptr<RunningHost> host_;
    std::vector<GuestId> guests_;
};

void TestNmi::start(const std::string &cpu) {
    SandboxOptions options;
    options.cpu = cpu;
    options.kernelArguments = "loglevel=0"; // it has something to say about each
    auto host = RunningHost::start(options);
    VERIFY_OK(host);
    host_ = std::move(*host);
    guests_.clear();
    for (int i = 0; i < 2; i++) {
        auto guest = host_->launch("user", "forever", LG_EVENTS_OFF);
        VERIFY_OK(guest);
        guests_.push_back(*guest);
    }
    auto storm = host_->launch("shell", {}, LG_EVENTS_OFF);
    VERIFY_OK(storm);
    guests_.push_back(*storm);
    QVERIFY(host_->waitForText(*storm, "> "));
    // Hypercalls without end: most of the time is spent in the Switcher and around it.
    host_->type(*storm, "calls 2000000000\r");
}

lg_counters TestNmi::counters() {
    lg_counters sum = {};
    for (GuestId guest : guests_) {
        auto one = AgentConnection::wait<lg_counters>(
            [&](auto done) { host_->agent().counters(guest, 0, done); });
        sum.nmis += one ? one->nmis : 0;
        sum.machine_checks += one ? one->machine_checks : 0;
        sum.switches += one ? one->switches : 0;
    }
    return sum;
}

template <typename Inject>
void TestNmi::hail(const std::string &name, unsigned times, Inject inject) {
    std::mt19937 random(timesFrom("LGSCOPE_SEED", 1));
    const uint64_t before = interrupts(*host_, name);
    for (unsigned i = 1; i <= times; i++) {
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 1500));
        VERIFY_OK(inject());
        // They latch: a second one before the first is taken would be no second one.
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        uint64_t now = 0;
        while ((now = interrupts(*host_, name) - before) < i &&
               std::chrono::steady_clock::now() < until) {
        }
        QVERIFY2(now == i,
                 qPrintable(QString("%1 were injected, the host counts %2").arg(i).arg(now)));
    }
    QTest::qWait(500);
    QCOMPARE(interrupts(*host_, name) - before, uint64_t(times));
}

void TestNmi::finish() {
    for (GuestId guest : guests_) {
        const Collected all = host_->collected(guest);
        QVERIFY2(!all.ended, all.ended ? all.ended->reason.c_str() : "");
    }
    for (int i = 0; i < 2; i++) {
        const size_t said = host_->collected(guests_[size_t(i)]).console.size();
        QTRY_VERIFY_WITH_TIMEOUT(host_->collected(guests_[size_t(i)]).console.size() > said, 20000);
    }
    VERIFY_OK(host_->checkLog());
    host_.reset();
}

void TestNmi::nmis() {
    start({});
    if (QTest::currentTestFailed())
        return;
    const unsigned times = timesFrom("LGSCOPE_NMIS", 2000);
    const lg_counters before = counters();
    hail("NMI", times, [&] { return host_->sandbox().command("inject-nmi"); });
    if (QTest::currentTestFailed())
        return;
    const lg_counters after = counters();
    const uint64_t inside = after.nmis - before.nmis;
    qInfo("%u NMIs, %llu of them in a Guest or in the Switcher, over %llu stays", times,
          static_cast<unsigned long long>(inside),
          static_cast<unsigned long long>(after.switches - before.switches));
    QVERIFY2(inside > times / 20, "some must have come while a Guest was in");
    finish();
}

void TestNmi::machineChecks() {
    // An Intel processor knows errors that software may recover from: this one was found by
    // scrubbing memory (Intel SDM vol. 3, 17.9.3), is uncorrected, and names no address. The kernel
    // counts it and goes on.
    start("Skylake-Client-v1");
    if (QTest::currentTestFailed())
        return;
    const unsigned times = timesFrom("LGSCOPE_NMIS", 2000) / 10;
    const lg_counters before = counters();
    hail("MCE", times, [&] {
        // Valid, uncorrected, enabled, signalled; MCG_STATUS: restart is possible, in progress.
        return host_->sandbox().command("human-monitor-command",
                                        {{"command-line", "mce 0 9 0xb1000000000000c0 0x5 0 0"}});
    });
    if (QTest::currentTestFailed())
        return;
    const lg_counters after = counters();
    const uint64_t inside = after.machine_checks - before.machine_checks;
    qInfo("%u machine checks, %llu of them in a Guest or in the Switcher", times,
          static_cast<unsigned long long>(inside));
    QVERIFY2(inside > 0, "some must have come while a Guest was in");
    finish();
}

QTEST_GUILESS_MAIN(TestNmi)
#include "test_nmi.moc"
