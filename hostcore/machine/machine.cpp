// SPDX-License-Identifier: GPL-2.0-or-later
#include "image/layout.h"
#include "machine/machine_parts.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <x86intrin.h>

namespace lg {

namespace {

constexpr size_t kMaxNotifyText = 64 << 10;
constexpr int kRestart = 85; // the kernel's ERESTART, which libc does not know

template <typename... Longs>
Result<void> request(int device, uint32_t vcpu, const char *what, Longs... longs) {
    unsigned long words[] = {static_cast<unsigned long>(longs)...};
    // A signal may end even INITIALIZE, which then has undone everything.
    while (pwrite(device, words, sizeof words, off_t(vcpu)) < 0)
        if (errno != EINTR)
            return errnoError(what);
    return {};
}

Result<UniqueFd> openDevice() {
    UniqueFd fd(open(kDevicePath, O_RDWR | O_CLOEXEC));
    if (fd)
        return fd;
    if (errno == ENOENT)
        return Error{"this machine has no /dev/lguest: load the module lg, or use the sandbox"};
    if (errno == EACCES || errno == EPERM)
        return Error{"you may not open /dev/lguest on this machine: give yourself the right, or "
                     "use the sandbox"};
    return errnoError("cannot open /dev/lguest");
}

} // namespace

Result<lg_host_info> hostInfo() {
    auto fd = openDevice();
    if (!fd)
        return fd.error();
    lg_host_info info = {};
    if (ioctl(fd->get(), LG_IOC_HOST_INFO, &info) != 0)
        return Error{
            "the module behind /dev/lguest is not lgscope's: it does not know our questions"};
    if (info.version != LG_UAPI_VERSION)
        return Error{"the module lg is of another version: it speaks " +
                     std::to_string(info.version) + ", this agent speaks " +
                     std::to_string(LG_UAPI_VERSION)};
    return info;
}

Result<void> Machine::State::initialize() {
    auto started = request(device.get(), 0, "the module refuses the Guest", LHREQ_INITIALIZE,
                           reinterpret_cast<unsigned long>(ram.base()),
                           ram.totalBytes() / kPageBytes, spec->image.entry,
                           (ram.totalBytes() + PciBus::windowBytes(set.all().size())) / kPageBytes);
    if (!started)
        return started;
    if (spec->vcpus > 1 && ioctl(device.get(), LG_IOC_VCPUS, spec->vcpus) != 0)
        return errnoError("giving the Guest " + std::to_string(spec->vcpus) + " vCPUs");
    for (const auto &queue : bus.queues()) {
        UniqueFd kick(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        if (auto told = request(device.get(), 0, "the module refuses a device's eventfd",
                                LHREQ_EVENTFD, queue.ring.address(), kick.get());
            !told)
            return told;
        kicks.push_back(std::move(kick));
    }
    if (spec->eventMode != LG_EVENTS_OFF)
        if (auto set = drain.setMode(spec->eventMode, spec->eventKinds); !set)
            return set;
    if (auto watching = stops.start(); !watching)
        return watching;
    if (!spec->conditions.empty())
        if (auto set = setConditions(spec->conditions); !set)
            return set;
    if (spec->paused) {
        if (ioctl(device.get(), LG_IOC_STOP) != 0)
            return errnoError("stopping the Guest before it starts");
        paused = true;
    }
    return {};
}

Result<void> Machine::State::setConditions(const std::vector<lg_condition> &conditions) {
    if (conditions.size() > LG_CONDITIONS_MAX)
        return Error{"there can be at most " + std::to_string(LG_CONDITIONS_MAX) + " conditions"};
    lg_conditions all = {};
    all.count = uint32_t(conditions.size());
    std::copy(conditions.begin(), conditions.end(), all.at);
    if (ioctl(device.get(), LG_IOC_CONDITIONS, &all) != 0)
        return errnoError("setting the conditions");
    return {};
}

// vCPU 0 belongs to the thread that says INITIALIZE, each other to the first that asks to run it.
void Machine::State::runGuest(std::promise<Result<void>> ready) {
    auto initialized = initialize();
    bool good = initialized.ok();
    ready.set_value(std::move(initialized));
    if (!good)
        return;

    std::vector<std::thread> others;
    for (uint32_t vcpu = 1; vcpu < spec->vcpus; ++vcpu)
        others.emplace_back([this, vcpu] { runVcpu(vcpu); });
    runVcpu(0);
    for (auto &other : others)
        other.join();
    auto [death, reason] = epitaph();
    dead = true;
    service(size_t(ConsoleDevice::kOutput)); // what it printed last
    service(PciBus::Kick{0, ConsoleDevice::kOutput});
    drain.finish(killing);
    if (!silent)
        listener.ended(death, reason);
}

// Until the Guest is dead, which each vCPU is told.
void Machine::State::runVcpu(uint32_t vcpu) {
    for (;;) {
        // The address of a notification, or an access to a device.
        lg_io io = {};
        ssize_t got = pread(device.get(), &io, sizeof io, off_t(vcpu));
        if (got == sizeof io) {
            accessed(vcpu, io);
            continue;
        }
        if (got > 0) {
            notified(io.what);
            continue;
        }
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && (errno == kRestart || errno == ENOENT))
            return;
        // The others would run on without it.
        return killFor(got < 0 ? errnoError("reading /dev/lguest").message
                               : "reading /dev/lguest gave nothing");
    }
}

std::pair<lg_death, std::string> Machine::State::epitaph() {
    char text[LG_REASON_MAX + 64] = {};
    ssize_t got = pread(device.get(), text, sizeof text - 1, 0);
    if (got < 0 && errno == kRestart)
        return {LG_DEATH_RESTART, "the Guest asked for a restart"};
    std::string reason = got > 0 ? std::string(text) : errnoError("no reason is known").message;
    {
        std::lock_guard lock(mutex);
        if (!ourReason.empty())
            return {LG_DEATH_KILLED, ourReason};
    }
    lg_vcpu_state state = {};
    if (ioctl(device.get(), LG_IOC_STATE, &state) == 0 && state.dead != 0)
        return {lg_death(state.dead), reason};
    return {reason.starts_with("CRASH: ") ? LG_DEATH_POWEROFF : LG_DEATH_KILLED, reason};
}

void Machine::State::notified(uint64_t address) {
    auto told = bus.notified(address);
    if (told.outcome == LguestBus::Outcome::Kicked)
        return service(told.queue);
    if (told.outcome == LguestBus::Outcome::Done)
        return;
    if (address < ram.ramBytes()) {
        print(viewOf(ram.text(address, kMaxNotifyText)));
        return;
    }
    char text[64];
    std::snprintf(text, sizeof text, "NOTIFY of 0x%llx, where nothing is",
                  static_cast<unsigned long long>(address));
    killFor(text);
}

void Machine::State::accessed(uint32_t vcpu, const lg_io &io) {
    auto answer = pci.access(io);
    if (!answer)
        killFor(answer.message());
    else if (const auto &kick = answer->kick)
        service(*kick);
    (void)request(device.get(), vcpu, "answering an access", LHREQ_IO_DONE,
                  answer ? answer->value : 0);
}

void Machine::State::service(const PciBus::Kick &kick) {
    auto served = pci.service(kick);
    if (!served)
        return killFor(served.message());
    if (*served && !dead)
        (void)request(device.get(), 0, "raising a line", LHREQ_IRQ, PciBus::line(kick.device));
}

void Machine::State::service(size_t queue) {
    auto served = bus.service(queue);
    if (!served)
        return killFor(served.message());
    if (*served && !dead)
        (void)request(device.get(), 0, "raising a line", LHREQ_IRQ, bus.queues()[queue].line);
}

void Machine::State::runDevices() {
    std::vector<pollfd> fds = {{wake.get(), POLLIN, 0}};
    for (const auto &kick : kicks)
        fds.push_back({kick.get(), POLLIN, 0});
    while (!dead && !killing) {
        if (poll(fds.data(), fds.size(), -1) < 0)
            continue;
        std::lock_guard lock(serving);
        for (size_t i = 0; i < fds.size(); ++i) {
            uint64_t times;
            // NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection): there is something
            if (!(fds[i].revents & POLLIN) || read(fds[i].fd, &times, sizeof times) < 0)
                continue;
            if (frozen)
                continue; // thaw() has everything looked at
            if (i > 0) {
                service(i - 1);
                continue;
            }
            serviceAll();
        }
    }
}

// Each queue is seen by whichever driver there is.  Output of the console waits for its own kick,
// because it may take long; one that came while all stood still is gone.
void Machine::State::serviceAll() {
    const bool output = thawed.exchange(false);
    if (resized.exchange(false)) {
        bus.configChanged(0);
        if (pci.configChanged(0))
            (void)request(device.get(), 0, "raising a line", LHREQ_IRQ, PciBus::line(0));
    }
    for (size_t i = 0; i < bus.queues().size(); ++i)
        if (output || i != ConsoleDevice::kOutput)
            service(i);
    for (size_t device = 0; device < set.all().size(); ++device)
        for (unsigned queue = 0; queue < set.all()[device]->queueCount(); ++queue)
            if (output || device != 0 || queue != ConsoleDevice::kOutput)
                service(PciBus::Kick{device, queue});
}

void Machine::State::print(BytesView bytes) {
    uint64_t tsc = __rdtsc();
    while (!bytes.empty() && !listener.console(tsc, bytes)) {
        if (killing)
            return;
        listener.waitForRoom(std::chrono::milliseconds(50));
    }
}

void Machine::State::killFor(const std::string &reason) {
    {
        std::lock_guard lock(mutex);
        if (ourReason.empty())
            ourReason = reason;
    }
    ioctl(device.get(), LG_IOC_KILL);
}

void Machine::State::wakeDevices() {
    uint64_t one = 1;
    [[maybe_unused]] ssize_t written = write(wake.get(), &one, sizeof one);
}

Result<std::unique_ptr<Machine>> Machine::start(std::shared_ptr<const MachineSpec> spec,
                                                MachineListener &listener) {
    auto fits = checkFits(spec->image, spec->memoryBytes, spec->commandLine, spec->initrd.size());
    if (!fits)
        return fits.error();
    if (auto possible = checkVcpuCount(spec->vcpus); !possible)
        return possible.error();
    auto ram = GuestRam::create(spec->memoryBytes,
                                LguestBus::deviceBytes(DeviceSet::queueCount(spec->devices)));
    if (!ram)
        return ram.error();
    auto device = openDevice();
    if (!device)
        return device.error();
    ram->load(spec->image, spec->commandLine, spec->initrd);

    auto state =
        std::make_unique<State>(std::move(spec), listener, std::move(*device), std::move(*ram));
    std::promise<Result<void>> ready;
    auto initialized = ready.get_future();
    auto *raw = state.get();
    raw->firstVcpu =
        std::thread([raw, ready = std::move(ready)]() mutable { raw->runGuest(std::move(ready)); });
    std::unique_ptr<Machine> machine(new Machine(std::move(state)));
    if (auto good = initialized.get(); !good)
        return good.error();
    raw->devices = std::thread([raw] { raw->runDevices(); });
    return machine;
}

Machine::Machine(std::unique_ptr<State> state) : state_(std::move(state)) {}

Machine::~Machine() {
    state_->silent = true;
    state_->killing = true;
    ioctl(state_->device.get(), LG_IOC_KILL);
    state_->wakeDevices();
    state_->firstVcpu.join();
    if (state_->devices.joinable())
        state_->devices.join();
}

bool Machine::alive() const {
    return !state_->dead;
}

bool Machine::paused() const {
    std::lock_guard lock(state_->mutex);
    return state_->paused || state_->stops.anyStopped();
}

Result<void> Machine::kill() {
    if (ioctl(state_->device.get(), LG_IOC_KILL) != 0)
        return errnoError("killing the Guest");
    return {};
}

Result<void> Machine::pause() {
    state_->heldForSnapshot = false; // who asks wants it to stay so
    return hold();
}

Result<void> Machine::hold() {
    std::lock_guard lock(state_->mutex);
    if (state_->dead)
        return Error{"the Guest has ended"};
    if (state_->paused)
        return {};
    if (ioctl(state_->device.get(), LG_IOC_STOP) != 0)
        return errnoError("pausing the Guest");
    state_->paused = true;
    return {};
}

Result<void> Machine::resume() {
    std::lock_guard lock(state_->mutex);
    if (state_->dead)
        return Error{"the Guest has ended"};
    if (state_->awaitsState)
        return Error{"the Guest waits for a saved one's state"};
    state_->fresh = false;
    // EINVAL: it was not stopped at all.
    if (state_->stops.resume() != 0 && errno != EINVAL)
        return errnoError("resuming the Guest");
    state_->paused = false;
    state_->thaw();
    return {};
}

Result<void> Machine::setTrace(lg_event_mode mode, uint64_t kinds) {
    return state_->drain.setMode(mode, kinds);
}

Result<void> Machine::setConditions(const std::vector<lg_condition> &conditions) {
    return state_->setConditions(conditions);
}

Result<void> Machine::setBreakpoints(const lg_breakpoints &breakpoints) {
    if (auto exists = checkVcpu(breakpoints.vcpu); !exists)
        return exists;
    if (ioctl(state_->device.get(), LG_IOC_BREAKPOINTS, &breakpoints) == 0)
        return {};
    if (errno == EINVAL)
        return Error{"a breakpoint is for 1, 2 or 4 bytes at a multiple of that; one at an "
                     "instruction for 1"};
    return errnoError("setting the breakpoints");
}

Result<void> Machine::step(uint32_t vcpu) {
    if (auto exists = checkVcpu(vcpu); !exists)
        return exists;
    if (auto ready = checkAwaitsState(); ready)
        return Error{"the Guest waits for a saved one's state"};
    {
        std::lock_guard lock(state_->mutex);
        state_->fresh = false;
    }
    if (state_->stops.step(vcpu) == 0) {
        state_->thaw();
        return {};
    }
    if (errno == EINVAL)
        return Error{"only a vCPU that is stopped can do a step"};
    return errnoError("stepping the vCPU");
}

Result<void> Machine::raiseIrq(uint32_t vcpu, uint32_t line) {
    if (line >= LGUEST_IRQS)
        return Error{"there is no interrupt line " + std::to_string(line)};
    if (auto there = checkVcpu(vcpu); !there)
        return there;
    return request(state_->device.get(), vcpu, "raising the line", LHREQ_IRQ, line);
}

size_t Machine::typeOnConsole(BytesView bytes) {
    size_t taken = state_->set.console().feed(bytes);
    state_->wakeDevices();
    return taken;
}

void Machine::setTerminalSize(const TerminalSize &size) {
    state_->set.console().setSize(size);
    state_->resized = true;
    state_->wakeDevices();
}

bool Machine::diskDone(uint32_t channel, uint64_t id, bool good, Bytes data) {
    auto *disk = state_->set.disk(channel);
    if (!disk)
        return false;
    disk->finish(id, good, std::move(data));
    state_->wakeDevices();
    return true;
}

bool Machine::receiveFrame(uint32_t channel, BytesView frame) {
    auto *net = state_->set.net(channel);
    if (!net)
        return false;
    if (net->receive(frame))
        state_->wakeDevices();
    return true;
}

} // namespace lg
