// SPDX-License-Identifier: GPL-2.0-or-later
// Guests that are saved while they run and go on from the file: beside others, in another sandbox,
// with several vCPUs, with a floating-point state, on PCI; and files that were made by an enemy.
#include "inspect/conditions.h"
#include "running_host.h"
#include "saved/saved_file.h"
#include "saved/transfer.h"
#include "verify_ok.h"
#include "wire/saved_protocol.h"
#include "wire/snapshot_protocol.h"

#include <QTemporaryDir>

#include <fstream>
#include <random>
#include <thread>

using namespace lg;

namespace {

bool goOn(double) {
    return true;
}

} // namespace

class TestSavedGuests : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void goesOnInAnotherSandbox();
    void staysPausedWhereItWas();
    void floatingPoint();
    void severalVcpus();
    void severalLevels();
    void aDiskInUse_data();
    void aDiskInUse();
    void restOfTheTyping();
    void beforeTheFirstInstruction();
    void cancelled();
    void statesThatNoGuestCanHave();
    void statesOfAnEnemy();
    void onlyIntoAFreshGuest();
    void rebootBeginsAnew();
    void talksOnAfterSnapshots();
    void cleanupTestCase();

private:
    std::string file() const { return folder_.filePath("guest.lgsaved").toStdString(); }
    Result<GuestId> launch(const std::string &image,
                           const std::function<void(LaunchSpec &)> &change = {});
    Result<void> save(GuestId guest);
    // Paused.
    Result<GuestId> restore(const std::function<void(SavedGuest &)> &change = {});
    Result<void> resume(GuestId guest);
    // Saves it, and lets it go on from the file.
    Result<GuestId> once(GuestId guest);

    QTemporaryDir folder_;
    std::unique_ptr<RunningHost> host_;
    LaunchSpec spec_; // of the last launch or restore
    std::vector<std::string> disks_;
};

void TestSavedGuests::initTestCase() {
    auto host = RunningHost::start();
    VERIFY_OK(host);
    host_ = std::move(*host);
}

void TestSavedGuests::cleanupTestCase() {
    if (host_)
        VERIFY_OK(host_->checkLog());
}

Result<GuestId> TestSavedGuests::launch(const std::string &image,
                                        const std::function<void(LaunchSpec &)> &change) {
    return host_->launch(image, [&](LaunchSpec &spec) {
        if (change)
            change(spec);
        spec_ = spec;
    });
}

Result<void> TestSavedGuests::save(GuestId guest) {
    return saveGuest(host_->agent(), guest, savedGuestOf(spec_, "test", disks_, ""), file(), goOn);
}

Result<GuestId> TestSavedGuests::restore(const std::function<void(SavedGuest &)> &change) {
    auto reader = SavedFileReader::open(file());
    if (!reader)
        return reader.error();
    auto saved = reader->takeGuest();
    if (change)
        change(saved);
    auto state = saved.state;
    auto spec = launchSpecOf(std::move(saved));
    if (!spec)
        return spec.error();
    spec_ = *spec;
    return restoreGuest(host_->agent(), std::move(*spec), std::move(state), *reader, goOn);
}

Result<void> TestSavedGuests::resume(GuestId guest) {
    return AgentConnection::wait<void>([&](auto done) { host_->agent().resume(guest, done); });
}

Result<GuestId> TestSavedGuests::once(GuestId guest) {
    auto saved = save(guest);
    spec_.disks.clear(); // they are locked by whoever has them open
    if (saved)
        saved = host_->release(guest);
    if (!saved)
        return saved.error();
    auto again = restore();
    if (again)
        if (auto resumed = resume(*again); !resumed)
            return resumed.error();
    return again;
}

void TestSavedGuests::goesOnInAnotherSandbox() {
    auto guest = launch("ticks");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "tick 4 of 10"));
    VERIFY_OK(save(*guest));
    VERIFY_OK(host_->checkLog());
    host_.reset();
    initTestCase();
    auto again = restore();
    VERIFY_OK(again);
    VERIFY_OK(resume(*again));
    QVERIFY(host_->waitForEnd(*again));
    const auto got = host_->collected(*again);
    QVERIFY(got.console.find("tick 4 of 10") == std::string::npos ||
            got.console.find("tick 5 of 10") != std::string::npos);
    QVERIFY(got.console.find("tick 1 of 10") == std::string::npos);
    QVERIFY(got.console.ends_with("done\r\n") || got.console.ends_with("done\n"));
    QVERIFY(got.ended->cleanPowerOff());
    VERIFY_OK(host_->release(*again));
}

