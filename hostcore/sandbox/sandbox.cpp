// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox/sandbox.h"

#include "sandbox/accelerator.h"
#include "sandbox/qemu_process.h"
#include "sandbox/qmp.h"
#include "sandbox/saved_state.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/socket.h>
#include <sys/stat.h>

namespace lg {

namespace fs = std::filesystem;

namespace {

constexpr char kReady[] = "lgagent: ready";
constexpr auto kBootLimit = std::chrono::seconds(120);
constexpr auto kStateLimit = std::chrono::seconds(60);
constexpr auto kLastWordsLimit = std::chrono::seconds(1);
constexpr int kUsualBootLines = 340;
// QEMU sees the files that it is given under these numbers, in this order.
constexpr char kAgentFile[] = "3";
constexpr char kControlFile[] = "4";
constexpr char kStateFile[] = "/proc/self/fd/5";

// What each word is for:
//   panic=-1 oops=panic   a broken kernel ends at once, and QEMU with it (-no-reboot)
//   no_timer_check tsc=reliable lsm= cryptomgr.notests=1   less to do at boot
//   random.trust_cpu=on   no waiting for entropy
constexpr char kKernelArguments[] = "console=ttyS0 panic=-1 oops=panic no_timer_check tsc=reliable "
                                    "lsm= cryptomgr.notests=1 random.trust_cpu=on";

struct Image {
    std::string vmlinux, initramfs, id;
};

Result<Image> readImage(const std::string &folder) {
    Image image = {folder + "/vmlinux", folder + "/initramfs.cpio", ""};
    std::ifstream id(folder + "/id");
    if (!std::getline(id, image.id) || image.id.empty() || !fs::exists(image.vmlinux) ||
        !fs::exists(image.initramfs))
        return Error{"the sandbox's image is not in " + folder +
                     ": build it with ./dev build, or set LGSCOPE_SANDBOX"};
    return image;
}

// As execvp() finds it.
Result<std::string> findQemu(std::string name) {
    if (name.empty()) {
        const char *wish = std::getenv("LGSCOPE_QEMU");
        name = wish && *wish ? wish : "qemu-system-x86_64";
    }
    const char *searched = std::getenv("PATH");
    std::string path = searched && name.find('/') == name.npos ? searched : "";
    do {
        auto colon = std::min(path.find(':'), path.size());
        auto file = path.empty() ? name : path.substr(0, colon) + "/" + name;
        if (access(file.c_str(), X_OK) == 0 && fs::is_regular_file(file))
            return fs::canonical(file).string();
        path.erase(0, colon + 1);
    } while (!path.empty());
    return Error{"there is no " + name + ": install QEMU (Debian: qemu-system-x86)"};
}

std::vector<std::string> machineArguments(const Accelerator &accelerator,
                                          const SandboxOptions &options) {
    auto kernelArguments = std::string(kKernelArguments);
    if (!options.kernelArguments.empty())
        kernelArguments += " " + options.kernelArguments;
    return {"-accel", accelerator.name, "-machine", "q35",
            // clang-format off
            "-cpu", options.cpu.empty() ? accelerator.cpu : options.cpu,
            "-smp", std::to_string(options.cpus),
            "-m", std::to_string(options.memoryMiB),
            "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
            "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
            "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
            "-device", "virtio-serial-pci",
            "-chardev", std::string("socket,id=agent,fd=") + kAgentFile,
            "-device", "virtserialport,chardev=agent,name=org.lgscope.agent",
            "-chardev", std::string("socket,id=control,fd=") + kControlFile,
            "-mon", "chardev=control,mode=control",
            // Tells the kernel that it was restored, so that no two sandboxes draw the same
            // random numbers.
            "-device", "vmgenid,guid=auto",
            "-append", kernelArguments};
    // clang-format on
}

// All that a saved state depends on.  The processor's name is there because the kernel inside has
// measured its clock.
std::string stateKey(const Image &image, const std::string &qemu,
                     const std::vector<std::string> &arguments) {
    struct stat info = {};
    stat(qemu.c_str(), &info);
    std::string key = image.id + "\n" + qemu + "\n" + std::to_string(info.st_size) + "\n" +
                      std::to_string(info.st_mtim.tv_sec) + "\n";
    auto cpu = hostCpuInfo();
    if (auto name = cpu.find("model name"); name != cpu.npos)
        key += cpu.substr(name, cpu.find('\n', name) - name);
    for (const auto &argument : arguments)
        key += "\n" + argument;
    return key;
}

struct SocketPair {
    UniqueFd ours, qemus;
};

Result<SocketPair> makeSockets() {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
        return errnoError("cannot make a socket");
    return SocketPair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

} // namespace

std::string findSandboxImage() {
    if (const char *wish = std::getenv("LGSCOPE_SANDBOX"); wish && *wish)
        return wish;
    std::error_code none;
    auto program = fs::read_symlink("/proc/self/exe", none).parent_path();
    return (program / "../lib/lgscope/sandbox").lexically_normal().string();
}

struct Sandbox::State {
    SandboxOptions options;
    Image image;
    std::string qemu;
    std::stop_token stop;
    Progress progress;

