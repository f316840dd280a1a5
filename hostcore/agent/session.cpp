// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/session.h"

#include "agent/guest_state.h"
#include "agent/host.h"
#include "agent/test_program.h"
#include "agent/tracepoints.h"
#include "agent/version.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <sys/time.h>

namespace lg {

using namespace wire;

namespace {

// What may wait for a slow client: then events stay in the rings and console output stops its
// Guest.
constexpr size_t kQueueBytes = 8 << 20;
constexpr auto kLastWords = std::chrono::seconds(2);

Result<Json> nothing(const Result<void> &result) {
    return result ? Result<Json>(Json::object()) : result.error();
}

// "conditions": a byte string for each; the module judges what is in them.
Result<std::vector<lg_condition>> conditionsField(const Json &message) {
    std::vector<lg_condition> conditions;
    for (const auto &entry : message.value("conditions", Json::array())) {
        auto condition = structField<lg_condition>(Json{{"at", entry}}, "at");
        if (!condition)
            return condition.error();
        conditions.push_back(*condition);
    }
    return conditions;
}

TerminalSize terminalFields(const Json &message) {
    return {uint16_t(numberField(message, "columns")), uint16_t(numberField(message, "rows"))};
}

// "disks": channel, sectors, read-only or not, name.  "net": channel, mac.
Result<DeviceSpec> deviceFields(const Json &message) {
    DeviceSpec devices;
    devices.terminal = terminalFields(message);
    for (const auto &entry : message.value("disks", Json::array())) {
        if (!entry.is_object() || devices.disks.size() == kMaxDisks)
            return Error{"a Guest can have at most " + std::to_string(kMaxDisks) + " disks"};
        devices.disks.push_back({uint32_t(numberField(entry, "channel")),
                                 {numberField(entry, "sectors"), flagField(entry, "readOnly")},
                                 textField(entry, "name")});
    }
    if (auto it = message.find("net"); it != message.end() && it->is_object()) {
        NetSpec net;
        net.channel = uint32_t(numberField(*it, "channel"));
        auto mac = structField<MacAddress>(*it, "mac");
        if (!mac)
            return mac.error();
        net.mac = *mac;
        devices.net = net;
    }
    return devices;
}

} // namespace

struct Session::Guest : MachineListener {
    Guest(uint16_t id_, FrameQueue &out_) : id(id_), out(out_) {}

    const uint16_t id;
    FrameQueue &out;
    std::shared_ptr<MachineSpec> spec;
    std::string name;
    // Closed until the client has the reply to its launch or reboot: what the machine has to say
    // comes after it.
    std::atomic<bool> open = false;
    std::unique_ptr<Machine> machine; // ends before what it reports to

    bool console(uint64_t tsc, BytesView bytes) override {
        if (!open)
            return false;
        Bytes payload;
        payload.reserve(sizeof tsc + bytes.size());
        append(payload, tsc);
        payload.insert(payload.end(), bytes.begin(), bytes.end());
        return out.tryPush(FrameType::Console, id, std::move(payload));
    }

    bool events(uint32_t vcpu, std::span<const lg_event> records, uint64_t lost) override {
        size_t bytes = sizeof(EventsHeader) + records.size_bytes();
        if (!open || !out.hasRoom(bytes))
            return false; // before the copy
        Bytes payload;
        payload.reserve(bytes);
        append(payload, EventsHeader{vcpu, uint32_t(records.size()), lost});
        const auto *raw = reinterpret_cast<const uint8_t *>(records.data());
        payload.insert(payload.end(), raw, raw + records.size_bytes());
        return out.tryPush(FrameType::Events, id, std::move(payload));
    }

    void waitForRoom(std::chrono::milliseconds limit) override {
        if (open)
            out.waitForRoom(64 << 10, limit);
        else
            open.wait(false);
    }

    void ended(lg_death death, const std::string &reason) override {
        open.wait(false);
        Json message = {{"notice", notice::kEnded}, {"death", uint32_t(death)}, {"reason", reason}};
        out.push(FrameType::Notice, id, encodeMessage(message));
    }

