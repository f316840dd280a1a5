// SPDX-License-Identifier: GPL-2.0-or-later
// The module and the agent as a host: stopping, looking, killing, reloading, dying.
#include "image/bundled.h"
#include "running_host.h"
#include "verify_ok.h"

#include <nlohmann/json.hpp>

using namespace lg;

class TestHost : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void stopsAndGoesOn();
    void killsOneThatIgnoresAll();
    void showsWhatWasAskedAndInstalled();
    void walksBothTables();
    void reloadsWithoutALeak();
    void refusesToReloadUnderAGuest();
    void survivesTheDeathOfTheAgent();
    void traceCanBeSwitched();

private:
    template <typename Start>
    static Result<void> wait(Start start) {
        return AgentConnection::wait<void>(std::move(start));
    }
    Result<lg_vcpu_state> state(GuestId guest) {
        return AgentConnection::wait<lg_vcpu_state>(
            [&](auto done) { host_->agent().state(guest, 0, done); });
    }
    uint64_t freeMemory() {
        auto status =
            AgentConnection::wait<HostStatus>([&](auto done) { host_->agent().hostStatus(done); });
        return status ? status->memoryFree : 0;
    }
    std::unique_ptr<RunningHost> host_;
};

void TestHost::init() {
    auto host = RunningHost::start();
    VERIFY_OK(host);
    host_ = std::move(*host);
}

void TestHost::cleanup() {
    VERIFY_OK(host_->checkLog());
    host_.reset();
}

void TestHost::stopsAndGoesOn() {
    auto guest = host_->launch("user", "forever");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "one says 1"));
    VERIFY_OK(wait([&](auto done) { host_->agent().pause(*guest, done); }));
    auto before = state(*guest);
    VERIFY_OK(before);
    QCOMPARE(before->stopped, 1u);
    const size_t said = host_->collected(*guest).console.size();
    QTest::qWait(700); // each task says something several times a second
    auto after = state(*guest);
    VERIFY_OK(after);
    QCOMPARE(memcmp(&before->regs, &after->regs, sizeof(before->regs)), 0);
    QCOMPARE(host_->collected(*guest).console.size(), said);

    VERIFY_OK(wait([&](auto done) { host_->agent().resume(*guest, done); }));
    QVERIFY(host_->waitForText(*guest, "three says 3"));
    const Collected all = host_->collected(*guest);
    QCOMPARE(all.count(LG_EV_STOPPED), size_t(1));
    QCOMPARE(all.count(LG_EV_RESUMED), size_t(1));
    VERIFY_OK(wait([&](auto done) { host_->agent().kill(*guest, done); }));
    QVERIFY(host_->waitForEnd(*guest, 5));
}

// It never makes a hypercall, never traps and has interrupts off.
void TestHost::killsOneThatIgnoresAll() {
    auto guest = host_->launch(TEST_GUESTS "/spin");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "spinning"));
    auto looked = state(*guest);
    VERIFY_OK(looked);
    QCOMPARE(looked->irq_enabled, 0u);
    VERIFY_OK(wait([&](auto done) { host_->agent().kill(*guest, done); }));
    QVERIFY(host_->waitForEnd(*guest, 5));
    QCOMPARE(int(host_->collected(*guest).ended->death), int(LG_DEATH_KILLED));
}

void TestHost::showsWhatWasAskedAndInstalled() {
    auto guest = host_->launch("user", "forever");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "says 1"));
    auto s = state(*guest);
    VERIFY_OK(s);
    QCOMPARE(s->paging, 2u);
    QCOMPARE(s->kernel_address, 0xc0000000u);
    QVERIFY(s->held_pages > 10 && s->shadow_pages > 10 && s->shadow_roots >= 3);
    QCOMPARE(s->ss1, uint32_t(LGUEST_KERNEL_DS));
    // Code for ring 3, installed as asked; our TSS where the Guest asked for nothing.
    QCOMPARE(s->gdt_asked[14].high, 0x00cffb00u);
    QCOMPARE(s->gdt_installed[14].high, 0x00cffb00u);
    QCOMPARE(s->gdt_asked[4].high, 0u);
    QVERIFY(s->gdt_installed[4].high & 0x8000);
    // The system call: a trap gate for ring 3, and in hardware a gate to 64-bit code.
    QCOMPARE(s->idt_asked[0x80].high & 0xff00, 0xef00u);
    QCOMPARE(s->idt_installed[0x80].low >> 16, 0x10u);
    QCOMPARE(s->idt_installed[0x80].high & 0xff00, 0xee00u);
    QVERIFY(s->idt_installed[0x80].offset_high != 0);

    auto switcher = AgentConnection::wait<lg_switcher_info>(
        [&](auto done) { host_->agent().switcher(*guest, 0, done); });
    VERIFY_OK(switcher);
    bool text = false, idt = false;
    for (uint32_t i = 0; i < switcher->count; i++) {
        const lg_switcher_page &page = switcher->pages[i];
        QVERIFY2(page.address >> 47 && page.pfn, "in the upper half, with a frame behind it");
        text |= page.what == LG_SWITCHER_TEXT && page.guest == (LG_PAGE_PRESENT | LG_PAGE_EXEC);
        idt |= page.what == LG_SWITCHER_IDT && page.guest == LG_PAGE_PRESENT;
    }
    QVERIFY(text && idt);
    VERIFY_OK(wait([&](auto done) { host_->agent().kill(*guest, done); }));
}

