// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "gdb/server.h"
#include "guest_devices.h"
#include "host_link.h"
#include "launch_request.h"
#include "opened_guest.h"
#include "session.h"
#include "snapshot_keeper.h"
#include "stop_control.h"

#include <QFutureWatcher>
#include <QTimer>

#include <atomic>

namespace ui {

// One guest, from the file on the disk to its end.
class LiveSession : public Session {
    Q_OBJECT
public:
    explicit LiveSession(LaunchRequest request, QObject *parent = nullptr);
    // One that was saved: launched again and filled, it is paused where it was.
    explicit LiveSession(std::shared_ptr<OpenedGuest> saved, QObject *parent = nullptr);
    ~LiveSession() override;

    const LaunchRequest &request() const { return request_; }

    QString hostText() const override;
    QString whyNot(Control control) const override;
    void control(Control control) override;
    void pauseVcpu(unsigned vcpu) override;
    void record(const QString &file) override;
    void capture(const QString &file) override;
    void save(const QString &file) override;
    // The guest itself, to go on from the file; it is paused for that and stays so.
    QString whyNotSaveGuest() const;
    void saveGuest(const QString &file);
    void cancelSaving();
    void exportTo(const QString &file, const lg::Filter &filter) override;
    bool recording() const override { return recorder_ != nullptr; }
    void cancel() override;
    void type(const QByteArray &bytes) override;
    void resizeTerminal(int columns, int rows) override;
    void poll() override;
    unsigned vcpus() const override { return request_.vcpus; }
    uint64_t memoryBytes() const override { return request_.memoryBytes; }
    LiveInspector *inspector() const override;
    QString whyNoInspector() const override;
    std::shared_ptr<const lg::Recording> snapshots() const override;
    void takeSnapshot(const QString &why) override;
    void cancelSnapshot() override;
    void setSnapshotSeconds(unsigned seconds) override;
    unsigned snapshotSeconds() const override;
    // Where those by the clock end.
    void setSnapshotRoom(qint64 bytes) { snapshotRoom_ = bytes; }
    StopControl *stops() const override { return stops_; }
    uint16_t gdbPort() const override;

    EventWindowPtr window() const override { return feed_->store().window(); }
    EventCounts counts() const override { return feed_->counts(); }
    std::shared_ptr<const lg::SymbolTable> symbols() const override { return symbols_; }
    uint32_t tscKhz() const override { return tscKhz_; }
    uint64_t tscBase() const override { return feed_->store().tscBase(); }
    bool live() const override { return true; }

signals:
    // The guest goes into its file; -1: that is over.
    void savingGuest(int percent);

private:
    struct Prepared {
        lg::Image image;
        lg::Bytes initrd;
    };

    void begin();
    void load();
    void loaded();
    void connectHost();
    void launch();
    lg::LaunchSpec makeSpec();
    void restore(lg::LaunchSpec spec, lg::Bytes state, lg::Bytes console);
    void launched(lg::GuestId guest);
    void fail(const QString &reason, const QString &advice);
    void ended(const lg::GuestEnded &how);
    void hostLost(const QString &reason);
    void startGdb();
    void goOn();
    void stoppedBy(const lg::GuestStopped &stop);
    void heldByGdb(bool held);
    void stopRecording();
    void finishRecording(const std::shared_ptr<lg::Recorder> &recorder, const QString &file);
    void makeSnapshotKeeper();
    QString whyNotSnapshot(const QString &gone) const;
    void snapshotByClock();
    lg::TraceMeta meta() const;
    // For an order that says only whether it worked.
    lg::Done<void> then(State state, const QString &text, const QString &what);

    LaunchRequest request_;
    GuestDevices devices_;                      // from loading to launch
    std::shared_ptr<OpenedGuest> saved_;        // where it comes from, if not from its image
    lg::LaunchSpec recipe_;                     // what a file of it needs beside its state
    std::shared_ptr<std::atomic<bool>> saving_; // null: it is not being saved; false: no more
    std::shared_ptr<std::atomic<bool>> wanted_ = std::make_shared<std::atomic<bool>>(true);
    std::shared_ptr<GuestFeed> feed_ = std::make_shared<GuestFeed>();
    std::shared_ptr<HostLink> link_;
    std::shared_ptr<const lg::SymbolTable> symbols_;
    std::shared_ptr<lg::Recorder> recorder_;
    QString recordingFile_;
    std::weak_ptr<lg::UserNetwork> network_; // the guest's, as long as it has it
    bool capturing_ = false;
    lg::GuestId guest_ = 0;
    std::unique_ptr<LiveInspector> inspector_;
    SnapshotKeeper *snapshots_ = nullptr; // from the launch on
    QTimer snapshotClock_;
    qint64 snapshotRoom_ = qint64(2) << 30;
    StopControl *stops_;
    std::shared_ptr<lg::GdbServer> gdb_; // the feed tells it of stops
    uint32_t tscKhz_ = 0;
    bool cancelled_ = false;
    bool alone_ = false; // one vCPU is paused, the others go on
    qint64 startedMs_ = 0;
    QFutureWatcher<std::shared_ptr<lg::Result<Prepared>>> loading_;
};

} // namespace ui
