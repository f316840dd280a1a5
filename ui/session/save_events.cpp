// SPDX-License-Identifier: GPL-2.0-or-later
#include "save_events.h"

#include "snapshot/take.h"
#include "trace/export.h"

#include <vector>

namespace ui {

lg::Result<uint64_t> saveEvents(const std::string &file, const lg::TraceMeta &meta,
                                const lg::SymbolTable *symbols, const EventWindow &window,
                                const std::deque<ConsolePiece> &console,
                                const lg::Recording *snapshots) {
    auto created = lg::Recorder::create(file, meta, symbols);
    if (!created)
        return created.error();
    lg::Recorder &recorder = **created;
    auto piece = console.begin();
    const auto consoleUntil = [&](uint64_t tsc) {
        for (; piece != console.end() && piece->tsc <= tsc; ++piece)
            recorder.console(piece->tsc, {reinterpret_cast<const uint8_t *>(piece->bytes.data()),
                                          static_cast<size_t>(piece->bytes.size())});
    };
    std::vector<lg_event> block(4096);
    for (uint64_t at = window.first(); at < window.end();) {
        const size_t got = window.read(at, block);
        if (got == 0)
            break;
        at += got;
        // Runs of one vCPU, cut where something was lost or the guest printed. The window may
        // begin in the middle: what it has dropped is no loss of the recording's.
        for (size_t i = 0; i < got;) {
            const lg_event &first = block[i];
            if (isLoss(first)) {
                recorder.lost(first.vcpu, lossCount(first));
                ++i;
                continue;
            }
            consoleUntil(first.tsc);
            const uint64_t printed = piece == console.end() ? ~0ull : piece->tsc;
            size_t end = i + 1;
            while (end < got && !isLoss(block[end]) && block[end].vcpu == first.vcpu &&
                   block[end].tsc < printed)
                ++end;
            recorder.keep(std::span(block).subspan(i, end - i));
            i = end;
        }
    }
    consoleUntil(~0ull);
    if (snapshots)
        if (auto copied = lg::copySnapshots(*snapshots, recorder); !copied)
            return copied.error();
    const uint64_t count = recorder.eventCount();
    if (auto finished = recorder.finish(); !finished)
        return finished.error();
    return count;
}

lg::Result<uint64_t> exportEvents(const std::string &recording, const std::string &file,
                                  const lg::Filter &filter) {
    auto opened = lg::Recording::open(recording);
    if (!opened)
        return opened.error();
    auto format = lg::exportFormatByFile(file);
    if (!format)
        return format.error();
    return lg::exportRecording(**opened, *format, filter, file);
}

} // namespace ui
