// SPDX-License-Identifier: GPL-2.0-or-later
// The module on one kernel; ctest runs this program once for each that there is.
#include "many_guests.h"
#include "verify_ok.h"

using namespace lg;

class TestKernel : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void isTheKernelInQuestion();
    void bundledGuests();
    void hostileGuests();
    void reloadsWithoutALeak();
    void cleanup();

private:
    uint64_t freeMemory();
    std::unique_ptr<RunningHost> host_;
};

void TestKernel::initTestCase() {
    SandboxOptions options;
    options.useSavedState = false; // the boot is a part of the test
    auto host = RunningHost::start(options);
    VERIFY_OK(host);
    host_ = std::move(*host);
}

void TestKernel::cleanup() {
    if (host_)
        VERIFY_OK(checkClean(*host_));
}

void TestKernel::isTheKernelInQuestion() {
    const auto wanted = qgetenv("LGSCOPE_TEST_KERNEL").toStdString();
    if (!wanted.empty())
        QCOMPARE(std::string(host_->agent().host().kernel), wanted);
}

void TestKernel::bundledGuests() {
    VERIFY_OK(runBundledGuests(*host_));
}

void TestKernel::hostileGuests() {
    VERIFY_OK(runHostileGuests(*host_));
}

uint64_t TestKernel::freeMemory() {
    auto status =
        AgentConnection::wait<HostStatus>([&](auto done) { host_->agent().hostStatus(done); });
    return status ? status->memoryFree : 0;
}

void TestKernel::reloadsWithoutALeak() {
    const auto cycle = [&] {
        auto guest = host_->launch("pages");
        VERIFY_OK(guest);
        QVERIFY(host_->waitForEnd(*guest));
        VERIFY_OK(host_->release(*guest));
        VERIFY_OK(AgentConnection::wait<void>(
            [&](auto done) { host_->agent().moduleReload(std::move(done)); }));
    };
    cycle(); // what is made once and kept is made now
    const uint64_t before = freeMemory();
    for (int i = 0; i < 10; i++)
        cycle();
    const uint64_t after = freeMemory();
    QVERIFY2(after + (4 << 20) > before,
             qPrintable(QString("%1 KiB less").arg((before - after) >> 10)));
}

QTEST_GUILESS_MAIN(TestKernel)
#include "test_kernel.moc"
