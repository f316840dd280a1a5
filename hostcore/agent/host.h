// SPDX-License-Identifier: GPL-2.0-or-later
// The machine that the agent runs on: its kernel's log, its module, its memory.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "wire/cbor.h"

#include <string>
#include <vector>

namespace lg {

std::string kernelRelease();
// The kernel's messages since its start, oldest first, as "seconds text"; needs the right to.
std::vector<std::string> kernelLog();
// Those of them that tell of a warning, an oops, or the like.
std::vector<std::string> kernelProblems();

wire::Json hostStatusReply(bool sandbox);
wire::Json hostCheckReply();
// The kernel's own counts of interrupts, over all processors.
wire::Json interruptsReply();

// Random bytes of another machine, as if this one had found them.
Result<void> stirEntropy(BytesView seed);

// Loads all modules of the folder, in the order of their names but lg.ko last.
Result<void> loadModules(const std::string &folder);
// Takes lg.ko out and puts it in again.
Result<void> reloadModule(const std::string &folder);

constexpr char kModuleFolder[] = "/modules";

} // namespace lg
