// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/connection.h"

#include "devices/net.h"
#include "wire/cbor.h"
#include "wire/channels.h"
#include "wire/frame_queue.h"
#include "wire/frames.h"
#include "wire/stream.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <sys/random.h>
#include <thread>

namespace lg {

using namespace wire;

namespace {

constexpr size_t kReadBytes = 256 << 10;
// What disks have read waits for room; requests and uploads, which are bounded by the sizes of the
// user's own files, do not.
constexpr size_t kQueueBytes = 16 << 20;
constexpr size_t kSeedBytes = 64;

uint64_t wallNs() {
    return uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count());
}

uint64_t newNonce() {
    std::random_device random;
    return uint64_t(random()) << 32 | random() | 1; // never 0: that is an agent's own greeting
}

Json newSeed() {
    Bytes seed(kSeedBytes);
    seed.resize(size_t(std::max<ssize_t>(getrandom(seed.data(), seed.size(), 0), 0)));
    return Json::binary(std::move(seed));
}

} // namespace

bool GuestEnded::cleanPowerOff() const {
    return death == LG_DEATH_POWEROFF && reason == "CRASH: Power down";
}

struct AgentConnection::State {
    State(UniqueFd fd, Handlers handlers_)
        : handlers(std::move(handlers_)), stream(std::move(fd)), parser(kAgentMagic) {}

    Handlers handlers;
    Stream stream;
    FrameParser parser;
    std::unique_ptr<FrameQueue> out;
    std::thread reader;
    lg_host_info host = {};

    std::mutex mutex;
    uint64_t nextId = 1;
    uint32_t nextBlob = 1;
    std::map<uint64_t, Done<Json>> pending;
    std::string closedReason; // not empty = no request is taken any more
    std::atomic<bool> destroying = false;

    std::unique_ptr<Channels> channels; // last: they use the others

    Result<void> greet(std::chrono::steady_clock::time_point until);
    void read();
    std::string readUntilEnd(); // returns why it ended
    Result<void> take(const Frame &frame);
    void takeReply(const Json &message);
    void takeNotice(GuestId guest, const Json &message);
    void close(const std::string &reason);
    void request(const char *op, GuestId guest, Json fields, Done<Json> done);
    uint32_t upload(BytesView bytes);
};

Result<void> AgentConnection::State::greet(std::chrono::steady_clock::time_point until) {
    auto mine = makePreamble(kClientMagic, newNonce());
    if (auto written = stream.write(bytesOf(mine)); !written)
        return written;
    Bytes buffer(kReadBytes);
    for (;;) {
        auto got = stream.read(buffer, until);
        if (!got)
            return Error{"the agent did not answer: " + got.message()};
        if (*got == 0)
            return Error{"the agent closed the connection before it answered"};
        parser.feed(BytesView(buffer).first(*got));
        while (auto theirs = parser.nextPreamble()) {
            if (theirs->nonce != mine.nonce)
                continue;
            auto problem = versionProblem(*theirs, "agent");
            return problem.empty() ? Result<void>() : Error{problem};
        }
    }
}

void AgentConnection::State::read() {
    close(readUntilEnd());
}

std::string AgentConnection::State::readUntilEnd() {
    Bytes buffer(kReadBytes);
    for (;;) {
        for (;;) {
            auto next = parser.next();
            if (!next)
                return next.message();
            const std::optional<Frame> &frame = *next;
            if (!frame)
                break;
            for (const auto &[guest, text] : channels->takeWarnings())
                if (handlers.onWarning)
                    handlers.onWarning(guest, text);
            if (auto taken = take(*frame); !taken)
                return taken.message();
        }
        auto got = stream.read(buffer);
        if (!got)
            return got.message();
        if (*got == 0)
            return "the agent is gone";
        parser.feed(BytesView(buffer).first(*got));
    }
}

