// SPDX-License-Identifier: GPL-2.0-or-later
// With what QEMU runs the sandbox.  Emulation (TCG) works everywhere and is the rule.  KVM is
// taken only where the processor itself says vmx or svm: a /dev/kvm that opens is not enough,
// because there are machines whose KVM runs only its own kind of guest and takes the machine down
// with an ordinary one.
#pragma once

#include <string>
#include <string_view>

namespace lg {

struct Accelerator {
    std::string name; // for -accel
    std::string cpu;  // for -cpu
};

// Both take the text of /proc/cpuinfo.
bool cpuHasVirtualization(std::string_view cpuinfo);
// lg.ko refuses FRED, and leaves CET and the like alone because it has never met them: the
// models named here have none of them.
Accelerator kvmAccelerator(std::string_view cpuinfo);
Accelerator tcgAccelerator();

std::string hostCpuInfo();

// True when LGSCOPE_KVM isn't 0, the processor has vmx or svm, and a throw-away process could run
// one instruction in a virtual machine within its time.  Asks once in a program's life.
bool kvmWorks();

} // namespace lg
