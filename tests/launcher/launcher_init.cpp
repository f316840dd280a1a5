// SPDX-License-Identifier: GPL-2.0-or-later
// A Launcher that does to a running Guest's memory whatever a process may do to its own: the only
// program of a small machine, as init. Prints "ok NAME" or "FAILED NAME: why" for each trial.
//
// Its Guests are a few bytes of code at 1 MB, which run before INIT, where virtual is physical.
#include "lguest_uapi.h"

#include <asm/ldt.h>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <string>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace std::chrono_literals;

constexpr size_t kPage = 4096, kBytes = 16 << 20, kCodeAt = 1 << 20, kDataAt = 2 << 20;

// mov $0x200000, %ebx;  1: incl (%ebx);  incl 0x1000(%ebx);  jmp 1b
constexpr uint8_t kCount[] = {0xbb, 0, 0,    0x20, 0, 0xff, 0x03, 0xff,
                              0x83, 0, 0x10, 0,    0, 0xeb, 0xf6};
// mov $0x200000, %ebx;  1: incl (%ebx);  mov 0x1000(%ebx), %eax;  test %eax, %eax;  jz 1b;
// incl 0x2000(%ebx);  jmp 1b
constexpr uint8_t kCountWhenTold[] = {0xbb, 0,    0,    0x20, 0,    0xff, 0x03, 0x8b, 0x83,
                                      0,    0x10, 0,    0,    0x85, 0xc0, 0x74, 0xf4, 0xff,
                                      0x83, 0,    0x20, 0,    0,    0xeb, 0xec};
// mov $7, %eax;  mov %eax, %ds;  1: jmp 1b
constexpr uint8_t kLoadLdt[] = {0xb8, 7, 0, 0, 0, 0x8e, 0xd8, 0xeb, 0xfe};
// mov $1, %eax (INIT);  mov $0x300000, %ebx;  int $0x1f;
// mov $9, %eax (SET_CLOCKEVENT);  mov $300000000, %ebx;  int $0x1f;  1: jmp 1b
constexpr size_t kTimersDataAt = 3 << 20;
constexpr uint8_t kTimer[] = {0xb8, 1, 0, 0, 0,    0xbb, 0,    0,    0x30, 0,    0xcd, 0x1f, 0xb8,
                              9,    0, 0, 0, 0xbb, 0x00, 0xa3, 0xe1, 0x11, 0xcd, 0x1f, 0xeb, 0xfe};

struct Failure {
    std::string why;
};

void must(bool good, const std::string &why) {
    if (!good)
        throw Failure{why + " (" + std::strerror(errno) + ")"};
}

class Guest {
public:
    template <size_t N>
    explicit Guest(const uint8_t (&code)[N]) {
        device = open("/dev/lguest", O_RDWR | O_CLOEXEC);
        must(device >= 0, "opening /dev/lguest");
        void *place =
            mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        must(place != MAP_FAILED, "memory");
        base = static_cast<uint8_t *>(place);
        madvise(base, kBytes, MADV_NOHUGEPAGE);
        std::memcpy(base + kCodeAt, code, N);
    }

    ~Guest() {
        if (vcpu.joinable()) {
            ioctl(device, LG_IOC_KILL);
            vcpu.join();
        }
        close(device);
        munmap(base, kBytes);
    }

    void start() {
        std::atomic<int> told = -1;
        vcpu = std::thread([&] {
            unsigned long words[] = {LHREQ_INITIALIZE, reinterpret_cast<unsigned long>(base),
                                     kBytes / kPage, kCodeAt};
            bool good = write(device, words, sizeof words) > 0;
            thread = int(syscall(SYS_gettid));
            told = good;
            told.notify_all();
            if (good)
                run();
        });
        told.wait(-1);
        must(told == 1, "INITIALIZE");
    }

    volatile uint32_t &word(size_t at) { return *reinterpret_cast<volatile uint32_t *>(base + at); }

    // The Guest counts, and where we see it.
    bool counts(size_t at = kDataAt) {
        uint32_t before = word(at);
        for (int i = 0; i < 2000 && !ended; ++i) {
            if (word(at) != before)
                return true;
            std::this_thread::sleep_for(1ms);
        }
        return false;
    }

