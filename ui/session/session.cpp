// SPDX-License-Identifier: GPL-2.0-or-later
#include "session.h"

#include "post.h"
#include "ui/inspect/numbers.h"

#include <QFileInfo>

namespace ui {

void Session::setState(State state, const QString &text) {
    state_ = state;
    stateText_ = text;
    if (state != State::Paused)
        stopped_.reset();
    emit stateChanged();
}

void Session::tellExported(const QPointer<Session> &session, const QString &file,
                           const lg::Result<uint64_t> &count) {
    post(session, [file, count](Session &there) {
        if (count)
            emit there.said(tr("Exported %1 event(s) to %2", nullptr, countable(*count))
                                .arg(numberText(*count), QFileInfo(file).fileName()));
        else
            emit there.failed(tr("Not exported: %1").arg(QString::fromStdString(count.message())),
                              tr("Choose a folder that you may write to, on a disk with room."));
    });
}

} // namespace ui
