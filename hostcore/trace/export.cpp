// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/export.h"

#include "trace/export_writer.h"

#include <algorithm>
#include <array>

namespace lg {

namespace {

struct Format {
    ExportFormat format;
    const char *name, *suffix;
    MadeWriter (*make)(const ExportTask &);
};
constexpr std::array kFormats = {
    Format{ExportFormat::Csv, "csv", ".csv", csvWriter},
    Format{ExportFormat::Perfetto, "perfetto", ".json", perfettoWriter},
    Format{ExportFormat::JsonLines, "json", ".jsonl", jsonLinesWriter},
    Format{ExportFormat::Ctf, "ctf", ".ctf", ctfWriter},
    Format{ExportFormat::TraceCmd, "trace-cmd", ".dat", traceCmdWriter}};

Result<uint64_t> writeAll(const Recording &recording, const Filter &filter, ExportWriter &writer) {
    uint64_t matched = 0;
    size_t nextConsole = 0, nextLoss = 0;
    const auto &losses = recording.losses();
    // What was printed and lost before this event.
    auto upTo = [&](uint64_t number) -> Result<void> {
        for (; nextConsole < recording.consoleCount(); ++nextConsole) {
            auto piece = recording.console(nextConsole);
            if (!piece)
                return piece.error();
            if (piece->before > number)
                break;
            writer.console(*piece);
        }
        for (; nextLoss < losses.size() && losses[nextLoss].before <= number; ++nextLoss) {
            // It has the time of the event behind it; the last ones, of that before them.
            const uint64_t count = recording.eventCount();
            if (count == 0)
                return {};
            auto behind = recording.event(std::min(losses[nextLoss].before, count - 1));
            if (!behind)
                return behind.error();
            writer.loss(losses[nextLoss], behind->tsc);
        }
        return {};
    };
    Result<void> failed;
    auto visited = recording.visit(filter, 0, [&](uint64_t number, const lg_event &event) {
        failed = upTo(number);
        writer.event(number, event);
        ++matched;
        return failed.ok();
    });
    if (visited && failed)
        visited = upTo(UINT64_MAX);
    if (!visited || !failed)
        return failed ? visited.error() : failed.error();
    if (auto ended = writer.end(); !ended)
        return ended.error();
    return matched;
}

} // namespace

void ExportFile::Close::operator()(FILE *file) const {
    if (file && file != stdout)
        std::fclose(file);
}

Result<ExportFile> ExportFile::open(const std::string &path) {
    ExportFile made;
    made.path_ = path == "-" ? "the export" : path;
    made.file_.reset(path == "-" ? stdout : std::fopen(path.c_str(), "we"));
    if (!made.file_)
        return errnoError("cannot write " + path);
    return made;
}

Result<void> ExportFile::end() {
    // Both, also when the first fails already.
    const bool flushed = std::fflush(file_.get()) == 0;
    return flushed && !std::ferror(file_.get()) ? Result<void>() : errnoError("writing " + path_);
}

Result<ExportFormat> exportFormatByName(const std::string &name) {
    for (const auto &format : kFormats)
        if (name == format.name)
            return format.format;
    return Error{"there is no format \"" + name +
                 "\"; there are csv, json, ctf, "
                 "perfetto and trace-cmd"};
}

Result<ExportFormat> exportFormatByFile(const std::string &path) {
    for (const auto &format : kFormats)
        if (path.ends_with(format.suffix))
            return format.format;
    return Error{"what " + path +
                 " is to be, its name does not tell: it may end in .csv, .json "
                 "(for Perfetto), .jsonl, .ctf or .dat (for trace-cmd)"};
}

Result<uint64_t> exportRecording(const Recording &recording, ExportFormat format,
                                 const Filter &filter, const std::string &path) {
    const ExportTask task = {recording.meta(), ExportClock(recording.meta(), recording.firstTsc()),
                             recording.symbols(), path};
    const auto made = std::find_if(kFormats.begin(), kFormats.end(),
                                   [format](const Format &one) { return one.format == format; });
    auto writer = made->make(task);
    if (!writer)
        return writer.error();
    return writeAll(recording, filter, **writer);
}

} // namespace lg
