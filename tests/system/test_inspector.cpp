// SPDX-License-Identifier: GPL-2.0-or-later
// Stops at events, single steps, breakpoints, and the times of world switches: on real Guests.
#include "inspect/conditions.h"
#include "running_host.h"
#include "verify_ok.h"

using namespace lg;

class TestInspector : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void timesOfWorldSwitches();
    void kindsAreChosen();
    void changesOfPageTables();
    void stopsAtAMatch();
    void stopsAtAReflection();
    void stopsWithoutARing();
    void stopsAtHaltAndInterrupt();
    void aConditionThatMakesNoSenseIsRefused();
    void stepsOneThingAtATime();
    void stepOfAHaltedVcpu();
    void breakpoints();
    void breakpointsInARow();
    void breakpointsThatCannotBe();
    void hostBreakpointsAreLeftAlone();
    void oneStopsAll();
    void setsRegistersAndMemory();
    void aPageTableThatIsSet();
    void setsNothingThatCannotBe();
    void cleanupTestCase();

private:
    Result<GuestId> launchPaused(const std::string &image, lg_event_mode mode = LG_EVENTS_DROP,
                                 uint64_t kinds = LG_KINDS_DEFAULT);
    Result<void> breakAt(GuestId guest, const std::string &filter);
    Result<void> breakpointsAt(GuestId guest, std::vector<lg_breakpoint> list);
    Result<void> resume(GuestId guest);
    Result<void> setRegisters(GuestId guest, const lg_event_regs &regs);
    Result<void> setWord(GuestId guest, uint32_t address, uint32_t value);
    // Lets it do one step, and returns where it stands then.
    uint32_t step(GuestId guest);
    lg_vcpu_state state(GuestId guest);
    uint32_t at(const char *symbol) const;
    // Records come a moment after the word that the vCPU has stopped.
    Collected collectedUpTo(GuestId guest, lg_event_kind kind, int code, size_t count);

    std::unique_ptr<RunningHost> host_;
    std::shared_ptr<const SymbolTable> symbols_;
};

void TestInspector::initTestCase() {
    auto host = RunningHost::start();
    VERIFY_OK(host);
    host_ = std::move(*host);
    auto image = loadImage(TEST_GUESTS "/steps");
    VERIFY_OK(image);
    symbols_ = image->symbols;
}

void TestInspector::cleanupTestCase() {
    if (!host_)
        return;
    VERIFY_OK(host_->checkLog());
}

Result<GuestId> TestInspector::launchPaused(const std::string &image, lg_event_mode mode,
                                            uint64_t kinds) {
    return host_->launch(image, [&](LaunchSpec &spec) {
        spec.eventMode = mode;
        spec.eventKinds = kinds;
        spec.paused = true;
    });
}

Result<void> TestInspector::breakAt(GuestId guest, const std::string &filter) {
    auto parsed = Filter::parse(filter);
    auto conditions = conditionsOf(std::get<Filter>(parsed), symbols_.get());
    if (!conditions)
        return conditions.error();
    return AgentConnection::wait<void>(
        [&](auto done) { host_->agent().setConditions(guest, *conditions, done); });
}

Result<void> TestInspector::breakpointsAt(GuestId guest, std::vector<lg_breakpoint> list) {
    lg_breakpoints all = {};
    std::copy(list.begin(), list.end(), all.at);
    return AgentConnection::wait<void>(
        [&](auto done) { host_->agent().setBreakpoints(guest, all, done); });
}

Result<void> TestInspector::resume(GuestId guest) {
    return AgentConnection::wait<void>([&](auto done) { host_->agent().resume(guest, done); });
}

Result<void> TestInspector::setRegisters(GuestId guest, const lg_event_regs &regs) {
    return AgentConnection::wait<void>(
        [&](auto done) { host_->agent().setRegisters(guest, 0, regs, done); });
}

Result<void> TestInspector::setWord(GuestId guest, uint32_t address, uint32_t value) {
    Bytes bytes;
    append(bytes, value);
    return AgentConnection::wait<void>(
        [&](auto done) { host_->agent().writeMemory(guest, 0, address, bytes, true, done); });
}

