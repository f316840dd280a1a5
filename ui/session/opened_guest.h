// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "launch_request.h"
#include "saved/saved_file.h"

namespace ui {

// A file with a saved guest, read up to its memory.
struct OpenedGuest {
    OpenedGuest(QString path_, lg::SavedFileReader reader)
        : path(std::move(path_)), file(std::move(reader)), guest(file.takeGuest()) {}

    QString path;
    lg::SavedFileReader file;
    lg::SavedGuest guest;

    // The file's words in the launch form's.
    LaunchRequest request() const;
};

} // namespace ui
