// SPDX-License-Identifier: GPL-2.0-or-later
#include "moment_inspector.h"

#include "post.h"

#include <QPointer>

namespace ui {

namespace {

// Later, as from a live Guest, so that who asks again in an answer does not ask itself.
template <typename T>
void reply(QObject *asker, Inspector::Answer<T> answer, lg::Result<T> result) {
    post(QPointer<QObject>(asker),
         [answer = std::move(answer), result = std::move(result)](QObject &) { answer(result); });
}

} // namespace

void MomentInspector::state(uint32_t vcpu, QObject *asker, Answer<lg_vcpu_state> answer) {
    reply(asker, std::move(answer), at_.moment->state(vcpu));
}

void MomentInspector::stateToMap(uint32_t vcpu, QObject *asker, Answer<lg_vcpu_state> answer) {
    reply(asker, std::move(answer), at_.moment->stateToMap(vcpu));
}

void MomentInspector::switcher(uint32_t vcpu, QObject *asker, Answer<lg_switcher_info> answer) {
    reply(asker, std::move(answer), at_.moment->switcher(vcpu));
}

void MomentInspector::walk(uint32_t vcpu, uint32_t address, uint32_t cr3, QObject *asker,
                           Answer<lg::MomentWalk> answer) {
    reply(asker, std::move(answer), at_.moment->walk(vcpu, address, cr3));
}

void MomentInspector::memory(uint32_t vcpu, uint32_t address, uint32_t length, bool isVirtual,
                             QObject *asker, Answer<lg::GuestMemory> answer) {
    auto bytes = at_.moment->readMemory(vcpu, address, length, isVirtual);
    reply(asker, std::move(answer),
          bytes ? lg::Result<lg::GuestMemory>({address, std::move(*bytes)}) : bytes.error());
}

lg::MemoryReader MomentInspector::physicalReader() const {
    return [moment = at_.moment](uint32_t address, uint32_t length) {
        return moment->readMemory(0, address, length, false);
    };
}

} // namespace ui
