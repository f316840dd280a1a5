// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/host.h"

#include "agent/version.h"
#include "base/unique_fd.h"
#include "machine/guest_ram.h"
#include "machine/machine.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <linux/random.h>
#include <sstream>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

namespace lg {

namespace fs = std::filesystem;

namespace {

constexpr size_t kLogTail = 200;
constexpr char kModuleFile[] = "lg.ko";

uint64_t totalMemory() {
    return uint64_t(sysconf(_SC_PHYS_PAGES)) * uint64_t(sysconf(_SC_PAGESIZE));
}

// "lg Live 45056 bytes", or "" when it isn't there.
std::string loadedModule() {
    std::ifstream modules("/proc/modules");
    std::string line;
    while (std::getline(modules, line)) {
        if (!line.starts_with("lg "))
            continue;
        char size[32] = "", state[32] = "";
        // name size users dependents state address
        if (std::sscanf(line.c_str(), "%*s %31s %*s %*s %31s", size, state) == 2)
            return std::string("lg ") + state + " " + size + " bytes";
    }
    return "";
}

// Those on the kernel's command line, "lg.guard=1", as modprobe gives them.
std::string moduleParameters(const std::string &module) {
    std::ifstream line("/proc/cmdline");
    std::string word, all;
    while (line >> word)
        if (word.starts_with(module + "."))
            all += word.substr(module.size() + 1) + " ";
    return all;
}

Result<void> insertModule(const fs::path &path) {
    UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd)
        return errnoError("cannot open " + path.string());
    const std::string parameters = moduleParameters(path.stem().string());
    if (syscall(SYS_finit_module, fd.get(), parameters.c_str(), 0) == 0 || errno == EEXIST)
        return {};
    return errnoError("the kernel does not take " + path.filename().string());
}

} // namespace

std::string kernelRelease() {
    utsname names;
    return uname(&names) == 0 ? names.release : "";
}

std::vector<std::string> kernelLog() {
    std::vector<std::string> lines;
    UniqueFd fd(open("/dev/kmsg", O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    char record[8192];
    for (;;) {
        ssize_t got = fd ? read(fd.get(), record, sizeof record - 1) : -1;
        if (got < 0 && errno == EPIPE)
            continue; // overwritten while we read: go on with the oldest
        if (got <= 0)
            return lines;
        record[got] = '\0';
        // "priority,sequence,microseconds,flags;text\n continuation"
        unsigned long long microseconds = 0;
        std::sscanf(record, "%*u,%*u,%llu", &microseconds);
        std::string text(record);
        text = text.substr(std::min(text.find(';') + 1, text.size()));
        text.resize(std::min(text.find('\n'), text.size()));
        char when[32];
        std::snprintf(when, sizeof when, "%llu.%06llu ", microseconds / 1000000,
                      microseconds % 1000000);
        lines.push_back(when + text);
    }
}

std::vector<std::string> kernelProblems() {
    static const char *const signs[] = {"[ cut here ]",
                                        "BUG:",
                                        "kernel BUG at",
                                        "Oops",
                                        "Call Trace",
                                        "general protection fault",
                                        "unable to handle",
                                        "Kernel panic",
                                        "soft lockup",
                                        "hard LOCKUP",
                                        "detected stalls",
                                        "blocked for more than",
                                        "UBSAN:",
                                        "KASAN:",
                                        "KCSAN:",
                                        "refcount_t:",
                                        "double fault",
                                        "stack overflow",
                                        "while atomic",
                                        "Bad page",
                                        "locking dependency",
                                        "lock state"};
    auto lines = kernelLog();
    std::erase_if(lines, [](const std::string &line) {
        // Further on in a line the word is about the processor: "RETBleed: WARNING: ...".
        if (line.find(" WARNING:") == line.find(' '))
            return false;
        return std::none_of(std::begin(signs), std::end(signs),
                            [&](const char *sign) { return line.find(sign) != std::string::npos; });
    });
    return lines;
}

wire::Json hostStatusReply(bool sandbox) {
    auto log = kernelLog();
    if (log.size() > kLogTail)
        log.erase(log.begin(), log.end() - kLogTail);
    wire::Json reply = {{"agent", kAgentVersion},
                        {"kernel", kernelRelease()},
                        {"module", loadedModule()},
                        {"sandbox", sandbox},
                        {"cpus", sysconf(_SC_NPROCESSORS_ONLN)},
                        {"memoryTotal", totalMemory()},
                        {"memoryFree", availableMemory()},
                        {"log", log}};
    if (auto info = hostInfo())
        reply["host"] = wire::structJson(*info);
    else
        reply["moduleProblem"] = info.message();
    return reply;
}

wire::Json hostCheckReply() {
    uint64_t taint = 0;
    std::ifstream("/proc/sys/kernel/tainted") >> taint;
    return {{"taint", taint}, {"problems", kernelProblems()}};
}

wire::Json interruptsReply() {
    std::ifstream file("/proc/interrupts");
    auto counts = wire::Json::object();
    std::string line;
    while (std::getline(file, line)) {
        // "NMI:   3   0   Non-maskable interrupts"; the first line is of another kind.
        std::istringstream words(line);
        std::string name;
        if (!(words >> name) || !name.ends_with(':'))
            continue;
        uint64_t sum = 0;
        for (uint64_t count; words >> count;)
            sum += count;
        counts[name.substr(0, name.size() - 1)] = sum;
    }
    return {{"interrupts", counts}};
}

Result<void> stirEntropy(BytesView seed) {
    UniqueFd random(open("/dev/urandom", O_RDWR | O_CLOEXEC));
    if (!random)
        return errnoError("cannot open /dev/urandom");
    // struct rand_pool_info: bits, bytes, and the bytes themselves.
    Bytes pool;
    append(pool, int(seed.size() * 8));
    append(pool, int(seed.size()));
    pool.insert(pool.end(), seed.begin(), seed.end());
    if (ioctl(random.get(), RNDADDENTROPY, pool.data()) != 0 ||
        ioctl(random.get(), RNDRESEEDCRNG) != 0)
        return errnoError("the kernel does not take random bytes");
    return {};
}

Result<void> loadModules(const std::string &folder) {
    std::vector<fs::path> files;
    std::error_code none;
    for (const auto &entry : fs::directory_iterator(folder, none))
        if (entry.path().extension() == ".ko")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::stable_partition(files.begin(), files.end(),
                          [](const fs::path &path) { return path.filename() != kModuleFile; });
    for (const auto &file : files)
        if (auto inserted = insertModule(file); !inserted)
            return inserted;
    return {};
}

Result<void> reloadModule(const std::string &folder) {
    auto file = fs::path(folder) / kModuleFile;
    if (!fs::exists(file))
        return Error{"this agent has no " + file.string() + " to load"};
    if (syscall(SYS_delete_module, "lg", O_NONBLOCK) != 0 && errno != ENOENT)
        return errnoError("the kernel does not let the module lg go");
    return insertModule(file);
}

} // namespace lg
