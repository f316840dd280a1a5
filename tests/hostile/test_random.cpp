// SPDX-License-Identifier: GPL-2.0-or-later
// The random Guest (random/guest.c), one life after the other, each with the next seed, until
// enough operations are done. The Host may end a life, with a reason. What it must not do: stop
// itself, complain in its log, forget memory, or let an innocent Guest beside it suffer.
//
// LGSCOPE_RANDOM_OPERATIONS says how many, LGSCOPE_RANDOM_SEED where to begin: a life repeats from
// its seed (as far as one vCPU goes). Every few lives begin in a fresh sandbox, because QEMU gets
// ever slower with code that it has translated and that is gone (ten times after 200 lives).
#include "image/bundled.h"
#include "running_host.h"
#include "verify_ok.h"

#include <cstring>
#include <numeric>

using namespace lg;

namespace {

constexpr uint64_t kUsual = 200000;
constexpr unsigned kLife = 30000; // operations of vCPU 0
constexpr int kPatience = 2;      // seconds without any operation
constexpr int kLives = 20;        // in one sandbox

uint64_t sum(const std::vector<uint32_t> &counts) {
    return std::accumulate(counts.begin(), counts.end(), uint64_t(0));
}

uint64_t fromEnvironment(const char *name, uint64_t otherwise) {
    const char *value = std::getenv(name);
    return value && *value ? std::strtoull(value, nullptr, 10) : otherwise;
}

} // namespace

class TestRandom : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void manyLives();

private:
    void begin();
    void livesOfOneSandbox();
    void finish();
    uint64_t live(uint64_t seed);
    uint64_t freeMemory();

    std::unique_ptr<RunningHost> host_;
    GuestId innocent_ = 0;
    uint32_t counts_ = 0, kinds_ = 0; // where the Guest keeps them
    uint64_t seed_ = 0, wanted_ = 0, done_ = 0;
    int lives_ = 0;
    std::map<std::string, int> ends_;
};

void TestRandom::initTestCase() {
    auto image = loadImage(RANDOM_GUEST);
    VERIFY_OK(image);
    for (const auto &symbol : image->symbols->all()) {
        if (symbol.name == "random_operations")
            counts_ = symbol.address;
        if (symbol.name == "random_last")
            kinds_ = symbol.address;
    }
    QVERIFY(counts_ && kinds_);
}

void TestRandom::begin() {
    SandboxOptions options;
    options.cpus = 2;
    auto host = RunningHost::start(options);
    VERIFY_OK(host);
    host_ = std::move(*host);
    auto innocent = host_->launch("user", "forever", LG_EVENTS_OFF);
    VERIFY_OK(innocent);
    innocent_ = *innocent;
}

uint64_t TestRandom::freeMemory() {
    auto status =
        AgentConnection::wait<HostStatus>([&](auto done) { host_->agent().hostStatus(done); });
    return status ? status->memoryFree : 0;
}

