// SPDX-License-Identifier: GPL-2.0-or-later
// What each way between Guest and Host costs, in instructions of Guest, Switcher and Host
// together, in a sandbox whose clock counts them. The figures do not depend on this machine's
// speed or load, so a limit can be a test.
#include "running_host.h"
#include "verify_ok.h"

#include <sstream>

using namespace lg;

namespace {

struct Promise {
    const char *name, *what;
    unsigned limit;
};

// The same table as in SPECIFICATION.md.
constexpr Promise kPromises[] = {
    {"hypercall", "hypercall through the run loop and back", 250},
    {"record", "one record of such a hypercall, until the reader can see it", 60},
    {"record_reflected", "one record of a system call reflected in the Switcher", 60},
    {"record_fill", "one record of a page entered into the shadow", 60},
    {"record_change", "one record of two in a turn: SET_PTE and what it changed", 60},
    {"record_port", "one record of any other kind: a port access done for the Guest", 60},
    {"timed_stay", "a stay in the Guest with its phases timed, and their record", 250},
    {"system_call", "system call of ring 3 reflected in the Switcher, handler of one iret", 60},
    {"trap_ring1", "trap of ring 1 reflected in the Switcher, handler of one iret", 60},
    {"out80", "port access done for the Guest", 650},
    {"fill", "page entered into the shadow", 750},
    {"flush", "page used again after FLUSH_TLB", 150},
    {"touch", "first touch of a page: the Guest's handler clears and enters one", 3000},
    {"timer", "timer of the Host's to the Guest's handler", 2100},
};

} // namespace

class BenchInstructions : public QObject {
    Q_OBJECT

    static std::map<std::string, unsigned> figuresOf(RunningHost &host, lg_event_mode mode,
                                                     uint64_t kinds = LG_KINDS_DEFAULT);

private slots:
    void keepsItsPromises();
    void saysRates();
};

std::map<std::string, unsigned> BenchInstructions::figuresOf(RunningHost &host, lg_event_mode mode,
                                                             uint64_t kinds) {
    std::map<std::string, unsigned> figures;
    auto guest = host.launch(BENCH_GUEST, [&](LaunchSpec &spec) {
        spec.eventMode = mode;
        spec.eventRecords = LG_EVENTS_MAX_RECORDS / 4;
        spec.eventKinds = kinds;
    });
    if (!guest || !host.waitForEnd(*guest, 200))
        return figures;
    std::istringstream lines(host.collected(*guest).console);
    std::string name;
    for (unsigned figure = 0; lines >> name >> figure;)
        figures[name] = figure;
    (void)host.release(*guest);
    return figures;
}

void BenchInstructions::keepsItsPromises() {
    SandboxOptions options;
    options.countInstructions = true;
    auto host = RunningHost::start(options);
    VERIFY_OK(host);
    auto figures = figuresOf(**host, LG_EVENTS_OFF);
    auto recorded = figuresOf(**host, LG_EVENTS_DROP);
    figures["record"] = recorded["hypercall"] - figures["hypercall"];
    figures["record_reflected"] = recorded["system_call"] - figures["system_call"];
    figures["record_port"] = recorded["out80"] - figures["out80"];
    figures["record_change"] = (recorded["set_pte"] - figures["set_pte"]) / 2;
    auto timed = figuresOf(**host, LG_EVENTS_DROP, LG_KIND(LG_EV_WORLD_SWITCH));
    figures["timed_stay"] = timed["hypercall"] - figures["hypercall"];
    figures["record_fill"] = recorded["fill"] - figures["fill"];
    for (const Promise &promise : kPromises) {
        QVERIFY2(figures.count(promise.name), promise.name);
        qInfo("%5u of %5u  %s", figures[promise.name], promise.limit, promise.what);
    }
    for (const Promise &promise : kPromises)
        QVERIFY2(figures[promise.name] <= promise.limit, promise.what);
}

// For the reader: what this machine makes of it, emulation and all. No promise, but it must go.
void BenchInstructions::saysRates() {
    auto host = RunningHost::start();
    VERIFY_OK(host);
    auto guest = (*host)->launch("storm", {}, LG_EVENTS_OFF);
    VERIFY_OK(guest);
    QVERIFY((*host)->waitForEnd(*guest, 60));
    std::istringstream lines((*host)->collected(*guest).console);
    int rates = 0;
    for (std::string line; std::getline(lines, line);) {
        unsigned count = 0, ms = 0;
        char what[32] = {};
        if (std::sscanf(line.c_str(), "%31[^:]: %u in %u ms", what, &count, &ms) != 3 || !ms)
            continue;
        const double rate = count * 1000.0 / ms;
        QVERIFY2(rate > 0, line.c_str());
        qInfo("%10.0f a second  %s, in wall time on this machine", rate, what);
        rates++;
    }
    QCOMPARE(rates, 3);
}

QTEST_GUILESS_MAIN(BenchInstructions)
#include "bench_instructions.moc"
