// SPDX-License-Identifier: GPL-2.0-or-later
#include "backends/user_network.h"

#include "backends/pcap.h"
#include "base/unique_fd.h"
#include "devices/net_frame.h"

#include <arpa/inet.h>
#include <atomic>
#include <charconv>
#include <chrono>
#include <deque>
#include <libslirp.h>
#include <mutex>
#include <optional>
#include <poll.h>
#include <sstream>
#include <sys/eventfd.h>
#include <thread>

namespace lg {

namespace {

constexpr size_t kMostWaiting = 1024; // frames of the Guest

in_addr address(const char *text) {
    in_addr parsed = {};
    inet_pton(AF_INET, text, &parsed);
    return parsed;
}

std::optional<uint16_t> portOf(std::string_view text) {
    uint16_t port = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0)
        return std::nullopt;
    return port;
}

// "tcp:2222:22"
std::optional<PortForward> forwardOf(const std::string &text) {
    const auto first = text.find(':'), second = text.find(':', first + 1);
    if (first == text.npos || second == text.npos)
        return std::nullopt;
    const auto kind = text.substr(0, first);
    const auto host = portOf(std::string_view(text).substr(first + 1, second - first - 1));
    const auto guest = portOf(std::string_view(text).substr(second + 1));
    if ((kind != "tcp" && kind != "udp") || !host || !guest)
        return std::nullopt;
    return PortForward{kind == "udp", *host, *guest};
}

} // namespace

Result<NetworkOptions> parseNetwork(const std::string &text) {
    constexpr std::string_view kForward = "forward=";
    NetworkOptions options;
    std::istringstream words(text);
    std::string word;
    std::getline(words, word, ',');
    if (word != "user")
        return Error{"there is no network \"" + word + "\": only user"};
    while (std::getline(words, word, ',')) {
        if (word == "host") {
            options.hostServices = true;
            continue;
        }
        if (!word.starts_with(kForward))
            return Error{"the network user has no option \"" + word + "\": forward=... or host"};
        auto forward = forwardOf(word.substr(kForward.size()));
        if (!forward)
            return Error{"a forwarded port is tcp:HOSTPORT:GUESTPORT or udp:HOSTPORT:GUESTPORT, "
                         "not \"" +
                         word.substr(kForward.size()) + "\""};
        options.forwards.push_back(*forward);
    }
    // libslirp sends the Guest's answer to 10.0.2.2, as if it spoke to a service of this machine.
    for (const auto &forward : options.forwards)
        if (forward.udp && !options.hostServices)
            return Error{"a udp port can be forwarded only together with host"};
    return options;
}

namespace {

// What libslirp wants to have done besides sending.  It makes timers for IPv6 only, which is off.
SlirpCb callbacks() {
    SlirpCb table = {};
    table.guest_error = [](const char *, void *) {}; // a Guest must not fill a log
    table.clock_get_ns = [](void *) -> int64_t {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(
                   std::chrono::steady_clock::now().time_since_epoch())
            .count();
    };
    table.timer_new = [](SlirpTimerCb, void *, void *) -> void * { return nullptr; };
    table.timer_free = [](void *, void *) {};
    table.timer_mod = [](void *, int64_t, void *) {};
    table.register_poll_fd = [](int, void *) {};
    table.unregister_poll_fd = [](int, void *) {};
    return table;
}

short pollEvents(int slirpEvents) {
    short events = 0;
    if (slirpEvents & SLIRP_POLL_IN)
        events |= POLLIN;
    if (slirpEvents & SLIRP_POLL_OUT)
        events |= POLLOUT;
    if (slirpEvents & SLIRP_POLL_PRI)
        events |= POLLPRI;
    return events;
}

int slirpEvents(short pollEvents) {
    int events = 0;
    if (pollEvents & POLLIN)
        events |= SLIRP_POLL_IN;
    if (pollEvents & POLLOUT)
        events |= SLIRP_POLL_OUT;
    if (pollEvents & POLLPRI)
        events |= SLIRP_POLL_PRI;
    if (pollEvents & POLLERR)
        events |= SLIRP_POLL_ERR;
    if (pollEvents & POLLHUP)
        events |= SLIRP_POLL_HUP;
    return events;
}

} // namespace

// All but fromGuest() happens on the thread, once it runs.
struct UserNetwork::State {
    State() : wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    ~State() {
        if (slirp)
            slirp_cleanup(slirp);
    }

    SlirpCb calls = callbacks(); // libslirp keeps a pointer to it
    Slirp *slirp = nullptr;
    UniqueFd wake;
    std::atomic<bool> stop = false;
    std::thread thread;

    std::mutex mutex; // of the rest
    std::deque<Bytes> waiting;
    std::optional<PcapFile> capture;
    Handlers handlers;

