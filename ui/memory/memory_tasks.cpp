// SPDX-License-Identifier: GPL-2.0-or-later
#include "memory_tasks.h"

#include <QtConcurrent>

namespace ui {

namespace {

// Of differences that are shown; more would be a list that nobody reads.
constexpr size_t kMostDifferences = 10'000;
// A copy of more than that does not fit beside everything else.
constexpr uint64_t kMostSnapshot = 1ull << 30;

QString text(const lg::Error &error) {
    return QString::fromStdString(error.message);
}

} // namespace

MemoryTasks::~MemoryTasks() {
    stop_ = true;
    watcher_.disconnect(this);
    watcher_.waitForFinished();
}

lg::MemoryProgress MemoryTasks::progressOf(const QString &what) {
    return [this, what, last = -1](uint64_t done, uint64_t all) mutable {
        const int percent = all ? static_cast<int>(100 * done / all) : 100;
        if (percent != last)
            emit progress(what, last = percent); // queued: this is another thread
        return !stop_;
    };
}

void MemoryTasks::start(Session &session, uint32_t vcpu, const QString &what, Task task) {
    Inspector *inspector = session.inspector();
    if (!inspector || busy_) {
        emit failed(busy_ ? tr("Something else is still being done") : session.whyNoInspector());
        return;
    }
    busy_ = true;
    stop_ = false;
    emit busyChanged();
    emit progress(what, 0);
    Source source;
    source.read = inspector->physicalReader();
    source.memoryBytes = session.memoryBytes();
    source.symbols = session.symbols();
    inspector->state(vcpu, this, [this, source, task](const lg::Result<lg_vcpu_state> &state) {
        if (!state) {
            busy_ = false;
            emit busyChanged();
            emit failed(text(state.error()));
            return;
        }
        Source with = source;
        with.state = *state;
        watcher_.disconnect(this);
        connect(&watcher_, &QFutureWatcher<Outcome>::finished, this, [this] {
            const Outcome say = watcher_.result();
            busy_ = false;
            emit busyChanged();
            say();
        });
        watcher_.setFuture(QtConcurrent::run([with, task] { return task(with); }));
    });
}

void MemoryTasks::map(Session &session, uint32_t vcpu) {
    start(session, vcpu, tr("Reading the page tables"), [this](const Source &source) -> Outcome {
        auto map = std::make_shared<lg::Result<lg::GuestMap>>(
            lg::mapGuest(source.read, source.state, source.memoryBytes, source.symbols.get()));
        return [this, map] {
            if (map->ok())
                emit mapped(**map);
            else
                emit failed(text(map->error()));
        };
    });
}

void MemoryTasks::search(Session &session, uint32_t vcpu, bool isVirtual, uint32_t from,
                         lg::Bytes pattern) {
    const QString what = tr("Searching");
    start(session, vcpu, what,
          [this, what, isVirtual, from, pattern = std::move(pattern)](const Source &source) {
              std::vector<lg::MappedRange> ranges;
              if (isVirtual) {
                  auto map = lg::mapGuest(source.read, source.state, source.memoryBytes, nullptr);
                  if (!map)
                      return Outcome([this, map] { emit failed(text(map.error())); });
                  ranges = std::move(map->mapped);
              } else {
                  ranges = {{0, 0, static_cast<uint32_t>(source.memoryBytes / 4096)}};
              }
              auto place = lg::searchMemory(source.read, ranges, from, pattern, progressOf(what));
              const auto length = static_cast<uint32_t>(pattern.size());
              return Outcome([this, place, length] {
                  if (!place)
                      emit failed(text(place.error()));
                  else if (!*place && stop_)
                      emit failed(tr("The search was given up"));
                  else
                      emit found(*place, length);
              });
          });
}

void MemoryTasks::snapshot(Session &session, uint32_t vcpu) {
    const QString what = tr("Copying the memory");
    if (session.memoryBytes() > kMostSnapshot) {
        emit failed(tr("The Guest has more memory than the 1 GB that can be copied"));
        return;
    }
    start(session, vcpu, what, [this, what](const Source &source) {
        auto all = std::make_shared<lg::Result<lg::Bytes>>(
            lg::readAll(source.read, source.memoryBytes, progressOf(what)));
        return Outcome([this, all] {
            if (!all->ok()) {
                emit failed(text(all->error()));
                return;
            }
            snapshot_ = std::make_shared<const lg::Bytes>(std::move(**all));
            emit snapshotTaken();
        });
    });
}

void MemoryTasks::compare(Session &session, uint32_t vcpu) {
    if (!snapshot_) {
        emit failed(tr("There is no snapshot to compare with"));
        return;
    }
    const QString what = tr("Comparing");
    start(session, vcpu, what, [this, what, before = snapshot_](const Source &source) {
        auto now = lg::readAll(source.read, source.memoryBytes, progressOf(what));
        if (!now)
            return Outcome([this, now] { emit failed(text(now.error())); });
        auto differences = lg::compareMemory(*before, *now, kMostDifferences);
        return Outcome([this, differences] { emit compared(differences); });
    });
}

} // namespace ui