lg_vcpu_state TestInspector::state(GuestId guest) {
    auto got = AgentConnection::wait<lg_vcpu_state>(
        [&](auto done) { host_->agent().state(guest, 0, done); });
    return got ? *got : lg_vcpu_state{};
}

uint32_t TestInspector::step(GuestId guest) {
    size_t before = host_->collected(guest).stops.size();
    auto asked =
        AgentConnection::wait<void>([&](auto done) { host_->agent().step(guest, 0, done); });
    if (!asked || !host_->waitForStop(guest, before + 1))
        return 0;
    auto stop = host_->collected(guest).stops.back();
    return stop.reason == LG_STOP_STEP ? stop.eip : 0;
}

uint32_t TestInspector::at(const char *symbol) const {
    return symbols_->address(symbol).value_or(0);
}

Collected TestInspector::collectedUpTo(GuestId guest, lg_event_kind kind, int code, size_t count) {
    if (!QTest::qWaitFor([&] { return host_->collected(guest).count(kind, code) >= count; }))
        qWarning("there are fewer records than expected");
    return host_->collected(guest);
}

void TestInspector::timesOfWorldSwitches() {
    auto guest = host_->launch("user", [](LaunchSpec &spec) {
        spec.eventMode = LG_EVENTS_LOSSLESS;
        spec.eventKinds = LG_KINDS_ALL;
    });
    VERIFY_OK(guest);
    QVERIFY(host_->waitForEnd(*guest));
    auto all = host_->collected(*guest);
    auto counters = AgentConnection::wait<lg_counters>(
        [&](auto done) { host_->agent().counters(*guest, 0, done); });
    VERIFY_OK(counters);
    const auto stays = all.ofKind(LG_EV_WORLD_SWITCH);
    QCOMPARE(stays.size(), size_t(counters->switches)); // one for each
    uint64_t reflected = 0;
    size_t entered = 0;
    for (const lg_event &stay : stays) {
        uint64_t sum = uint64_t(stay.detail[0]) + stay.detail[1] + stay.detail[2];
        QVERIFY(sum >= stay.duration && sum <= uint64_t(stay.duration) + 1);
        QVERIFY(stay.detail[0] > 0);
        entered += stay.detail[1] > 0;
        reflected += stay.detail[3];
    }
    QVERIFY(entered > stays.size() / 2);
    QCOMPARE(reflected, uint64_t(counters->reflected_fast));
    QVERIFY(reflected > 1000);
    // Time goes forward in the ring, this record included.
    for (size_t i = 1; i < all.events.size(); ++i)
        QVERIFY(all.events[i].tsc >= all.events[i - 1].tsc);
    VERIFY_OK(host_->release(*guest));
}

void TestInspector::kindsAreChosen() {
    auto guest = host_->launch("user", [](LaunchSpec &spec) {
        spec.eventMode = LG_EVENTS_LOSSLESS;
        spec.eventKinds = LG_KIND(LG_EV_HYPERCALL) | LG_KIND(LG_EV_DEAD);
    });
    VERIFY_OK(guest);
    QVERIFY(host_->waitForEnd(*guest));
    auto all = host_->collected(*guest);
    QCOMPARE(all.count(LG_EV_HYPERCALL) + all.count(LG_EV_DEAD), all.events.size());
    QVERIFY(all.count(LG_EV_HYPERCALL) > 10 && all.count(LG_EV_DEAD) == 1);
    for (size_t i = 0; i < all.events.size(); ++i)
        QCOMPARE(size_t(all.events[i].seq), i); // what is not wanted is no loss
    VERIFY_OK(host_->release(*guest));
}

