// SPDX-License-Identifier: GPL-2.0-or-later
// The network of one Guest without root: libslirp turns its frames into connections that this
// program makes, and forwarded ports of this machine into frames.
//
//   10.0.2.2 the way out, 10.0.2.3 names, 10.0.2.15 the Guest (by DHCP)
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lg {

struct PortForward {
    bool udp = false;
    uint16_t hostPort = 0, guestPort = 0;
};

struct NetworkOptions {
    std::vector<PortForward> forwards; // from 127.0.0.1
    bool hostServices = false;         // this machine's own 127.0.0.1 is 10.0.2.2 for the Guest
    std::string pcap;                  // file for all frames, or ""
};

// "user", "user,forward=tcp:2222:22,forward=udp:5353:53,host"
Result<NetworkOptions> parseNetwork(const std::string &text);

class UserNetwork {
public:
    // An Error when a port is taken or the capture can't be written.
    static Result<std::shared_ptr<UserNetwork>> open(const NetworkOptions &options);
    ~UserNetwork();

    struct Handlers {
        std::function<void(BytesView frame)> toGuest; // drops what it has no room for
        std::function<void(const std::string &problem)> warn;
    };
    // Who hears of frames from now on; both run on the network's own thread.  After
    // disconnect() nobody does any more.
    void connect(Handlers handlers);
    void disconnect();
    // From now on into another file; "" = into none.
    Result<void> capture(const std::string &path);
    // A frame of the Guest, from any thread; dropped when there are too many.
    void fromGuest(BytesView frame);

private:
    struct State;
    explicit UserNetwork(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace lg