// The file's Guest and the one that it was made from are two, and the same.
void TestSavedGuests::staysPausedWhereItWas() {
    auto guest = launch("ticks");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "tick 2 of 10"));
    VERIFY_OK(save(*guest));
    auto again = restore();
    VERIFY_OK(again);
    for (uint32_t vcpu : {0u}) {
        auto before = AgentConnection::wait<lg_vcpu_state>(
            [&](auto done) { host_->agent().state(*guest, vcpu, done); });
        auto after = AgentConnection::wait<lg_vcpu_state>(
            [&](auto done) { host_->agent().state(*again, vcpu, done); });
        VERIFY_OK(before);
        VERIFY_OK(after);
        QCOMPARE(std::memcmp(&before->regs, &after->regs, sizeof before->regs), 0);
        QCOMPARE(std::memcmp(before->gdt_asked, after->gdt_asked, sizeof before->gdt_asked), 0);
        const unsigned slot = LGUEST_KERNEL_CS / 8; // others have the Switcher's own addresses
        QCOMPARE(after->gdt_installed[slot].high, before->gdt_installed[slot].high);
        QCOMPARE(std::memcmp(before->idt_asked, after->idt_asked, sizeof before->idt_asked), 0);
        QCOMPARE(after->lguest_data, before->lguest_data);
        QCOMPARE(after->kernel_address, before->kernel_address);
        QCOMPARE(after->halted, before->halted);
        QCOMPARE(after->ss1, before->ss1);
        QCOMPARE(after->esp1, before->esp1);
        QCOMPARE(after->paging, before->paging);
        QCOMPARE(after->irq_enabled, before->irq_enabled);
        QCOMPARE(after->stopped, uint32_t(LG_STOP_ASKED));
    }
    for (auto id : {*guest, *again}) {
        VERIFY_OK(resume(id));
        QVERIFY(host_->waitForEnd(id));
        QVERIFY(host_->collected(id).ended->cleanPowerOff());
        VERIFY_OK(host_->release(id));
    }
}

// The Guest ends itself when a register is not what it was.
void TestSavedGuests::floatingPoint() {
    auto guest = launch(TEST_GUESTS "/fpu", [](auto &spec) { spec.commandLine = "s"; });
    VERIFY_OK(guest);
    for (int i = 0; i < 5; ++i) { // it takes 300 ticks of 2 ms
        QTest::qWait(30 + 11 * i);
        guest = once(*guest);
        VERIFY_OK(guest);
    }
    QVERIFY(host_->waitForEnd(*guest));
    const auto got = host_->collected(*guest);
    QVERIFY2(got.ended->cleanPowerOff(), got.ended->reason.c_str());
    QVERIFY(got.console.find("pattern 73737373 kept") != std::string::npos);
    VERIFY_OK(host_->release(*guest));
}

void TestSavedGuests::severalVcpus() {
    auto guest = launch("smp", [](auto &spec) { spec.vcpus = 3; });
    VERIFY_OK(guest);
    int saves = 0; // on a quick machine it may end before the sixth
    for (; saves < 6 && !host_->collected(*guest).ended; ++saves) {
        QTest::qWait(20 + 13 * saves);
        guest = once(*guest);
        VERIFY_OK(guest);
    }
    QVERIFY(saves > 1);
    QVERIFY(host_->waitForEnd(*guest));
    const auto got = host_->collected(*guest);
    QVERIFY2(got.ended->cleanPowerOff(), got.ended->reason.c_str());
    VERIFY_OK(host_->release(*guest));
}

void TestSavedGuests::severalLevels() {
    // Where it has just begun to use them.
    auto conditions = stopConditions({"kind == hypercall && code == NEW_PGTABLE"}, nullptr);
    VERIFY_OK(conditions);
    auto guest = launch("pae", [&](auto &spec) { spec.conditions = *conditions; });
    VERIFY_OK(guest);
    QVERIFY(host_->waitForStop(*guest, 1));
    guest = once(*guest);
    VERIFY_OK(guest);
    QVERIFY(host_->waitForEnd(*guest));
    QVERIFY(host_->collected(*guest).ended->cleanPowerOff());
    VERIFY_OK(host_->release(*guest));
}

// Requests that are under way come to their end first; the new Guest opens the file anew.
void TestSavedGuests::aDiskInUse_data() {
    QTest::addColumn<QString>("bus");
    QTest::newRow("lguest bus") << "lguest";
    QTest::newRow("PCI") << "pci";
}

