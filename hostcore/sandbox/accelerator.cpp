// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox/accelerator.h"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <linux/kvm.h>
#include <sstream>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace lg {

namespace {

constexpr auto kProbeLimit = std::chrono::seconds(2);
constexpr size_t kProbeBytes = 4096;

std::string_view lineOf(std::string_view cpuinfo, std::string_view key) {
    auto from = cpuinfo.find(key);
    if (from == cpuinfo.npos)
        return {};
    return cpuinfo.substr(from, cpuinfo.find('\n', from) - from);
}

// Runs HLT in real mode.  In a child of its own: only system calls, no way back.
[[noreturn]] void probe() {
    constexpr uint8_t kHlt = 0xf4;
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0 || ioctl(kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
        _exit(1);
    int machine = ioctl(kvm, KVM_CREATE_VM, 0);
    void *memory =
        mmap(nullptr, kProbeBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (machine < 0 || memory == MAP_FAILED)
        _exit(1);
    *static_cast<uint8_t *>(memory) = kHlt;
    kvm_userspace_memory_region region = {};
    region.memory_size = kProbeBytes;
    region.userspace_addr = reinterpret_cast<uintptr_t>(memory);
    int vcpu = ioctl(machine, KVM_CREATE_VCPU, 0);
    int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    if (vcpu < 0 || size < int(sizeof(kvm_run)) ||
        ioctl(machine, KVM_SET_USER_MEMORY_REGION, &region) != 0)
        _exit(1);
    void *shared = mmap(nullptr, size_t(size), PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
    kvm_sregs segments = {};
    if (shared == MAP_FAILED || ioctl(vcpu, KVM_GET_SREGS, &segments) != 0)
        _exit(1);
    segments.cs.base = 0;
    segments.cs.selector = 0;
    kvm_regs registers = {};
    registers.rflags = 2; // the bit that is always set
    if (ioctl(vcpu, KVM_SET_SREGS, &segments) != 0 || ioctl(vcpu, KVM_SET_REGS, &registers) != 0 ||
        ioctl(vcpu, KVM_RUN, 0) != 0)
        _exit(1);
    _exit(static_cast<kvm_run *>(shared)->exit_reason == KVM_EXIT_HLT ? 0 : 1);
}

bool probeSucceeds() {
    pid_t child = fork();
    if (child < 0)
        return false;
    if (child == 0)
        probe();
    auto until = std::chrono::steady_clock::now() + kProbeLimit;
    int status = 0;
    pid_t ended = 0;
    while ((ended = waitpid(child, &status, WNOHANG)) == 0 &&
           std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (ended == child)
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    // It may be stuck inside the kernel, where no signal reaches it: don't wait for its end.
    kill(child, SIGKILL);
    return false;
}

} // namespace

bool cpuHasVirtualization(std::string_view cpuinfo) {
    std::istringstream flags{std::string(lineOf(cpuinfo, "flags"))};
    for (std::string flag; flags >> flag;)
        if (flag == "vmx" || flag == "svm")
            return true;
    return false;
}

Accelerator kvmAccelerator(std::string_view cpuinfo) {
    bool amd = lineOf(cpuinfo, "vendor_id").find("AMD") != std::string_view::npos;
    return {"kvm", amd ? "EPYC-v1" : "Skylake-Client-v1"};
}

Accelerator tcgAccelerator() {
    return {"tcg", "max"};
}

std::string hostCpuInfo() {
    std::ifstream file("/proc/cpuinfo");
    return {std::istreambuf_iterator<char>(file), {}};
}

bool kvmWorks() {
    static const bool works = [] {
        const char *wish = std::getenv("LGSCOPE_KVM");
        if (wish && std::strcmp(wish, "0") == 0)
            return false;
        return cpuHasVirtualization(hostCpuInfo()) && probeSucceeds();
    }();
    return works;
}

} // namespace lg