    Result<void> start(const NetworkOptions &options);
    void run();
    void takeFrames();
    void toGuest(BytesView frame);
    void record(BytesView frame);
    Result<void> captureTo(const std::string &path);
    void ring() {
        uint64_t one = 1;
        [[maybe_unused]] ssize_t written = write(wake.get(), &one, sizeof one);
    }
};

Result<void> UserNetwork::State::start(const NetworkOptions &options) {
    if (auto captured = captureTo(options.pcap); !captured)
        return captured;
    SlirpConfig config = {};
    config.version = 1;
    config.in_enabled = true;
    config.vnetwork = address("10.0.2.0");
    config.vnetmask = address("255.255.255.0");
    config.vhost = address("10.0.2.2");
    config.vnameserver = address("10.0.2.3");
    config.vdhcp_start = address("10.0.2.15");
    config.vhostname = "lguest";
    config.disable_host_loopback = !options.hostServices;
    calls.send_packet = [](const void *bytes, size_t count, void *state) -> slirp_ssize_t {
        static_cast<State *>(state)->toGuest({static_cast<const uint8_t *>(bytes), count});
        return slirp_ssize_t(count);
    };
    calls.notify = [](void *state) { static_cast<State *>(state)->ring(); };
    slirp = slirp_new(&config, &calls, this);
    if (!slirp)
        return Error{"libslirp does not start"};
    for (const auto &forward : options.forwards)
        if (slirp_add_hostfwd(slirp, forward.udp, address("127.0.0.1"), forward.hostPort,
                              config.vdhcp_start, forward.guestPort) != 0)
            return errnoError("cannot forward " + std::string(forward.udp ? "udp" : "tcp") +
                              " port " + std::to_string(forward.hostPort));
    thread = std::thread([this] { run(); });
    return {};
}

void UserNetwork::State::run() {
    while (!stop) {
        std::vector<pollfd> fds = {{wake.get(), POLLIN, 0}};
        uint32_t timeoutMs = 60000;
        slirp_pollfds_fill(
            slirp, &timeoutMs,
            [](int fd, int events, void *list) {
                auto &all = *static_cast<std::vector<pollfd> *>(list);
                all.push_back({fd, pollEvents(events), 0});
                return int(all.size() - 1);
            },
            &fds);
        int ready = poll(fds.data(), fds.size(), int(timeoutMs));
        uint64_t times;
        [[maybe_unused]] ssize_t got = read(wake.get(), &times, sizeof times);
        slirp_pollfds_poll(
            slirp, ready < 0,
            [](int index, void *list) {
                return slirpEvents(
                    (*static_cast<std::vector<pollfd> *>(list))[size_t(index)].revents);
            },
            &fds);
        takeFrames();
    }
}

void UserNetwork::State::takeFrames() {
    std::deque<Bytes> frames;
    {
        std::lock_guard lock(mutex);
        frames.swap(waiting);
    }
    for (const auto &frame : frames) {
        record(frame);
        slirp_input(slirp, frame.data(), int(frame.size()));
    }
}

void UserNetwork::State::toGuest(BytesView frame) {
    record(frame);
    std::lock_guard lock(mutex);
    if (handlers.toGuest)
        handlers.toGuest(frame);
}

Result<void> UserNetwork::State::captureTo(const std::string &path) {
    std::optional<PcapFile> next;
    if (!path.empty()) {
        auto file = PcapFile::create(path);
        if (!file)
            return file.error();
        next.emplace(std::move(*file));
    }
    std::lock_guard lock(mutex);
    capture.swap(next);
    return {};
}

void UserNetwork::State::record(BytesView frame) {
    std::lock_guard lock(mutex);
    if (!capture)
        return;
    auto added = capture->add(frame);
    if (!added && handlers.warn)
        handlers.warn(added.message());
}

Result<std::shared_ptr<UserNetwork>> UserNetwork::open(const NetworkOptions &options) {
    auto state = std::make_unique<State>();
    if (auto started = state->start(options); !started)
        return started.error();
    return std::shared_ptr<UserNetwork>(new UserNetwork(std::move(state)));
}

UserNetwork::UserNetwork(std::unique_ptr<State> state) : state_(std::move(state)) {}

UserNetwork::~UserNetwork() {
    state_->stop = true;
    state_->ring();
    state_->thread.join();
}

void UserNetwork::connect(Handlers handlers) {
    std::lock_guard lock(state_->mutex);
    state_->handlers = std::move(handlers);
}

void UserNetwork::disconnect() {
    connect({});
}

Result<void> UserNetwork::capture(const std::string &path) {
    return state_->captureTo(path);
}

void UserNetwork::fromGuest(BytesView frame) {
    {
        std::lock_guard lock(state_->mutex);
        if (!netFrameOk(frame) || state_->waiting.size() >= kMostWaiting)
            return;
        state_->waiting.emplace_back(frame.begin(), frame.end());
    }
    state_->ring();
}

} // namespace lg
