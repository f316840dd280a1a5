// SPDX-License-Identifier: GPL-2.0-or-later
// The requests that are no more than their fields and a reply.
#include "wire/cbor.h"
#include "wire/connection.h"

namespace lg {

using namespace wire;

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

void AgentConnection::kill(GuestId guest, Done<void> done) {
    request(op::kKill, guest, Json::object(), ignoringReply(std::move(done)));
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
    request(op::kConditions, guest, {{"conditions", structsJson(conditions)}},
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