void TestSavedGuests::aDiskInUse() {
    QFETCH(QString, bus);
    const auto disk = folder_.filePath("disk").toStdString();
    std::ofstream(disk) << std::string(4 << 20, 'd');
    disks_ = {disk};
    spec_ = {};
    auto opened = DiskFile::openAs(disk);
    VERIFY_OK(opened);
    auto guest = launch(TEST_GUESTS "/disk", [&](auto &spec) {
        spec.disks.push_back(std::exchange(*opened, nullptr));
        spec.commandLine = bus.toStdString();
        for (char letter = 'a'; letter < 'p'; ++letter)
            spec.commandLine += std::string(" write=") + letter + " many flush read";
    });
    VERIFY_OK(guest);
    for (int i = 0; i < 4; ++i) {
        QTest::qWait(30);
        guest = once(*guest);
        VERIFY_OK(guest);
    }
    QVERIFY(host_->waitForEnd(*guest));
    const auto got = host_->collected(*guest);
    QVERIFY2(got.ended->cleanPowerOff(), got.ended->reason.c_str());
    VERIFY_OK(host_->release(*guest));
    disks_.clear();
}

void TestSavedGuests::restOfTheTyping() {
    auto guest = launch("shell");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "> "));
    VERIFY_OK(save(*guest));
    host_->type(*guest, "help\r"); // it rests, so this waits
    VERIFY_OK(save(*guest));
    VERIFY_OK(host_->release(*guest));
    auto again = restore();
    VERIFY_OK(again);
    VERIFY_OK(resume(*again));
    QVERIFY(host_->waitForText(*again, "help"));
    VERIFY_OK(host_->release(*again));
}

void TestSavedGuests::beforeTheFirstInstruction() {
    auto guest = launch("hello", [](auto &spec) { spec.paused = true; });
    VERIFY_OK(guest);
    guest = once(*guest);
    VERIFY_OK(guest);
    QVERIFY(host_->waitForEnd(*guest));
    QVERIFY(host_->collected(*guest).ended->cleanPowerOff());
    VERIFY_OK(host_->release(*guest));
}

void TestSavedGuests::cancelled() {
    auto guest = launch("ticks");
    VERIFY_OK(guest);
    std::remove(file().c_str());
    auto saved = saveGuest(host_->agent(), *guest, savedGuestOf(spec_, "test", {}, ""), file(),
                           [](double) { return false; });
    QCOMPARE(saved.message(), std::string("it was stopped as you asked"));
    QVERIFY(!QFile::exists(QString::fromStdString(file())));
    VERIFY_OK(save(*guest));
    auto reader = SavedFileReader::open(file());
    VERIFY_OK(reader);
    auto state = reader->takeGuest().state;
    auto again = SavedFileReader::open(file());
    auto spec = launchSpecOf(again->takeGuest());
    QVERIFY(!restoreGuest(host_->agent(), *spec, state, *again, [](double) { return false; }));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForEnd(*guest));
    QVERIFY(host_->collected(*guest).ended->cleanPowerOff());
    auto late = save(*guest);
    QCOMPARE(late.message(), std::string("the Guest has ended"));
    VERIFY_OK(host_->release(*guest));
}

void TestSavedGuests::statesThatNoGuestCanHave() {
    auto guest = launch("user");
    VERIFY_OK(guest);
    QTest::qWait(100);
    VERIFY_OK(save(*guest));
    VERIFY_OK(host_->release(*guest));
    auto with = [&](const std::function<void(MachineState &)> &change) {
        const auto made = restore([&](SavedGuest &saved) {
            auto state = decodeState(saved.state);
            change(*state);
            saved.state = encodeState(*state);
        });
        return made ? std::string("it was taken") : made.message();
    };
    const std::string senseless = "the saved Guest's state makes no sense to the module";
    QCOMPARE(with([](auto &s) { s.vcpus[0].regs.cs = 0x10; }), senseless);
    // Of the right ring, but no code.
    QCOMPARE(with([](auto &s) { s.vcpus[0].regs.cs = s.vcpus[0].regs.ss; }), senseless);
    QCOMPARE(with([](auto &s) { s.vcpus[0].regs.ss = 0x18; }), senseless);
    QCOMPARE(with([](auto &s) { s.vcpus[0].regs.ds = 0x20; }), senseless);
    QCOMPARE(with([](auto &s) { s.vcpus[0].ss1 = 0x18; }), senseless);
    QCOMPARE(with([](auto &s) { s.vcpus[0].lguest_data = 0xfffff000; }), senseless);
    QCOMPARE(with([](auto &s) { s.guest.idt[2] = {0x00610000, 0x0000ee00}; }), senseless);
    QCOMPARE(with([](auto &s) { s.vcpus[0].fpu[27] = 0x80; }), senseless);
    QCOMPARE(with([](auto &s) { s.guest.levels = 7; }), senseless);
    QCOMPARE(with([](auto &s) { s.vcpus[0].regs.cr3 = 0xfffff000; }), senseless);
    QCOMPARE(with([](auto &s) { s.vcpus.clear(); }),
             std::string("the saved Guest has another number of vCPUs"));
    QCOMPARE(with([](auto &s) { s.lguestQueues.clear(); }),
             std::string("the saved Guest had other devices"));
    QVERIFY(with([](auto &s) {
                s.vcpus[0].tsc_khz = 1;
            }).starts_with("the saved Guest keeps time by a counter of 1 kHz"));
}