    bool dies(const char *because) {
        for (int i = 0; i < 5000 && !ended; ++i)
            std::this_thread::sleep_for(1ms);
        if (ended && reason.find(because) == reason.npos)
            throw Failure{"it died of something else: " + reason};
        return ended;
    }

    int device = -1, thread = 0;
    uint8_t *base = nullptr;
    volatile uint32_t *countsSignals = nullptr; // by the vCPU's thread
    std::string reason;

private:
    void run() {
        uint64_t address;
        ssize_t got;
        do {
            got = read(device, &address, sizeof address);
            if (got < 0 && errno == EINTR && countsSignals)
                *countsSignals = *countsSignals + 1;
        } while (got > 0 || (got < 0 && errno == EINTR));
        char text[300] = {};
        if (read(device, text, sizeof text - 1) > 0)
            reason = text;
        ended = true;
    }

    std::thread vcpu;
    std::atomic<bool> ended = false;
};

// ---- The trials ------------------------------------------------------------

void memoryThrownAway() {
    Guest guest(kCount);
    guest.start();
    for (int i = 0; i < 300; ++i) {
        must(guest.counts(), "it stopped");
        must(madvise(guest.base + kDataAt, kPage, MADV_DONTNEED) == 0, "MADV_DONTNEED");
        // What it writes from now on must be in the page that we have now.
        must(guest.counts(), "it writes to a page that is no longer there");
    }
}

void memoryUnmapped() {
    Guest guest(kCount);
    guest.start();
    must(guest.counts(), "it does not run");
    must(munmap(guest.base + kDataAt, kPage) == 0, "munmap");
    must(guest.dies("no page behind guest-physical 0x200000"), "it runs on without memory");
}