void TestInspector::changesOfPageTables() {
    auto guest = host_->launch("pages", {}, LG_EVENTS_LOSSLESS);
    VERIFY_OK(guest);
    QVERIFY(host_->waitForEnd(*guest));
    auto all = host_->collected(*guest);
    // One for each word of the Guest's, right behind it.
    size_t calls = 0, set = 0, dropped = 0;
    for (size_t i = 0; i + 1 < all.events.size(); ++i) {
        const lg_event &e = all.events[i], &next = all.events[i + 1];
        if (e.kind != LG_EV_HYPERCALL && e.kind != LG_EV_ASYNC_HYPERCALL)
            continue;
        int what = e.code == LHCALL_SET_PTE       ? LG_TABLE_SET_PTE
                   : e.code == LHCALL_SET_PGD     ? LG_TABLE_SET_PGD
                   : e.code == LHCALL_FLUSH_TLB   ? LG_TABLE_FLUSH
                   : e.code == LHCALL_NEW_PGTABLE ? LG_TABLE_NEW_ROOT
                                                  : 0;
        if (!what)
            continue;
        calls++;
        QCOMPARE(int(next.kind), int(LG_EV_PAGE_TABLE_CHANGE));
        QCOMPARE(int(next.code), what);
        if (what != LG_TABLE_SET_PTE)
            continue;
        QCOMPARE(next.detail[0], e.detail[1]); // the address
        // What is not accessed is forgotten, if it was there.
        if (!(e.detail[2] & 0x20))
            QCOMPARE(next.detail[4], 0u);
        else if (next.detail[4] & 1)
            set++;
        dropped += (next.detail[2] & 1) && !(next.detail[4] & 1);
    }
    QCOMPARE(all.count(LG_EV_PAGE_TABLE_CHANGE), calls);
    QVERIFY(calls > 10);
    QVERIFY2(set + dropped > 0, "no entry of the shadow was ever changed");
    VERIFY_OK(host_->release(*guest));
}

void TestInspector::stopsAtAMatch() {
    auto guest = launchPaused("hello");
    VERIFY_OK(guest);
    VERIFY_OK(breakAt(*guest, "code == LGUEST_INIT && arg0 > 0x1000 && !(ring == 3)"));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 1));
    auto all = collectedUpTo(*guest, LG_EV_STOPPED, LG_STOP_CONDITION, 1);
    QCOMPARE(all.stops[0].reason, LG_STOP_CONDITION);
    QCOMPARE(all.console, std::string()); // it has not gone on
    auto rest = state(*guest);
    QCOMPARE(rest.stopped, uint32_t(LG_STOP_CONDITION));
    QCOMPARE(rest.stop_seq, all.stops[0].seq);
    const auto calls = all.ofKind(LG_EV_HYPERCALL);
    QCOMPARE(calls.size(), size_t(1));
    QCOMPARE(calls[0].seq, all.stops[0].seq);
    const auto stops = all.ofKind(LG_EV_STOPPED);
    QCOMPARE(int(stops.back().code), int(LG_STOP_CONDITION));
    QCOMPARE(stops.back().detail[1], uint32_t(calls[0].seq));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForEnd(*guest));
    QCOMPARE(host_->collected(*guest).stops.size(), size_t(1));
    VERIFY_OK(host_->release(*guest));
}

// The Switcher would give this trap to the Guest by itself.
void TestInspector::stopsAtAReflection() {
    auto guest = launchPaused("user");
    VERIFY_OK(guest);
    VERIFY_OK(breakAt(*guest, "vector == SYSCALL && eax == 3"));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 1));
    auto rest = state(*guest);
    QCOMPARE(rest.regs.cs & 3u, 1u); // at the handler's first instruction
    const auto reflected =
        collectedUpTo(*guest, LG_EV_STOPPED, LG_STOP_CONDITION, 1).ofKind(LG_EV_REFLECT);
    QVERIFY(!reflected.empty());
    QCOMPARE(int(reflected.back().code), LGUEST_SYSCALL_VECTOR);
    QCOMPARE(reflected.back().detail[2], uint32_t(LG_REFLECT_HOST));
    QCOMPARE(reflected.back().regs.eax, 3u);
    QCOMPARE(reflected.back().detail[0], rest.regs.eip);
    // No condition any more: the Switcher does it again.
    VERIFY_OK(AgentConnection::wait<void>(
        [&](auto done) { host_->agent().setConditions(*guest, {}, done); }));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForEnd(*guest));
    QCOMPARE(host_->collected(*guest).ofKind(LG_EV_REFLECT).back().detail[2],
             uint32_t(LG_REFLECT_SWITCHER));
    VERIFY_OK(host_->release(*guest));
}

