// SPDX-License-Identifier: GPL-2.0-or-later
// One client's conversation: its requests, its Guests.  All of it ends when the client goes.
#pragma once

#include "agent/blobs.h"
#include "machine/machine.h"
#include "wire/cbor.h"
#include "wire/frame_queue.h"
#include "wire/frames.h"
#include "wire/stream.h"

#include <map>
#include <memory>
#include <string>

namespace lg {

struct SessionOptions {
    bool sandbox = false; // this machine is ours: its clock and its end too
    std::string modules;  // folder with lg.ko, or ""
};

class Session {
public:
    enum class End { ClientGone, Shutdown };

    // The parser lives longer than a session: the next client's greeting may be in it already.
    Session(wire::Stream stream, wire::FrameParser &parser, SessionOptions options);
    ~Session();

    // Answers until the client is gone or asks for the end.
    End serve();

private:
    struct Guest;

    bool greet();
    Result<void> take(const wire::Frame &frame);
    Result<void> diskDone(const wire::Frame &frame);
    Result<void> receiveFrame(const wire::Frame &frame);
    wire::Json answer(uint16_t guest, const wire::Json &request);

    Result<wire::Json> perform(const std::string &op, uint16_t guest, const wire::Json &request);
    Result<wire::Json> performOnGuest(const std::string &op, uint16_t id, Guest &guest,
                                      const wire::Json &request);
    Result<wire::Json> hello(const wire::Json &request);
    Result<wire::Json> launch(const wire::Json &request);
    Result<wire::Json> reload();
    Result<wire::Json> runTest(const wire::Json &request);
    wire::Json guestList() const;

    wire::Stream stream_;
    wire::FrameParser &parser_;
    SessionOptions options_;
    std::unique_ptr<wire::FrameQueue> out_;
    Blobs blobs_;
    std::map<uint16_t, std::unique_ptr<Guest>> guests_;
    bool shutdown_ = false;
};

} // namespace lg
