// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "snapshot/moment.h"
#include "wire/connection.h"

#include <QtGlobal>

#include <functional>
#include <memory>

class QObject;

namespace ui {

// Questions about one Guest at one moment: now, or as of an event.  Asked and answered on the
// window's thread; who has gone meanwhile is not answered.
class Inspector {
public:
    template <typename T>
    using Answer = std::function<void(const lg::Result<T> &)>;

    Inspector() = default;
    virtual ~Inspector() = default;
    Q_DISABLE_COPY_MOVE(Inspector)

    virtual void state(uint32_t vcpu, QObject *asker, Answer<lg_vcpu_state> answer) = 0;
    // For mapGuest(): as above, but for a page directory that cannot be read as of the moment.
    virtual void stateToMap(uint32_t vcpu, QObject *asker, Answer<lg_vcpu_state> answer) {
        state(vcpu, asker, std::move(answer));
    }
    virtual void switcher(uint32_t vcpu, QObject *asker, Answer<lg_switcher_info> answer) = 0;
    // cr3 0 = the vCPU's own
    virtual void walk(uint32_t vcpu, uint32_t address, uint32_t cr3, QObject *asker,
                      Answer<lg::MomentWalk> answer) = 0;
    virtual void memory(uint32_t vcpu, uint32_t address, uint32_t length, bool isVirtual,
                        QObject *asker, Answer<lg::GuestMemory> answer) = 0;
    // Reads guest-physical memory for a thread that has nothing else to do meanwhile.
    virtual lg::MemoryReader physicalReader() const = 0;
};

} // namespace ui
