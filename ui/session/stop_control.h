// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "wire/connection.h"

#include <QObject>
#include <QStringList>

#include <functional>
#include <optional>

namespace ui {

class LiveInspector;

// What stops a live Guest: filters, the processor's breakpoints, steps.
class StopControl : public QObject {
    Q_OBJECT
public:
    // The inspector is null while there is nobody to ask.
    StopControl(std::function<LiveInspector *()> inspector, unsigned vcpus, QObject *parent);

    void setSymbols(std::shared_ptr<const lg::SymbolTable> symbols);

    // Stops at events that match any of them, in the language of Traffic's filter.
    const QStringList &filters() const { return filters_; }
    void addFilter(const QString &filter);
    void removeFilter(qsizetype nth);

    const std::vector<lg_breakpoint> &breakpoints() const { return breakpoints_; }
    bool hasBreakpoint(uint32_t address) const;
    void addBreakpoint(lg_breakpoint breakpoint);
    void removeBreakpoint(size_t nth);
    // One that stops before the instruction.
    void toggleBreakpoint(uint32_t address);

    // The vCPU has stopped, and does one thing.
    void step(uint32_t vcpu);
    // Until the next event of any vCPU; then the filters are as before. `resume` lets it go on.
    void untilEvent(const std::function<void()> &resume);
    // Before this vCPU goes on from the next thing that happens on it; the others are not stopped.
    void pauseOne(unsigned vcpu);
    // Whether pauseOne() is why this vCPU has stopped, and no filter that stops them all.
    bool pausedAlone(const lg::GuestStopped &stop) const;
    // What was to stop it once is over.
    void stopped();
    // A fresh machine knows the filters, but not the breakpoints.
    void rebooted();

signals:
    void changed();
    void failed(const QString &reason, const QString &advice);

private:
    void sendFilters(const QStringList &filters);
    void stopOnce(const lg_condition &condition, const std::function<void()> &then);
    void sendBreakpoints(const std::vector<lg_breakpoint> &breakpoints, unsigned vcpu = 0);
    lg::Result<std::vector<lg_condition>> conditions(const QStringList &filters) const;

    std::function<LiveInspector *()> inspector_;
    unsigned vcpus_;
    std::shared_ptr<const lg::SymbolTable> symbols_;
    QStringList filters_;
    std::vector<lg_breakpoint> breakpoints_;
    bool once_ = false; // a condition that is not one of the filters
    struct Pausing {
        unsigned vcpu;
        size_t condition = 0; // its place among those that the module has
    };
    std::optional<Pausing> pausing_;
};

} // namespace ui