Result<void> AgentConnection::State::take(const Frame &frame) {
    BytesView bytes = frame.payload;
    switch (frame.type) {
    case FrameType::Reply:
    case FrameType::Notice: {
        auto message = decodeMessage(bytes);
        if (!message)
            return message.error();
        if (frame.type == FrameType::Reply)
            takeReply(*message);
        else
            takeNotice(frame.guest, *message);
        return {};
    }
    case FrameType::Console:
        if (bytes.size() < sizeof(uint64_t))
            return Error{"a console frame from the agent is too short"};
        if (handlers.onConsole)
            handlers.onConsole(frame.guest, loadAt<uint64_t>(bytes, 0),
                               bytes.subspan(sizeof(uint64_t)));
        return {};
    case FrameType::Events: {
        if (bytes.size() < sizeof(EventsHeader))
            return Error{"an event frame from the agent is too short"};
        auto header = loadAt<EventsHeader>(bytes, 0);
        if ((bytes.size() - sizeof header) / sizeof(lg_event) != header.count ||
            (bytes.size() - sizeof header) % sizeof(lg_event) != 0)
            return Error{"an event frame from the agent has another length than it says"};
        // The payload is a buffer of its own, so this is aligned.
        const auto *first = reinterpret_cast<const lg_event *>(bytes.data() + sizeof header);
        if (handlers.onEvents)
            handlers.onEvents(frame.guest, header.vcpu, {first, header.count}, header.lostSoFar);
        return {};
    }
    case FrameType::Disk:
        return channels->takeDisk(bytes);
    case FrameType::Net:
        return channels->takeNet(bytes);
    default:
        return Error{"the agent sent a frame that only a client may send"};
    }
}

void AgentConnection::State::takeReply(const Json &message) {
    Done<Json> done;
    {
        std::lock_guard lock(mutex);
        auto it = pending.find(numberField(message, "id"));
        if (it == pending.end())
            return;
        done = std::move(it->second);
        pending.erase(it);
    }
    if (message.contains("error"))
        done(Error{textField(message, "error")});
    else
        done(message);
}

void AgentConnection::State::takeNotice(GuestId guest, const Json &message) {
    auto kind = textField(message, "notice");
    if (kind == notice::kEnded) {
        GuestEnded ended;
        ended.death = lg_death(numberField(message, "death", LG_DEATH_KILLED));
        ended.reason = textField(message, "reason");
        if (handlers.onEnded)
            handlers.onEnded(guest, ended);
    } else if (kind == notice::kStopped && handlers.onStopped) {
        GuestStopped stopped;
        stopped.vcpu = uint32_t(numberField(message, "vcpu"));
        stopped.reason = lg_stop_reason(numberField(message, "reason"));
        stopped.detail = uint32_t(numberField(message, "detail"));
        stopped.seq = numberField(message, "seq");
        stopped.eip = uint32_t(numberField(message, "eip"));
        handlers.onStopped(guest, stopped);
    } else if (kind == notice::kWarning && handlers.onWarning) {
        handlers.onWarning(guest, textField(message, "text"));
    }
}

void AgentConnection::State::close(const std::string &reason) {
    std::map<uint64_t, Done<Json>> orphans;
    {
        std::lock_guard lock(mutex);
        closedReason = reason;
        orphans.swap(pending);
    }
    stream.stop();
    channels->endAll();
    for (auto &[id, done] : orphans)
        done(Error{"the connection to the agent is closed: " + reason});
    if (!destroying && handlers.onClosed)
        handlers.onClosed(reason);
}

void AgentConnection::State::request(const char *op, GuestId guest, Json fields, Done<Json> done) {
    std::string refused;
    {
        std::lock_guard lock(mutex);
        if (closedReason.empty()) {
            uint64_t id = nextId++;
            fields["id"] = id;
            fields["op"] = op;
            pending.emplace(id, std::move(done));
            out->push(FrameType::Request, guest, encodeMessage(fields));
            return;
        }
        refused = closedReason;
    }
    done(Error{"the connection to the agent is closed: " + refused});
}

uint32_t AgentConnection::State::upload(BytesView bytes) {
    uint32_t id;
    {
        std::lock_guard lock(mutex);
        id = nextBlob++;
    }
    while (!bytes.empty()) {
        auto chunk = bytes.first(std::min<size_t>(bytes.size(), kBlobChunkBytes));
        Bytes payload;
        payload.reserve(sizeof id + chunk.size());
        append(payload, id);
        payload.insert(payload.end(), chunk.begin(), chunk.end());
        out->push(FrameType::Blob, 0, std::move(payload));
        bytes = bytes.subspan(chunk.size());
    }
    return id;
}

