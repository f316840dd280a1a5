// SPDX-License-Identifier: GPL-2.0-or-later
// How the window and lgctl speak with an agent, over any stream of bytes.
//
// First each side sends one Preamble, the client first.  Both sides look for the magic in what
// they get and throw away what comes before it: a virtio-serial port may still hold the end of
// an earlier conversation.  The agent's Preamble repeats the client's nonce, which is how the
// client knows it from an older one.  When the versions differ both sides say so and stop.
//
// Then frames: a FrameHeader and `length` bytes.
//
//   Request  client → agent  CBOR {"id": n, "op": "...", ...arguments}
//   Reply    agent → client  CBOR {"id": n, "error": "..."} or {"id": n, ...results}
//   Notice   agent → client  CBOR {"notice": "...", ...}
//   Console  agent → client  u64 TSC, then bytes;   client → agent: bytes
//   Events   agent → client  EventsHeader, then records
//   Blob     client → agent  u32 blob id, then bytes, appended to what the blob has already
//   Disk     agent → client  DiskHeader: a task, then the bytes to be written
//            client → agent  DiskHeader: the same id and how it went, then the bytes that were read
//   Net      agent → client  u32 channel, then a frame of the Guest's;   client → agent: one for it
//
// A Guest's disks are files that the client has open: they never leave the user's machine, whatever
// the host is, and what the Guest was told to be flushed is in the file whoever dies next.
// The client is its network, too: forwarded ports are the user's machine's, and no host needs a
// network for it.  The client gives each disk and each card a channel, a number that is its own in
// the conversation.  Frames of a network may be lost when there is no room.
//
// `guest` in the header is the Guest of Console, Events and Notice frames and of requests that
// are about one; 0 = none.  The first request is "hello".  A client that goes away takes its
// Guests and blobs with it.
#pragma once

#include "lguest_uapi.h"

#include <cstddef>
#include <cstdint>

namespace lg {

using GuestId = uint16_t; // 0 is no Guest

} // namespace lg

namespace lg::wire {

constexpr uint32_t kProtocolVersion = 2;
constexpr uint32_t kMaxFrameBytes = 16u << 20;
constexpr uint32_t kMaxBlobBytes = 1u << 30; // all blobs of a session together
constexpr uint32_t kBlobChunkBytes = 256u << 10;
constexpr uint32_t kMaxMemoryRead = 4u << 20;
constexpr uint32_t kMaxTracepointText = 4u << 20; // in one answer
constexpr uint32_t kMaxGuests = 16;               // of one agent

struct Preamble {
    char magic[8]; // kMagic
    uint32_t protocol;
    uint32_t uapi; // LG_UAPI_VERSION
    uint64_t nonce;
};
constexpr char kClientMagic[9] = "LGSCOPE?";
constexpr char kAgentMagic[9] = "LGSCOPE!";

enum class FrameType : uint16_t {
    Request = 1,
    Reply = 2,
    Notice = 3,
    Console = 4,
    Events = 5,
    Blob = 6,
    Disk = 7,
    Net = 8,
};

struct FrameHeader {
    uint32_t length; // of what follows the header, at most kMaxFrameBytes
    uint16_t type;   // FrameType
    uint16_t guest;
};

struct EventsHeader {
    uint32_t vcpu;
    uint32_t count;
    uint64_t lostSoFar; // of this vCPU since tracing began; records' seq shows where
};

struct DiskHeader {
    uint32_t channel;
    uint32_t what; // DiskTask::What; in an answer 1 = done, 0 = it could not be done
    uint64_t id;
    uint64_t offset;
    uint32_t length;
    uint32_t reserved;
};

static_assert(sizeof(Preamble) == 24);
static_assert(sizeof(DiskHeader) == 32);
static_assert(sizeof(FrameHeader) == 8);
static_assert(sizeof(EventsHeader) == 16);

// Operations.  Structures of lguest_uapi.h travel as CBOR byte strings: the versions are equal.
namespace op {
// client, wallNs, seed (random bytes for the sandbox) → agent, pid1, host (lg_host_info)
constexpr char kHello[] = "hello";
constexpr char kLaunch[] = "launch";   // LaunchSpec, segments by blob → guest
constexpr char kKill[] = "kill";       // the machine stays to be looked at until released
constexpr char kRelease[] = "release"; // kills if need be; the number may be used again
constexpr char kReboot[] = "reboot";   // the same image in a fresh machine, same number
constexpr char kPause[] = "pause";
constexpr char kResume[] = "resume";
constexpr char kSetTrace[] = "set-trace";             // mode, kinds
constexpr char kConditions[] = "conditions";          // list of lg_condition for the old ones
constexpr char kBreakpoints[] = "breakpoints";        // lg_breakpoints
constexpr char kStep[] = "step";                      // vcpu; "stopped" follows
constexpr char kReadMemory[] = "read-memory";         // address, length, virtual, vcpu → bytes
constexpr char kWriteMemory[] = "write-memory";       // address, bytes, virtual, vcpu
constexpr char kSetRegisters[] = "set-registers";     // vcpu, regs (lg_event_regs)
constexpr char kState[] = "state";                    // vcpu → lg_vcpu_state
constexpr char kCounters[] = "counters";              // vcpu → lg_counters
constexpr char kSwitcher[] = "switcher";              // vcpu → lg_switcher_info
constexpr char kWalk[] = "walk";                      // vcpu, address, cr3 → lg_walk
constexpr char kTerminalSize[] = "terminal-size";     // columns, rows; 0 = nobody knows
constexpr char kRaiseIrq[] = "raise-irq";             // vcpu, line
constexpr char kGuests[] = "guests";                  // → list of guests of this session
constexpr char kHostStatus[] = "host-status";         // → HostStatus
constexpr char kHostCheck[] = "host-check";           // → taint, kernel's warnings since its start
constexpr char kModuleReload[] = "module-reload";     // refused while Guests run
constexpr char kTracepoints[] = "tracepoints";        // on: lguest:* of the host's kernel
constexpr char kTracepointText[] = "tracepoint-text"; // → text that came since the last time
constexpr char kShutdown[] = "shutdown";     // the sandbox ends; a native agent ends itself
constexpr char kInterrupts[] = "interrupts"; // → the kernel's counts, by name: NMI, MCE, LOC ...
// Runs a program of the sandbox's image, arguments → status, output. The usual image has none.
constexpr char kRunTest[] = "run-test";
constexpr char kDie[] = "die"; // the agent ends as by kill -9: for tests
} // namespace op

namespace notice {
constexpr char kEnded[] = "ended";     // death (lg_death), reason
constexpr char kStopped[] = "stopped"; // vcpu, reason (lg_stop_reason), detail, seq, eip
constexpr char kWarning[] = "warning"; // text
} // namespace notice

} // namespace lg::wire
