// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspect/guest_map.h"
#include "wire/connection.h"

#include <functional>
#include <memory>

class QObject;

namespace ui {

class HostLink;

// Questions about one Guest as it is now, and orders to it.  Asked and answered on the window's
// thread; who has gone meanwhile is not answered.
class Inspector {
public:
    template <typename T>
    using Answer = std::function<void(const lg::Result<T> &)>;

    // The mode is how events are kept, whichever kinds are recorded.
    Inspector(std::shared_ptr<HostLink> link, lg::GuestId guest, lg_event_mode mode);

    void state(uint32_t vcpu, QObject *asker, Answer<lg_vcpu_state> answer);
    void counters(uint32_t vcpu, QObject *asker, Answer<lg_counters> answer);
    void switcher(uint32_t vcpu, QObject *asker, Answer<lg_switcher_info> answer);
    // cr3 0 = the vCPU's own
    void walk(uint32_t vcpu, uint32_t address, uint32_t cr3, QObject *asker,
              Answer<lg_walk> answer);
    void memory(uint32_t vcpu, uint32_t address, uint32_t length, bool isVirtual, QObject *asker,
                Answer<lg::GuestMemory> answer);
    // Reads guest-physical memory for a thread that has nothing else to do meanwhile; must not
    // be used any more when the session is gone.
    lg::MemoryReader physicalReader() const;
    void raiseIrq(uint32_t vcpu, uint32_t line, QObject *asker, Answer<void> answer);
    void step(uint32_t vcpu, QObject *asker, Answer<void> answer);
    void setConditions(const std::vector<lg_condition> &conditions, QObject *asker,
                       Answer<void> answer);
    void setBreakpoints(const lg_breakpoints &breakpoints, QObject *asker, Answer<void> answer);
    void setKinds(uint64_t kinds, QObject *asker, Answer<void> answer);

private:
    std::shared_ptr<HostLink> link_;
    lg::GuestId guest_;
    lg_event_mode mode_;
};

} // namespace ui