Result<std::unique_ptr<AgentConnection>> AgentConnection::open(UniqueFd fd, Handlers handlers,
                                                               std::chrono::milliseconds limit) {
    auto until = std::chrono::steady_clock::now() + limit;
    auto state = std::make_unique<State>(std::move(fd), std::move(handlers));
    if (auto greeted = state->greet(until); !greeted)
        return greeted.error();
    state->out = std::make_unique<FrameQueue>(state->stream, kQueueBytes);
    state->channels = std::make_unique<Channels>(*state->out);
    auto *raw = state.get();
    std::unique_ptr<AgentConnection> connection(new AgentConnection(std::move(state)));
    raw->reader = std::thread([raw] { raw->read(); });

    auto promise = std::make_shared<std::promise<Result<Json>>>();
    auto answer = promise->get_future();
    connection->request(op::kHello, 0,
                        {{"client", "lgscope"}, {"wallNs", wallNs()}, {"seed", newSeed()}},
                        [promise](Result<Json> reply) { promise->set_value(std::move(reply)); });
    if (answer.wait_until(until) != std::future_status::ready)
        return Error{"the agent did not answer hello in time"};
    auto reply = answer.get();
    if (!reply)
        return reply.error();
    if (auto host = structField<lg_host_info>(*reply, "host"))
        raw->host = *host;
    return connection;
}

AgentConnection::AgentConnection(std::unique_ptr<State> state) : state_(std::move(state)) {}

AgentConnection::~AgentConnection() {
    state_->destroying = true;
    state_->stream.stop();
    if (state_->reader.joinable())
        state_->reader.join();
}

const lg_host_info &AgentConnection::host() const {
    return state_->host;
}

bool AgentConnection::closed() const {
    std::lock_guard lock(state_->mutex);
    return !state_->closedReason.empty();
}

void AgentConnection::request(const char *op, GuestId guest, Json fields, Done<Json> done) {
    state_->request(op, guest, std::move(fields), std::move(done));
}

void AgentConnection::launch(LaunchSpec spec, Done<GuestId> done) {
    auto segments = Json::array();
    for (const auto &segment : spec.image.segments)
        segments.push_back({{"address", segment.address},
                            {"memoryBytes", segment.memoryBytes},
                            {"blob", state_->upload(segment.bytes)},
                            {"bytes", segment.bytes.size()}});
    auto disks = Json::array();
    std::vector<uint32_t> channels;
    for (const auto &disk : spec.disks) {
        channels.push_back(state_->channels->serve(disk));
        disks.push_back({{"channel", channels.back()},
                         {"sectors", disk->shape().sectors},
                         {"readOnly", disk->shape().readOnly},
                         {"name", disk->name()}});
    }
    Json fields = {{"name", spec.name},
                   {"bzImage", spec.image.kind == ImageKind::BzImage},
                   {"entry", spec.image.entry},
                   {"segments", std::move(segments)},
                   {"memoryBytes", spec.memoryBytes},
                   {"vcpus", spec.vcpus},
                   {"commandLine", spec.commandLine},
                   {"initrd", state_->upload(spec.initrd)},
                   {"initrdBytes", spec.initrd.size()},
                   {"eventMode", spec.eventMode},
                   {"eventRecords", spec.eventRecords},
                   {"eventKinds", spec.eventKinds},
                   {"conditions", structsJson(spec.conditions)},
                   {"disks", std::move(disks)},
                   {"columns", spec.columns},
                   {"rows", spec.rows},
                   {"paused", spec.paused}};
    if (spec.network) {
        // Locally administered; each Guest has a cable of its own.
        constexpr MacAddress kMac = {0x02, 'l', 'g', 0, 0, 1};
        channels.push_back(state_->channels->serve(spec.network));
        fields["net"] = {{"channel", channels.back()}, {"mac", structJson(kMac)}};
    }
    spec.disks.clear();
    spec.network.reset();
    request(op::kLaunch, 0, std::move(fields),
            [this, channels, done = std::move(done)](const Result<Json> &reply) {
                if (!reply) {
                    state_->channels->end(channels);
                    return done(reply.error());
                }
                auto guest = GuestId(numberField(*reply, "guest"));
                state_->channels->give(channels, guest);
                done(guest);
            });
}

void AgentConnection::release(GuestId guest, Done<void> done) {
    request(op::kRelease, guest, Json::object(),
            [this, guest, done = std::move(done)](const Result<Json> &reply) {
                if (reply)
                    state_->channels->endOf(guest);
                done(reply ? Result<void>() : reply.error());
            });
}

void AgentConnection::consoleInput(GuestId guest, BytesView bytes) {
    while (!bytes.empty()) {
        auto chunk = bytes.first(std::min<size_t>(bytes.size(), 4096));
        state_->out->push(FrameType::Console, guest, Bytes(chunk.begin(), chunk.end()));
        bytes = bytes.subspan(chunk.size());
    }
}

} // namespace lg