void TestInspector::stopsWithoutARing() {
    auto guest = launchPaused("ticks", LG_EVENTS_OFF);
    VERIFY_OK(guest);
    VERIFY_OK(breakAt(*guest, "kind == irq-delivered && irq == 0"));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 1));
    QCOMPARE(state(*guest).stop_seq, UINT64_MAX);
    QVERIFY(host_->collected(*guest).events.empty());
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 2));
    VERIFY_OK(host_->release(*guest));
}

void TestInspector::stopsAtHaltAndInterrupt() {
    auto guest = launchPaused("ticks");
    VERIFY_OK(guest);
    VERIFY_OK(breakAt(*guest, "kind == halt || kind == irq-delivered"));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 1));
    QCOMPARE(state(*guest).halted, 1u);
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 2));
    auto all = collectedUpTo(*guest, LG_EV_STOPPED, LG_STOP_CONDITION, 2);
    auto rest = state(*guest);
    QCOMPARE(all.ofKind(LG_EV_IRQ_DELIVERED).size(), size_t(1));
    QCOMPARE(all.ofKind(LG_EV_IRQ_DELIVERED)[0].detail[0], rest.regs.eip);
    VERIFY_OK(host_->release(*guest));
}

void TestInspector::aConditionThatMakesNoSenseIsRefused() {
    auto guest = launchPaused("hello");
    VERIFY_OK(guest);
    lg_condition bad = {};
    bad.count = LG_CONDITION_TERMS + 1;
    auto set = AgentConnection::wait<void>(
        [&](auto done) { host_->agent().setConditions(*guest, {bad}, done); });
    QVERIFY(!set.ok());
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForEnd(*guest));
    VERIFY_OK(host_->release(*guest));
}

void TestInspector::stepsOneThingAtATime() {
    auto guest = launchPaused(TEST_GUESTS "/steps");
    VERIFY_OK(guest);
    QVERIFY(at("stepped") && at("step_11") && at("bare_handler"));
    VERIFY_OK(breakpointsAt(*guest, {{at("stepped"), LG_BREAK_EXECUTE, 1}}));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 1));
    QCOMPARE(host_->collected(*guest).stops[0].reason, LG_STOP_BREAKPOINT);
    QCOMPARE(state(*guest).regs.eip, at("stepped"));
    for (const char *place : {"step_1", "step_2", "step_3", "step_4", "step_5"})
        QCOMPARE(step(*guest), at(place));
    QCOMPARE(state(*guest).regs.eflags & 0x100, 0u); // popf did not bring our flag back
    QCOMPARE(step(*guest), at("bare_handler"));      // a trap of its own is one step
    for (const char *place : {"step_6", "step_7", "step_8", "step_9", "step_10", "step_11"})
        QCOMPARE(step(*guest), at(place));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForEnd(*guest));
    QCOMPARE(host_->collected(*guest).console, std::string("flags 0, own traps 1\n"));
    VERIFY_OK(host_->release(*guest));

    // All of it by steps, its own single step included: it must not notice.
    guest = launchPaused(TEST_GUESTS "/steps");
    VERIFY_OK(guest);
    VERIFY_OK(breakpointsAt(*guest, {{at("stepped"), LG_BREAK_EXECUTE, 1}}));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 1));
    for (int i = 0; i < 400 && !host_->collected(*guest).ended; ++i)
        if (!step(*guest))
            break;
    (void)resume(*guest);
    QVERIFY(host_->waitForEnd(*guest));
    QCOMPARE(host_->collected(*guest).console, std::string("flags 0, own traps 1\n"));
    VERIFY_OK(host_->release(*guest));
}

void TestInspector::stepOfAHaltedVcpu() {
    auto guest = launchPaused("ticks");
    VERIFY_OK(guest);
    VERIFY_OK(breakAt(*guest, "kind == halt"));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 1));
    QVERIFY(step(*guest) != 0); // until its interrupt
    const auto delivered =
        collectedUpTo(*guest, LG_EV_STOPPED, LG_STOP_STEP, 1).ofKind(LG_EV_IRQ_DELIVERED);
    QCOMPARE(delivered.size(), size_t(1));
    QCOMPARE(delivered[0].detail[0], state(*guest).regs.eip);
    VERIFY_OK(host_->release(*guest));
}

