// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspect/memory_search.h"
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

    void map(Session &session, uint32_t vcpu);
    void search(Session &session, uint32_t vcpu, bool isVirtual, uint32_t from, lg::Bytes pattern);
    // Keeps all of the memory as it is now, to be compared with later.
    void snapshot(Session &session, uint32_t vcpu);
    bool hasSnapshot() const { return snapshot_ != nullptr; }
    void compare(Session &session, uint32_t vcpu);

signals:
    void busyChanged();
    void progress(const QString &what, int percent);
    void mapped(const lg::GuestMap &map);
    void found(std::optional<uint32_t> address, uint32_t length);
    void snapshotTaken();
    void compared(const std::vector<lg::MemoryDifference> &differences);
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

    void start(Session &session, uint32_t vcpu, const QString &what, Task task);
    lg::MemoryProgress progressOf(const QString &what);

    bool busy_ = false;
    std::atomic<bool> stop_ = false;
    std::shared_ptr<const lg::Bytes> snapshot_;
    QFutureWatcher<Outcome> watcher_;
};

} // namespace ui
