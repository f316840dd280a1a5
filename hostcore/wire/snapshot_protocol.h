// SPDX-License-Identifier: GPL-2.0-or-later
// Operations on a Guest (protocol.h) that copy what it looks like.  It is held still from "begin"
// to "end"; its vCPUs' states are asked for as ever.
#pragma once

namespace lg::wire::op {

// changes → tsc, changes; or nothing: ask again in a moment. With `changes` only the pages that
// differ from the client's last snapshot of this Guest, if that one came to its end.
constexpr char kSnapshotBegin[] = "snapshot-begin";
constexpr char kSnapshotPages[] = "snapshot-pages";   // first → pages, bytes, zeros, next, end
constexpr char kSnapshotShadow[] = "snapshot-shadow"; // vcpu, first → ShadowEntry list, next
constexpr char kSnapshotEnd[] = "snapshot-end";

} // namespace lg::wire::op
