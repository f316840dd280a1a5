// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspector.h"

namespace ui {

class HostLink;

// A Guest as it is now, and orders to it.  physicalReader() must not be used any more when the
// session is gone.
class LiveInspector : public Inspector {
public:
    // The mode is how events are kept, whichever kinds are recorded.
    LiveInspector(std::shared_ptr<HostLink> link, lg::GuestId guest, lg_event_mode mode);

    void state(uint32_t vcpu, QObject *asker, Answer<lg_vcpu_state> answer) override;
    void switcher(uint32_t vcpu, QObject *asker, Answer<lg_switcher_info> answer) override;
    void walk(uint32_t vcpu, uint32_t address, uint32_t cr3, QObject *asker,
              Answer<lg::MomentWalk> answer) override;
    void memory(uint32_t vcpu, uint32_t address, uint32_t length, bool isVirtual, QObject *asker,
                Answer<lg::GuestMemory> answer) override;
    lg::MemoryReader physicalReader() const override;

    void counters(uint32_t vcpu, QObject *asker, Answer<lg_counters> answer);
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
