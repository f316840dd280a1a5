// SPDX-License-Identifier: GPL-2.0-or-later
// A Launcher inside the test's sandbox, without any agent: it may be killed, frozen, and made to
// fail.
#pragma once

#include "machine/machine.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

// A Guest of the image (/tests/guests/NAME), which is one of ours: nothing in the file is doubted.
lg::Image guestImage(const std::string &name);

class Listener : public lg::MachineListener {
public:
    bool console(uint64_t tsc, lg::BytesView bytes) override;
    bool events(uint32_t vcpu, std::span<const lg_event> records, uint64_t lost) override;
    void waitForRoom(std::chrono::milliseconds limit) override;
    void ended(lg_death death, const std::string &reason) override;

    // The reason of its end; "" when it does not come in time.
    std::string waitForEnd(std::chrono::seconds limit);
    std::string said();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string console_, reason_;
};
