// SPDX-License-Identifier: GPL-2.0-or-later
// What happens to a host while Guests run: processors go and come, it sleeps and wakes, memory gets
// short, the Launcher is stopped, frozen, and gets signals. The Guests go on, and the log stays
// clean.
#include "stress_host.h"
#include "verify_ok.h"

#include <future>

using namespace lg;

class TestPower : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void processorsGoAndCome();
    void sleepsAndWakes();
    void memoryGetsShort();
    void launcherIsStopped();
    void launcherIsFrozen();
    void launcherGetsSignals();

private:
    // All Guests live, and say more than they have said.
    void verifyAlive();
    Result<std::string> program(const std::vector<std::string> &arguments) {
        return runProgram(*host_, arguments);
    }
    unsigned cpus();
    std::unique_ptr<RunningHost> host_;
    std::vector<GuestId> guests_;
};

void TestPower::init() {
    SandboxOptions options;
    options.cpus = 2;
    // One that was started through PVH never wakes from its sleep, with or without lg.ko.
    if (QTest::currentTestFunction() == std::string("sleepsAndWakes"))
        options.bzImage = BZIMAGE;
    auto host = RunningHost::start(options);
    VERIFY_OK(host);
    host_ = std::move(*host);
    guests_.clear();
    for (int i = 0; i < 2; i++) {
        auto guest = host_->launch("user", "forever");
        VERIFY_OK(guest);
        QVERIFY(host_->waitForText(*guest, "one says 1"));
        guests_.push_back(*guest);
    }
}

void TestPower::cleanup() {
    if (!host_)
        return;
    verifyAlive();
    for (GuestId guest : guests_)
        VERIFY_OK(host_->release(guest));
    VERIFY_OK(host_->checkLog());
    VERIFY_OK(AgentConnection::wait<void>(
        [&](auto done) { host_->agent().moduleReload(std::move(done)); }));
    VERIFY_OK(host_->checkLog());
    host_.reset();
}

void TestPower::verifyAlive() {
    for (GuestId guest : guests_) {
        const Collected before = host_->collected(guest);
        QVERIFY2(!before.ended, before.ended ? before.ended->reason.c_str() : "");
        QTRY_VERIFY_WITH_TIMEOUT(
            host_->collected(guest).console.size() > before.console.size() + 20, 20000);
    }
}

unsigned TestPower::cpus() {
    auto status =
        AgentConnection::wait<HostStatus>([&](auto done) { host_->agent().hostStatus(done); });
    return status ? status->cpus : 0;
}

void TestPower::processorsGoAndCome() {
    const char *online = "/sys/devices/system/cpu/cpu1/online";
    for (int i = 0; i < 10; i++) {
        VERIFY_OK(program({"write", online, "0"}));
        QCOMPARE(cpus(), 1u);
        QTest::qWait(100);
        VERIFY_OK(program({"write", online, "1"}));
        QCOMPARE(cpus(), 2u);
        QTest::qWait(100);
    }
    // A Guest was there whenever the processor went, and comes back to it.
    QTRY_VERIFY_WITH_TIMEOUT(
        [&] {
            for (GuestId guest : guests_)
                if (host_->collected(guest).events.back().host_cpu == 1)
                    return true;
            return false;
        }(),
        20000);
}

// To RAM; QEMU wakes it. The Guests are the program's own: virtio's console loses its client when
// it sleeps.
void TestPower::sleepsAndWakes() {
    for (GuestId guest : guests_)
        VERIFY_OK(host_->release(guest));
    guests_.clear();
    constexpr int kTimes = 3;
    const auto status = [&] {
        auto reply = host_->sandbox().command("query-status");
        return reply ? reply->value("status", std::string()) : reply.message();
    };
    auto slept =
        std::async(std::launch::async, [&] { return program({"sleep", std::to_string(kTimes)}); });
    for (int i = 0; i < kTimes; i++) {
        // Not when the program has given up.
        QTRY_VERIFY_WITH_TIMEOUT(status() == "suspended" || slept.wait_for(std::chrono::seconds(
                                                                0)) == std::future_status::ready,
                                 60000);
        if (status() != "suspended")
            break;
        QTest::qWait(200);
        VERIFY_OK(host_->sandbox().command("system_wakeup"));
        QTRY_VERIFY_WITH_TIMEOUT(status() == "running", 20000);
    }
    // A client that sleep has cut off gets no answer; the next one asks again.
    if (!slept.get())
        VERIFY_OK(host_->reconnect());
    auto how = program({"slept"});
    VERIFY_OK(how);
    QCOMPARE(cpus(), 2u);
}

void TestPower::memoryGetsShort() {
    auto said = program({"hog", "5"});
    VERIFY_OK(said);
    qInfo("%s", said->c_str());
    // While there is little, a Guest is made or refused.
    auto more = host_->launch("pages");
    VERIFY_OK(more);
    QVERIFY(host_->waitForEnd(*more));
    QVERIFY(host_->collected(*more).ended->cleanPowerOff());
    VERIFY_OK(host_->release(*more));
}

void TestPower::launcherIsStopped() {
    for (int i = 0; i < 3; i++) {
        VERIFY_OK(program({"stop-agent", "200"}));
        verifyAlive();
    }
}

void TestPower::launcherIsFrozen() {
    for (int i = 0; i < 3; i++) {
        VERIFY_OK(program({"freeze-agent", "200"}));
        verifyAlive();
    }
}

void TestPower::launcherGetsSignals() {
    auto said = program({"signals"});
    VERIFY_OK(said);
    qInfo("%s", said->c_str());
}

QTEST_GUILESS_MAIN(TestPower)
#include "test_power.moc"