void TestHost::walksBothTables() {
    auto guest = host_->launch("user", "forever");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "says 2"));
    VERIFY_OK(wait([&](auto done) { host_->agent().pause(*guest, done); }));
    const auto walk = [&](uint32_t address) {
        return AgentConnection::wait<lg_walk>(
            [&](auto done) { host_->agent().walk(*guest, 0, address, 0, done); });
    };
    auto user = walk(0xbe000000);
    VERIFY_OK(user);
    QCOMPARE(user->mapped, 1u);
    QCOMPARE(user->guest_entry[1] & 7, 7u);  // present, writable, user
    QCOMPARE(user->shadow_entry[2] & 5, 5u); // present, user
    QCOMPARE((user->shadow_entry[2] >> 12) & 0xffffffffff, user->host_pfn);
    auto nothing = walk(0x7fff0000);
    VERIFY_OK(nothing);
    QCOMPARE(nothing->mapped, 0u);
    QCOMPARE(nothing->shadow_entry[2], uint64_t(0));
    // Looking does not kill.
    QVERIFY(!host_->collected(*guest).ended);
}

void TestHost::reloadsWithoutALeak() {
    const auto cycle = [&] {
        auto guest = host_->launch("pages");
        VERIFY_OK(guest);
        QVERIFY(host_->waitForEnd(*guest));
        VERIFY_OK(host_->release(*guest));
        VERIFY_OK(wait([&](auto done) { host_->agent().moduleReload(done); }));
    };
    cycle(); // what is made once and kept is made now
    const uint64_t before = freeMemory();
    for (int i = 0; i < 10; i++)
        cycle();
    const uint64_t after = freeMemory();
    // A Guest's memory that was forgotten ten times, or the Switcher's megabyte, would show.
    QVERIFY2(after + (4 << 20) > before,
             qPrintable(QString("%1 KiB less").arg((before - after) >> 10)));
}

void TestHost::refusesToReloadUnderAGuest() {
    auto guest = host_->launch("shell");
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "> "));
    auto reload = wait([&](auto done) { host_->agent().moduleReload(done); });
    QVERIFY(!reload);
    QVERIFY(!reload.message().empty());
    host_->type(*guest, "off\r");
    QVERIFY(host_->waitForEnd(*guest));
}

void TestHost::traceCanBeSwitched() {
    auto guest = host_->launch("shell", {}, LG_EVENTS_OFF);
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "> "));
    QVERIFY(host_->collected(*guest).events.empty());
    VERIFY_OK(wait([&](auto done) { host_->agent().setTrace(*guest, LG_EVENTS_DROP, done); }));
    host_->type(*guest, "calls 20\r");
    QVERIFY(host_->waitForText(*guest, "20 hypercalls made"));
    VERIFY_OK(wait([&](auto done) { host_->agent().setTrace(*guest, LG_EVENTS_OFF, done); }));
    QTest::qWait(200);
    const size_t events = host_->collected(*guest).events.size();
    QVERIFY(events >= 20);
    host_->type(*guest, "calls 21\r");
    QVERIFY(host_->waitForText(*guest, "21 hypercalls made"));
    QCOMPARE(host_->collected(*guest).events.size(), events);
    VERIFY_OK(wait([&](auto done) { host_->agent().kill(*guest, done); }));
}

// As by kill -9, in the middle of two Guests: the module frees all, and a new agent answers.
void TestHost::survivesTheDeathOfTheAgent() {
    auto one = host_->launch("user", "forever");
    auto two = host_->launch("storm", "9");
    VERIFY_OK(one);
    VERIFY_OK(two);
    QVERIFY(host_->waitForText(*one, "says 1"));
    VERIFY_OK(host_->killAgent());
    VERIFY_OK(wait([&](auto done) { host_->agent().moduleReload(done); }));
    auto hello = host_->launch("hello");
    VERIFY_OK(hello);
    QVERIFY(host_->waitForEnd(*hello));
}

QTEST_GUILESS_MAIN(TestHost)
#include "test_host.moc"
