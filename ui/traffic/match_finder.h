// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "event_window.h"

#include <QObject>

#include <atomic>
#include <optional>

namespace ui {

// Looks for the nearest event that a filter lets through, in a thread: of ten million it may be
// the last one.
class MatchFinder : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~MatchFinder() override { cancel(); }

    struct Search {
        EventWindowPtr window;
        lg::Filter filter;
        std::shared_ptr<const lg::SymbolTable> symbols;
        uint64_t from = 0;   // forward: the first that may be it; else the one behind that
        bool forward = true; // else towards the window's first event
    };
    // Only the last search is answered.
    void start(const Search &search);
    void cancel();
    bool looking() const { return looking_; }

    // What start() does there; nullopt also when it was cancelled.
    static std::optional<uint64_t> look(const Search &search, const std::atomic<bool> &cancelled);

signals:
    void found(qulonglong eventIndex);
    void nothing(bool forward);

private:
    std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>();
    bool looking_ = false;
};

} // namespace ui
