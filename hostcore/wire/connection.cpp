// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/connection.h"

#include "backends/disk_server.h"
#include "devices/net.h"
#include "wire/cbor.h"
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

HostStatus hostStatusFrom(const Json &reply) {
    HostStatus status;
    if (auto info = structField<lg_host_info>(reply, "host"))
        status.info = *info;
    status.agent = textField(reply, "agent");
    status.kernel = textField(reply, "kernel");
    status.module = textField(reply, "module");
    status.moduleProblem = textField(reply, "moduleProblem");
    status.sandbox = flagField(reply, "sandbox");
    status.cpus = unsigned(numberField(reply, "cpus"));
    status.memoryTotal = numberField(reply, "memoryTotal");
    status.memoryFree = numberField(reply, "memoryFree");
    status.log = linesField(reply, "log");
    return status;
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
    std::vector<std::pair<GuestId, std::string>> warnings; // told with the next frame
    std::atomic<bool> destroying = false;

    struct Channel {
        GuestId guest = 0; // once the agent has told it
        std::shared_ptr<DiskServer> disk = {};
        std::shared_ptr<UserNetwork> network = {};
    };
    uint32_t nextChannel = 1;
    std::map<uint32_t, Channel> channels; // last: they use the others

    Result<void> greet(std::chrono::steady_clock::time_point until);
    void read();
    std::string readUntilEnd(); // returns why it ended
    Result<void> take(const Frame &frame);
    Result<void> takeDisk(const Frame &frame);
    Result<void> takeNet(const Frame &frame);
    void takeReply(const Json &message);
    void takeNotice(GuestId guest, const Json &message);
    void close(const std::string &reason);
    void request(const char *op, GuestId guest, Json fields, Done<Json> done);
    uint32_t upload(BytesView bytes);
    uint32_t serve(std::shared_ptr<DiskFile> file);
    uint32_t serve(std::shared_ptr<UserNetwork> network);
    void warn(uint32_t channel, const std::string &text);
    void tellWarnings();
    template <typename Chosen>
    void endChannels(Chosen chosen);
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
            tellWarnings();
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
        return takeDisk(frame);
    case FrameType::Net:
        return takeNet(frame);
    default:
        return Error{"the agent sent a frame that only a client may send"};
    }
}

Result<void> AgentConnection::State::takeDisk(const Frame &frame) {
    if (frame.payload.size() < sizeof(DiskHeader))
        return Error{"a disk frame from the agent is too short"};
    auto header = loadAt<DiskHeader>(frame.payload, 0);
    std::shared_ptr<DiskServer> disk;
    {
        std::lock_guard lock(mutex);
        auto it = channels.find(header.channel);
        if (it != channels.end())
            disk = it->second.disk;
    }
    if (!disk)
        return {}; // its Guest was released meanwhile
    return disk->take(header, Bytes(frame.payload.begin() + sizeof header, frame.payload.end()));
}

uint32_t AgentConnection::State::serve(std::shared_ptr<DiskFile> file) {
    std::lock_guard lock(mutex);
    uint32_t number = nextChannel++;
    DiskServer::Handlers handlers;
    handlers.answer = [this](Bytes answer, const std::function<bool()> &stopping) {
        while (!stopping() && !out->waitForRoom(answer.size(), std::chrono::milliseconds(100))) {
        }
        out->push(FrameType::Disk, 0, std::move(answer));
    };
    handlers.warn = [this, number](const std::string &text) { warn(number, text); };
    channels[number].disk = std::make_shared<DiskServer>(std::move(file), std::move(handlers));
    return number;
}

Result<void> AgentConnection::State::takeNet(const Frame &frame) {
    if (frame.payload.size() < sizeof(uint32_t))
        return Error{"a frame of a network from the agent is too short"};
    std::shared_ptr<UserNetwork> network;
    {
        std::lock_guard lock(mutex);
        auto it = channels.find(loadAt<uint32_t>(frame.payload, 0));
        if (it != channels.end())
            network = it->second.network;
    }
    if (network)
        network->fromGuest(BytesView(frame.payload).subspan(sizeof(uint32_t)));
    return {};
}

uint32_t AgentConnection::State::serve(std::shared_ptr<UserNetwork> network) {
    uint32_t number;
    {
        std::lock_guard lock(mutex);
        number = nextChannel++;
        channels[number].network = network;
    }
    UserNetwork::Handlers handlers;
    handlers.toGuest = [this, number](BytesView frame) {
        Bytes payload;
        payload.reserve(sizeof number + frame.size());
        append(payload, number);
        payload.insert(payload.end(), frame.begin(), frame.end());
        (void)out->tryPush(FrameType::Net, 0, std::move(payload));
    };
    handlers.warn = [this, number](const std::string &text) { warn(number, text); };
    network->connect(std::move(handlers));
    return number;
}