    void stopped(const VcpuStop &stop) override {
        open.wait(false);
        out.push(FrameType::Notice, id,
                 encodeMessage({{"notice", notice::kStopped},
                                {"vcpu", stop.vcpu},
                                {"reason", uint32_t(stop.reason)},
                                {"detail", stop.detail},
                                {"seq", stop.seq},
                                {"eip", stop.eip}}));
    }

    void disk(uint32_t channel, DiskTask task) override {
        Bytes payload;
        payload.reserve(sizeof(DiskHeader) + task.data.size());
        append(payload,
               DiskHeader{channel, uint32_t(task.what), task.id, task.offset, task.length, 0});
        payload.insert(payload.end(), task.data.begin(), task.data.end());
        out.push(FrameType::Disk, id, std::move(payload));
    }

    void frame(uint32_t channel, BytesView frame) override {
        if (!out.hasRoom(sizeof channel + frame.size()))
            return; // before the copy
        Bytes payload;
        payload.reserve(sizeof channel + frame.size());
        append(payload, channel);
        payload.insert(payload.end(), frame.begin(), frame.end());
        (void)out.tryPush(FrameType::Net, id, std::move(payload));
    }

    void letSpeak() {
        open = true;
        open.notify_all();
    }

    bool hasDisk(uint32_t channel) const {
        return std::any_of(spec->devices.disks.begin(), spec->devices.disks.end(),
                           [=](const DiskSpec &disk) { return disk.channel == channel; });
    }

