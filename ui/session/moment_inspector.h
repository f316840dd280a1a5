// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspector.h"
#include "snapshot/moments.h"

namespace ui {

// A Guest as it was at an event, as far as that is known.  It lives on its own: the session may be
// gone.
class MomentInspector : public Inspector {
public:
    explicit MomentInspector(lg::MomentAt at) : at_(std::move(at)) {}

    const lg::MomentAt &at() const { return at_; }

    void state(uint32_t vcpu, QObject *asker, Answer<lg_vcpu_state> answer) override;
    void stateToMap(uint32_t vcpu, QObject *asker, Answer<lg_vcpu_state> answer) override;
    void switcher(uint32_t vcpu, QObject *asker, Answer<lg_switcher_info> answer) override;
    void walk(uint32_t vcpu, uint32_t address, uint32_t cr3, QObject *asker,
              Answer<lg::MomentWalk> answer) override;
    void memory(uint32_t vcpu, uint32_t address, uint32_t length, bool isVirtual, QObject *asker,
                Answer<lg::GuestMemory> answer) override;
    lg::MemoryReader physicalReader() const override;

private:
    const lg::MomentAt at_;
};

} // namespace ui
