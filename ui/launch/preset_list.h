// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "guest_list.h"
#include "ui/session/launch_request.h"

namespace ui {

// Launches that the user has given a name; they are kept in the settings, by name.
class PresetList : public GuestList {
    Q_OBJECT
public:
    explicit PresetList(QWidget *parent = nullptr);

    // Asks for a name, beside the window's other work. The same name replaces what it stood for.
    void keep(const LaunchRequest &request);
    void forgetSelected();

signals:
    void requested(const ui::LaunchRequest &request); // chosen
    void changed();

private:
    void add(const QString &name, const LaunchRequest &request);
    void load();

    QList<LaunchRequest> requests_; // in the order of the items
};

} // namespace ui
