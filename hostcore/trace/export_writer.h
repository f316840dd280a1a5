// SPDX-License-Identifier: GPL-2.0-or-later
// What each format of an export has to say; export.cpp goes through the recording.
#pragma once

#include "trace/recording.h"

#include <cmath>
#include <cstdio>
#include <memory>
#include <string>

namespace lg {

class ExportWriter {
public:
    virtual ~ExportWriter() = default;
    virtual void event(uint64_t number, const lg_event &event) = 0;
    virtual void console(const TraceConsole &) {}
    virtual void loss(const TraceLoss &, uint64_t /*tsc*/) {}
    // The end; an Error when something was not written, now or before.
    virtual Result<void> end() = 0;
};

// Time in microseconds since the recording's first event; ticks are taken for nanoseconds when
// the Host's clock rate is not known.
class ExportClock {
public:
    ExportClock(const TraceMeta &meta, uint64_t first)
        : first_(first), ticksPerUs_(meta.tscKhz ? meta.tscKhz / 1e3 : 1e3) {}
    uint64_t first() const { return first_; }
    // Whole nanoseconds: events that end together must still do so when they are printed, or they
    // are no longer one inside the other.
    double at(uint64_t tsc) const {
        return std::floor((double(tsc) - double(first_)) * 1e3 / ticksPerUs_) / 1e3;
    }
    double length(const lg_event &e) const { return at(e.tsc + e.duration) - at(e.tsc); }

private:
    uint64_t first_;
    double ticksPerUs_;
};

// A file, or standard output for "-".
class ExportFile {
public:
    static Result<ExportFile> open(const std::string &path);
    FILE *get() const { return file_.get(); }
    Result<void> end();

private:
    struct Close {
        void operator()(FILE *file) const;
    };
    std::string path_;
    std::unique_ptr<FILE, Close> file_;
};

struct ExportTask {
    const TraceMeta &meta;
    ExportClock clock;
    std::shared_ptr<const SymbolTable> symbols;
    std::string path;
};

using MadeWriter = Result<std::unique_ptr<ExportWriter>>;
MadeWriter csvWriter(const ExportTask &task);
MadeWriter perfettoWriter(const ExportTask &task);
MadeWriter jsonLinesWriter(const ExportTask &task);
MadeWriter traceCmdWriter(const ExportTask &task);
MadeWriter ctfWriter(const ExportTask &task); // path: a folder that is not there yet

} // namespace lg
