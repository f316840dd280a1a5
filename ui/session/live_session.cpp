// SPDX-License-Identifier: GPL-2.0-or-later
#include "live_session.h"

#include "base/file.h"
#include "image/bundled.h"
#include "inspect/describe.h"
#include "post.h"
#include "saved/transfer.h"

#include <QDateTime>
#include <QtConcurrent>

namespace ui {

LiveSession::LiveSession(LaunchRequest request, QObject *parent)
    : Session(parent), request_(std::move(request)), symbols_(std::make_shared<lg::SymbolTable>()) {
    begin();
}

LiveSession::LiveSession(std::shared_ptr<OpenedGuest> saved, QObject *parent)
    : Session(parent), request_(saved->request()), saved_(std::move(saved)),
      symbols_(saved_->guest.launch.image.symbols) {
    begin();
    stops_->setSymbols(symbols_);
}

void LiveSession::begin() {
    setTitle(request_.name());
    stops_ = new StopControl([this] { return inspector(); }, request_.vcpus, this);
    connect(stops_, &StopControl::failed, this, &Session::failed);
    setState(State::Starting, tr("starting"));
    const QPointer<LiveSession> self(this);
    feed_->onEnded = [self](const lg::GuestEnded &how) {
        post(self, [how](LiveSession &session) { session.ended(how); });
    };
    feed_->onWarning = [self](const std::string &text) {
        post(self, [text](LiveSession &session) {
            emit session.failed(QString::fromStdString(text), tr("The guest goes on."));
        });
    };
    feed_->onStopped = [self](const lg::GuestStopped &stop) {
        post(self, [stop](LiveSession &session) { session.stoppedBy(stop); });
    };
    connect(&snapshotClock_, &QTimer::timeout, this, &LiveSession::snapshotByClock);
    connect(&loading_, &QFutureWatcher<std::shared_ptr<lg::Result<Prepared>>>::finished, this,
            &LiveSession::loaded);
    // Once the event loop turns, so that whoever made this can connect first.
    QMetaObject::invokeMethod(this, saved_ ? &LiveSession::connectHost : &LiveSession::load,
                              Qt::QueuedConnection);
}

LiveSession::~LiveSession() {
    *wanted_ = false;
    cancelSaving();
    loading_.disconnect(this);
    feed_->setGdb(nullptr);
    gdb_.reset();
    if (link_ && guest_) {
        link_->router()->remove(guest_);
        if (auto *agent = link_->agent(); agent && !agent->closed())
            agent->release(guest_, [](const lg::Result<void> &) {});
    }
}

void LiveSession::load() {
    emit progress(tr("Reading %1").arg(request_.name()), -1);
    loading_.setFuture(QtConcurrent::run([request = request_] {
        using Outcome = lg::Result<Prepared>;
        const auto prepare = [&request]() -> Outcome {
            Prepared prepared;
            auto path = lg::resolveGuest(request.image.toStdString());
            if (!path)
                return path.error();
            auto image = lg::loadImage(*path);
            if (!image)
                return image.error();
            prepared.image = std::move(image).value();
            if (!request.initrd.isEmpty()) {
                auto initrd = lg::readWholeFile(request.initrd.toStdString(), "the initrd",
                                                lg::kMaxMemoryBytes);
                if (!initrd)
                    return initrd.error();
                prepared.initrd = std::move(initrd).value();
            }
            auto fits = lg::checkFits(prepared.image, request.memoryBytes,
                                      request.commandLine.toStdString(), prepared.initrd.size());
            if (!fits)
                return fits.error();
            return prepared;
        };
        return std::make_shared<Outcome>(prepare());
    }));
}

void LiveSession::loaded() {
    if (cancelled_)
        return;
    const auto outcome = loading_.result();
    if (!outcome->ok()) {
        fail(QString::fromStdString(outcome->message()),
             tr("Choose a 32-bit kernel built with CONFIG_LGUEST_GUEST (ELF vmlinux or bzImage), "
                "or give it more memory."));
        return;
    }
    auto devices = GuestDevices::open(request_);
    if (!devices) {
        fail(QString::fromStdString(devices.message()),
             tr("Choose another file or port, or end the guest that has it."));
        return;
    }
    devices_ = std::move(devices).value();
    symbols_ = outcome->value().image.symbols;
    stops_->setSymbols(symbols_);
    connectHost();
}

void LiveSession::connectHost() {
    link_ = HostLink::to(request_.host, {request_.memoryBytes, request_.vcpus});
    connect(link_.get(), &HostLink::progress, this, &Session::progress);
    connect(link_.get(), &HostLink::failed, this, &LiveSession::hostLost);
    if (link_->state() == HostLink::State::Ready)
        launch();
    else
        connect(link_.get(), &HostLink::ready, this, &LiveSession::launch);
}

void LiveSession::launch() {
    if (cancelled_)
        return;
    emit progress(tr("Launching %1").arg(request_.name()), -1);
    tscKhz_ = link_->agent()->host().tsc_khz;
    if (saved_) {
        lg::Bytes state = std::move(saved_->guest.state);
        lg::Bytes console = std::move(saved_->guest.console);
        auto spec = lg::launchSpecOf(std::move(saved_->guest));
        if (!spec) {
            fail(QString::fromStdString(spec.message()),
                 tr("Put the file back as it was, or end the guest that has it."));
            return;
        }
        spec->eventMode = LG_EVENTS_DROP;
        network_ = spec->network;
        recipe_ = *spec;
        recipe_.network.reset();
        restore(std::move(*spec), std::move(state), std::move(console));
        return;
    }
    auto spec = makeSpec();
    recipe_ = spec;
    recipe_.network.reset();
    const QPointer<LiveSession> self(this);
    link_->agent()->launch(std::move(spec), [self, feed = feed_, router = link_->router()](
                                                lg::Result<lg::GuestId> guest) {
        // Here, before the next message: the guest's first words come right behind this one.
        if (guest)
            router->add(*guest, feed);
        post(self, [guest](LiveSession &session) {
            if (guest)
                session.launched(*guest);
            else
                session.fail(QString::fromStdString(guest.message()),
                             tr("The host refused the guest; try less memory, or another image."));
        });
    });
}

// The file is read, and its pages go to the host, in a thread.
void LiveSession::restore(lg::LaunchSpec spec, lg::Bytes state, lg::Bytes console) {
    const QPointer<LiveSession> self(this);
    (void)QtConcurrent::run([self, spec = std::move(spec), state = std::move(state),
                             console = std::move(console), saved = saved_, link = link_,
                             feed = feed_, wanted = wanted_]() mutable {
        auto progress = [self, wanted, told = -1](double part) mutable {
            if (const int percent = int(part * 100); percent != told) {
                told = percent;
                post(self, [percent](LiveSession &session) {
                    emit session.progress(tr("Restoring the guest"), percent);
                });
            }
            return wanted->load();
        };
        auto guest = lg::restoreGuest(*link->agent(), std::move(spec), std::move(state),
                                      saved->file, progress);
        if (guest) {
            if (!console.empty())
                feed->console(kBeforeSaving, console);
            link->router()->add(*guest, feed);
        }
        post(self, [guest](LiveSession &session) {
            if (guest)
                session.launched(*guest);
            else if (!session.cancelled_)
                session.fail(QString::fromStdString(guest.message()),
                             tr("The file is as it was; another host may take it."));
        });
    });
}

lg::LaunchSpec LiveSession::makeSpec() {
    Prepared &prepared = loading_.result()->value();
    lg::LaunchSpec spec;
    spec.name = request_.name().toStdString();
    spec.image = std::move(prepared.image);
    spec.memoryBytes = request_.memoryBytes;
    spec.vcpus = request_.vcpus;
    spec.commandLine = request_.commandLine.toStdString();
    spec.initrd = std::move(prepared.initrd);
    spec.disks = std::move(devices_.disks);
    network_ = devices_.network;
    spec.network = std::move(devices_.network);
    spec.eventMode = request_.lossless ? LG_EVENTS_LOSSLESS : LG_EVENTS_DROP;
    return spec;
}

void LiveSession::launched(lg::GuestId guest) {
    guest_ = guest;
    inspector_ = std::make_unique<LiveInspector>(
        link_, guest, request_.lossless ? LG_EVENTS_LOSSLESS : LG_EVENTS_DROP);
    startedMs_ = QDateTime::currentMSecsSinceEpoch();
    makeSnapshotKeeper();
    if (cancelled_) {
        link_->agent()->kill(guest_, [](const lg::Result<void> &) {});
        return;
    }
    // A short guest may have ended before this message came.
    if (state() != State::Starting)
        return;
    if (saved_)
        setState(State::Paused, tr("paused, as it was saved"));
    else
        setState(State::Running, tr("running"));
}

void LiveSession::fail(const QString &reason, const QString &advice) {
    setState(State::Failed, tr("failed"));
    emit failed(reason, advice);
}

void LiveSession::cancel() {
    if (state() != State::Starting)
        return;
    cancelled_ = true;
    *wanted_ = false;
    if (link_ && link_->state() == HostLink::State::Starting)
        link_->cancel();
    setState(State::Failed, tr("cancelled"));
}

void LiveSession::hostLost(const QString &reason) {
    stopRecording();
    if (state() == State::Ended || state() == State::Failed)
        return;
    if (request_.host != QLatin1String("sandbox"))
        fail(reason, tr("See whether the agent runs there, or use the sandbox."));
    else if (link_ && !link_->wasReady())
        fail(reason, tr("No sandbox, no live guest; recordings can be opened without one."));
    else
        fail(reason, tr("Launch again: a fresh sandbox is started."));
}

void LiveSession::ended(const lg::GuestEnded &how) {
    stopRecording();
    const QString reason = QString::fromStdString(how.reason);
    if (how.death == LG_DEATH_RESTART && !cancelled_) {
        emit said(tr("The guest asked for a restart"));
        control(Control::Reboot);
        return;
    }
    setState(State::Ended, how.cleanPowerOff() ? tr("powered off") : tr("dead: %1").arg(reason));
}

void LiveSession::stoppedBy(const lg::GuestStopped &stop) {
    if (state() != State::Running && state() != State::Paused)
        return; // it has ended meanwhile
    setStopped(stop);
    // A step of it changes nothing for the others.
    if (stop.reason == LG_STOP_CONDITION || stop.reason == LG_STOP_OTHER)
        alone_ = stops_->pausedAlone(stop);
    stops_->stopped();
    const auto reason = lg::stopReasonText(stop.reason);
    const auto place = QString::fromStdString(lg::addressText(stop.eip, symbols_.get()));
    setState(State::Paused,
             alone_ ? tr("vCPU %1 paused, at %2; the others go on").arg(stop.vcpu).arg(place)
                    : tr("vCPU %1 stopped, %2, at %3")
                          .arg(stop.vcpu)
                          .arg(QString::fromUtf8(reason), place));
    emit stoppedAt(stop);
}

// What gdb orders is seen here as well; a stop says more itself, before or after.
void LiveSession::heldByGdb(bool held) {
    if (held && state() == State::Running)
        setState(State::Paused, tr("held by gdb"));
    else if (held && state() == State::Paused)
        emit stateChanged(); // it may have set registers or memory
    else if (!held && state() == State::Paused)
        setState(State::Running, tr("running"));
}

uint16_t LiveSession::gdbPort() const {
    const bool alive = state() == State::Running || state() == State::Paused;
    return gdb_ && alive ? gdb_->port() : 0;
}

void LiveSession::startGdb() {
    const auto onHeld = [self = QPointer<LiveSession>(this)](bool held) {
        post(self, [held](LiveSession &session) { session.heldByGdb(held); });
    };
    auto server = lg::GdbServer::listen(0, *link_->agent(), guest_, request_.vcpus, onHeld);
    if (!server) {
        emit failed(tr("gdb cannot come: %1").arg(QString::fromStdString(server.message())),
                    tr("The guest goes on."));
        return;
    }
    gdb_ = std::move(*server);
    feed_->setGdb(gdb_);
    emit said(tr("For gdb: target remote :%1").arg(gdb_->port()));
    emit stateChanged();
}

// At once: the next stop may be told before the answer to this.
void LiveSession::pauseVcpu(unsigned vcpu) {
    if (!whyNot(Control::PauseOne).isEmpty() || vcpu >= vcpus())
        return;
    stops_->pauseOne(vcpu);
}

void LiveSession::goOn() {
    alone_ = false;
    setState(State::Running, tr("running"));
    link_->agent()->resume(
        guest_, [self = QPointer<LiveSession>(this)](const lg::Result<void> &result) {
            if (!result)
                post(self, [why = result.message()](LiveSession &session) {
                    session.setState(State::Paused, tr("paused"));
                    emit session.failed(
                        tr("The guest does not go on: %1").arg(QString::fromStdString(why)),
                        tr("The guest is as it was."));
                });
        });
}

LiveInspector *LiveSession::inspector() const {
    return link_ && link_->state() == HostLink::State::Ready ? inspector_.get() : nullptr;
}

QString LiveSession::whyNoInspector() const {
    return inspector_ ? tr("The Guest's host is gone.") : tr("The Guest has not started yet.");
}

QString LiveSession::hostText() const {
    return link_ ? link_->about() : QString();
}

QString LiveSession::whyNot(Control control) const {
    const bool alive = state() == State::Running || state() == State::Paused;
    QString gone = state() == State::Starting ? tr("the guest has not started yet")
                   : state() == State::Failed ? tr("the guest never started")
                                              : tr("the guest has ended");
    // What would change its memory on the way.
    if (saving_ && control != Control::Save && control != Control::Export &&
        control != Control::StopRecording)
        return tr("the guest is being saved");
    switch (control) {
    case Control::Pause:
        return state() == State::Running || (state() == State::Paused && alone_) ? QString()
               : state() == State::Paused ? tr("the guest is paused already")
                                          : gone;
    case Control::PauseOne:
        return vcpus() < 2                 ? tr("the guest has only one vCPU")
               : state() == State::Running ? QString()
               : state() == State::Paused  ? tr("resume the guest first")
                                           : gone;
    case Control::Resume:
        return state() == State::Paused    ? QString()
               : state() == State::Running ? tr("the guest is running already")
                                           : gone;
    case Control::Step:
    case Control::UntilEvent:
        return state() == State::Paused    ? QString()
               : state() == State::Running ? tr("pause the guest first")
                                           : gone;
    case Control::Gdb:
        return gdb_    ? tr("it waits already: target remote :%1").arg(gdb_->port())
               : alive ? QString()
                       : gone;
    case Control::Kill:
        return alive ? QString() : gone;
    case Control::Reboot:
        if (!guest_)
            return gone;
        return link_ && link_->state() == HostLink::State::Ready ? QString()
                                                                 : tr("its host is gone");
    case Control::Record:
        return recorder_ ? tr("it is being recorded already") : alive ? QString() : gone;
    case Control::StopRecording:
        return recorder_ ? QString() : tr("nothing is being recorded");
    case Control::Capture:
        return request_.network.isEmpty() ? tr("the guest was launched without a network")
               : capturing_               ? tr("its frames are being captured already")
               : alive                    ? QString()
                                          : gone;
    case Control::StopCapture:
        return capturing_ ? QString() : tr("no frames are being captured");
    case Control::Snapshot:
        return whyNotSnapshot(gone);
    case Control::SnapshotEvery:
        return alive ? QString() : gone;
    case Control::Save:
    case Control::Export:
        return feed_->counts().seen ? QString() : tr("there are no events yet");
    }
    return {};
}

lg::Done<void> LiveSession::then(State state, const QString &text, const QString &what) {
    return [self = QPointer<LiveSession>(this), state, text, what](const lg::Result<void> &result) {
        post(self, [=](LiveSession &session) {
            if (!result)
                emit session.failed(
                    tr("%1: %2").arg(what, QString::fromStdString(result.message())),
                    tr("The guest is as it was."));
            else if (session.state() == State::Running || session.state() == State::Paused ||
                     state == State::Running) {
                session.setStopped(std::nullopt);
                session.setState(state, text);
            }
        });
    };
}

void LiveSession::control(Control control) {
    if (!whyNot(control).isEmpty())
        return;
    auto *agent = link_ ? link_->agent() : nullptr;
    switch (control) {
    case Control::Pause:
        alone_ = false;
        stops_->stopped(); // nor is one of them to stop after the next resume
        agent->pause(guest_, then(State::Paused, tr("paused"), tr("The guest was not paused")));
        break;
    case Control::PauseOne: // pauseVcpu() knows which
        break;
    case Control::Resume:
        goOn();
        break;
    case Control::Step:
        stops_->step(stepper());
        break;
    case Control::UntilEvent:
        stops_->untilEvent([this] { goOn(); });
        break;
    case Control::Gdb:
        startGdb();
        break;
    case Control::Kill:
        agent->kill(guest_, [self = QPointer<LiveSession>(this)](const lg::Result<void> &result) {
            if (!result)
                post(self, [why = result.message()](LiveSession &session) {
                    emit session.failed(
                        tr("The guest was not killed: %1").arg(QString::fromStdString(why)),
                        tr("Close the tab: that ends its machine."));
                });
        });
        break;
    case Control::Reboot:
        agent->reboot(guest_,
                      then(State::Running, tr("running"), tr("The guest was not restarted")));
        alone_ = false;
        stops_->rebooted();
        break;
    case Control::StopRecording:
        stopRecording();
        break;
    case Control::StopCapture:
        if (const auto network = network_.lock())
            (void)network->capture({}); // to close a file cannot fail
        capturing_ = false;
        emit said(tr("Network frames are no longer captured"));
        emit stateChanged();
        break;
    case Control::Snapshot:
        takeSnapshot(tr("asked"));
        break;
    case Control::SnapshotEvery:
    case Control::Record:
    case Control::Capture:
    case Control::Save:
    case Control::Export:
        break; // they need a time or a file: setSnapshotSeconds(), record(), capture() and save()
    }
}

void LiveSession::type(const QByteArray &bytes) {
    if (state() == State::Running || state() == State::Paused)
        link_->agent()->consoleInput(guest_, {reinterpret_cast<const uint8_t *>(bytes.data()),
                                              static_cast<size_t>(bytes.size())});
}

void LiveSession::resizeTerminal(int columns, int rows) {
    const auto size = [](int n) { return static_cast<uint16_t>(std::clamp(n, 1, 1000)); };
    if (state() == State::Running || state() == State::Paused)
        link_->agent()->setTerminalSize(guest_, size(columns), size(rows),
                                        [](const lg::Result<void> &) {});
}

void LiveSession::poll() {
    if (const auto pieces = feed_->takeConsole(); !pieces.empty())
        emit consoleOutput(pieces);
    if (recorder_) {
        if (const std::string why = recorder_->failure(); !why.empty()) {
            stopRecording();
        }
    }
}

} // namespace ui
