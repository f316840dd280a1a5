// SPDX-License-Identifier: GPL-2.0-or-later
#include "stop_control.h"

#include "inspect/conditions.h"
#include "live_inspector.h"

#include <algorithm>

namespace ui {

namespace {

// What the Guest itself does. The Host's interrupts, and lines that others raise, are not.
constexpr uint64_t kGuestsOwn =
    LG_KIND(LG_EV_HYPERCALL) | LG_KIND(LG_EV_ASYNC_HYPERCALL) | LG_KIND(LG_EV_PAGE_FAULT) |
    LG_KIND(LG_EV_REFLECT) | LG_KIND(LG_EV_EMULATE) | LG_KIND(LG_EV_IRQ_DELIVERED) |
    LG_KIND(LG_EV_HALT) | LG_KIND(LG_EV_WAKE) | LG_KIND(LG_EV_NOTIFY) | LG_KIND(LG_EV_FPU);

lg_condition anyEvent() {
    lg_condition any = {};
    any.kinds = kGuestsOwn;
    any.vcpus = (1u << LG_VCPUS_MAX) - 1;
    any.flags = LG_CONDITION_ALL_VCPUS;
    any.code_last = any.eip_last = UINT32_MAX;
    return any;
}

} // namespace

StopControl::StopControl(std::function<LiveInspector *()> inspector, unsigned vcpus,
                         QObject *parent)
    : QObject(parent), inspector_(std::move(inspector)), vcpus_(vcpus),
      symbols_(std::make_shared<lg::SymbolTable>()) {}

void StopControl::setSymbols(std::shared_ptr<const lg::SymbolTable> symbols) {
    symbols_ = std::move(symbols);
}

lg::Result<std::vector<lg_condition>> StopControl::conditions(const QStringList &filters) const {
    std::vector<std::string> texts;
    for (const QString &filter : filters)
        texts.push_back(filter.toStdString());
    return lg::stopConditions(texts, symbols_.get());
}

void StopControl::sendFilters(const QStringList &filters) {
    LiveInspector *inspector = inspector_();
    auto all = conditions(filters);
    const auto refuse = [this](const std::string &why) {
        emit failed(tr("The Guest cannot be stopped so: %1").arg(QString::fromStdString(why)),
                    tr("The module compares kinds, codes, registers and details, not times and "
                       "texts."));
        emit changed();
    };
    if (!all) {
        refuse(all.message());
        return;
    }
    if (!inspector) {
        refuse(tr("there is no Guest").toStdString());
        return;
    }
    inspector->setConditions(*all, this, [this, filters, refuse](const lg::Result<void> &result) {
        if (!result) {
            refuse(result.message());
            return;
        }
        filters_ = filters;
        emit changed();
    });
}

void StopControl::addFilter(const QString &filter) {
    if (!filter.trimmed().isEmpty() && !filters_.contains(filter.trimmed()))
        sendFilters(filters_ + QStringList{filter.trimmed()});
}

void StopControl::removeFilter(qsizetype nth) {
    QStringList left = filters_;
    if (nth >= 0 && nth < left.size()) {
        left.removeAt(nth);
        sendFilters(left);
    }
}

// To each vCPU in turn: who stops at an address does not care which one it is.
void StopControl::sendBreakpoints(const std::vector<lg_breakpoint> &breakpoints, unsigned vcpu) {
    LiveInspector *inspector = inspector_();
    if (!inspector) {
        emit failed(tr("There is no Guest to stop"), tr("Launch it first."));
        return;
    }
    lg_breakpoints all = {};
    all.vcpu = vcpu;
    std::copy(breakpoints.begin(), breakpoints.end(), all.at);
    inspector->setBreakpoints(all, this, [this, breakpoints, vcpu](const lg::Result<void> &result) {
        if (!result) {
            emit failed(
                tr("The breakpoint was not set: %1").arg(QString::fromStdString(result.message())),
                tr("A breakpoint's address is a multiple of its length."));
            emit changed();
        } else if (vcpu + 1 < vcpus_) {
            sendBreakpoints(breakpoints, vcpu + 1);
        } else {
            breakpoints_ = breakpoints;
            emit changed();
        }
    });
}

bool StopControl::hasBreakpoint(uint32_t address) const {
    return std::any_of(breakpoints_.begin(), breakpoints_.end(), [address](const auto &one) {
        return one.kind == LG_BREAK_EXECUTE && one.address == address;
    });
}

void StopControl::addBreakpoint(lg_breakpoint breakpoint) {
    if (breakpoints_.size() >= LG_BREAKPOINTS) {
        emit failed(tr("The processor has no more than four breakpoints"),
                    tr("Remove one; a filter such as eip == 0x… stops at events only."));
        return;
    }
    auto all = breakpoints_;
    all.push_back(breakpoint);
    sendBreakpoints(all);
}

void StopControl::removeBreakpoint(size_t nth) {
    auto left = breakpoints_;
    if (nth < left.size()) {
        left.erase(left.begin() + static_cast<ptrdiff_t>(nth));
        sendBreakpoints(left);
    }
}

void StopControl::toggleBreakpoint(uint32_t address) {
    for (size_t i = 0; i < breakpoints_.size(); ++i)
        if (breakpoints_[i].kind == LG_BREAK_EXECUTE && breakpoints_[i].address == address) {
            removeBreakpoint(i);
            return;
        }
    addBreakpoint({address, LG_BREAK_EXECUTE, 1});
}

void StopControl::step(uint32_t vcpu) {
    if (LiveInspector *inspector = inspector_())
        inspector->step(vcpu, this, [this](const lg::Result<void> &result) {
            if (!result)
                emit failed(tr("No step: %1").arg(QString::fromStdString(result.message())),
                            tr("The guest is as it was."));
        });
}

void StopControl::stopOnce(const lg_condition &condition, const std::function<void()> &then) {
    LiveInspector *inspector = inspector_();
    auto all = conditions(filters_);
    if (!inspector || !all) {
        pausing_.reset();
        return;
    }
    if (all->size() == LG_CONDITIONS_MAX)
        all->pop_back(); // this one comes first
    if (pausing_)
        pausing_->condition = all->size();
    all->push_back(condition);
    once_ = true; // before the answer: the stop may come first
    inspector->setConditions(*all, this, [this, then](const lg::Result<void> &result) {
        if (!result) {
            pausing_.reset();
            once_ = false;
            emit failed(tr("The Guest cannot be stopped so: %1")
                            .arg(QString::fromStdString(result.message())),
                        tr("The guest is as it was."));
            return;
        }
        then();
    });
}

void StopControl::untilEvent(const std::function<void()> &resume) {
    stopOnce(anyEvent(), resume);
}

void StopControl::pauseOne(unsigned vcpu) {
    lg_condition its = anyEvent();
    its.kinds |= LG_KIND(LG_EV_HOST_IRQ); // of one that computes and asks for nothing
    its.vcpus = 1u << vcpu;
    its.flags = 0;
    pausing_ = Pausing{vcpu};
    stopOnce(its, [] {});
}

// Of several conditions that match, the module tells the first.
bool StopControl::pausedAlone(const lg::GuestStopped &stop) const {
    return pausing_ && stop.reason == LG_STOP_CONDITION && stop.vcpu == pausing_->vcpu &&
           stop.detail == pausing_->condition;
}

void StopControl::stopped() {
    pausing_.reset();
    if (std::exchange(once_, false))
        sendFilters(filters_);
}

void StopControl::rebooted() {
    if (!breakpoints_.empty())
        sendBreakpoints(breakpoints_);
}

} // namespace ui