// How many operations it made.
uint64_t TestRandom::live(uint64_t seed) {
    const uint32_t vcpus = 1u << seed % 3; // 1, 2, 4
    auto guest = host_->launch(RANDOM_GUEST, std::to_string(seed) + " " + std::to_string(kLife),
                               seed % 5 == 0 ? LG_EVENTS_DROP : LG_EVENTS_OFF, 1 << 10, vcpus);
    if (!guest) {
        QTest::qFail(guest.message().c_str(), __FILE__, __LINE__);
        return 0;
    }
    const auto words = [&](uint32_t address) {
        std::vector<uint32_t> values(LG_VCPUS_MAX);
        auto memory = AgentConnection::wait<GuestMemory>([&](auto done) {
            host_->agent().readMemory(*guest, 0, address, LG_VCPUS_MAX * 4, false, done);
        });
        if (memory && memory->bytes.size() == LG_VCPUS_MAX * 4)
            std::memcpy(values.data(), memory->bytes.data(), LG_VCPUS_MAX * 4);
        return values;
    };
    uint64_t progress = 0, before = ~0ull;
    while (!host_->waitForEnd(*guest, kPatience) && progress != before) {
        before = progress;
        progress = sum(words(counts_));
    }
    std::string end;
    if (host_->waitForEnd(*guest, 0)) {
        const auto ended = *host_->collected(*guest).ended;
        end = ended.cleanPowerOff() ? "to the end" : ended.reason;
        if (ended.reason.empty() || ended.reason.starts_with("reading /dev/lguest") ||
            ended.reason.starts_with("no memory"))
            QTest::qFail(("seed " + std::to_string(seed) + ": " + end).c_str(), __FILE__, __LINE__);
    } else {
        // It has hung itself up, which is its own affair, if it can be ended.
        end = "hung up";
        auto at = AgentConnection::wait<lg_vcpu_state>(
            [&](auto done) { host_->agent().state(*guest, 0, done); });
        if (at)
            qInfo("seed %llu hangs at %04x:%08x, esp %04x:%08x, trap %u, cr2 %08x, %s, timer %u, "
                  "irqs %x of %08x, blocked %08x",
                  static_cast<unsigned long long>(seed), at->regs.cs, at->regs.eip, at->regs.ss,
                  at->regs.esp, at->trapnum, at->regs.cr2, at->halted ? "halted" : "awake",
                  at->timer_armed, at->irq_enabled, at->irq_pending, at->irq_blocked);
        auto killed =
            AgentConnection::wait<void>([&](auto done) { host_->agent().kill(*guest, done); });
        if (!killed || !host_->waitForEnd(*guest, 10))
            QTest::qFail(("seed " + std::to_string(seed) + " can't be ended").c_str(), __FILE__,
                         __LINE__);
    }
    const auto counts = words(counts_), kinds = words(kinds_);
    if (std::getenv("LGSCOPE_RANDOM_VERBOSE"))
        qInfo("seed %llu, %u vCPUs: %u operations on vCPU 0, the last was %u/%u; %s",
              static_cast<unsigned long long>(seed), vcpus, counts[0], kinds[0] & 255,
              kinds[0] >> 8, end.c_str());
    // Without what differs each time.
    ends_[end.substr(0, end.find_first_of("0123456789"))]++;
    if (!host_->release(*guest))
        QTest::qFail("it can't be released", __FILE__, __LINE__);
    return sum(counts);
}

void TestRandom::livesOfOneSandbox() {
    uint64_t before = 0;
    int lives = 0;
    for (; lives < kLives && (done_ < wanted_ || lives < 2); ++seed_, ++lives) {
        if (lives == 1) // what is made once and kept, is made by now
            before = freeMemory();
        const uint64_t made = live(seed_);
        QVERIFY2(host_->sandbox().running(),
                 ("seed " + std::to_string(seed_) + ": " + host_->sandbox().endReason()).c_str());
        if (QTest::currentTestFailed())
            return;
        done_ += made;
    }
    lives_ += lives;
    const uint64_t after = freeMemory();
    QVERIFY2(after + (8 << 20) > before,
             qPrintable(QString("%1 KiB are gone").arg((before - after) >> 10)));
}

void TestRandom::finish() {
    const size_t said = host_->collected(innocent_).console.size();
    QTRY_VERIFY_WITH_TIMEOUT(host_->collected(innocent_).console.size() > said, 10000);
    QVERIFY(!host_->collected(innocent_).ended);
    VERIFY_OK(host_->release(innocent_));
    auto status =
        AgentConnection::wait<HostStatus>([&](auto done) { host_->agent().hostStatus(done); });
    VERIFY_OK(status);
    QCOMPARE(status->info.guests, 0u);
    VERIFY_OK(host_->checkLog());
    host_.reset();
}

void TestRandom::manyLives() {
    wanted_ = fromEnvironment("LGSCOPE_RANDOM_OPERATIONS", kUsual);
    seed_ = fromEnvironment("LGSCOPE_RANDOM_SEED", 1);
    while (done_ < wanted_) {
        for (auto step :
             {&TestRandom::begin, &TestRandom::livesOfOneSandbox, &TestRandom::finish}) {
            (this->*step)();
            if (QTest::currentTestFailed())
                return;
        }
        if (done_ < wanted_)
            qInfo("%llu operations in %d lives", static_cast<unsigned long long>(done_), lives_);
    }
    qInfo("%llu operations in %d lives", static_cast<unsigned long long>(done_), lives_);
    for (const auto &[end, count] : ends_)
        qInfo("%5d  %s", count, end.c_str());
}

QTEST_GUILESS_MAIN(TestRandom)
#include "test_random.moc"
