// SPDX-License-Identifier: GPL-2.0-or-later
#include "gdb/server.h"

#include "base/text.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lg {

using gdb::Incoming;
using gdb::take;
using gdb::takeNumber;

namespace {

constexpr uint32_t kMaxRead = 0x1000; // of memory, by one packet

// Threads of gdb's are counted from 1; its 0 and -1 are any and all.
constexpr uint32_t kFirstThread = 1;

const char kTarget[] = "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
                       "<target version=\"1.0\"><architecture>i386</architecture></target>";

// In gdb's order for an i386.
constexpr size_t kRegisters = 16;
using RegisterValues = std::array<uint32_t, kRegisters>;

RegisterValues valuesOf(const lg_event_regs &r) {
    return {r.eax, r.ecx,    r.edx, r.ebx, r.esp, r.ebp, r.esi, r.edi,
            r.eip, r.eflags, r.cs,  r.ss,  r.ds,  r.es,  r.fs,  r.gs};
}

// False when one is no selector.
bool setValues(lg_event_regs &r, const RegisterValues &values) {
    uint32_t *const wide[] = {&r.eax, &r.ecx, &r.edx, &r.ebx, &r.esp,
                              &r.ebp, &r.esi, &r.edi, &r.eip, &r.eflags};
    uint16_t *const selectors[] = {&r.cs, &r.ss, &r.ds, &r.es, &r.fs, &r.gs};
    for (size_t i = 0; i < std::size(wide); ++i)
        *wide[i] = values[i];
    for (size_t i = 0; i < std::size(selectors); ++i) {
        const uint32_t value = values[std::size(wide) + i];
        if (value > UINT16_MAX)
            return false;
        *selectors[i] = uint16_t(value);
    }
    return true;
}

} // namespace

Result<std::unique_ptr<GdbServer>> GdbServer::listen(uint16_t port, AgentConnection &agent,
                                                     GuestId guest, uint32_t vcpus, OnHeld onHeld) {
    UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int one = 1;
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto *generic = reinterpret_cast<sockaddr *>(&address);
    socklen_t length = sizeof address;
    if (!fd || setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        bind(fd.get(), generic, length) != 0 || ::listen(fd.get(), 1) != 0 ||
        getsockname(fd.get(), generic, &length) != 0)
        return errnoError(textf("listening for gdb on port %u", port));
    return std::unique_ptr<GdbServer>(new GdbServer(std::move(fd), ntohs(address.sin_port), agent,
                                                    guest, vcpus, std::move(onHeld)));
}

GdbServer::GdbServer(UniqueFd listener, uint16_t port, AgentConnection &agent, GuestId guest,
                     uint32_t vcpus, OnHeld onHeld)
    : listener_(std::move(listener)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), port_(port),
      agent_(agent), guest_(guest), vcpus_(vcpus), onHeld_(std::move(onHeld)),
      thread_([this] { run(); }) {}

GdbServer::~GdbServer() {
    leave_ = true;
    wake();
    thread_.join();
}

void GdbServer::tellHeld(bool held) const {
    if (onHeld_)
        onHeld_(held);
}

void GdbServer::wake() {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_.get(), &one, sizeof one);
}

void GdbServer::stopped(const GuestStopped &stop) {
    const std::lock_guard lock(mutex_);
    told_.emplace_back(stop);
    wake();
}

void GdbServer::ended(const GuestEnded &end) {
    const std::lock_guard lock(mutex_);
    told_.emplace_back(end);
    wake();
}

std::optional<GdbServer::Told> GdbServer::nextTold() {
    const std::lock_guard lock(mutex_);
    if (told_.empty())
        return std::nullopt;
    Told next = std::move(told_.front());
    told_.pop_front();
    return next;
}

