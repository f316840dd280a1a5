// SPDX-License-Identifier: GPL-2.0-or-later
// Operations on a Guest (protocol.h) that take it out of its host and put it into one.
#pragma once

namespace lg::wire::op {

// Its state (machine_state.h) and its memory; it is paused, and rests until "resume".
constexpr char kSaveState[] = "save-state"; // → state, or nothing: ask again in a moment
constexpr char kSavePages[] = "save-pages"; // first → pages (u32 each), bytes, next
// Into one that was launched paused and has not gone on: its memory is zero then, gets the saved
// one's pages, and when the state has come it is the saved one, paused.
constexpr char kRestoreBegin[] = "restore-begin";
constexpr char kRestorePages[] = "restore-pages"; // pages, bytes
constexpr char kRestoreState[] = "restore-state"; // state

} // namespace lg::wire::op