void memoryMoved() {
    Guest guest(kCount);
    guest.start();
    must(guest.counts(), "it does not run");
    void *place = mmap(nullptr, kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *moved = mremap(guest.base + kDataAt, kPage, kPage, MREMAP_MAYMOVE | MREMAP_FIXED, place);
    must(moved != MAP_FAILED, "mremap");
    auto &word = *static_cast<volatile uint32_t *>(moved);
    uint32_t before = word;
    std::this_thread::sleep_for(50ms);
    must(word == before, "it still writes to the page that went elsewhere");
    must(guest.dies("no page behind guest-physical 0x200000"), "it runs on without memory");
    munmap(moved, kPage);
}

void memoryMadeReadOnly() {
    Guest guest(kCount);
    guest.start();
    must(guest.counts(), "it does not run");
    must(mprotect(guest.base + kDataAt, kPage, PROT_READ) == 0, "mprotect");
    uint32_t before = guest.word(kDataAt);
    std::this_thread::sleep_for(50ms);
    must(guest.word(kDataAt) == before, "it still writes to a read-only page");
    must(guest.dies("no page behind guest-physical 0x200000"), "it runs on");
}

void memoryForked() {
    Guest guest(kCount);
    guest.start();
    for (int i = 0; i < 20; ++i) {
        must(guest.counts(), "it stopped");
        pid_t child = fork();
        if (child == 0) {
            // Our copy of the page is ours alone, and the device is not for us.
            uint32_t before = guest.word(kDataAt);
            usleep(20000);
            bool alone = guest.word(kDataAt) == before;
            uint64_t address;
            bool refused = read(guest.device, &address, sizeof address) < 0 && errno == EPERM &&
                           ioctl(guest.device, LG_IOC_KILL) != 0 && errno == EPERM;
            _exit(!alone ? 1 : !refused ? 2 : 0);
        }
        int status = -1;
        waitpid(child, &status, 0);
        must(status == 0, WEXITSTATUS(status) == 1 ? "it writes into the child's memory"
                                                   : "the child may run it");
        must(guest.counts(), "it does not run on after fork");
    }
}

void privateFile() {
    const char *path = "/file";
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    std::vector<char> zeroes(2 * kPage);
    must(file >= 0 && write(file, zeroes.data(), zeroes.size()) == ssize_t(zeroes.size()),
         "a file");
    Guest guest(kCount);
    must(mmap(guest.base + kDataAt, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED,
              file, 0) != MAP_FAILED,
         "mapping it");
    guest.start();
    must(guest.counts() && guest.counts(kDataAt + kPage), "it does not run");
    std::vector<char> now(2 * kPage, 'x');
    must(pread(file, now.data(), now.size(), 0) == ssize_t(now.size()), "reading it");
    must(now == zeroes, "the Guest wrote to the file");
    close(file);
}

void hardlyAnyMemory() {
    // Pages that the kernel takes away for lack of memory come back when they are needed.
    Guest guest(kCount);
    guest.start();
    must(guest.counts(), "it does not run");
    for (int i = 0; i < 50; ++i) {
        madvise(guest.base, kBytes, MADV_PAGEOUT);
        madvise(guest.base, kBytes, MADV_COLD);
        must(guest.counts(), "it stopped");
    }
}

// Two pages that are alike become one, which neither the Guest nor we may write to.
void memoryMerged() {
    const auto ksm = [](const char *name, int value) {
        std::ofstream(std::string("/sys/kernel/mm/ksm/") + name) << value;
    };
    ksm("sleep_millisecs", 1);
    ksm("pages_to_scan", 10000);
    ksm("smart_scan", 0); // it would pass over pages that change often
    ksm("run", 1);
    constexpr size_t told = kDataAt + kPage, merged = kDataAt + 2 * kPage, like = merged + kPage;
    constexpr uint32_t kWord = 0x11111111;
    Guest guest(kCountWhenTold);
    must(madvise(guest.base + merged, 2 * kPage, MADV_MERGEABLE) == 0, "MADV_MERGEABLE");
    guest.word(told) = 1;
    guest.start();
    for (int i = 0; i < 5; ++i) {
        must(guest.counts(merged), "it does not write");
        guest.word(told) = 0;
        std::this_thread::sleep_for(20ms);
        guest.word(merged) = kWord;
        guest.word(like) = kWord;
        int pages = 0;
        for (int wait = 0; wait < 10000 && pages == 0; ++wait) {
            std::this_thread::sleep_for(1ms);
            std::ifstream("/proc/self/ksm_merging_pages") >> pages;
        }
        must(pages != 0, "the pages are not merged");
        must(guest.counts(), "it stopped");
        guest.word(told) = 1;
        must(guest.counts(merged), "what it writes is not in our page");
        must(guest.word(like) == kWord, "it wrote to the page that others share");
    }
    ksm("run", 2);
}

// The memory in which the Guest's pages lie goes away: it is taken out of the machine.
void memoryUnplugged() {
    const std::string folder = "/sys/devices/system/memory/memory";
    const auto said = [&](size_t block, const char *what) {
        std::string text;
        std::ifstream(folder + std::to_string(block) + what) >> text;
        return text;
    };
    const auto switched = [&](size_t block, const char *how) {
        std::ofstream state(folder + std::to_string(block) + "/state");
        state << how << std::flush;
        return state.good();
    };
    size_t bytes = 0;
    std::ifstream("/sys/devices/system/memory/block_size_bytes") >> std::hex >> bytes;
    must(bytes != 0, "the kernel's blocks of memory");
    Guest guest(kCount);
    const auto block = [&] {
        uint64_t entry = 0;
        int pages = open("/proc/self/pagemap", O_RDONLY);
        auto at = reinterpret_cast<uintptr_t>(guest.base + kDataAt) / kPage * sizeof entry;
        must(pread(pages, &entry, sizeof entry, static_cast<off_t>(at)) == sizeof entry, "pagemap");
        close(pages);
        return static_cast<size_t>((entry & ((1ull << 55) - 1)) * kPage / bytes);
    };
    std::memset(guest.base + kDataAt, 0, 2 * kPage);
    guest.start();
    must(guest.counts(), "it does not run");
    const size_t old = block();
    must(said(old, "/valid_zones") == "Movable",
         "the Guest is not in memory that can go: " + said(old, "/valid_zones"));
    for (int i = 0; i < 5; ++i) {
        must(switched(old, "offline"), "the memory does not go");
        must(block() != old && guest.counts() && guest.counts(kDataAt + kPage),
             "it stopped with the memory");
        must(switched(old, "online_movable"), "the memory does not come back");
        must(madvise(guest.base + kDataAt, 2 * kPage, MADV_DONTNEED) == 0, "MADV_DONTNEED");
        must(guest.counts() && guest.counts(kDataAt + kPage), "it does not run on");
        if (block() != old)
            break; // the kernel gave it other memory: nothing left to take away
    }
}

void ldt() {
    struct user_desc entry = {};
    entry.base_addr = 0x1000;
    entry.limit = 0xfffff;
    entry.limit_in_pages = 1;
    entry.seg_32bit = 1;
    must(syscall(SYS_modify_ldt, 1, &entry, sizeof entry) == 0, "modify_ldt");
    Guest guest(kLoadLdt);
    guest.start();
    must(guest.dies("unhandled trap 13"), "it uses the Launcher's LDT");
}

void wanders() {
    Guest guest(kCount);
    guest.start();
    for (int i = 0; i < 200; ++i) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(i % 2, &one);
        must(sched_setaffinity(guest.thread, sizeof one, &one) == 0, "moving it");
        must(guest.counts(), "it does not run on another processor");
    }
}

