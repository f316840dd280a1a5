// SPDX-License-Identifier: GPL-2.0-or-later
// A recording in other programs' languages.
#pragma once

#include "base/result.h"
#include "inspect/filter.h"
#include "trace/recording.h"

#include <string>

namespace lg {

enum class ExportFormat { Csv, Perfetto, JsonLines, Ctf, TraceCmd };

// "csv", "json" (an object a line), "ctf" (a folder), "perfetto", "trace-cmd"; nothing else.
Result<ExportFormat> exportFormatByName(const std::string &name);
// By its ending: .csv, .jsonl, .ctf, .json (Perfetto), .dat (trace-cmd).
Result<ExportFormat> exportFormatByFile(const std::string &path);

// Writes to `path` ("-" = standard output, but not for a folder); returns how many events matched
// the filter.
Result<uint64_t> exportRecording(const Recording &recording, ExportFormat format,
                                 const Filter &filter, const std::string &path);

} // namespace lg
