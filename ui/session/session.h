// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspect/filter.h"
#include "live_inspector.h"
#include "trace/recording.h"
#include "ui/console/console_log.h"
#include "ui/traffic/event_window.h"

#include <QObject>
#include <QPointer>
#include <QString>

#include <optional>

namespace ui {

class StopControl;

enum class Control {
    Pause,
    PauseOne, // vCPU, while the others go on
    Resume,
    Step,       // one instruction
    UntilEvent, // to the next thing that the Guest does
    Kill,
    Reboot,
    Gdb,
    Record,
    StopRecording,
    Capture, // the network's frames
    StopCapture,
    Save,
    Snapshot, // of its memory and tables, to be looked at later
    SnapshotEvery,
    Export // the events that pass the filter, for another program
};

// What a tab shows: a running guest or an opened recording.  Lives on the
// window's thread, and none of its methods blocks.
class Session : public QObject, public EventSource {
    Q_OBJECT
public:
    enum class State { Starting, Running, Paused, Ended, Failed, Opened };

    using QObject::QObject;

    State state() const { return state_; }
    QString stateText() const { return stateText_; } // a few words for the status bar
    QString title() const { return title_; }
    virtual QString hostText() const = 0;

    // "" when it can be done now, else why not.
    virtual QString whyNot(Control control) const = 0;
    virtual void control(Control control) = 0;
    // For PauseOne: the vCPU stops before it goes on from the next thing that happens on it; one
    // that sleeps, when it wakes.
    virtual void pauseVcpu(unsigned) {}
    // Which vCPU does a step.
    void setStepper(unsigned vcpu) { stepper_ = vcpu; }
    virtual void record(const QString &file) = 0;
    virtual void save(const QString &file) = 0;
    virtual void capture(const QString &) {}
    virtual void exportTo(const QString &file, const lg::Filter &filter) = 0;
    virtual bool recording() const { return false; }
    virtual void cancel() = 0; // while Starting
    virtual void type(const QByteArray &bytes) = 0;
    // The terminal has so many columns and rows now.
    virtual void resizeTerminal(int, int) {}
    // Called some twenty times a second: hands on what has come meanwhile.
    virtual void poll() {}

    virtual unsigned vcpus() const = 0;
    virtual uint64_t memoryBytes() const = 0;
    // The recording's file, "" for a live Guest.
    virtual QString file() const { return {}; }
    // Null when there is nobody to ask; then whyNoInspector() says why.
    virtual LiveInspector *inspector() const { return nullptr; }
    virtual QString whyNoInspector() const = 0;
    // The snapshots of its memory that there are; null or without any: none.
    virtual std::shared_ptr<const lg::Recording> snapshots() const { return nullptr; }
    // Takes one, in a thread; snapshotsChanged() when it is there.
    virtual void takeSnapshot(const QString &) {}
    virtual void cancelSnapshot() {}
    // Takes one as often as that while the Guest runs; 0 = does not.
    virtual void setSnapshotSeconds(unsigned) {}
    virtual unsigned snapshotSeconds() const { return 0; }
    // Null for a recording.
    virtual StopControl *stops() const { return nullptr; }
    // Of gdb's server, 0 = none.
    virtual uint16_t gdbPort() const { return 0; }
    // What stopped it, unless somebody asked for a pause.
    const std::optional<lg::GuestStopped> &stopped() const { return stopped_; }

signals:
    void stateChanged();
    void progress(const QString &step, int percent); // -1 = nobody knows how long
    void stoppedAt(const lg::GuestStopped &stop);
    void consoleOutput(const std::deque<ui::ConsolePiece> &pieces);
    void failed(const QString &reason, const QString &advice);
    void snapshotsChanged();
    void takingSnapshot(int percent); // -1: that is over
    void said(const QString &text);   // good news, for the status bar

protected:
    unsigned stepper() const { return stepper_; }
    // Tells how an export went; from any thread.
    static void tellExported(const QPointer<Session> &session, const QString &file,
                             const lg::Result<uint64_t> &count);
    void setState(State state, const QString &text);
    void setTitle(const QString &title) { title_ = title; }
    void setStopped(std::optional<lg::GuestStopped> stop) { stopped_ = stop; }

private:
    State state_ = State::Starting;
    QString stateText_;
    QString title_;
    std::optional<lg::GuestStopped> stopped_;
    unsigned stepper_ = 0;
};

} // namespace ui
