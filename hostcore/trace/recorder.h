// SPDX-License-Identifier: GPL-2.0-or-later
// Writes a recording (.lgtrace) while it happens; format.h has the layout.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "inspect/symbols.h"
#include "lguest_uapi.h"
#include "snapshot/snapshot.h"
#include "trace/meta.h"

#include <memory>
#include <span>
#include <string>

namespace lg {

// All methods may be called from any thread (one lock inside); they compress and write on the
// caller's thread.  The first failure (disk full ...) is kept: later calls do nothing, and
// finish() and failure() tell it.  What was written up to then stays readable.
class Recorder {
public:
    static Result<std::unique_ptr<Recorder>> create(const std::string &path, const TraceMeta &meta,
                                                    const SymbolTable *symbols = nullptr);
    // Finishes if nobody did.
    ~Recorder();
    Recorder(const Recorder &) = delete;
    Recorder &operator=(const Recorder &) = delete;

    // As AgentConnection::Handlers::onEvents gives them.
    void events(uint32_t vcpu, std::span<const lg_event> records, uint64_t lostSoFar);
    void console(uint64_t tsc, BytesView bytes);

    // For a selection out of another recording: here a hole in seq is no loss; the other's losses
    // are told one by one, each before the events that follow it.
    void keep(std::span<const lg_event> records);
    void lost(uint32_t vcpu, uint64_t count);

    // A snapshot: the bytes of its pages and the entries of its shadow, in portions, and then what
    // it is; where they lie is found out here. One that is not finished is left out.
    void snapshotPages(BytesView pages);
    void snapshotShadow(std::span<const ShadowEntry> entries);
    void snapshot(Snapshot snapshot);

    uint64_t eventCount() const;
    std::string failure() const; // "" while all is well
    // Writes what is left and the index; the file is complete after this.
    Result<void> finish();

private:
    struct State;
    explicit Recorder(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace lg
