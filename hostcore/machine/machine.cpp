// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/machine.h"

#include "base/unique_fd.h"
#include "devices/lguest_bus.h"
#include "devices/pci_bus.h"
#include "image/layout.h"
#include "machine/event_drain.h"
#include "machine/guest_ram.h"
#include "machine/stop_watch.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <thread>
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

struct Machine::State : DeviceOutput {
    State(std::shared_ptr<const MachineSpec> spec_, MachineListener &listener_, UniqueFd fd,
          GuestRam ram_)
        : spec(std::move(spec_)), listener(listener_), device(std::move(fd)), ram(std::move(ram_)),
          set(spec->devices, *this), bus(ram, set.all()), pci(ram, ram.totalBytes(), set.all()),
          wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
          drain(device.get(), spec->vcpus, spec->eventRecords, listener),
          stops(device.get(), spec->vcpus, listener) {}

    std::shared_ptr<const MachineSpec> spec;
    MachineListener &listener;
    UniqueFd device;
    GuestRam ram;
    DeviceSet set;
    // One set of devices, two transports: a kernel has the driver of one of them.
    LguestBus bus;
    PciBus pci;
    std::vector<UniqueFd> kicks; // one for each queue of the lguest bus
    UniqueFd wake;               // the device thread: look at what has come for the Guest, or stop
    EventDrain drain;
    StopWatch stops;

    std::mutex serving; // held by the device thread while it works on the Guest's memory
    std::atomic<bool> frozen = false; // it does not: the Guest is being saved
    bool fresh = spec->paused;        // it has not gone on since its start
    bool awaitsState = false;
    std::atomic<bool> resized = false; // the device thread has to tell the driver
    std::atomic<bool> dead = false;
    std::atomic<bool> killing = false; // nobody waits for room any more
    std::atomic<bool> silent = false;  // ended() is not wanted
    std::mutex mutex;
    bool paused = false;
    std::string ourReason; // why the Launcher killed it, if it did
    std::thread firstVcpu, devices;