void AgentConnection::State::warn(uint32_t channel, const std::string &text) {
    std::lock_guard lock(mutex);
    auto it = channels.find(channel);
    if (it != channels.end())
        warnings.emplace_back(it->second.guest, text);
}

void AgentConnection::State::tellWarnings() {
    std::vector<std::pair<GuestId, std::string>> told;
    {
        std::lock_guard lock(mutex);
        told.swap(warnings);
    }
    for (const auto &[guest, text] : told)
        if (handlers.onWarning)
            handlers.onWarning(guest, text);
}

// Their files are closed when this comes back, and their networks say nothing any more.
template <typename Chosen>
void AgentConnection::State::endChannels(Chosen chosen) {
    std::vector<Channel> ended;
    {
        std::lock_guard lock(mutex);
        std::erase_if(channels, [&](auto &entry) {
            if (!chosen(entry.first, entry.second))
                return false;
            ended.push_back(std::move(entry.second));
            return true;
        });
    }
    // Without the lock, which their own threads may want.
    for (auto &channel : ended)
        if (channel.network)
            channel.network->disconnect();
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
    endChannels([](uint32_t, const Channel &) { return true; });
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

namespace {

Done<Json> ignoringReply(Done<void> done) {
    return [done = std::move(done)](const Result<Json> &reply) {
        done(reply ? Result<void>() : reply.error());
    };
}

template <typename T>
Done<Json> wantingStruct(const char *field, Done<T> done) {
    return [field, done = std::move(done)](const Result<Json> &reply) {
        done(reply ? structField<T>(*reply, field) : reply.error());
    };
}

} // namespace

namespace {

Json conditionsJson(const std::vector<lg_condition> &conditions) {
    auto list = Json::array();
    for (const auto &condition : conditions)
        list.push_back(structJson(condition));
    return list;
}

} // namespace

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
        channels.push_back(state_->serve(disk));
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
                   {"conditions", conditionsJson(spec.conditions)},
                   {"disks", std::move(disks)},
                   {"columns", spec.columns},
                   {"rows", spec.rows},
                   {"paused", spec.paused}};
    if (spec.network) {
        // Locally administered; each Guest has a cable of its own.
        constexpr MacAddress kMac = {0x02, 'l', 'g', 0, 0, 1};
        channels.push_back(state_->serve(spec.network));
        fields["net"] = {{"channel", channels.back()}, {"mac", structJson(kMac)}};
    }
    spec.disks.clear();
    spec.network.reset();
    request(op::kLaunch, 0, std::move(fields),
            [this, channels, done = std::move(done)](const Result<Json> &reply) {
                if (!reply) {
                    state_->endChannels([&](uint32_t number, const State::Channel &) {
                        return std::find(channels.begin(), channels.end(), number) !=
                               channels.end();
                    });
                    return done(reply.error());
                }
                auto guest = GuestId(numberField(*reply, "guest"));
                {
                    std::lock_guard lock(state_->mutex);
                    for (auto number : channels)
                        state_->channels[number].guest = guest;
                }
                done(guest);
            });
}

void AgentConnection::kill(GuestId guest, Done<void> done) {
    request(op::kKill, guest, Json::object(), ignoringReply(std::move(done)));
}

void AgentConnection::release(GuestId guest, Done<void> done) {
    request(op::kRelease, guest, Json::object(),
            [this, guest, done = std::move(done)](const Result<Json> &reply) {
                if (reply)
                    state_->endChannels([guest](uint32_t, const State::Channel &channel) {
                        return channel.guest == guest;
                    });
                done(reply ? Result<void>() : reply.error());
            });
}

void AgentConnection::reboot(GuestId guest, Done<void> done) {
    request(op::kReboot, guest, Json::object(), ignoringReply(std::move(done)));
}

void AgentConnection::pause(GuestId guest, Done<void> done) {
    request(op::kPause, guest, Json::object(), ignoringReply(std::move(done)));
}

void AgentConnection::resume(GuestId guest, Done<void> done) {
    request(op::kResume, guest, Json::object(), ignoringReply(std::move(done)));
}

void AgentConnection::setTrace(GuestId guest, lg_event_mode mode, Done<void> done, uint64_t kinds) {
    request(op::kSetTrace, guest, {{"mode", uint32_t(mode)}, {"kinds", kinds}},
            ignoringReply(std::move(done)));
}

void AgentConnection::setConditions(GuestId guest, const std::vector<lg_condition> &conditions,
                                    Done<void> done) {
    request(op::kConditions, guest, {{"conditions", conditionsJson(conditions)}},
            ignoringReply(std::move(done)));
}

