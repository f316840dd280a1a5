// SPDX-License-Identifier: GPL-2.0-or-later
// The default host: a QEMU machine with a Debian kernel, lg.ko and lgagent as init.  It needs no
// root, and it is the security boundary: a Guest that gets out of lg.ko is still inside.
//
// The first start boots (some seconds) and saves the machine's state in the user's cache; later
// starts continue from there in a fraction of a second.  Nothing is left behind when the program
// ends, whatever way it ends, except that state.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace lg {

struct SandboxOptions {
    std::string image = {};   // folder with vmlinux, initramfs.cpio, id; "" = findSandboxImage()
    std::string qemu = {};    // "" = $LGSCOPE_QEMU, else qemu-system-x86_64
    unsigned memoryMiB = 512; // all Guests' memory and the sandbox's own 100
    unsigned cpus = 1;        // Guests' vCPUs run beside each other on more
    bool useSavedState = true;
    // For benchmarks: the machine's clock counts instructions, so that figures repeat. Slow, and
    // never from a saved state.
    bool countInstructions = false;
    // For tests: a machine unlike the usual one.
    std::string cpu = {};             // QEMU's name of the processor model; "" = the usual one
    std::string kernelArguments = {}; // in addition to the usual ones
    // A kernel to start as a BIOS does it, unpacking itself, instead of the image's vmlinux. That
    // is slower, but it gives address space randomization and five-level paging. Never from a saved
    // state.
    std::string bzImage = {};
    // Called once, from another thread, when the machine ends before this object does.
    std::function<void(const std::string &reason)> onEnded = {};
};

// $LGSCOPE_SANDBOX, else ../lib/lgscope/sandbox from the program.
std::string findSandboxImage();

class Sandbox {
public:
    using Progress = std::function<void(const std::string &stage, double fraction)>;

    // Blocks until the agent is ready; `progress` is called on this thread.  A stop gives the
    // error "stopped".
    static Result<std::unique_ptr<Sandbox>> start(SandboxOptions options, const Progress &progress,
                                                  const std::stop_token &stop);
    // Ends the machine.  An agent connection over its stream should be closed before.
    ~Sandbox();
    Sandbox(const Sandbox &) = delete;
    Sandbox &operator=(const Sandbox &) = delete;

    // The stream to the agent, for AgentConnection::open(); there is one.
    UniqueFd takeStream();

    bool running() const;
    // Why the machine ended, in one line, with what it said last; "" while it runs.
    std::string endReason() const;
    // What the machine's kernel and init wrote, the newest 64 KiB.
    std::string log() const;
    bool fromSavedState() const;
    pid_t qemuPid() const;

    // For tests: a command for QEMU itself (QMP) and what it returns. One thread at a time.
    Result<nlohmann::json> command(const std::string &name, nlohmann::json arguments = {});

    // For a machine that came from a saved state and whose agent doesn't answer: the next start
    // boots anew.
    void forgetSavedState();

private:
    struct State;
    explicit Sandbox(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace lg
