// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ui/session/inspector.h"

#include <QObject>

#include <array>
#include <deque>
#include <map>

namespace ui {

// The pages of the Guest's memory that somebody looks at, fetched one by one as they are wanted.
// A byte remembers when it was last seen to change.
class PageCache : public QObject {
    Q_OBJECT
public:
    static constexpr uint32_t kPage = 4096;

    struct Page {
        bool known = false;   // an answer has come
        uint32_t present = 0; // so many bytes are there; the rest of the page is not
        uint32_t fetched = 0; // the round it is from
        QString why;          // nothing of it is there
        std::array<uint8_t, kPage> bytes{};
        std::array<uint32_t, kPage> changed{}; // the round, 0 = never
    };

    using QObject::QObject;

    // Forgets all: another Guest, address space or vCPU.
    void reset(bool isVirtual, uint32_t vcpu);
    // Another moment: answers that are still to come are about the one before.
    void forgetAsked();
    bool isVirtual() const { return virtual_; }
    // What is wanted from now on is asked for again; what nobody wants any more is dropped in time.
    void newRound();
    // Null until its answer has come; asks for it if need be.
    const Page *page(uint32_t number) const;
    void want(uint32_t number);
    // Sends what is wanted, some at a time.
    void pump(Inspector *inspector);
    // 0 = not there or not known.
    bool byte(uint32_t address, uint8_t *value) const;
    bool changedLately(const Page &page, uint32_t offset) const;
    // While the Guest runs a change is marked for some rounds, else until the next one.
    void setPatience(uint32_t rounds) { patience_ = rounds; }
    bool idle() const { return inFlight_ == 0 && wanted_.empty(); }

signals:
    void arrived();

private:
    static constexpr int kAtOnce = 4;
    static constexpr size_t kKept = 256;

    void take(uint32_t number, const lg::Result<lg::GuestMemory> &answer);

    bool virtual_ = true;
    uint32_t vcpu_ = 0;
    uint32_t round_ = 1;
    uint32_t patience_ = 0;
    unsigned generation_ = 0;
    int inFlight_ = 0;
    std::deque<uint32_t> wanted_;
    std::map<uint32_t, std::unique_ptr<Page>> pages_;
};

} // namespace ui