void TestInspector::breakpoints() {
    auto guest = launchPaused(TEST_GUESTS "/steps");
    VERIFY_OK(guest);
    VERIFY_OK(breakpointsAt(*guest, {{at("watched"), LG_BREAK_WRITE, 4},
                                     {at("step_8"), LG_BREAK_EXECUTE, 1},
                                     {at("seen_flags"), LG_BREAK_ACCESS, 4}}));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 1));
    QCOMPARE(state(*guest).regs.eip, at("step_3")); // after the write to seen_flags
    QCOMPARE(state(*guest).stop_detail, 4u);
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 2));
    QCOMPARE(state(*guest).regs.eip, at("step_8"));
    QCOMPARE(state(*guest).stop_detail, 2u);
    for (size_t i = 1; i <= 3; ++i) {
        VERIFY_OK(resume(*guest));
        QVERIFY(host_->waitForStop(*guest, 2 + i));
        QCOMPARE(state(*guest).stop_detail, 1u);
        auto memory = AgentConnection::wait<GuestMemory>(
            [&](auto done) { host_->agent().readMemory(*guest, 0, at("watched"), 4, true, done); });
        VERIFY_OK(memory);
        QCOMPARE(size_t(memory->bytes[0]), i);
    }
    VERIFY_OK(breakpointsAt(*guest, {}));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForEnd(*guest));
    QCOMPARE(host_->collected(*guest).console, std::string("flags 0, own traps 1\n"));
    VERIFY_OK(host_->release(*guest));
}

// Going on from a breakpoint passes its instruction, and not the next one's: a trap for the Guest's
// own handler, an INT n that is its way into the Host, an instruction that the Host does for it,
// and a fault before it is done.
void TestInspector::breakpointsInARow() {
    auto guest = launchPaused(TEST_GUESTS "/steps");
    VERIFY_OK(guest);
    size_t stops = 0;
    for (const auto &places : std::vector<std::vector<const char *>>{
             {"step_5", "step_6", "step_7", "step_8"}, {"step_9", "step_10", "step_11"}}) {
        std::vector<lg_breakpoint> all;
        for (const char *place : places)
            all.push_back({at(place), LG_BREAK_EXECUTE, 1});
        VERIFY_OK(breakpointsAt(*guest, all));
        for (const char *place : places) {
            VERIFY_OK(resume(*guest));
            QVERIFY(host_->waitForStop(*guest, ++stops));
            QCOMPARE(state(*guest).regs.eip, at(place));
        }
    }
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForEnd(*guest));
    QCOMPARE(host_->collected(*guest).stops.size(), stops);
    VERIFY_OK(host_->release(*guest));
}

// The Guest goes on with what was set, and tells of it.
void TestInspector::setsRegistersAndMemory() {
    auto guest = launchPaused(TEST_GUESTS "/steps");
    VERIFY_OK(guest);
    VERIFY_OK(breakpointsAt(
        *guest, {{at("step_2"), LG_BREAK_EXECUTE, 1}, {at("step_6"), LG_BREAK_EXECUTE, 1}}));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 1));
    auto regs = state(*guest).regs;
    regs.eax = 0x2;          // what would be pushed and popped as flags
    regs.eip = at("step_3"); // and is not kept
    regs.esi = 0x12345678;
    regs.cr3 = regs.cr2 = 1;             // not taken
    regs.eflags |= 0x3000 | 0x20000 | 1; // IOPL and VM are not for it, carry is
    VERIFY_OK(setRegisters(*guest, regs));
    const auto after = state(*guest).regs;
    QCOMPARE(after.esi, regs.esi);
    QCOMPARE(after.eip, at("step_3"));
    QCOMPARE(after.eflags & 0x23001, 1u);
    QVERIFY(after.cr3 != 1 && after.cr2 != 1);
    VERIFY_OK(setWord(*guest, at("seen_flags"), 0x100));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 2));
    QCOMPARE(state(*guest).regs.eip, at("step_6"));
    QCOMPARE(state(*guest).regs.esi, regs.esi);
    VERIFY_OK(breakpointsAt(*guest, {}));
    VERIFY_OK(resume(*guest));
    const auto told = collectedUpTo(*guest, LG_EV_RESUMED, 0, 2);
    QCOMPARE(told.count(LG_EV_RESUMED, LG_SET_REGISTERS | LG_SET_MEMORY), size_t(1));
    QVERIFY(host_->waitForEnd(*guest));
    QCOMPARE(host_->collected(*guest).console, std::string("flags 100, own traps 1\n"));
    VERIFY_OK(host_->release(*guest));
}

