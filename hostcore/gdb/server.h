// SPDX-License-Identifier: GPL-2.0-or-later
// Lets gdb debug a Guest: `target remote :PORT`. Registers and memory are read and written;
// breakpoints and watchpoints are the processor's four; each vCPU is a thread.
//
// One gdb at a time. The Guest is held when one comes and goes on when it leaves.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "gdb/packets.h"
#include "wire/connection.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

namespace lg {

class GdbServer {
public:
    // gdb holds the Guest, or lets it go on; from the server's thread.
    using OnHeld = std::function<void(bool held)>;

    // Listens on this machine's own address only; port 0: any that is free. The connection must
    // outlive it.
    static Result<std::unique_ptr<GdbServer>> listen(uint16_t port, AgentConnection &agent,
                                                     GuestId guest, uint32_t vcpus,
                                                     OnHeld onHeld = {});
    ~GdbServer();
    GdbServer(const GdbServer &) = delete;
    GdbServer &operator=(const GdbServer &) = delete;

    uint16_t port() const { return port_; }

    // From the connection's reader.
    void stopped(const GuestStopped &stop);
    void ended(const GuestEnded &end);

private:
    using Told = std::variant<GuestStopped, GuestEnded>;

    GdbServer(UniqueFd listener, uint16_t port, AgentConnection &agent, GuestId guest,
              uint32_t vcpus, OnHeld onHeld);
    void tellHeld(bool held) const;
    void run();
    void serve();
    bool takeBytes();
    void wake();
    std::optional<Told> nextTold();

    void send(std::string_view data);
    void obey(std::string_view packet);
    void query(std::string_view packet);
    void readRegisters();
    void writeRegisters(std::string_view packet);
    void writeRegister(std::string_view packet);
    void setRegisters(const lg_event_regs &regs);
    void readMemory(std::string_view packet);
    void writeMemory(std::string_view packet);
    void breakpoint(std::string_view packet, bool set);
    void resume(std::string_view actions);
    void goOn(std::optional<uint32_t> stepped);
    void interrupt();
    void report(const Told &told);
    std::string stopReply(uint32_t vcpu, const std::string &why) const;
    bool sendBreakpoints();
    void letGo();
    uint32_t threadOf(std::string_view packet) const;

    UniqueFd listener_, client_, wake_;
    uint16_t port_;
    AgentConnection &agent_;
    GuestId guest_;
    uint32_t vcpus_;
    OnHeld onHeld_;

    gdb::PacketParser parser_;
    bool acks_ = true;
    bool running_ = false;
    bool stepping_ = false;
    uint32_t vcpu_ = 0; // the one that gdb looks at
    std::string lastStop_;
    struct Point {
        char type; // as in Z packets
        lg_breakpoint at;
    };
    std::vector<Point> points_;

    std::mutex mutex_;
    std::deque<Told> told_;
    std::atomic<bool> leave_ = false;
    std::thread thread_;
};

} // namespace lg
