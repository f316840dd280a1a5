// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspector.h"

#include "host_link.h"
#include "post.h"

namespace ui {

namespace {

// The answer comes on the connection's thread and goes on to the window's.
template <typename T>
lg::Done<T> toWindow(QObject *asker, Inspector::Answer<T> answer) {
    return [asker = QPointer<QObject>(asker), answer = std::move(answer)](lg::Result<T> result) {
        post(asker, [answer, result = std::move(result)](QObject &) { answer(result); });
    };
}

} // namespace

Inspector::Inspector(std::shared_ptr<HostLink> link, lg::GuestId guest, lg_event_mode mode)
    : link_(std::move(link)), guest_(guest), mode_(mode) {}

void Inspector::state(uint32_t vcpu, QObject *asker, Answer<lg_vcpu_state> answer) {
    link_->agent()->state(guest_, vcpu, toWindow(asker, std::move(answer)));
}

void Inspector::counters(uint32_t vcpu, QObject *asker, Answer<lg_counters> answer) {
    link_->agent()->counters(guest_, vcpu, toWindow(asker, std::move(answer)));
}

void Inspector::switcher(uint32_t vcpu, QObject *asker, Answer<lg_switcher_info> answer) {
    link_->agent()->switcher(guest_, vcpu, toWindow(asker, std::move(answer)));
}

void Inspector::walk(uint32_t vcpu, uint32_t address, uint32_t cr3, QObject *asker,
                     Answer<lg_walk> answer) {
    link_->agent()->walk(guest_, vcpu, address, cr3, toWindow(asker, std::move(answer)));
}

void Inspector::memory(uint32_t vcpu, uint32_t address, uint32_t length, bool isVirtual,
                       QObject *asker, Answer<lg::GuestMemory> answer) {
    link_->agent()->readMemory(guest_, vcpu, address, length, isVirtual,
                               toWindow(asker, std::move(answer)));
}

lg::MemoryReader Inspector::physicalReader() const {
    return [agent = link_->agent(), guest = guest_](uint32_t address, uint32_t length) {
        auto memory = lg::AgentConnection::wait<lg::GuestMemory>([&](auto done) {
            agent->readMemory(guest, 0, address, length, false, std::move(done));
        });
        return memory ? lg::Result<lg::Bytes>(std::move(memory->bytes)) : memory.error();
    };
}

void Inspector::raiseIrq(uint32_t vcpu, uint32_t line, QObject *asker, Answer<void> answer) {
    link_->agent()->raiseIrq(guest_, vcpu, line, toWindow(asker, std::move(answer)));
}

void Inspector::step(uint32_t vcpu, QObject *asker, Answer<void> answer) {
    link_->agent()->step(guest_, vcpu, toWindow(asker, std::move(answer)));
}

void Inspector::setConditions(const std::vector<lg_condition> &conditions, QObject *asker,
                              Answer<void> answer) {
    link_->agent()->setConditions(guest_, conditions, toWindow(asker, std::move(answer)));
}

void Inspector::setBreakpoints(const lg_breakpoints &breakpoints, QObject *asker,
                               Answer<void> answer) {
    link_->agent()->setBreakpoints(guest_, breakpoints, toWindow(asker, std::move(answer)));
}

void Inspector::setKinds(uint64_t kinds, QObject *asker, Answer<void> answer) {
    link_->agent()->setTrace(guest_, mode_, toWindow(asker, std::move(answer)), kinds);
}

} // namespace ui