    void warn(const std::string &text) {
        out.push(FrameType::Notice, id,
                 encodeMessage({{"notice", notice::kWarning}, {"text", text}}));
    }
};

Session::Session(Stream stream, FrameParser &parser, SessionOptions options)
    : stream_(std::move(stream)), parser_(parser), options_(std::move(options)),
      blobs_(kMaxBlobBytes) {}

Session::~Session() {
    guests_.clear();
}

bool Session::greet() {
    Bytes buffer(4096);
    for (;;) {
        if (auto theirs = parser_.nextPreamble()) {
            auto mine = makePreamble(kAgentMagic, theirs->nonce);
            if (!stream_.write(bytesOf(mine)))
                return false;
            auto problem = versionProblem(*theirs, "client");
            if (!problem.empty())
                std::fprintf(stderr, "lgagent: %s\n", problem.c_str());
            return problem.empty();
        }
        auto got = stream_.read(buffer);
        if (!got || *got == 0)
            return false;
        parser_.feed(BytesView(buffer).first(*got));
    }
}

Session::End Session::serve() {
    if (!greet())
        return End::ClientGone;
    out_ = std::make_unique<FrameQueue>(stream_, kQueueBytes);
    Bytes buffer(kBlobChunkBytes);
    for (;;) {
        for (;;) {
            auto next = parser_.next();
            const std::optional<Frame> frame = next ? std::move(*next) : std::nullopt;
            if (next && !frame)
                break;
            auto taken = frame ? take(*frame) : Result<void>(next.error());
            if (!taken) {
                std::fprintf(stderr, "lgagent: %s\n", taken.message().c_str());
                return End::ClientGone;
            }
            if (shutdown_) {
                guests_.clear();
                out_->drain(kLastWords);
                return End::Shutdown;
            }
        }
        auto got = stream_.read(buffer);
        if (!got || *got == 0)
            return End::ClientGone;
        parser_.feed(BytesView(buffer).first(*got));
    }
}

Result<void> Session::take(const Frame &frame) {
    switch (frame.type) {
    case FrameType::Request: {
        auto request = decodeMessage(frame.payload);
        if (!request)
            return request.error();
        out_->push(FrameType::Reply, frame.guest, encodeMessage(answer(frame.guest, *request)));
        for (auto &[id, guest] : guests_)
            guest->letSpeak();
        return {};
    }
    case FrameType::Blob:
        return blobs_.append(frame.payload);
    case FrameType::Console: {
        auto it = guests_.find(frame.guest);
        if (it == guests_.end())
            return {}; // typed while it was being released
        size_t taken = it->second->machine ? it->second->machine->typeOnConsole(frame.payload) : 0;
        if (taken != frame.payload.size())
            it->second->warn("the Guest does not read its console: " +
                             std::to_string(frame.payload.size() - taken) +
                             " bytes of input are lost");
        return {};
    }
    case FrameType::Disk:
        return diskDone(frame);
    case FrameType::Net:
        return receiveFrame(frame);
    default:
        return Error{"the client sent a frame that only an agent may send"};
    }
}

Result<void> Session::diskDone(const Frame &frame) {
    if (frame.payload.size() < sizeof(DiskHeader))
        return Error{"the client's answer about a disk is too short"};
    auto header = loadAt<DiskHeader>(frame.payload, 0);
    Bytes data(frame.payload.begin() + sizeof header, frame.payload.end());
    for (auto &[id, guest] : guests_) {
        if (!guest->hasDisk(header.channel))
            continue;
        if (guest->machine)
            guest->machine->diskDone(header.channel, header.id, header.what != 0, std::move(data));
        return {};
    }
    return {}; // it was released meanwhile
}

Result<void> Session::receiveFrame(const Frame &frame) {
    if (frame.payload.size() < sizeof(uint32_t))
        return Error{"the client's frame for a network is too short"};
    auto channel = loadAt<uint32_t>(frame.payload, 0);
    auto bytes = BytesView(frame.payload).subspan(sizeof channel);
    for (auto &[id, guest] : guests_)
        if (guest->machine && guest->machine->receiveFrame(channel, bytes))
            break;
    return {};
}

Json Session::answer(uint16_t guest, const Json &request) {
    auto result = perform(textField(request, "op"), guest, request);
    Json reply = result ? std::move(*result) : Json{{"error", result.message()}};
    reply["id"] = numberField(request, "id");
    return reply;
}

Result<Json> Session::perform(const std::string &op, uint16_t id, const Json &request) {
    if (op == op::kHello)
        return hello(request);
    if (op == op::kLaunch)
        return launch(request);
    if (op == op::kGuests)
        return guestList();
    if (op == op::kHostStatus)
        return hostStatusReply(options_.sandbox);
    if (op == op::kHostCheck)
        return hostCheckReply();
    if (op == op::kInterrupts)
        return interruptsReply();
    if (op == op::kModuleReload)
        return reload();
    if (op == op::kRunTest)
        return runTest(request);
    if (op == op::kTracepoints)
        return nothing(setTracepoints(flagField(request, "on")));
    if (op == op::kTracepointText) {
        auto text = readTracepoints(kMaxTracepointText);
        return text ? Result<Json>(Json{{"text", std::move(*text)}}) : text.error();
    }
    if (op == op::kShutdown) {
        shutdown_ = true;
        return Json::object();
    }
    if (op == op::kDie)
        raise(SIGKILL);
    auto it = guests_.find(id);
    if (it == guests_.end())
        return Error{"there is no Guest " + std::to_string(id) + ", or no request \"" + op + "\""};
    if (op == op::kRelease) {
        guests_.erase(it);
        return Json::object();
    }
    return performOnGuest(op, id, *it->second, request);
}

namespace {

template <typename T>
Result<Json> structReply(const char *name, const Result<T> &result) {
    return result ? Result<Json>(Json{{name, structJson(*result)}}) : result.error();
}

} // namespace

Result<Json> Session::performOnGuest(const std::string &op, uint16_t id, Guest &guest,
                                     const Json &request) {
    if (op == op::kReboot) {
        guest.machine.reset(); // first: there may not be memory for two
        guest.open = false;
        auto machine = Machine::start(guest.spec, guest);
        if (!machine)
            return machine.error();
        guest.machine = std::move(*machine);
        return Json::object();
    }
    if (!guest.machine)
        return Error{"Guest " + std::to_string(id) + " could not be rebooted and is gone"};
    Machine &machine = *guest.machine;
    auto vcpu = uint32_t(numberField(request, "vcpu"));
    auto address = uint32_t(numberField(request, "address"));
    if (op == op::kKill)
        return nothing(machine.kill());
    if (op == op::kPause)
        return nothing(machine.pause());
    if (op == op::kResume)
        return nothing(machine.resume());
    if (auto done = answerSaving(op, machine, *guest.spec, request))
        return *done;
    if (auto done = answerSnapshot(op, machine, request))
        return *done;
    if (op == op::kSetTrace) {
        auto mode = lg_event_mode(numberField(request, "mode"));
        if (mode > LG_EVENTS_LOSSLESS)
            return Error{"there is no such way to keep events"};
        guest.spec->eventMode = mode; // a reboot keeps it
        guest.spec->eventKinds = numberField(request, "kinds", LG_KINDS_DEFAULT);
        return nothing(machine.setTrace(mode, guest.spec->eventKinds));
    }
    if (op == op::kConditions) {
        auto conditions = conditionsField(request);
        if (!conditions)
            return conditions.error();
        auto set = machine.setConditions(*conditions);
        if (set)
            guest.spec->conditions = std::move(*conditions); // a reboot keeps them
        return nothing(set);
    }
    if (op == op::kBreakpoints) {
        auto breakpoints = structField<lg_breakpoints>(request, "breakpoints");
        return breakpoints ? nothing(machine.setBreakpoints(*breakpoints)) : breakpoints.error();
    }
    if (op == op::kTerminalSize) {
        guest.spec->devices.terminal = terminalFields(request); // a reboot keeps it
        machine.setTerminalSize(guest.spec->devices.terminal);
        return Json::object();
    }
    if (op == op::kStep)
        return nothing(machine.step(vcpu));
    if (op == op::kRaiseIrq)
        return nothing(machine.raiseIrq(vcpu, uint32_t(numberField(request, "line"))));
    if (op == op::kState)
        return structReply("state", machine.state(vcpu));
    if (op == op::kCounters)
        return structReply("counters", machine.counters(vcpu));
    if (op == op::kSwitcher)
        return structReply("switcher", machine.switcher(vcpu));
    if (op == op::kWalk)
        return structReply("walk",
                           machine.walk(vcpu, address, uint32_t(numberField(request, "cr3"))));
    if (op == op::kReadMemory) {
        auto length = numberField(request, "length");
        if (length > kMaxMemoryRead)
            return Error{"more memory is asked for than goes into one answer"};
        auto bytes =
            machine.readMemory(vcpu, address, uint32_t(length), flagField(request, "virtual"));
        if (!bytes)
            return bytes.error();
        return Json{{"bytes", Json::binary(std::move(*bytes))}};
    }
    if (op == op::kWriteMemory)
        return nothing(machine.writeMemory(vcpu, address, bytesField(request, "bytes"),
                                           flagField(request, "virtual")));
    if (op == op::kSetRegisters) {
        auto regs = structField<lg_event_regs>(request, "regs");
        return regs ? nothing(machine.setRegisters(vcpu, *regs)) : regs.error();
    }
    return Error{"this agent does not know the request \"" + op + "\""};
}

Result<Json> Session::hello(const Json &request) {
    // The sandbox comes from a saved state: its clock stands where it was saved.
    if (auto wallNs = numberField(request, "wallNs"); options_.sandbox && wallNs != 0) {
        timeval now = {time_t(wallNs / 1000000000), suseconds_t(wallNs / 1000 % 1000000)};
        settimeofday(&now, nullptr);
    }
    // And its random numbers are those of every other start from that state.
    if (auto seed = bytesField(request, "seed"); options_.sandbox && !seed.empty())
        if (auto stirred = stirEntropy(seed); !stirred)
            return stirred.error();
    Json reply = {{"agent", kAgentVersion}, {"sandbox", options_.sandbox}};
    if (auto info = hostInfo())
        reply["host"] = structJson(*info);
    else
        reply["moduleProblem"] = info.message();
    return reply;
}

Result<Json> Session::launch(const Json &request) {
    auto spec = std::make_shared<MachineSpec>();
    spec->image.kind = flagField(request, "bzImage") ? ImageKind::BzImage : ImageKind::Elf;
    spec->image.entry = uint32_t(numberField(request, "entry"));
    auto segments = request.value("segments", Json::array());
    // All uploads are taken, good or bad, so that a launch which fails leaves nothing behind.
    Result<void> uploads;
    for (const auto &entry : segments) {
        if (!entry.is_object())
            return Error{"the launch has no segments"};
        ImageSegment segment;
        segment.address = uint32_t(numberField(entry, "address"));
        segment.memoryBytes = uint32_t(numberField(entry, "memoryBytes"));
        auto blob = blobs_.take(uint32_t(numberField(entry, "blob")), numberField(entry, "bytes"));
        if (!blob)
            uploads = blob.error();
        else
            segment.bytes = std::move(*blob);
        spec->image.segments.push_back(std::move(segment));
    }
    auto initrd =
        blobs_.take(uint32_t(numberField(request, "initrd")), numberField(request, "initrdBytes"));
    if (!initrd)
        uploads = initrd.error();
    if (!uploads)
        return uploads.error();
    spec->initrd = std::move(*initrd);
    spec->memoryBytes = numberField(request, "memoryBytes");
    auto vcpus = numberField(request, "vcpus", spec->vcpus);
    if (auto possible = checkVcpuCount(vcpus); !possible)
        return possible.error();
    spec->vcpus = uint32_t(vcpus);
    spec->commandLine = textField(request, "commandLine");
    spec->eventMode =
        lg_event_mode(std::min<uint64_t>(numberField(request, "eventMode"), LG_EVENTS_LOSSLESS));
    spec->eventRecords = uint32_t(numberField(request, "eventRecords", spec->eventRecords));
    spec->eventKinds = numberField(request, "eventKinds", spec->eventKinds);
    auto conditions = conditionsField(request);
    if (!conditions)
        return conditions.error();
    spec->conditions = std::move(*conditions);
    auto devices = deviceFields(request);
    if (!devices)
        return devices.error();
    spec->devices = std::move(*devices);
    spec->paused = flagField(request, "paused");

    uint16_t id = 1;
    while (guests_.contains(id))
        ++id;
    if (id > kMaxGuests)
        return Error{"this agent runs " + std::to_string(kMaxGuests) +
                     " Guests already, which is the most"};
    auto guest = std::make_unique<Guest>(id, *out_);
    guest->name = textField(request, "name");
    guest->spec = spec;
    auto machine = Machine::start(spec, *guest);
    if (!machine)
        return machine.error();
    guest->machine = std::move(*machine);
    guests_[id] = std::move(guest);
    return Json{{"guest", id}};
}

Result<Json> Session::reload() {
    if (!guests_.empty())
        return Error{"the module can't be reloaded while there are Guests"};
    if (options_.modules.empty())
        return Error{"this agent may not reload the module of the machine that it runs on"};
    return nothing(reloadModule(options_.modules));
}

Result<Json> Session::runTest(const Json &request) {
    std::vector<std::string> arguments;
    if (request.contains("arguments") && request["arguments"].is_array())
        for (const auto &argument : request["arguments"])
            if (argument.is_string())
                arguments.push_back(argument);
    if (!options_.sandbox)
        return Error{"tests run in a sandbox only"};
    return runTestProgram(arguments);
}

Json Session::guestList() const {
    auto list = Json::array();
    for (const auto &[id, guest] : guests_)
        list.push_back({{"guest", id},
                        {"name", guest->name},
                        {"alive", guest->machine && guest->machine->alive()},
                        {"paused", guest->machine && guest->machine->paused()},
                        {"memoryBytes", guest->spec->memoryBytes},
                        {"vcpus", guest->spec->vcpus}});
    return {{"guests", list}};
}

} // namespace lg
