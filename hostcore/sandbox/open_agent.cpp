// SPDX-License-Identifier: GPL-2.0-or-later
#include "open_agent.h"

#include "wire/hosts.h"

#include <algorithm>
#include <thread>

namespace lg {

namespace {

constexpr uint64_t kMiB = 1 << 20;
constexpr uint64_t kSandboxOwnMiB = 160; // kernel, agent, and what a Guest costs besides its RAM
constexpr unsigned kStepMiB = 512;       // each size of sandbox has a saved state of its own
constexpr auto kSavedPatience = std::chrono::seconds(10);
constexpr auto kPatience = std::chrono::seconds(30);

unsigned sandboxMiB(const HostNeeds &needs) {
    const uint64_t wanted = needs.memoryBytes / kMiB + kSandboxOwnMiB;
    return unsigned(std::max<uint64_t>(1, (wanted + kStepMiB - 1) / kStepMiB)) * kStepMiB;
}

Result<OpenedAgent> openSandbox(const AgentConnection::Handlers &handlers, const HostNeeds &needs,
                                const Sandbox::Progress &progress, const std::stop_token &stop,
                                bool useSavedState) {
    SandboxOptions options;
    options.memoryMiB = sandboxMiB(needs);
    // More than this machine has would only take turns.
    options.cpus = std::min(needs.vcpus, std::max(1u, std::thread::hardware_concurrency()));
    options.useSavedState = useSavedState;
    auto started = Sandbox::start(options, progress, stop);
    if (!started)
        return started.error();
    std::shared_ptr<Sandbox> sandbox = std::move(*started);
    const bool saved = sandbox->fromSavedState();
    auto agent =
        AgentConnection::open(sandbox->takeStream(), handlers, saved ? kSavedPatience : kPatience);
    if (agent)
        return OpenedAgent{sandbox, std::move(*agent), [sandbox] { return sandbox->endReason(); }};
    if (saved && !stop.stop_requested()) {
        // Whatever is wrong with the saved state, a machine that boots has not got it.
        sandbox->forgetSavedState();
        sandbox.reset();
        return openSandbox(handlers, needs, progress, stop, false);
    }
    const std::string why = sandbox->endReason();
    return Error{why.empty() ? agent.message() : why};
}

} // namespace

bool fitsUsualSandbox(const HostNeeds &needs) {
    return sandboxMiB(needs) == sandboxMiB({}) && needs.vcpus <= 1;
}

Result<OpenedAgent> openAgent(const std::string &host, AgentConnection::Handlers handlers,
                              const HostNeeds &needs, const Sandbox::Progress &progress,
                              const std::stop_token &stop) {
    if (host == "sandbox") {
        progress("Starting the sandbox", -1);
        return openSandbox(handlers, needs, progress, stop, true);
    }
    progress("Reaching " + host, -1);
    auto opened = openHost(host);
    if (!opened)
        return opened.error();
    UniqueFd stream = std::move(opened->stream);
    std::shared_ptr<HostStream> keeper(new HostStream(std::move(*opened)), [](HostStream *ended) {
        ended->reap();
        delete ended;
    });
    auto agent = AgentConnection::open(std::move(stream), std::move(handlers));
    if (!agent)
        return agent.error();
    return OpenedAgent{keeper, std::move(*agent), {}};
}

} // namespace lg