    std::unique_ptr<SavedState> saved;
    bool fromSaved = false;
    UniqueFd stream;
    std::unique_ptr<Qmp> control;
    // Nobody is told of an end before start() has returned: that is start()'s own error.
    std::atomic<bool> handedOver = false;
    std::unique_ptr<QemuProcess> process; // last: its thread uses the others

    Result<void> begin(const Accelerator &accelerator);
    Result<void> spawn(std::vector<std::string> arguments, UniqueFd state);
    Result<void> boot(const std::vector<std::string> &arguments);
    Result<void> restore(const std::vector<std::string> &arguments, UniqueFd state);
    Result<void> save();
};

Result<void> Sandbox::State::spawn(std::vector<std::string> arguments, UniqueFd state) {
    process.reset();
    auto agent = makeSockets(), monitor = makeSockets();
    if (!agent || !monitor)
        return (agent ? monitor : agent).error();
    QemuCommand command = {qemu, std::move(arguments), {agent->qemus.get(), monitor->qemus.get()}};
    command.arguments.insert(command.arguments.end(),
                             {"-kernel", image.vmlinux, "-initrd", image.initramfs});
    if (state) {
        command.files.push_back(state.get());
        command.arguments.insert(command.arguments.end(),
                                 {"-incoming", std::string("file:") + kStateFile});
    }
    auto started = QemuProcess::start(command, [this](const std::string &reason) {
        if (handedOver && options.onEnded)
            options.onEnded(reason);
    });
    if (!started)
        return started.error();
    process = std::move(*started);
    stream = std::move(agent->ours);
    control = std::make_unique<Qmp>(std::move(monitor->ours), stop);
    agent->qemus.reset();
    monitor->qemus.reset();
    if (auto greeted = control->greet(); !greeted) {
        // When QEMU itself has gone, its last words say why.
        if (!stop.stop_requested() && process->ended(kLastWordsLimit))
            return Error{process->endReason()};
        return greeted;
    }
    return {};
}

Result<void> Sandbox::State::restore(const std::vector<std::string> &arguments, UniqueFd state) {
    progress("Waking the saved sandbox", 0.1);
    if (auto spawned = spawn(arguments, std::move(state)); !spawned)
        return spawned;
    auto status = control->settle("query-status", {"inmigrate"}, kStateLimit);
    if (!status)
        return status.error();
    // It was saved while it stood still.
    if (auto continued = control->command("cont"); !continued)
        return continued.error();
    fromSaved = true;
    return {};
}

Result<void> Sandbox::State::boot(const std::vector<std::string> &arguments) {
    progress("Starting QEMU", 0);
    if (auto spawned = spawn(arguments, {}); !spawned)
        return spawned;
    auto ready = process->waitFor(kReady, kBootLimit, stop, [&](int lines) {
        progress("Booting the sandbox's kernel",
                 0.05 + 0.85 * std::min(1.0, double(lines) / kUsualBootLines));
    });
    if (!ready)
        return ready;
    if (saved) {
        progress("Saving the sandbox for the next start", 0.92);
        return save();
    }
    return {};
}

// A sandbox that cannot be saved runs all the same; only one that doesn't go on is an error.
Result<void> Sandbox::State::save() {
    auto part = saved->begin();
    if (!part)
        return {};
    if (auto stopped = control->command("stop"); !stopped)
        return stopped.error();
    auto migrated = control->command("migrate", {{"uri", "file:" + *part}});
    bool completed = false;
    if (migrated) {
        auto status = control->settle(
            "query-migrate", {"", "setup", "active", "device", "pre-switchover"}, kStateLimit);
        completed = status && *status == "completed";
    }
    if (auto continued = control->command("cont"); !continued)
        return continued.error();
    if (!completed) {
        unlink(part->c_str());
        return {};
    }
    [[maybe_unused]] auto kept = saved->commit(*part);
    return {};
}

Result<void> Sandbox::State::begin(const Accelerator &accelerator) {
    auto arguments = machineArguments(accelerator, options);
    if (options.countInstructions)
        arguments.insert(arguments.end(), {"-icount", "shift=0,sleep=off"});
    if (auto folder = cacheFolder(); options.useSavedState && !options.countInstructions &&
                                     options.bzImage.empty() && !folder.empty()) {
        saved = std::make_unique<SavedState>(folder, stateKey(image, qemu, arguments));
        if (auto state = saved->open()) {
            auto restored = restore(arguments, std::move(state));
            if (restored || stop.stop_requested())
                return restored;
            saved->forget();
        }
    }
    return boot(arguments);
}

Result<std::unique_ptr<Sandbox>> Sandbox::start(SandboxOptions options, const Progress &progress,
                                                const std::stop_token &stop) {
    auto state = std::make_unique<State>();
    state->options = std::move(options);
    state->progress = progress ? progress : [](const std::string &, double) {};
    state->stop = stop;
    auto image =
        readImage(state->options.image.empty() ? findSandboxImage() : state->options.image);
    if (!image)
        return image.error();
    state->image = std::move(*image);
    if (!state->options.bzImage.empty())
        state->image.vmlinux = state->options.bzImage;
    auto qemu = findQemu(state->options.qemu);
    if (!qemu)
        return qemu.error();
    state->qemu = std::move(*qemu);

    Result<void> begun = Error{"not begun"};
    if (!state->options.countInstructions && kvmWorks())
        begun = state->begin(kvmAccelerator(hostCpuInfo()));
    if (!begun && !stop.stop_requested())
        begun = state->begin(tcgAccelerator());
    if (!begun)
        return begun.error();
    state->progress("Ready", 1);
    state->progress = nullptr;
    state->handedOver = true;
    return std::unique_ptr<Sandbox>(new Sandbox(std::move(state)));
}

Sandbox::Sandbox(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sandbox::~Sandbox() = default;

UniqueFd Sandbox::takeStream() {
    return std::move(state_->stream);
}
bool Sandbox::running() const {
    return state_->process->running();
}
std::string Sandbox::endReason() const {
    return state_->process->endReason();
}
std::string Sandbox::log() const {
    return state_->process->console();
}
bool Sandbox::fromSavedState() const {
    return state_->fromSaved;
}
pid_t Sandbox::qemuPid() const {
    return state_->process->pid();
}

Result<nlohmann::json> Sandbox::command(const std::string &name, nlohmann::json arguments) {
    return state_->control->command(name, std::move(arguments));
}

void Sandbox::forgetSavedState() {
    if (state_->saved)
        state_->saved->forget();
}

} // namespace lg
