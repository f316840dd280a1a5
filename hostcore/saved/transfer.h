// SPDX-License-Identifier: GPL-2.0-or-later
// A Guest of an agent's into a file, and out of one.  Both block, and are for a thread that has
// nothing else to do.
#pragma once

#include "saved/saved_guest.h"

#include <functional>

namespace lg {

// How much is done, 0 to 1; false: the user has enough of it.
using TransferProgress = std::function<bool(double)>;

// The Guest is paused for it and stays so; resume() lets it go on.  `console` is asked for what it
// has printed when it prints no more.
Result<void> saveGuest(AgentConnection &agent, GuestId guest, SavedGuest saved,
                       const std::string &path, const TransferProgress &progress,
                       const std::function<Bytes()> &console = {});
// What launchSpecOf() made of the file's Guest is launched, and filled from the file: then it is
// paused where it was.  `spec` may have other event modes and conditions than it had.
class SavedFileReader;
Result<GuestId> restoreGuest(AgentConnection &agent, LaunchSpec spec, Bytes state,
                             SavedFileReader &file, const TransferProgress &progress);

} // namespace lg