void GdbServer::run() {
    while (!leave_) {
        pollfd fds[2] = {{listener_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
        if (poll(fds, 2, -1) < 0)
            continue;
        uint64_t times;
        [[maybe_unused]] const ssize_t got = read(wake_.get(), &times, sizeof times);
        if (!(fds[0].revents & POLLIN) || leave_)
            continue;
        client_ = UniqueFd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (client_)
            serve();
        client_ = UniqueFd();
    }
}

void GdbServer::serve() {
    parser_ = {};
    acks_ = true;
    running_ = stepping_ = false;
    points_.clear();
    vcpu_ = 0;
    while (nextTold())
        ; // from before gdb came
    if (!AgentConnection::wait<void>([&](auto done) { agent_.pause(guest_, std::move(done)); }))
        return; // it has ended: there is nothing to debug
    tellHeld(true);
    lastStop_ = stopReply(0, "");
    while (client_ && !leave_) {
        pollfd fds[2] = {{client_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
        if (poll(fds, 2, -1) < 0)
            continue;
        uint64_t times;
        [[maybe_unused]] const ssize_t got = read(wake_.get(), &times, sizeof times);
        if (fds[0].revents && !takeBytes())
            break;
        while (client_ && running_) {
            const auto told = nextTold();
            if (!told)
                break;
            report(*told);
        }
    }
    letGo();
}

bool GdbServer::takeBytes() {
    char buffer[4096];
    const ssize_t got = read(client_.get(), buffer, sizeof buffer);
    if (got <= 0)
        return false;
    parser_.feed(std::string_view(buffer, size_t(got)));
    while (client_) {
        const auto packet = parser_.next();
        if (!packet)
            break;
        if (packet->kind == Incoming::Interrupt) {
            interrupt();
            continue;
        }
        if (acks_ && ::send(client_.get(), packet->kind == Incoming::Packet ? "+" : "-", 1,
                            MSG_NOSIGNAL) < 0)
            return false;
        if (packet->kind == Incoming::Packet)
            obey(packet->data);
    }
    return client_ && parser_.sane();
}

void GdbServer::send(std::string_view data) {
    const std::string packet = gdb::makePacket(data);
    for (size_t at = 0; client_ && at < packet.size();) {
        const ssize_t sent =
            ::send(client_.get(), packet.data() + at, packet.size() - at, MSG_NOSIGNAL);
        if (sent <= 0)
            client_ = UniqueFd();
        else
            at += size_t(sent);
    }
}

uint32_t GdbServer::threadOf(std::string_view packet) const {
    const auto thread = takeNumber(packet);
    return thread && *thread >= kFirstThread && *thread < kFirstThread + vcpus_
               ? *thread - kFirstThread
               : vcpu_;
}

void GdbServer::obey(std::string_view packet) {
    const std::string_view whole = packet;
    if (packet.empty())
        return send("");
    const char verb = packet[0];
    packet.remove_prefix(1);
    switch (verb) {
    case '?':
        return send(lastStop_);
    case 'g':
        return readRegisters();
    case 'm':
        return readMemory(packet);
    case 'G':
        return writeRegisters(packet);
    case 'P':
        return writeRegister(packet);
    case 'M':
        return writeMemory(packet);
    case 'Z':
        return breakpoint(packet, true);
    case 'z':
        return breakpoint(packet, false);
    case 'H':
        vcpu_ = threadOf(packet.substr(std::min<size_t>(1, packet.size())));
        return send("OK");
    case 'T':
        return send("OK");
    case 'c':
        return goOn(std::nullopt);
    case 's':
        return goOn(vcpu_);
    case 'D':
        send("OK");
        client_ = UniqueFd();
        return;
    case 'k':
        agent_.kill(guest_, [](const Result<void> &) {});
        client_ = UniqueFd();
        return;
    case 'v':
        if (take(packet, "Cont?"))
            return send("vCont;c;C;s;S");
        if (take(packet, "Cont;"))
            return resume(packet);
        return send("");
    case 'q':
    case 'Q':
        return query(whole);
    default:
        return send("");
    }
}

void GdbServer::query(std::string_view packet) {
    if (take(packet, "qSupported"))
        return send("PacketSize=4000;QStartNoAckMode+;qXfer:features:read+;swbreak+;hwbreak+;"
                    "vContSupported+");
    if (take(packet, "QStartNoAckMode")) {
        send("OK");
        acks_ = false;
        return;
    }
    if (take(packet, "qXfer:features:read:target.xml:")) {
        const auto offset = takeNumber(packet);
        if (!offset || *offset >= sizeof kTarget - 1)
            return send("l");
        return send("l" + std::string(kTarget + *offset));
    }
    if (packet == "qfThreadInfo") {
        std::string threads = "m";
        for (uint32_t vcpu = 0; vcpu < vcpus_; ++vcpu)
            threads += textf(vcpu ? ",%x" : "%x", vcpu + kFirstThread);
        return send(threads);
    }
    if (packet == "qsThreadInfo")
        return send("l");
    if (take(packet, "qThreadExtraInfo,")) {
        const uint32_t vcpu = threadOf(packet);
        auto state = AgentConnection::wait<lg_vcpu_state>(
            [&](auto done) { agent_.state(guest_, vcpu, std::move(done)); });
        const std::string text = textf("vCPU %u%s", vcpu,
                                       !state            ? ""
                                       : !state->started ? ", not started"
                                       : state->halted   ? ", halted"
                                                         : "");
        return send(gdb::hexOf(viewOf(text)));
    }
    if (packet == "qC")
        return send(textf("QC%x", vcpu_ + kFirstThread));
    if (packet == "qAttached")
        return send("1");
    send("");
}

void GdbServer::readRegisters() {
    auto state = AgentConnection::wait<lg_vcpu_state>(
        [&](auto done) { agent_.state(guest_, vcpu_, std::move(done)); });
    if (!state)
        return send("E05");
    Bytes bytes;
    for (const uint32_t value : valuesOf(state->regs))
        append(bytes, value);
    send(gdb::hexOf(bytes));
}

// The processor's own idea of them comes back with the next 'g'.
void GdbServer::setRegisters(const lg_event_regs &regs) {
    const auto done = AgentConnection::wait<void>(
        [&](auto then) { agent_.setRegisters(guest_, vcpu_, regs, std::move(then)); });
    tellHeld(true); // it is not as it was when it stopped
    send(done ? "OK" : "E16");
}

// gdb sends more than we have told it of, those of the FPU: they are not taken.
void GdbServer::writeRegisters(std::string_view packet) {
    const auto bytes = gdb::bytesOf(packet);
    RegisterValues values;
    if (!bytes || bytes->size() < sizeof values)
        return send("E16");
    for (size_t i = 0; i < kRegisters; ++i)
        values[i] = loadAt<uint32_t>(*bytes, i * sizeof(uint32_t));
    lg_event_regs regs = {};
    if (!setValues(regs, values))
        return send("E16");
    setRegisters(regs);
}

void GdbServer::writeRegister(std::string_view packet) {
    const auto number = takeNumber(packet);
    const bool equals = take(packet, "=");
    const auto bytes = gdb::bytesOf(packet);
    if (!number || *number >= kRegisters || !equals || !bytes || bytes->size() != sizeof(uint32_t))
        return send("E16");
    auto state = AgentConnection::wait<lg_vcpu_state>(
        [&](auto done) { agent_.state(guest_, vcpu_, std::move(done)); });
    if (!state)
        return send("E05");
    auto values = valuesOf(state->regs);
    values[*number] = loadAt<uint32_t>(*bytes, 0);
    if (!setValues(state->regs, values))
        return send("E16");
    setRegisters(state->regs);
}

void GdbServer::readMemory(std::string_view packet) {
    const auto address = takeNumber(packet);
    const bool comma = take(packet, ",");
    const auto length = takeNumber(packet);
    if (!address || !comma || !length)
        return send("E16");
    auto memory = AgentConnection::wait<GuestMemory>([&](auto done) {
        agent_.readMemory(guest_, vcpu_, *address, std::min(*length, kMaxRead), true,
                          std::move(done));
    });
    send(memory ? gdb::hexOf(memory->bytes) : "E0e");
}

void GdbServer::writeMemory(std::string_view packet) {
    const auto address = takeNumber(packet);
    const bool comma = take(packet, ",");
    const auto length = takeNumber(packet);
    const bool colon = take(packet, ":");
    const auto bytes = gdb::bytesOf(packet);
    if (!address || !comma || !length || !colon || !bytes || bytes->size() != *length)
        return send("E16");
    const auto done = AgentConnection::wait<void>([&](auto then) {
        agent_.writeMemory(guest_, vcpu_, *address, *bytes, true, std::move(then));
    });
    tellHeld(true);
    send(done ? "OK" : "E0e");
}

bool GdbServer::sendBreakpoints() {
    lg_breakpoints all = {};
    for (size_t i = 0; i < points_.size(); ++i)
        all.at[i] = points_[i].at;
    for (all.vcpu = 0; all.vcpu < vcpus_; ++all.vcpu)
        if (!AgentConnection::wait<void>(
                [&](auto done) { agent_.setBreakpoints(guest_, all, std::move(done)); }))
            return false;
    return true;
}

void GdbServer::breakpoint(std::string_view packet, bool set) {
    const char type = packet.empty() ? '9' : packet[0];
    packet.remove_prefix(std::min<size_t>(1, packet.size()));
    const bool first = take(packet, ",");
    const auto address = takeNumber(packet);
    const bool second = take(packet, ",");
    const auto length = takeNumber(packet);
    // The processor knows no breakpoint for reads alone.
    if (type < '0' || type > '4' || type == '3')
        return send("");
    if (!first || !address || !second || !length)
        return send("E16");
    Point point = {type, {*address, LG_BREAK_EXECUTE, 1}};
    if (type == '2' || type == '4') {
        point.at.kind = type == '2' ? LG_BREAK_WRITE : LG_BREAK_ACCESS;
        point.at.length = uint16_t(std::min(*length, 4u));
    }
    const auto same = std::find_if(points_.begin(), points_.end(), [&](const Point &one) {
        return one.type == type && one.at.address == *address;
    });
    const auto before = points_;
    if (!set && same != points_.end())
        points_.erase(same);
    else if (set && same == points_.end()) {
        if (points_.size() == LG_BREAKPOINTS)
            return send("E0c");
        points_.push_back(point);
    }
    if (sendBreakpoints())
        return send("OK");
    points_ = before;
    send("E16");
}

// "s:1;c": the first step that is asked for is done, and nobody else goes on meanwhile.
void GdbServer::resume(std::string_view actions) {
    while (!actions.empty()) {
        const auto end = std::min(actions.find(';'), actions.size());
        std::string_view action = actions.substr(0, end);
        actions.remove_prefix(std::min(end + 1, actions.size()));
        if (action.starts_with("s") || action.starts_with("S")) {
            const auto colon = action.find(':');
            return goOn(colon == action.npos ? vcpu_ : threadOf(action.substr(colon + 1)));
        }
    }
    goOn(std::nullopt);
}

void GdbServer::goOn(std::optional<uint32_t> stepped) {
    while (nextTold())
        ;            // what happened before is known
    tellHeld(false); // first: the next stop may be told before the answer to this
    const auto done = AgentConnection::wait<void>([&](auto then) {
        if (stepped)
            agent_.step(guest_, *stepped, std::move(then));
        else
            agent_.resume(guest_, std::move(then));
    });
    if (!done) {
        tellHeld(true);
        return send("E05");
    }
    running_ = true;
    stepping_ = stepped.has_value();
}

void GdbServer::interrupt() {
    if (!running_)
        return;
    // A step may wait for an interrupt that never comes: it is over when all are held anew.
    if (stepping_)
        (void)AgentConnection::wait<void>(
            [&](auto done) { agent_.resume(guest_, std::move(done)); });
    (void)AgentConnection::wait<void>([&](auto done) { agent_.pause(guest_, std::move(done)); });
    tellHeld(true);
    running_ = stepping_ = false;
    lastStop_ = textf("T02thread:%x;", vcpu_ + kFirstThread);
    send(lastStop_);
}

std::string GdbServer::stopReply(uint32_t vcpu, const std::string &why) const {
    return textf("T05thread:%x;", vcpu + kFirstThread) + why;
}

void GdbServer::report(const Told &told) {
    running_ = stepping_ = false;
    if (const auto *end = std::get_if<GuestEnded>(&told)) {
        // Its machine stays, to be looked at; for gdb the program is over.
        send(end->death == LG_DEATH_KILLED ? "X09" : "W00");
        client_ = UniqueFd();
        return;
    }
    const GuestStopped &stop = std::get<GuestStopped>(told);
    // gdb believes that all threads stop together.
    (void)AgentConnection::wait<void>([&](auto done) { agent_.pause(guest_, std::move(done)); });
    std::string why;
    if (stop.reason == LG_STOP_BREAKPOINT)
        for (size_t i = 0; i < points_.size(); ++i)
            if (stop.detail >> i & 1) // DR6: bit n is breakpoint n (Intel SDM vol. 3, 18.2.3)
                why = points_[i].type == '0' ? "swbreak:;"
                      : points_[i].type == '1'
                          ? "hwbreak:;"
                          : textf(points_[i].type == '2' ? "watch:%x;" : "awatch:%x;",
                                  points_[i].at.address);
    vcpu_ = stop.vcpu;
    lastStop_ = stopReply(stop.vcpu, why);
    send(lastStop_);
}

void GdbServer::letGo() {
    if (!points_.empty()) {
        points_.clear();
        sendBreakpoints();
    }
    if (!running_ || stepping_) {
        tellHeld(false);
        (void)AgentConnection::wait<void>(
            [&](auto done) { agent_.resume(guest_, std::move(done)); });
    }
}

} // namespace lg
