// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "guest_list.h"
#include "ui/session/launch_request.h"

#include <QList>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace ui {

class DiskList;
class MachineNote;
class PresetList;

// Which guest, with what, where.
class LaunchView : public QWidget {
    Q_OBJECT
public:
    static constexpr int kRecent = 8;

    explicit LaunchView(QWidget *parent = nullptr);

    LaunchRequest request() const;
    void setRequest(const LaunchRequest &request);
    void setImage(const QString &path);

    QList<LaunchRequest> recent() const { return recent_; }
    void setRecent(const QList<LaunchRequest> &recent);
    void addRecent(const LaunchRequest &request);

    QPushButton *launchButton() const { return launch_; }
    GuestList *guests() const { return guests_; }
    PresetList *presets() const { return presets_; }

signals:
    void launchRequested(const ui::LaunchRequest &request);

private:
    QWidget *makeForm();
    void fillGuests();
    void chooseFile(QLineEdit *into, const QString &title, const QString &filter);
    void update();
    QString problem() const;

    GuestList *guests_;
    GuestList *recentList_;
    QLabel *recentTitle_;
    PresetList *presets_;
    QLabel *presetsTitle_;
    QLineEdit *image_;
    QSpinBox *memory_;
    QSpinBox *vcpus_;
    QLineEdit *commandLine_;
    QLineEdit *initrd_;
    DiskList *disks_;
    QLineEdit *network_;
    QComboBox *where_;
    QLineEdit *host_;
    QLabel *hostLabel_;
    MachineNote *machine_;
    QComboBox *events_;
    QLabel *about_;
    QLineEdit *command_;
    QLabel *problem_;
    QPushButton *launch_;
    QPushButton *keep_;
    QList<LaunchRequest> recent_;
};

} // namespace ui
