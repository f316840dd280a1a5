// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_link.h"

#include "post.h"

#include <map>

namespace ui {

namespace {

std::map<QString, std::shared_ptr<HostLink>> &links() {
    static std::map<QString, std::shared_ptr<HostLink>> all;
    return all;
}

} // namespace

void FeedRouter::add(lg::GuestId guest, std::shared_ptr<GuestFeed> feed) {
    const std::lock_guard lock(mutex_);
    feeds_[guest] = std::move(feed);
}

void FeedRouter::remove(lg::GuestId guest) {
    const std::lock_guard lock(mutex_);
    feeds_.erase(guest);
}

std::shared_ptr<GuestFeed> FeedRouter::find(lg::GuestId guest) const {
    const std::lock_guard lock(mutex_);
    const auto at = feeds_.find(guest);
    return at == feeds_.end() ? nullptr : at->second;
}

std::shared_ptr<HostLink> HostLink::to(const QString &host, const lg::HostNeeds &needs) {
    std::shared_ptr<HostLink> own;
    const bool shared = host != QLatin1String("sandbox") || lg::fitsUsualSandbox(needs);
    std::shared_ptr<HostLink> &link = shared ? links()[host] : own;
    if (!link || link->state() == State::Failed) {
        link.reset(new HostLink(host, shared ? lg::HostNeeds() : needs));
        link->start();
    }
    return link;
}

void HostLink::endAll() {
    links().clear();
}

HostLink::HostLink(const QString &host, const lg::HostNeeds &needs) : host_(host), needs_(needs) {
    starter_.setMaxThreadCount(1);
}

HostLink::~HostLink() {
    stop_.request_stop();
    starter_.waitForDone();
}

QString HostLink::about() const {
    const QString name = host_ == QLatin1String("sandbox") ? tr("Sandbox")
                         : host_ == QLatin1String("local") ? tr("This machine")
                                                           : host_;
    switch (state_) {
    case State::Starting:
        return tr("%1: starting").arg(name);
    case State::Ready: {
        const QString kernel = QString::fromLatin1(agent()->host().kernel);
        return kernel.isEmpty() ? name : tr("%1: Linux %2").arg(name, kernel);
    }
    default:
        return tr("%1: not reachable").arg(name);
    }
}

void HostLink::start() {
    lg::AgentConnection::Handlers handlers;
    handlers.onEvents = [router = router_](lg::GuestId guest, uint32_t vcpu,
                                           std::span<const lg_event> records, uint64_t lost) {
        if (const auto feed = router->find(guest))
            feed->events(vcpu, records, lost);
    };
    handlers.onConsole = [router = router_](lg::GuestId guest, uint64_t tsc, lg::BytesView bytes) {
        if (const auto feed = router->find(guest))
            feed->console(tsc, bytes);
    };
    handlers.onEnded = [router = router_](lg::GuestId guest, const lg::GuestEnded &ended) {
        if (const auto feed = router->find(guest); feed)
            feed->ended(ended);
    };
    handlers.onWarning = [router = router_](lg::GuestId guest, const std::string &text) {
        if (const auto feed = router->find(guest); feed && feed->onWarning)
            feed->onWarning(text);
    };
    handlers.onStopped = [router = router_](lg::GuestId guest, const lg::GuestStopped &stop) {
        if (const auto feed = router->find(guest); feed)
            feed->stopped(stop);
    };
    const QPointer<HostLink> self(this);
    handlers.onClosed = [self](const std::string &reason) {
        post(self, [reason](HostLink &link) { link.fail(QString::fromStdString(reason)); });
    };
    starter_.start([self, host = host_.toStdString(), needs = needs_,
                    handlers = std::move(handlers), stop = stop_.get_token()]() mutable {
        auto opened = openAgent(
            host, std::move(handlers), needs,
            [self](const std::string &step, double fraction) {
                post(self, [step, fraction](HostLink &link) {
                    emit link.progress(QString::fromStdString(step), int(fraction * 100));
                });
            },
            stop);
        // A lambda that post() copies must be copyable.
        auto shared = std::make_shared<lg::Result<lg::OpenedAgent>>(std::move(opened));
        post(self, [shared](HostLink &link) {
            if (!shared->ok()) {
                link.fail(QString::fromStdString(shared->message()));
                return;
            }
            link.opened_ = std::move(*shared).value();
            link.state_ = State::Ready;
            link.wasReady_ = true;
            emit link.ready();
        });
    });
}

void HostLink::fail(const QString &reason) {
    if (state_ == State::Failed)
        return;
    state_ = State::Failed;
    const std::string better = opened_.whyGone ? opened_.whyGone() : std::string();
    reason_ = better.empty() ? reason : QString::fromStdString(better);
    emit failed(reason_);
}

} // namespace ui