void AgentConnection::setBreakpoints(GuestId guest, const lg_breakpoints &breakpoints,
                                     Done<void> done) {
    request(op::kBreakpoints, guest, {{"breakpoints", structJson(breakpoints)}},
            ignoringReply(std::move(done)));
}

void AgentConnection::setTerminalSize(GuestId guest, uint16_t columns, uint16_t rows,
                                      Done<void> done) {
    request(op::kTerminalSize, guest, {{"columns", columns}, {"rows", rows}},
            ignoringReply(std::move(done)));
}

void AgentConnection::step(GuestId guest, uint32_t vcpu, Done<void> done) {
    request(op::kStep, guest, {{"vcpu", vcpu}}, ignoringReply(std::move(done)));
}

void AgentConnection::readMemory(GuestId guest, uint32_t vcpu, uint32_t address, uint32_t length,
                                 bool isVirtual, Done<GuestMemory> done) {
    request(op::kReadMemory, guest,
            {{"vcpu", vcpu}, {"address", address}, {"length", length}, {"virtual", isVirtual}},
            [address, done = std::move(done)](const Result<Json> &reply) {
                if (!reply)
                    return done(reply.error());
                auto bytes = bytesField(*reply, "bytes");
                done(GuestMemory{address, Bytes(bytes.begin(), bytes.end())});
            });
}

void AgentConnection::writeMemory(GuestId guest, uint32_t vcpu, uint32_t address, BytesView bytes,
                                  bool isVirtual, Done<void> done) {
    request(op::kWriteMemory, guest,
            {{"vcpu", vcpu},
             {"address", address},
             {"bytes", Json::binary(Bytes(bytes.begin(), bytes.end()))},
             {"virtual", isVirtual}},
            ignoringReply(std::move(done)));
}

void AgentConnection::setRegisters(GuestId guest, uint32_t vcpu, const lg_event_regs &regs,
                                   Done<void> done) {
    request(op::kSetRegisters, guest, {{"vcpu", vcpu}, {"regs", structJson(regs)}},
            ignoringReply(std::move(done)));
}

void AgentConnection::state(GuestId guest, uint32_t vcpu, Done<lg_vcpu_state> done) {
    request(op::kState, guest, {{"vcpu", vcpu}}, wantingStruct("state", std::move(done)));
}

void AgentConnection::counters(GuestId guest, uint32_t vcpu, Done<lg_counters> done) {
    request(op::kCounters, guest, {{"vcpu", vcpu}}, wantingStruct("counters", std::move(done)));
}

void AgentConnection::switcher(GuestId guest, uint32_t vcpu, Done<lg_switcher_info> done) {
    request(op::kSwitcher, guest, {{"vcpu", vcpu}}, wantingStruct("switcher", std::move(done)));
}

void AgentConnection::walk(GuestId guest, uint32_t vcpu, uint32_t address, uint32_t cr3,
                           Done<lg_walk> done) {
    request(op::kWalk, guest, {{"vcpu", vcpu}, {"address", address}, {"cr3", cr3}},
            wantingStruct("walk", std::move(done)));
}

void AgentConnection::raiseIrq(GuestId guest, uint32_t vcpu, uint32_t line, Done<void> done) {
    request(op::kRaiseIrq, guest, {{"vcpu", vcpu}, {"line", line}}, ignoringReply(std::move(done)));
}

void AgentConnection::consoleInput(GuestId guest, BytesView bytes) {
    while (!bytes.empty()) {
        auto chunk = bytes.first(std::min<size_t>(bytes.size(), 4096));
        state_->out->push(FrameType::Console, guest, Bytes(chunk.begin(), chunk.end()));
        bytes = bytes.subspan(chunk.size());
    }
}

void AgentConnection::hostStatus(Done<HostStatus> done) {
    request(op::kHostStatus, 0, Json::object(),
            [done = std::move(done)](const Result<Json> &reply) {
                if (!reply)
                    return done(reply.error());
                done(hostStatusFrom(*reply));
            });
}

void AgentConnection::hostCheck(Done<HostCheck> done) {
    request(op::kHostCheck, 0, Json::object(), [done = std::move(done)](const Result<Json> &reply) {
        if (!reply)
            return done(reply.error());
        done(HostCheck{numberField(*reply, "taint"), linesField(*reply, "problems")});
    });
}

void AgentConnection::moduleReload(Done<void> done) {
    request(op::kModuleReload, 0, Json::object(), ignoringReply(std::move(done)));
}

void AgentConnection::shutdown(Done<void> done) {
    request(op::kShutdown, 0, Json::object(), ignoringReply(std::move(done)));
}

} // namespace lg
