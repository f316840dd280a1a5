// SPDX-License-Identifier: GPL-2.0-or-later
#include "live_inspector.h"

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

LiveInspector::LiveInspector(std::shared_ptr<HostLink> link, lg::GuestId guest, lg_event_mode mode)
    : link_(std::move(link)), guest_(guest), mode_(mode) {}

void LiveInspector::state(uint32_t vcpu, QObject *asker, Answer<lg_vcpu_state> answer) {
    link_->agent()->state(guest_, vcpu, toWindow(asker, std::move(answer)));
}

void LiveInspector::counters(uint32_t vcpu, QObject *asker, Answer<lg_counters> answer) {
    link_->agent()->counters(guest_, vcpu, toWindow(asker, std::move(answer)));
}

void LiveInspector::switcher(uint32_t vcpu, QObject *asker, Answer<lg_switcher_info> answer) {
    link_->agent()->switcher(guest_, vcpu, toWindow(asker, std::move(answer)));
}

void LiveInspector::walk(uint32_t vcpu, uint32_t address, uint32_t cr3, QObject *asker,
                         Answer<lg::MomentWalk> answer) {
    const auto found = [answer = std::move(answer)](const lg::Result<lg_walk> &walk) {
        answer(walk ? lg::Result<lg::MomentWalk>({*walk, {}}) : walk.error());
    };
    link_->agent()->walk(guest_, vcpu, address, cr3, toWindow<lg_walk>(asker, found));
}

void LiveInspector::memory(uint32_t vcpu, uint32_t address, uint32_t length, bool isVirtual,
                           QObject *asker, Answer<lg::GuestMemory> answer) {
    link_->agent()->readMemory(guest_, vcpu, address, length, isVirtual,
                               toWindow(asker, std::move(answer)));
}

lg::MemoryReader LiveInspector::physicalReader() const {
    return [agent = link_->agent(), guest = guest_](uint32_t address, uint32_t length) {
        auto memory = lg::AgentConnection::wait<lg::GuestMemory>([&](auto done) {
            agent->readMemory(guest, 0, address, length, false, std::move(done));
        });
        return memory ? lg::Result<lg::Bytes>(std::move(memory->bytes)) : memory.error();
    };
}

void LiveInspector::raiseIrq(uint32_t vcpu, uint32_t line, QObject *asker, Answer<void> answer) {
    link_->agent()->raiseIrq(guest_, vcpu, line, toWindow(asker, std::move(answer)));
}

void LiveInspector::step(uint32_t vcpu, QObject *asker, Answer<void> answer) {
    link_->agent()->step(guest_, vcpu, toWindow(asker, std::move(answer)));
}

void LiveInspector::setConditions(const std::vector<lg_condition> &conditions, QObject *asker,
                                  Answer<void> answer) {
    link_->agent()->setConditions(guest_, conditions, toWindow(asker, std::move(answer)));
}

void LiveInspector::setBreakpoints(const lg_breakpoints &breakpoints, QObject *asker,
                                   Answer<void> answer) {
    link_->agent()->setBreakpoints(guest_, breakpoints, toWindow(asker, std::move(answer)));
}

void LiveInspector::setKinds(uint64_t kinds, QObject *asker, Answer<void> answer) {
    link_->agent()->setTrace(guest_, mode_, toWindow(asker, std::move(answer)), kinds);
}

} // namespace ui
