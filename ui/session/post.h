// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QCoreApplication>
#include <QMetaObject>
#include <QPointer>

namespace ui {

// Runs `work` on the window's thread, unless `object` is gone by then.  May be
// called from any thread with a QPointer that was made on the window's.
template <typename T, typename Work>
void post(const QPointer<T> &object, Work work) {
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [object, work = std::move(work)]() mutable {
            if (object)
                work(*object);
        },
        Qt::QueuedConnection);
}

} // namespace ui
