// SPDX-License-Identifier: GPL-2.0-or-later
#include "memory_tasks.h"

#include <QtConcurrent>

namespace ui {

namespace {

// Of differences that are shown; more would be a list that nobody reads.
constexpr size_t kMostDifferences = 10'000;

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

bool MemoryTasks::begin(const QString &what) {
    if (busy_) {
        emit failed(tr("Something else is still being done"));
        return false;
    }
    busy_ = true;
    stop_ = false;
    emit busyChanged();
    emit progress(what, 0);
    return true;
}

void MemoryTasks::run(std::function<Outcome()> work) {
    watcher_.disconnect(this);
    connect(&watcher_, &QFutureWatcher<Outcome>::finished, this, [this] {
        const Outcome say = watcher_.result();
        busy_ = false;
        emit busyChanged();
        say();
    });
    watcher_.setFuture(QtConcurrent::run(std::move(work)));
}

void MemoryTasks::start(Session &session, Inspector *inspector, uint32_t vcpu, const QString &what,
                        const Task &task) {
    if (!inspector) {
        emit failed(session.whyNoInspector());
        return;
    }
    if (!begin(what))
        return;
    Source source;
    source.read = inspector->physicalReader();
    source.memoryBytes = session.memoryBytes();
    source.symbols = session.symbols();
    inspector->stateToMap(vcpu, this, [this, source, task](const lg::Result<lg_vcpu_state> &state) {
        if (!state) {
            busy_ = false;
            emit busyChanged();
            emit failed(text(state.error()));
            return;
        }
        Source with = source;
        with.state = *state;
        run([with, task] { return task(with); });
    });
}

void MemoryTasks::map(Session &session, Inspector *inspector, uint32_t vcpu) {
    start(session, inspector, vcpu, tr("Reading the page tables"),
          [this](const Source &source) -> Outcome {
              auto map = std::make_shared<lg::Result<lg::GuestMap>>(lg::mapGuest(
                  source.read, source.state, source.memoryBytes, source.symbols.get()));
              return [this, map] {
                  if (map->ok())
                      emit mapped(**map);
                  else
                      emit failed(text(map->error()));
              };
          });
}

void MemoryTasks::search(Session &session, Inspector *inspector, uint32_t vcpu, bool isVirtual,
                         uint32_t from, lg::Bytes pattern) {
    const QString what = tr("Searching");
    start(session, inspector, vcpu, what,
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

void MemoryTasks::compare(std::shared_ptr<const lg::Moment> before,
                          std::shared_ptr<const lg::Moment> after,
                          std::shared_ptr<const lg::SymbolTable> symbols) {
    const QString what = tr("Comparing");
    if (!begin(what))
        return;
    run([this, what, before = std::move(before), after = std::move(after),
         symbols = std::move(symbols)] {
        auto found = std::make_shared<lg::Result<lg::MomentDifferences>>(
            lg::compareMoments(*before, *after, kMostDifferences, progressOf(what)));
        lg::GuestMap map;
        if (const auto state = after->stateToMap(0); state && found->ok())
            if (auto read = lg::mapGuest(after->physicalReader(), *state, after->memoryBytes(),
                                         symbols.get()))
                map = std::move(*read);
        return Outcome([this, found, map = std::move(map)] {
            if (found->ok())
                emit compared(**found, map);
            else
                emit failed(text(found->error()));
        });
    });
}

} // namespace ui