void processorGoes() {
    Guest guest(kCount);
    guest.start();
    for (int i = 0; i < 10; ++i) {
        std::ofstream online("/sys/devices/system/cpu/cpu1/online");
        online << i % 2 << std::flush;
        must(online.good(), "switching the processor");
        must(guest.counts(), "it stopped with the processor");
    }
}

void linesThatThereAreNot() {
    Guest guest(kCount);
    guest.start();
    for (unsigned long line : {32ul, 33ul, 64ul, 0xfffffffful, ~0ul}) {
        unsigned long words[] = {LHREQ_IRQ, line};
        must(write(guest.device, words, sizeof words) < 0 && errno == EINVAL,
             "a bad line is taken");
    }
    for (int i = 0; i < 100000; ++i) {
        unsigned long words[] = {LHREQ_IRQ, static_cast<unsigned long>(i % 32)};
        must(write(guest.device, words, sizeof words) == 0, "a good line is refused");
    }
    unsigned long unknown[] = {99, 0, 0, 0};
    must(write(guest.device, unknown, sizeof unknown) < 0 && errno == EINVAL,
         "request 99 is taken");
    must(pwrite(guest.device, unknown, sizeof unknown, 7) < 0, "vCPU 7 is there");
    must(guest.counts(), "it does not run on");
}

