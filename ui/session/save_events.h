// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/result.h"
#include "guest_feed.h"
#include "inspect/filter.h"
#include "trace/meta.h"
#include "trace/recording.h"

#include <deque>
#include <string>

namespace ui {

// Writes a window's events, the console output among them and the snapshots, if there are any, to
// a recording; returns how many events.  Takes its time: not for the window's thread.
lg::Result<uint64_t> saveEvents(const std::string &file, const lg::TraceMeta &meta,
                                const lg::SymbolTable *symbols, const EventWindow &window,
                                const std::deque<ConsolePiece> &console,
                                const lg::Recording *snapshots = nullptr);

// A recording in another program's language, which the file's name tells (trace/export.h).
lg::Result<uint64_t> exportEvents(const std::string &recording, const std::string &file,
                                  const lg::Filter &filter);

} // namespace ui