// Whatever the file says: the Host stands, and the Guest runs or dies.
void TestSavedGuests::statesOfAnEnemy() {
    auto guest = launch("user");
    VERIFY_OK(guest);
    QTest::qWait(100);
    VERIFY_OK(save(*guest));
    VERIFY_OK(host_->release(*guest));
    std::mt19937 random(unsigned(qEnvironmentVariableIntValue("LGSCOPE_SEED") + 1));
    int ran = 0;
    for (int i = 0; i < 150; ++i) {
        auto made = restore([&](SavedGuest &saved) {
            auto state = decodeState(saved.state);
            auto *bytes = reinterpret_cast<uint8_t *>(&state->vcpus[0]);
            auto *common = reinterpret_cast<uint8_t *>(&state->guest);
            for (unsigned changes = 1 + random() % 3; changes > 0; --changes) {
                if (random() % 4 == 0)
                    common[random() % sizeof(lg_saved_guest)] = uint8_t(random());
                else // what lies before the FPU is where it hurts
                    bytes[random() % (random() % 2 ? 128 : sizeof(lg_saved_vcpu))] =
                        uint8_t(random());
            }
            saved.state = encodeState(*state);
        });
        if (!made)
            continue;
        ++ran;
        VERIFY_OK(resume(*made));
        QTest::qWait(20);
        VERIFY_OK(host_->release(*made));
    }
    QVERIFY2(ran > 10, "hardly any was good enough to run");
    VERIFY_OK(host_->checkLog());
}

void TestSavedGuests::onlyIntoAFreshGuest() {
    auto guest = launch("ticks");
    VERIFY_OK(guest);
    auto reply = AgentConnection::wait<nlohmann::json>([&](auto done) {
        host_->agent().request(wire::op::kRestoreState, *guest,
                               {{"state", nlohmann::json::binary({1, 2})}}, done);
    });
    QVERIFY(!reply);
    auto begun = AgentConnection::wait<nlohmann::json>([&](auto done) {
        host_->agent().request(wire::op::kRestoreBegin, *guest, nlohmann::json::object(), done);
    });
    QVERIFY(begun.message().starts_with("only a Guest that was launched paused"));
    VERIFY_OK(save(*guest));
    VERIFY_OK(host_->release(*guest));
    auto fresh = restore();
    VERIFY_OK(fresh);
    auto reader = SavedFileReader::open(file());
    auto state = reader->takeGuest().state;
    auto twice = AgentConnection::wait<nlohmann::json>([&](auto done) {
        host_->agent().request(wire::op::kRestoreState, *fresh,
                               {{"state", nlohmann::json::binary(state)}}, done);
    });
    QCOMPARE(twice.message(),
             std::string("the Guest is not waiting for a saved one's memory and state"));
    VERIFY_OK(host_->release(*fresh));
}

// The image is in the file.
void TestSavedGuests::rebootBeginsAnew() {
    auto guest = launch("ticks");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "tick 3 of 10"));
    guest = once(*guest);
    VERIFY_OK(guest);
    VERIFY_OK(AgentConnection::wait<void>([&](auto done) { host_->agent().reboot(*guest, done); }));
    QVERIFY(host_->waitForText(*guest, "tick 1 of 10"));
    VERIFY_OK(host_->release(*guest));
}

// What the Guest asked of its console just before it was held still is done after it.
void TestSavedGuests::talksOnAfterSnapshots() {
    auto guest = launch("shell");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "Type help"));
    const auto ask = [&](const char *op) {
        return AgentConnection::wait<nlohmann::json>([&](auto done) {
            host_->agent().request(op, *guest, nlohmann::json::object(), std::move(done));
        });
    };
    for (int round = 1; round <= 100; ++round) {
        const auto number = std::to_string(round);
        host_->type(*guest, "calls " + number + "\n");
        std::this_thread::sleep_for(std::chrono::microseconds(round * 211 % 4000));
        uint64_t begun = 0;
        while (begun == 0) {
            auto answer = ask(wire::op::kSnapshotBegin);
            VERIFY_OK(answer);
            begun = answer->value("tsc", uint64_t{0});
        }
        VERIFY_OK(ask(wire::op::kSnapshotEnd));
        QVERIFY2(host_->waitForText(*guest, "\n" + number + " hypercalls made", 20),
                 host_->collected(*guest).console.c_str());
    }
    VERIFY_OK(host_->release(*guest));
}

QTEST_GUILESS_MAIN(TestSavedGuests)
#include "test_saved_guests.moc"
