// SPDX-License-Identifier: GPL-2.0-or-later
// Each attack in guests/ is made on the real module. The Guest must come to the end that its file
// demands, the Host's log must stay clean, and an innocent Guest that runs all the while beside
// the attackers must not notice.
#include "running_host.h"
#include "verify_ok.h"

#include <QTemporaryFile>

#include <algorithm>

using namespace lg;

class TestHostile : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void attack_data();
    void attack();
    void devices_data();
    void devices();
    void lastWordsAreHarmless();
    void endlessSleepCanBeEnded();
    void cleanupTestCase();

private:
    Collected run(const std::string &name, uint32_t vcpus = 1,
                  const std::function<void(LaunchSpec &)> &change = {});
    void verifyEnd(const Collected &all, const QString &reason);
    std::unique_ptr<RunningHost> host_;
    GuestId innocent_ = 0;
};

void TestHostile::initTestCase() {
    SandboxOptions options;
    options.cpus = 2; // so that vCPUs can race
    auto host = RunningHost::start(options);
    VERIFY_OK(host);
    host_ = std::move(*host);
    auto innocent = host_->launch("user", "forever", LG_EVENTS_OFF);
    VERIFY_OK(innocent);
    innocent_ = *innocent;
}

Collected TestHostile::run(const std::string &name, uint32_t vcpus,
                           const std::function<void(LaunchSpec &)> &change) {
    auto guest = host_->launch(std::string(HOSTILE_GUESTS) + "/" + name, [&](LaunchSpec &spec) {
        spec.eventRecords = 1 << 12;
        spec.vcpus = vcpus;
        if (change)
            change(spec);
    });
    if (!guest) {
        QTest::qFail(guest.message().c_str(), __FILE__, __LINE__);
        return {};
    }
    if (!host_->waitForEnd(*guest))
        QTest::qFail("it does not end", __FILE__, __LINE__);
    // What it made the Host remember is bounded (shadow.h): 4096 tables of two pages, and
    // some.
    auto state = AgentConnection::wait<lg_vcpu_state>(
        [&](auto done) { host_->agent().state(*guest, 0, done); });
    if (!state || state->shadow_pages > 2 * 4096 + 500)
        QTest::qFail("its shadow tables have no bound", __FILE__, __LINE__);
    Collected all = host_->collected(*guest);
    if (!host_->release(*guest))
        QTest::qFail("it can't be released", __FILE__, __LINE__);
    return all;
}

void TestHostile::attack_data() {
    QTest::addColumn<QString>("reason"); // of the death that the Host must deal; empty: contained
    QTest::addColumn<uint>("vcpus");
    const auto lives = [](const char *name, uint vcpus = 1) {
        QTest::newRow(name) << QString() << vcpus;
    };
    const auto dies = [](const char *name, const char *reason, uint vcpus = 1) {
        QTest::newRow(name) << QString(reason) << vcpus;
    };
    lives("code64");
    lives("ring0_segment");
    lives("conforming");
    lives("gates");
    lives("reserved_slots");
    dies("gdt_index", "bad GDT slot 4294967295");
    lives("ldt_selector");
    dies("segment_pulled_away", "unhandled trap 256");
    lives("descriptor_tables");
    lives("fs_base");
    lives("privileged");
    lives("fast_system_calls");
    lives("software_interrupts");
    dies("no_system_call_gate", "unhandled trap 128");
    lives("debug_traps");
    lives("host_selectors");
    lives("iret_flags");
    lives("flags_at_iret");
    lives("endless_prefixes");
    dies("bad_frame", "bad page table entry 0x7ffff003");
    dies("bad_directory", "bad page directory entry 0x83");
    lives("self_map");
    lives("many_spaces");
    dies("bad_cr3", "bad page table 0xfffff000");
    dies("crooked_cr3", "bad page table 0x");
    dies("no_trap_stack", "no stack for a trap: esp 0xb0000fec");
    dies("fault_in_fault", "no stack for a trap");
    dies("hypercall_number", "bad hypercall 4294967295");
    dies("init_twice", "INIT a second time");
    dies("tls_at_the_end", "bad read of 24 bytes at address 0xfffffff0");
    lives("ring_flood");
    lives("timer_flood");
    dies("bad_gate", "bad IDT gate");
    lives("reserved_vectors");
    dies("gate_index", "bad IDT vector 256");
    dies("notify_nowhere", "NOTIFY of 0xfffffffc, where nothing is");
    dies("device_memory", "no way to do this access to device memory at 0x");
    lives("descriptor_race", 2);
    lives("small_stack");
    lives("wraps");
    lives("counters");
    lives("msrs");
    dies("pae_top", "bad page directory entry 0x");
    dies("pae_large", "bad page directory entry 0x83");
    dies("pae_high", "bad page table entry 0x100200003");
    dies("pae_high_call", "bad page table entry 0x100200023");
    dies("pae_top_as_directory", "bad page directory entry 0x");
    lives("pae_recursion");
    dies("pae_crooked_cr3", "bad page table 0x");
    lives("pte_bits");
    dies("pgd_index", "bad page directory index 1024");
    dies("pmd_index", "bad page directory index 2147483648");
    dies("writable_table", "bad page table entry 0x7ff00003");
    lives("no_flush");
    lives("pte_race", 2);
    lives("late_entry", 2);
    dies("pae_torn", "bad page table entry 0x7", 2);
    dies("stack_pages", "bad stack 0x69:");
    dies("stack_of_ring3", "bad stack 0x7b:");
    dies("stack_at_zero", "bad stack 0x69:0x10");
    dies("esp_wraps", "no stack for a trap: esp 0xfffffffc");
    lives("user_trap_stack");
    lives("handlers_nowhere");
    dies("before_init", "hypercall 10 before INIT");
    dies("info_nowhere", "bad write of 8 bytes at address 0xfffffffc");
    dies("words_nowhere", "bad read of 128 bytes at address 0xfffff000");
    lives("ring_race", 2);
    lives("fpu_dirty");
    dies("no_stack_segment", "unhandled trap 256");
    dies("vcpu_twice", "vCPU 1 is started a second time", 2);
    dies("vcpu_itself", "vCPU 0 is started a second time");
    dies("vcpu_nowhere", "bad lguest_data at 0xfffffc00", 2);
    dies("vcpu_number", "there is no vCPU 2147483649");
    dies("ipi_line", "bad line 32 for vCPU 0");
    lives("ipi_flood", 2);
    lives("shared_data", 2);
    dies("all_at_once", "bad hypercall 1000", 4);
}

