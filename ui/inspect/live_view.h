// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ui/session/moment_inspector.h"
#include "ui/session/session.h"

#include <QElapsedTimer>
#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace ui {

// A view of the Guest as it is now: it asks some times a second while the Guest runs and once
// whenever it has come to rest, never twice at a time, and only while somebody can see it.  Or of
// one moment: then it asks once.
class LiveView : public QWidget {
    Q_OBJECT
public:
    explicit LiveView(QWidget *parent = nullptr);

    virtual void setSession(Session *session);
    // With each tick of the window.
    void refresh();
    void setVcpu(unsigned vcpu);
    unsigned vcpu() const;
    // As of an event; null: as it is now, if there is a now.
    virtual void setMoment(std::shared_ptr<MomentInspector> moment);

signals:
    void failed(const QString &reason, const QString &advice);

protected:
    // One round of questions; answered() ends it.
    virtual void ask(Inspector &inspector) = 0;
    // There is nobody to ask: a recording, or a Guest that is gone.
    virtual void cannotAsk(const QString &why) = 0;
    // With each tick, whether it asks or not.
    virtual void tick() {}
    void answered() { asking_ = false; }
    void askSoon() { stale_ = true; }
    Session *session() const { return session_; }
    // Who is asked: the moment's, or the session's, which may be null.
    Inspector *inspector() const;
    const MomentInspector *moment() const { return moment_.get(); }
    std::shared_ptr<MomentInspector> sharedMoment() const { return moment_; }
    QHBoxLayout *bar() const { return bar_; }
    QVBoxLayout *body() const { return body_; }
    // "Now, it runs", "now, stopped at ...": which moment is shown.
    QString momentText() const;

private:
    static constexpr qint64 kPaceMs = 500;

    Session *session_ = nullptr;
    std::shared_ptr<MomentInspector> moment_;
    QComboBox *vcpus_;
    QHBoxLayout *bar_;
    QVBoxLayout *body_;
    QElapsedTimer since_;
    bool asking_ = false;
    bool stale_ = true;
};

} // namespace ui
