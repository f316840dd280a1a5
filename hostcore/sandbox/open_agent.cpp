// SPDX-License-Identifier: GPL-2.0-or-later
#include "open_agent.h"

#include "sandbox/sandbox.h"
#include "wire/hosts.h"

namespace ui {

namespace {

using Progress = std::function<void(const std::string &step, int percent)>;

lg::Result<OpenedAgent> openSandbox(const lg::AgentConnection::Handlers &handlers,
                                    const Progress &progress, const std::stop_token &stop,
                                    bool useSavedState) {
    lg::SandboxOptions options;
    options.useSavedState = useSavedState;
    auto started = lg::Sandbox::start(
        options,
        [&](const std::string &stage, double fraction) {
            progress(stage, static_cast<int>(fraction * 100));
        },
        stop);
    if (!started)
        return started.error();
    std::shared_ptr<lg::Sandbox> sandbox = std::move(*started);
    auto agent = lg::AgentConnection::open(sandbox->takeStream(), handlers);
    if (!agent) {
        // A saved machine that does not answer is worth one fresh boot.
        if (sandbox->fromSavedState() && !stop.stop_requested()) {
            sandbox->forgetSavedState();
            sandbox.reset();
            return openSandbox(handlers, progress, stop, false);
        }
        const std::string why = sandbox->endReason();
        return lg::Error{why.empty() ? agent.message() : why};
    }
    return OpenedAgent{sandbox, std::move(*agent), [sandbox] { return sandbox->endReason(); }};
}

} // namespace

lg::Result<OpenedAgent> openAgent(const std::string &host, lg::AgentConnection::Handlers handlers,
                                  const Progress &progress, const std::stop_token &stop) {
    if (host == "sandbox") {
        progress("Starting the sandbox", -1);
        return openSandbox(handlers, progress, stop, true);
    }
    progress("Reaching " + host, -1);
    auto opened = lg::openHost(host);
    if (!opened)
        return opened.error();
    lg::UniqueFd stream = std::move(opened->stream);
    std::shared_ptr<lg::HostStream> keeper(new lg::HostStream(std::move(*opened)),
                                           [](lg::HostStream *ended) {
                                               ended->reap();
                                               delete ended;
                                           });
    auto agent = lg::AgentConnection::open(std::move(stream), std::move(handlers));
    if (!agent)
        return agent.error();
    return OpenedAgent{keeper, std::move(*agent), {}};
}

} // namespace ui
