// SPDX-License-Identifier: GPL-2.0-or-later
// Real Linux kernels (the folder $LGSCOPE_LINUX_GUESTS, as for test_linux) in instructions of
// Guest, Switcher and Host together: from launch to the first instruction of user space, and what
// its system calls cost there, beside the same program on the bare machine.
#include "bare_machine.h"
#include "base/file.h"
#include "linux_folder.h"
#include "running_host.h"
#include "verify_ok.h"

#include <sstream>

using namespace lg;

namespace {

constexpr uint64_t kMemory = 64ull << 20;
constexpr int kLimitSeconds = 300;
constexpr const char kCommandLine[] = "lguest console=hvc0 rdinit=/init panic=1";
// The clock counts each byte of a fast `rep stosb` as an instruction, which no processor does.
constexpr const char kProcessor[] = "max,-erms,-fsrm,-fzrm,-fsrs";
// One whose time stamp counter the kernel takes for constant, as the original's hosts had it: a
// Guest that is told its frequency need not wait for its own timer to find out how fast it is.
constexpr const char kConstantProcessor[] = "Skylake-Client,-erms";
constexpr double kPromise = 2; // times the bare machine's: SPECIFICATION.md
constexpr uint32_t kRing = 3;  // in the selector of a code segment

using Figures = std::map<std::string, unsigned>;

// What user_space.c prints; kernel's lines between them are skipped.
Figures figuresIn(const std::string &text) {
    Figures figures;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        char name[32] = {};
        unsigned figure = 0;
        if (std::sscanf(line.c_str(), "%31[a-z0-9_] %u", name, &figure) == 2)
            figures[name] = figure;
    }
    return figures;
}

struct Boot {
    double millions = 0; // until user space begins
    Figures figures;
};

} // namespace

class BenchLinux : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void services_data();
    void services();
    void boots_data();
    void boots();

private:
    void runBare();
    Result<void> startHost(const char *processor);
    Result<Boot> boot(const QString &kernel, const char *more, lg_event_mode mode);
    std::unique_ptr<RunningHost> host_;
    std::string processor_;
    Bytes initrd_;
    Figures bare_;
};

void BenchLinux::runBare() {
    BareMachine bare(SANDBOX_FOLDER, USER_SPACE, "console=ttyS0",
                     {"-icount", "shift=0,sleep=off", "-cpu", kProcessor, "-serial", "stdio"});
    (void)bare.waitForEnd(kLimitSeconds);
    std::string said = bare.said();
    std::erase(said, '\r');
    QVERIFY2(said.find("user space ends") != said.npos, said.c_str());
    bare_ = figuresIn(said);
}

void BenchLinux::initTestCase() {
    auto initrd = readWholeFile(USER_SPACE, "the program for user space", kMemory);
    VERIFY_OK(initrd);
    initrd_ = std::move(*initrd);
    runBare();
}

// Unless that is the processor already.
Result<void> BenchLinux::startHost(const char *processor) {
    if (host_ && processor_ == processor)
        return {};
    host_.reset();
    SandboxOptions options;
    options.countInstructions = true;
    options.cpu = processor_ = processor;
    auto host = RunningHost::start(options);
    if (!host)
        return host.error();
    host_ = std::move(*host);
    return {};
}

Result<Boot> BenchLinux::boot(const QString &kernel, const char *more, lg_event_mode mode) {
    auto guest = host_->launch(kernel.toStdString(), [&](LaunchSpec &spec) {
        spec.memoryBytes = kMemory;
        spec.initrd = initrd_;
        spec.commandLine = std::string(kCommandLine) + more;
        spec.eventMode = mode;
        spec.eventRecords = LG_EVENTS_MAX_RECORDS / 4;
        // As few as will do: the rest would be measured, too.
        spec.eventKinds = LG_KIND(LG_EV_START) | LG_KIND(LG_EV_REFLECT) | LG_KIND(LG_EV_DEAD);
    });
    if (!guest)
        return guest.error();
    const bool ended = host_->waitForEnd(*guest, kLimitSeconds);
    const Collected all = host_->collected(*guest);
    (void)host_->release(*guest);
    if (!ended || all.ended->death != LG_DEATH_RESTART)
        return Error{(ended ? all.ended->reason : "it does not end") + ": " + all.console};
    std::string console = all.console;
    std::erase(console, '\r');
    Boot boot = {0, figuresIn(console)};
    if (mode == LG_EVENTS_OFF)
        return boot;
    // Its first instruction is on a page that nobody has touched.
    const auto first = std::find_if(all.events.begin(), all.events.end(), [](const auto &event) {
        return (event.regs.cs & kRing) == kRing;
    });
    if (first == all.events.end() || all.events.front().kind != LG_EV_START)
        return Error{"no user space in its events"};
    boot.millions = double(first->tsc - all.events.front().tsc) / 1e6;
    return boot;
}

void BenchLinux::services_data() {
    linuxKernels();
}

void BenchLinux::services() {
    QFETCH(QString, kernel);
    VERIFY_OK(startHost(kProcessor));
    auto run = boot(kernel, " quiet", LG_EVENTS_OFF);
    VERIFY_OK(run);
    for (const auto &[name, bare] : bare_) {
        QVERIFY2(run->figures.count(name), name.c_str());
        const unsigned here = run->figures[name];
        qInfo("%-11s %8u bare %8u here, %.2f times", name.c_str(), bare, here, double(here) / bare);
        QVERIFY2(here <= kPromise * bare, name.c_str());
    }
}

void BenchLinux::boots_data() {
    linuxKernels();
}

void BenchLinux::boots() {
    QFETCH(QString, kernel);
    VERIFY_OK(startHost(kConstantProcessor));
    auto quiet = boot(kernel, " quiet", LG_EVENTS_DROP);
    VERIFY_OK(quiet);
    auto loud = boot(kernel, "", LG_EVENTS_DROP);
    VERIFY_OK(loud);
    qInfo("%.1f million instructions to user space, with text %.1f", quiet->millions,
          loud->millions);
}

int main(int argc, char **argv) {
    return runWithLinuxFolder<BenchLinux>(argc, argv);
}

#include "bench_linux.moc"