// A debugger watches the Launcher at the very address that the Guest writes to in its own world.
void hostBreakpoint() {
    auto *watched = static_cast<volatile uint32_t *>(
        mmap(reinterpret_cast<void *>(kDataAt), kPage, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
    must(watched != MAP_FAILED, "memory at the Guest's address");
    struct sigaction action = {};
    action.sa_handler = [](int) {};
    sigaction(SIGUSR1, &action, nullptr);
    Guest guest(kCount);
    guest.countsSignals = watched;
    guest.start();
    must(guest.counts(), "it does not run");

    struct perf_event_attr attr = {};
    attr.type = PERF_TYPE_BREAKPOINT;
    attr.size = sizeof attr;
    attr.bp_type = HW_BREAKPOINT_W;
    attr.bp_addr = kDataAt;
    attr.bp_len = HW_BREAKPOINT_LEN_4;
    int event = int(syscall(SYS_perf_event_open, &attr, guest.thread, -1, -1, 0));
    must(event >= 0, "a breakpoint");
    uint64_t hits = 0;
    for (uint32_t i = 1; i <= 50; ++i) {
        must(guest.counts(), "it stopped at the Host's breakpoint: " + guest.reason);
        uint32_t before = *watched;
        syscall(SYS_tgkill, getpid(), guest.thread, SIGUSR1);
        for (int wait = 0; wait < 2000 && *watched == before; ++wait)
            std::this_thread::sleep_for(1ms);
        must(*watched == before + 1, "the signal is lost");
        must(read(event, &hits, sizeof hits) == sizeof hits, "its count");
        must(hits == i,
             "hits of the Launcher's own: " + std::to_string(hits) + " of " + std::to_string(i));
    }
    close(event);
}

// The date is set back by an hour while the Guest waits 0.3 s for its timer.
void dateSetBack() {
    Guest guest(kTimer);
    auto &data = *reinterpret_cast<lguest_data *>(guest.base + kTimersDataAt);
    std::memset(data.hcall_status, 0xff, sizeof data.hcall_status);
    data.kernel_address = 0xc0000000;
    data.syscall_vec = LGUEST_SYSCALL_VECTOR;
    const auto waitFor = [&](auto condition) {
        lg_vcpu_state state = {};
        for (int i = 0; i < 3000; ++i) {
            must(ioctl(guest.device, LG_IOC_STATE, &state) == 0, "LG_IOC_STATE");
            if (condition(state))
                return true;
            std::this_thread::sleep_for(1ms);
        }
        return false;
    };
    guest.start();
    must(waitFor([](const lg_vcpu_state &state) { return state.timer_armed; }), "no timer");
    timespec now = {};
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec -= 3600;
    must(clock_settime(CLOCK_REALTIME, &now) == 0, "clock_settime");
    bool rang = waitFor([](const lg_vcpu_state &state) { return state.irq_pending & 1; });
    now.tv_sec += 3600;
    clock_settime(CLOCK_REALTIME, &now);
    must(rang, "its timer waits for the old date");
}

const struct {
    const char *name;
    void (*run)();
} trials[] = {
    {"memoryThrownAway", memoryThrownAway},
    {"memoryUnmapped", memoryUnmapped},
    {"memoryMoved", memoryMoved},
    {"memoryMadeReadOnly", memoryMadeReadOnly},
    {"memoryForked", memoryForked},
    {"privateFile", privateFile},
    {"hardlyAnyMemory", hardlyAnyMemory},
    {"memoryMerged", memoryMerged},
    {"memoryUnplugged", memoryUnplugged},
    {"ldt", ldt},
    {"wanders", wanders},
    {"processorGoes", processorGoes},
    {"linesThatThereAreNot", linesThatThereAreNot},
    {"hostBreakpoint", hostBreakpoint},
    {"dateSetBack", dateSetBack},
};

void mountAt(const char *type, const char *place) {
    mkdir(place, 0755);
    mount(type, place, type, 0, nullptr);
}

std::string complaints() {
    int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
    char line[8192];
    for (ssize_t got; (got = read(log, line, sizeof line - 1)) > 0 || errno == EPIPE;) {
        line[got > 0 ? got : 0] = '\0';
        for (const char *bad : {"WARNING:", "BUG:", "Oops", "refcount", "Bad page"})
            if (std::strstr(line, bad))
                return line;
    }
    return "";
}

} // namespace

int main() {
    mountAt("proc", "/proc");
    mountAt("sysfs", "/sys");
    mountAt("devtmpfs", "/dev");
    int console = open("/dev/console", O_RDWR);
    for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        dup2(console, fd);
    setvbuf(stdout, nullptr, _IOLBF, 0);
    int module = open("/modules/lg.ko", O_RDONLY);
    bool loaded = syscall(SYS_finit_module, module, "", 0) == 0;
    std::printf("launcher: begins%s\n", loaded ? "" : " without a module");

    for (const auto &trial : trials) {
        // A process of its own: what it leaves behind goes with it.
        pid_t child = fork();
        if (child == 0) {
            std::string why;
            try {
                trial.run();
            } catch (const Failure &failure) {
                why = failure.why;
            }
            std::printf(why.empty() ? "ok %s%s\n" : "FAILED %s: %s\n", trial.name, why.c_str());
            std::fflush(stdout);
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        if (status != 0)
            std::printf("FAILED %s: the Launcher ended with %x\n", trial.name, status);
    }
    bool gone = syscall(SYS_delete_module, "lg", O_NONBLOCK) == 0;
    std::printf(gone ? "ok unload\n" : "FAILED unload: %s\n", std::strerror(errno));
    auto complaint = complaints();
    std::printf(complaint.empty() ? "ok log\n" : "FAILED log: %s\n", complaint.c_str());
    std::puts("launcher: ends");
    reboot(RB_POWER_OFF);
}
