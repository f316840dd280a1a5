// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspect/guest_map.h"
#include "snapshot/compare.h"
#include "ui/session/session.h"

#include <QFutureWatcher>

#include <atomic>

namespace ui {

// What reads a lot of memory runs in a thread of its own, one thing at a time.
class MemoryTasks : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~MemoryTasks() override;

    bool busy() const { return busy_; }
    void cancel() { stop_ = true; }

    // Of the moment that the inspector is for.
    void map(Session &session, Inspector *inspector, uint32_t vcpu);
    void search(Session &session, Inspector *inspector, uint32_t vcpu, bool isVirtual,
                uint32_t from, lg::Bytes pattern);
    void compare(std::shared_ptr<const lg::Moment> before, std::shared_ptr<const lg::Moment> after,
                 std::shared_ptr<const lg::SymbolTable> symbols);

signals:
    void busyChanged();
    void progress(const QString &what, int percent);
    void mapped(const lg::GuestMap &map);
    void found(std::optional<uint32_t> address, uint32_t length);
    // And what the pages were used for at the later moment; empty when its tables are damaged.
    void compared(const lg::MomentDifferences &differences, const lg::GuestMap &map);
    void failed(const QString &why);

private:
    // What a task has to say, run on the window's thread.
    using Outcome = std::function<void()>;
    struct Source {
        lg::MemoryReader read;
        lg_vcpu_state state = {};
        uint64_t memoryBytes = 0;
        std::shared_ptr<const lg::SymbolTable> symbols;
    };
    using Task = std::function<Outcome(const Source &)>;

    void start(Session &session, Inspector *inspector, uint32_t vcpu, const QString &what,
               const Task &task);
    bool begin(const QString &what);
    void run(std::function<Outcome()> work);
    lg::MemoryProgress progressOf(const QString &what);

    bool busy_ = false;
    std::atomic<bool> stop_ = false;
    QFutureWatcher<Outcome> watcher_;
};

} // namespace ui
