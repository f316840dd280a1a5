// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "guest_feed.h"
#include "sandbox/open_agent.h"

#include <QObject>
#include <QThreadPool>

#include <memory>
#include <stop_token>

namespace ui {

// Which feed belongs to which guest; asked by the connection's thread.
class FeedRouter {
public:
    void add(lg::GuestId guest, std::shared_ptr<GuestFeed> feed);
    void remove(lg::GuestId guest);
    std::shared_ptr<GuestFeed> find(lg::GuestId guest) const;

private:
    mutable std::mutex mutex_;
    std::map<lg::GuestId, std::shared_ptr<GuestFeed>> feeds_;
};

// The way to one host, shared by all guests there; a guest that needs a larger
// sandbox than the usual one has one for itself.  Starting it may take seconds
// and happens in a thread of its own.
class HostLink : public QObject {
    Q_OBJECT
public:
    enum class State { Starting, Ready, Failed };

    // Starts it, unless it is up already.  `host` as in lgctl --host.
    static std::shared_ptr<HostLink> to(const QString &host, const lg::HostNeeds &needs);
    // Ends every host that this program started; for the end of the program.
    static void endAll();

    ~HostLink() override;

    State state() const { return state_; }
    bool wasReady() const { return wasReady_; }
    QString host() const { return host_; }
    QString about() const; // "sandbox, Linux 6.12.…"
    QString reason() const { return reason_; }
    lg::AgentConnection *agent() const { return opened_.agent.get(); }
    const std::shared_ptr<FeedRouter> &router() const { return router_; }
    // Gives up while it is still starting.
    void cancel() { stop_.request_stop(); }

signals:
    void progress(const QString &step, int percent);
    void ready();
    void failed(const QString &reason);

private:
    HostLink(const QString &host, const lg::HostNeeds &needs);
    void start();
    void fail(const QString &reason);

    QString host_;
    lg::HostNeeds needs_;
    State state_ = State::Starting;
    bool wasReady_ = false;
    QString reason_;
    std::stop_source stop_;
    std::shared_ptr<FeedRouter> router_ = std::make_shared<FeedRouter>();
    lg::OpenedAgent opened_;
    QThreadPool starter_;
};

} // namespace ui