void TestHostile::attack() {
    QFETCH(QString, reason);
    QFETCH(uint, vcpus);
    verifyEnd(run(QTest::currentDataTag(), vcpus), reason);
}

void TestHostile::verifyEnd(const Collected &all, const QString &reason) {
    QVERIFY(all.ended);
    if (reason.isEmpty()) {
        QVERIFY2(all.ended->cleanPowerOff(), all.ended->reason.c_str());
        QVERIFY2(all.console.find("contained\n") != std::string::npos, all.console.c_str());
    } else {
        QCOMPARE(int(all.ended->death), int(LG_DEATH_KILLED));
        QVERIFY2(all.ended->reason.find(reason.toStdString()) != std::string::npos,
                 all.ended->reason.c_str());
    }
}

void TestHostile::devices_data() {
    QTest::addColumn<QString>("reason");
    const auto row = [](const std::string &words, const char *reason) {
        QTest::newRow(words.c_str()) << QString(reason);
    };
    // Bus, type of device, queue, attack.
    for (const std::string bus : {"lguest", "pci"}) {
        row(bus + " 4 0 giants_in", "");
        row(bus + " 3 0 giants_in", "");
        row(bus + " 1 0 giants_in", "");
        row(bus + " 1 1 giants_out", "");
        row(bus + " 2 0 giants_in", "disk: a request without a header");
        row(bus + " 2 0 giants_out", "disk: a request without a place for its status");
        row(bus + " 4 0 self", "entropy: virtqueue: ");
        row(bus + " 4 0 flood", "");
        row(bus + " 2 0 resets", "");
        row(bus + " 2 0 circle", "disk: virtqueue: a chain of descriptors goes round in a circle");
        row(bus + " 3 1 outside", "console output: virtqueue: descriptor 0 reaches outside memory");
        row(bus + " 1 1 wraps", "net: virtqueue: descriptor 0 reaches outside memory");
        row(bus + " 2 0 host", "disk: virtqueue: descriptor 0 reaches outside memory");
        row(bus + " 4 0 indirect", "entropy: virtqueue: descriptor with unknown flags 4");
        row(bus + " 2 0 index", "disk: virtqueue: the index of offered buffers jumped");
        row(bus + " 4 0 head", "entropy: virtqueue: descriptor 65535 of 256");
        row(bus + " 2 0 statusless", "disk: a request without a place for its status");
        row(bus + " 2 0 headless", "disk: a request without a header");
        row(bus + " 4 0 wrong_way", "entropy: the Guest offers a buffer that can't be written to");
        row(bus + " 1 1 wrong_way", "net: the Guest offers a buffer to be written to");
        row(bus + " 3 1 wrong_way", "console output: the Guest offers a buffer to be written to");
    }
    row("pci 2 0 registers", "");
}

void TestHostile::devices() {
    QFETCH(QString, reason);
    QTemporaryFile image;
    QVERIFY(image.open() && image.resize(1 << 20));
    auto disk = DiskFile::open(image.fileName().toStdString(), false);
    VERIFY_OK(disk);
    auto network = UserNetwork::open({});
    VERIFY_OK(network);
    verifyEnd(run("virtio", 1,
                  [&](LaunchSpec &spec) {
                      spec.commandLine = QTest::currentDataTag();
                      spec.disks = {*disk};
                      spec.network = *network;
                  }),
              reason);
    QCOMPARE(QFile(image.fileName()).size(), 1 << 20);
}

void TestHostile::lastWordsAreHarmless() {
    const Collected all = run("last_words");
    QVERIFY(all.ended);
    QCOMPARE(all.ended->reason, std::string("CRASH: ?]0;owned??[2J?bye"));
}

void TestHostile::endlessSleepCanBeEnded() {
    auto guest = host_->launch(HOSTILE_GUESTS "/sleeps_for_ever", {}, LG_EVENTS_OFF);
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "asleep"));
    VERIFY_OK(AgentConnection::wait<void>([&](auto done) { host_->agent().kill(*guest, done); }));
    QVERIFY(host_->waitForEnd(*guest, 5));
    VERIFY_OK(host_->release(*guest));
}

void TestHostile::cleanupTestCase() {
    if (!host_)
        return;
    const size_t said = host_->collected(innocent_).console.size();
    QTRY_VERIFY_WITH_TIMEOUT(host_->collected(innocent_).console.size() > said, 10000);
    QVERIFY(!host_->collected(innocent_).ended);
    VERIFY_OK(host_->checkLog());
}

QTEST_GUILESS_MAIN(TestHostile)
#include "test_hostile.moc"