    Result<void> initialize();
    Result<void> setConditions(const std::vector<lg_condition> &conditions);
    void runGuest(std::promise<Result<void>> ready);
    void runVcpu(uint32_t vcpu);
    std::pair<lg_death, std::string> epitaph();
    void notified(uint64_t address);
    void accessed(uint32_t vcpu, const lg_io &io);
    void runDevices();
    void service(size_t queue);
    void service(const PciBus::Kick &kick);
    void serviceAll();
    void print(BytesView bytes) override;
    void disk(uint32_t channel, DiskTask task) override { listener.disk(channel, std::move(task)); }
    void frame(uint32_t channel, BytesView frame) override { listener.frame(channel, frame); }
    void killFor(const std::string &reason);
    void wakeDevices();
    void thaw();
    bool freeze(); // false: a device has something under way
    Result<std::optional<MachineState>> save();
    Result<void> checkTimeStampCounter(const MachineState &saved) const;
    Result<void> restore(const MachineState &saved);
};

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
    else if (answer->kick)
        service(*answer->kick);
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
// because it may take long.
void Machine::State::serviceAll() {
    if (resized.exchange(false)) {
        bus.configChanged(0);
        if (pci.configChanged(0))
            (void)request(device.get(), 0, "raising a line", LHREQ_IRQ, PciBus::line(0));
    }
    for (size_t i = 0; i < bus.queues().size(); ++i)
        if (i != ConsoleDevice::kOutput)
            service(i);
    for (size_t device = 0; device < set.all().size(); ++device)
        for (unsigned queue = 0; queue < set.all()[device]->queueCount(); ++queue)
            if (device != 0 || queue != ConsoleDevice::kOutput)
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

void Machine::State::thaw() {
    frozen = false;
    wakeDevices();
}

bool Machine::State::freeze() {
    std::unique_lock lock(serving, std::try_to_lock);
    if (!lock || !set.disksIdle())
        return false;
    frozen = true;
    return true;
}

// Each is a question to the module; EAGAIN: a vCPU is on its way to where it stops.
Result<std::optional<MachineState>> Machine::State::save() {
    MachineState saved;
    saved.vcpus.resize(spec->vcpus);
    int failed = ioctl(device.get(), LG_IOC_SAVE_GUEST, &saved.guest);
    if (failed == 0 && !freeze())
        return std::optional<MachineState>();
    for (uint32_t vcpu = 0; failed == 0 && vcpu < spec->vcpus; ++vcpu) {
        saved.vcpus[vcpu].vcpu = vcpu;
        failed = ioctl(device.get(), LG_IOC_SAVE_VCPU, &saved.vcpus[vcpu]);
    }
    if (failed != 0 && (errno == EAGAIN || errno == EINTR))
        return std::optional<MachineState>();
    if (failed != 0)
        return errnoError("saving the Guest");
    saved.lguestQueues = bus.positions();
    saved.pci = pci.save();
    saved.typed = set.console().waiting();
    return std::optional(std::move(saved));
}

// A Guest that was told how fast it counts keeps time by it.
Result<void> Machine::State::checkTimeStampCounter(const MachineState &saved) const {
    constexpr uint64_t kPartsTolerated = 1000;
    lg_host_info info = {};
    if (ioctl(device.get(), LG_IOC_HOST_INFO, &info) != 0)
        return errnoError("asking for the clock's frequency");
    for (const auto &vcpu : saved.vcpus) {
        const uint64_t told = vcpu.tsc_khz, here = info.tsc_khz;
        if (told == 0)
            continue;
        if ((told > here ? told - here : here - told) > here / kPartsTolerated)
            return Error{"the saved Guest keeps time by a counter of " + std::to_string(told) +
                         " kHz, and that of this host has " + std::to_string(here)};
        if (__rdtsc() < vcpu.tsc)
            return Error{"the saved Guest keeps time by a counter that is ahead of this host's: "
                         "its time would stand still"};
    }
    return {};
}

Result<void> Machine::State::restore(const MachineState &saved) {
    if (saved.vcpus.size() != spec->vcpus)
        return Error{"the saved Guest has another number of vCPUs"};
    if (auto possible = checkTimeStampCounter(saved); !possible)
        return possible;
    if (auto set = bus.setPositions(saved.lguestQueues); !set)
        return set;
    if (auto set = pci.restore(saved.pci); !set)
        return set;
    (void)set.console().feed(saved.typed);
    // The vCPUs may be on their way to where they stop for the first time.
    auto ask = [this](unsigned long number, const void *what) {
        for (int tries = 0;; ++tries) {
            if (ioctl(device.get(), number, what) == 0)
                return true;
            if ((errno != EAGAIN && errno != EINTR) || tries == 1000)
                return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    };
    bool good = ask(LG_IOC_RESTORE_GUEST, &saved.guest);
    for (const auto &vcpu : saved.vcpus)
        good = good && ask(LG_IOC_RESTORE_VCPU, &vcpu);
    if (good)
        return {};
    if (errno == EINVAL)
        return Error{"the saved Guest's state makes no sense to the module"};
    return errnoError("restoring the Guest");
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

Result<std::optional<MachineState>> Machine::save() {
    if (auto resting = pause(); !resting)
        return resting.error();
    return state_->save();
}

PageBatch Machine::readPages(uint32_t first) const {
    static constexpr uint8_t kZero[kPageBytes] = {};
    const auto all = uint32_t(state_->ram.totalBytes() / kPageBytes);
    PageBatch batch;
    for (batch.next = first; batch.next < all && batch.pages.size() < kPagesPerBatch;
         ++batch.next) {
        auto page = state_->ram.any(uint64_t(batch.next) * kPageBytes, kPageBytes);
        if (std::memcmp(page.data(), kZero, kPageBytes) == 0)
            continue;
        batch.pages.push_back(batch.next);
        batch.bytes.insert(batch.bytes.end(), page.begin(), page.end());
    }
    return batch;
}

Result<void> Machine::checkAwaitsState() const {
    std::lock_guard lock(state_->mutex);
    if (state_->awaitsState)
        return {};
    return Error{"the Guest is not waiting for a saved one's memory and state"};
}

Result<void> Machine::beginRestore() {
    std::lock_guard lock(state_->mutex);
    if (!state_->fresh || state_->dead)
        return Error{
            "only a Guest that was launched paused, and has not gone on, can become a saved one"};
    // The device thread may be looking whether there is something to do.
    for (int tries = 0; !state_->freeze(); ++tries) {
        if (tries == 200)
            return Error{"a device of the Guest is at work"};
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    state_->fresh = false;
    state_->awaitsState = true;
    return state_->ram.clear();
}

Result<void> Machine::writePages(const PageBatch &batch) {
    if (auto wanted = checkAwaitsState(); !wanted)
        return wanted;
    if (batch.bytes.size() != batch.pages.size() * kPageBytes)
        return Error{"the saved Guest's memory is damaged"};
    for (size_t i = 0; i < batch.pages.size(); ++i) {
        auto place = state_->ram.any(uint64_t(batch.pages[i]) * kPageBytes, kPageBytes);
        if (place.empty())
            return Error{"the saved Guest has more memory than it says"};
        std::memcpy(place.data(), batch.bytes.data() + i * kPageBytes, kPageBytes);
    }
    return {};
}

Result<void> Machine::restore(const MachineState &state) {
    if (auto wanted = checkAwaitsState(); !wanted)
        return wanted;
    {
        std::lock_guard lock(state_->mutex);
        state_->awaitsState = false;
    }
    return state_->restore(state);
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

namespace {

template <typename T>
Result<T> ask(int device, unsigned long number, T question, const char *what) {
    if (ioctl(device, number, &question) != 0)
        return errnoError(what);
    return question;
}

} // namespace

Result<void> Machine::checkVcpu(uint32_t vcpu) const {
    if (vcpu < state_->spec->vcpus)
        return {};
    return Error{"the Guest has no vCPU " + std::to_string(vcpu)};
}

Result<lg_vcpu_state> Machine::state(uint32_t vcpu) const {
    if (auto there = checkVcpu(vcpu); !there)
        return there.error();
    lg_vcpu_state state = {};
    state.vcpu = vcpu;
    return ask(state_->device.get(), LG_IOC_STATE, state, "asking for the registers");
}

Result<lg_counters> Machine::counters(uint32_t vcpu) const {
    if (auto there = checkVcpu(vcpu); !there)
        return there.error();
    lg_counters counters = {};
    counters.vcpu = vcpu;
    return ask(state_->device.get(), LG_IOC_COUNTERS, counters, "asking for the counters");
}

Result<lg_switcher_info> Machine::switcher(uint32_t vcpu) const {
    if (auto there = checkVcpu(vcpu); !there)
        return there.error();
    lg_switcher_info switcher = {};
    switcher.vcpu = vcpu;
    return ask(state_->device.get(), LG_IOC_SWITCHER, switcher, "asking for the Switcher");
}

Result<lg_walk> Machine::walk(uint32_t vcpu, uint32_t address, uint32_t cr3) const {
    if (auto there = checkVcpu(vcpu); !there)
        return there.error();
    lg_walk walk = {};
    walk.vcpu = vcpu;
    walk.address = address;
    walk.cr3 = cr3;
    return ask(state_->device.get(), LG_IOC_WALK, walk, "walking the page tables");
}

Result<Bytes> Machine::readMemory(uint32_t vcpu, uint32_t address, uint32_t length,
                                  bool isVirtual) const {
    Bytes bytes;
    const auto &ram = state_->ram;
    while (bytes.size() < length) {
        uint64_t at = uint64_t(address) + bytes.size();
        if (at > UINT32_MAX)
            break;
        size_t wanted = std::min<size_t>(length - bytes.size(), kPageBytes - at % kPageBytes);
        if (isVirtual) {
            auto walked = walk(vcpu, uint32_t(at), 0);
            if (!walked)
                return walked.error();
            if (!walked->mapped)
                break;
            at = walked->gpa;
        }
        wanted = at < ram.totalBytes() ? std::min<size_t>(wanted, ram.totalBytes() - at) : 0;
        auto part = ram.any(at, wanted);
        if (part.empty())
            break;
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    if (bytes.empty() && length != 0) {
        char text[64];
        std::snprintf(text, sizeof text, "no memory of the Guest is at 0x%x", address);
        return Error{text};
    }
    return bytes;
}

} // namespace lg
