// SPDX-License-Identifier: GPL-2.0-or-later
// What a Machine is made of, for the files that implement it.
#pragma once

#include "base/unique_fd.h"
#include "devices/lguest_bus.h"
#include "devices/pci_bus.h"
#include "machine/event_drain.h"
#include "machine/guest_ram.h"
#include "machine/machine.h"
#include "machine/page_digests.h"
#include "machine/stop_watch.h"

#include <atomic>
#include <future>
#include <mutex>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <thread>

namespace lg {

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
    std::atomic<bool> thawed = false; // and what it left alone meanwhile has to be looked at
    bool fresh = spec->paused;        // it has not gone on since its start
    bool awaitsState = false;
    std::atomic<bool> heldForSnapshot = false; // it ran before
    PageDigests digests;                       // of the last snapshot
    std::atomic<bool> resized = false;         // the device thread has to tell the driver
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
    // Waits for vCPUs that are on their way to where they stop. False: errno says why.
    bool tellAtRest(unsigned long number, const void *what) const;
};

} // namespace lg