// The shadow has the page that step_10 wrote to; the Guest's table, by somebody else's hand, not.
void TestInspector::aPageTableThatIsSet() {
    auto guest = launchPaused(TEST_GUESTS "/steps");
    VERIFY_OK(guest);
    VERIFY_OK(breakpointsAt(*guest, {{at("step_11"), LG_BREAK_EXECUTE, 1}}));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 1));
    const auto walk = AgentConnection::wait<lg_walk>(
        [&](auto done) { host_->agent().walk(*guest, 0, 0x50000000, 0, done); });
    VERIFY_OK(walk);
    QCOMPARE(walk->mapped, 1u);
    VERIFY_OK(AgentConnection::wait<void>([&](auto done) {
        host_->agent().writeMemory(*guest, 0, uint32_t(walk->guest_at[walk->levels - 1]),
                                   Bytes(4, 0), false, done);
    }));
    auto regs = state(*guest).regs;
    regs.eip = at("step_10");
    VERIFY_OK(setRegisters(*guest, regs));
    VERIFY_OK(breakpointsAt(*guest, {}));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForEnd(*guest)); // it has no gate for page faults
    const auto reason = host_->collected(*guest).ended->reason;
    QVERIFY2(reason.find("50000000") != std::string::npos, reason.c_str());
    VERIFY_OK(host_->release(*guest));
}

void TestInspector::setsNothingThatCannotBe() {
    auto guest = launchPaused("ticks");
    VERIFY_OK(guest);
    VERIFY_OK(resume(*guest));
    QVERIFY(!setRegisters(*guest, state(*guest).regs).ok()); // it runs
    QVERIFY(!setWord(*guest, state(*guest).regs.esp, 0).ok());
    VERIFY_OK(AgentConnection::wait<void>(
        [&](auto done) { host_->agent().pause(*guest, std::move(done)); }));
    const auto good = state(*guest).regs;
    VERIFY_OK(setRegisters(*guest, good));
    for (const uint16_t cs : {0x10, 0x33, 0x60, 0x62, 0x68, 0x69, 0, 4, 0xffff}) {
        auto bad = good;
        bad.cs = cs;
        QVERIFY2(!setRegisters(*guest, bad).ok(), qPrintable(QString::number(cs, 16)));
    }
    for (uint16_t lg_event_regs::*one : {&lg_event_regs::ss, &lg_event_regs::ds, &lg_event_regs::es,
                                         &lg_event_regs::fs, &lg_event_regs::gs}) {
        auto bad = good;
        bad.*one = 0x18; // the Host's
        QVERIFY(!setRegisters(*guest, bad).ok());
    }
    QCOMPARE(state(*guest).regs.cs, good.cs);
    // Of what reaches beyond the end of memory nothing is written.
    const auto bytesAt = [&](uint32_t address) {
        auto got = AgentConnection::wait<GuestMemory>(
            [&](auto done) { host_->agent().readMemory(*guest, 0, address, 4, false, done); });
        return got ? got->bytes : Bytes{};
    };
    uint32_t end = kDefaultMemoryBytes;
    while (!bytesAt(end).empty())
        end += 4096; // devices are behind it
    QCOMPARE(bytesAt(end - 2), (Bytes{0, 0}));
    QVERIFY(!AgentConnection::wait<void>([&](auto done) {
                 const Bytes ones(4, 0xff);
                 host_->agent().writeMemory(*guest, 0, end - 2, ones, false, done);
             }).ok());
    QCOMPARE(bytesAt(end - 2), (Bytes{0, 0}));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForEnd(*guest));
    QCOMPARE(host_->collected(*guest).ended->death, LG_DEATH_POWEROFF);
    VERIFY_OK(host_->release(*guest));
}

