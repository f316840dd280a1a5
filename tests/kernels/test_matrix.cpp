// SPDX-License-Identifier: GPL-2.0-or-later
// The sandbox's kernel on machines of all kinds: page-table isolation, levels of paging, number and
// model of the processors. Each row is a machine of its own, and proves from inside that it is what
// it says.
#include "many_guests.h"
#include "verify_ok.h"

#include <set>

using namespace lg;

class TestMatrix : public QObject {
    Q_OBJECT

private slots:
    void machine_data();
    void machine();
};

void TestMatrix::machine_data() {
    QTest::addColumn<QString>("cpu");
    QTest::addColumn<unsigned>("cpus");
    QTest::addColumn<bool>("bios"); // started as a BIOS does it
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<unsigned>("levels");
    QTest::addColumn<bool>("isolation");
    const auto row = [](const char *cpu, unsigned cpus, bool bios, const char *arguments,
                        unsigned levels, bool isolation) {
        const auto name = QString("%1, %2 CPU, %3 levels, isolation %4, %5%6")
                              .arg(cpu)
                              .arg(cpus)
                              .arg(levels)
                              .arg(isolation ? "on" : "off", bios ? "BIOS" : "PVH", arguments);
        QTest::newRow(qPrintable(name))
            << QString(cpu) << cpus << bios << QString(arguments) << levels << isolation;
    };
    // PVH starts with four levels whatever the processor can do.
    row("max", 1, false, "pti=on", 4, true);
    row("max", 2, false, "pti=on", 4, true);
    row("max", 4, false, "pti=off", 4, false);
    row("max", 1, true, "pti=off", 5, false);
    row("max", 2, true, "pti=on", 5, true);
    row("max,la57=off", 2, true, "pti=on", 4, true);
    row("max", 2, true, "pti=off no5lvl", 4, false);
    row("max,-fsgsbase,-smap,-smep,-umip", 1, false, "pti=on", 4, true);
    row("Skylake-Client-v1", 1, false, "", 4, true); // Meltdown: isolation by itself
    row("Skylake-Client-v1", 2, true, "pti=off", 4, false);
    row("Skylake-Client-v1", 1, false, "nopcid", 4, true);
    row("Icelake-Server-v1", 2, false, "pti=on", 4, true);
    row("Icelake-Server-v1,+la57", 1, true, "pti=on", 5, true);
    row("Westmere-v1", 1, false, "pti=on", 4, true); // no XSAVE
    row("Opteron_G3-v1", 1, false, "", 4, false);
    row("EPYC-v1", 2, false, "", 4, false);
    row("EPYC-Milan-v1", 2, true, "pti=on", 4, true);
    row("max", 1, false, "pti=on lg.guard=1", 4, true);
    row("Skylake-Client-v1", 2, true, "lg.guard=1", 4, true);
}

void TestMatrix::machine() {
    QFETCH(QString, cpu);
    QFETCH(unsigned, cpus);
    QFETCH(bool, bios);
    QFETCH(QString, arguments);
    QFETCH(unsigned, levels);
    QFETCH(bool, isolation);

    SandboxOptions options;
    options.useSavedState = false;
    options.cpu = cpu.toStdString();
    options.cpus = cpus;
    options.kernelArguments = arguments.toStdString();
    if (bios)
        options.bzImage = BZIMAGE;
    auto host = RunningHost::start(options);
    VERIFY_OK(host);
    auto status = AgentConnection::wait<HostStatus>(
        [&](auto done) { (*host)->agent().hostStatus(std::move(done)); });
    VERIFY_OK(status);
    QVERIFY2(status->moduleProblem.empty(), status->log.back().c_str());
    QCOMPARE(status->info.paging_levels, levels);
    QCOMPARE(bool(status->info.features & LG_HOST_PTI), isolation);
    QCOMPARE(status->cpus, cpus);
    if (arguments.contains("lg.guard=1")) // emulation has no barrier
        QCOMPARE(status->info.features & (LG_HOST_RETURNS | LG_HOST_BUFFERS),
                 LG_HOST_RETURNS | LG_HOST_BUFFERS);

    // One for each processor, so that Guests really run beside each other, and wander.
    std::vector<GuestId> busy;
    for (unsigned i = 0; i < cpus; i++) {
        auto guest = (*host)->launch("user", "forever");
        VERIFY_OK(guest);
        busy.push_back(*guest);
    }
    VERIFY_OK(runBundledGuests(**host));
    std::set<unsigned> ran;
    for (GuestId guest : busy) {
        const Collected all = (*host)->collected(guest);
        QVERIFY2(!all.ended, all.ended ? all.ended->reason.c_str() : "");
        for (const lg_event &event : all.events)
            ran.insert(event.host_cpu);
        VERIFY_OK((*host)->release(guest));
    }
    QCOMPARE(ran.size(), size_t(cpus));
    VERIFY_OK(checkClean(**host));
    VERIFY_OK(AgentConnection::wait<void>(
        [&](auto done) { (*host)->agent().moduleReload(std::move(done)); }));
    VERIFY_OK(checkClean(**host));
}

QTEST_GUILESS_MAIN(TestMatrix)
#include "test_matrix.moc"