void TestInspector::breakpointsThatCannotBe() {
    auto guest = launchPaused("hello");
    VERIFY_OK(guest);
    for (lg_breakpoint bad : {lg_breakpoint{0x1001, LG_BREAK_WRITE, 4},
                              {0x1000, LG_BREAK_WRITE, 3},
                              {0x1000, LG_BREAK_EXECUTE, 4},
                              {0x1000, 4, 1}})
        QVERIFY(!breakpointsAt(*guest, {bad}).ok());
    auto step =
        AgentConnection::wait<void>([&](auto done) { host_->agent().step(*guest, 7, done); });
    QVERIFY(!step.ok()); // no such vCPU
    VERIFY_OK(host_->release(*guest));
}

// A Guest with breakpoints and steps beside one without: nothing of the one shows in the other.
void TestInspector::hostBreakpointsAreLeftAlone() {
    auto guest = launchPaused(TEST_GUESTS "/steps");
    VERIFY_OK(guest);
    VERIFY_OK(breakpointsAt(*guest, {{at("stepped"), LG_BREAK_EXECUTE, 1}}));
    VERIFY_OK(resume(*guest));
    QVERIFY(host_->waitForStop(*guest, 1));
    auto other = host_->launch(TEST_GUESTS "/steps");
    VERIFY_OK(other);
    QVERIFY(host_->waitForEnd(*other));
    QVERIFY(host_->collected(*other).stops.empty());
    QCOMPARE(host_->collected(*other).console, std::string("flags 0, own traps 1\n"));
    VERIFY_OK(host_->release(*other));
    VERIFY_OK(host_->release(*guest));
}

// One spins, and an interrupt of the Host's there stops the others too: one that spins, one that
// sleeps, one that was never started.
void TestInspector::oneStopsAll() {
    auto guest = host_->launch(TEST_GUESTS "/vcpus", {}, LG_EVENTS_DROP, 1 << 12, 4);
    VERIFY_OK(guest);
    QVERIFY(host_->waitForText(*guest, "all are at it"));
    auto parsed = Filter::parse("vcpu == 1 && kind == host-irq");
    auto conditions = conditionsOf(std::get<Filter>(parsed), nullptr);
    VERIFY_OK(conditions);
    conditions->at(0).flags = LG_CONDITION_ALL_VCPUS;
    VERIFY_OK(AgentConnection::wait<void>(
        [&](auto done) { host_->agent().setConditions(*guest, *conditions, done); }));
    QVERIFY(host_->waitForStop(*guest, 4));
    std::map<uint32_t, lg_stop_reason> why;
    for (const auto &stop : host_->collected(*guest).stops)
        why[stop.vcpu] = stop.reason;
    QCOMPARE(why.size(), size_t(4));
    for (const auto &[vcpu, reason] : why)
        QCOMPARE(int(reason), int(vcpu == 1 ? LG_STOP_CONDITION : LG_STOP_OTHER));
    // One of them does a step, the others stay. Without the condition: an interrupt of the Host's
    // may well come during the step.
    VERIFY_OK(AgentConnection::wait<void>(
        [&](auto done) { host_->agent().setConditions(*guest, {}, done); }));
    VERIFY_OK(
        AgentConnection::wait<void>([&](auto done) { host_->agent().step(*guest, 1, done); }));
    QVERIFY(host_->waitForStop(*guest, 5));
    QCOMPARE(host_->collected(*guest).stops.back().vcpu, 1u);
    QCOMPARE(host_->collected(*guest).stops.back().reason, LG_STOP_STEP);
    VERIFY_OK(resume(*guest));
    VERIFY_OK(AgentConnection::wait<void>(
        [&](auto done) { host_->agent().raiseIrq(*guest, 2, 9, done); }));
    QVERIFY(host_->waitForText(*guest, "vCPU 2 heard line 9"));
    VERIFY_OK(host_->release(*guest));
}

QTEST_GUILESS_MAIN(TestInspector)
#include "test_inspector.moc"
