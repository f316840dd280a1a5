// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/recording.h"

#include "trace/block_columns.h"
#include "trace/column_filter.h"
#include "trace/numbered_blocks.h"
#include "wire/cbor.h"

#include <algorithm>
#include <list>
#include <mutex>

namespace lg {

using namespace trace;

namespace {

constexpr uint64_t kMaxLosses = 1 << 20;
constexpr uint64_t kMaxSymbols = 2 << 20;

TraceMeta metaFrom(const wire::Json &json) {
    TraceMeta meta;
    meta.guest = wire::textField(json, "guest");
    meta.image = wire::textField(json, "image");
    meta.commandLine = wire::textField(json, "commandLine");
    meta.host = wire::textField(json, "host");
    meta.program = wire::textField(json, "program");
    meta.memoryBytes = wire::numberField(json, "memoryBytes");
    meta.vcpus = uint32_t(wire::numberField(json, "vcpus", meta.vcpus));
    meta.startWallNs = wire::numberField(json, "startWallNs");
    meta.tscKhz = uint32_t(wire::numberField(json, "tscKhz"));
    meta.eventMode = uint32_t(wire::numberField(json, "eventMode"));
    meta.selection = wire::textField(json, "selection");
    return meta;
}

// False when the block does not end where its last name does.
bool takeSymbols(BytesView raw, std::vector<Symbol> &symbols, uint32_t &virtualOffset) {
    if (raw.size() < sizeof virtualOffset)
        return false;
    virtualOffset = loadAt<uint32_t>(raw, 0);
    raw = raw.subspan(sizeof virtualOffset);
    constexpr size_t kHead = 4 + 4 + 2;
    while (!raw.empty()) {
        if (raw.size() < kHead)
            return false;
        size_t length = loadAt<uint16_t>(raw, 8);
        if (raw.size() - kHead < length || symbols.size() == kMaxSymbols)
            return false;
        symbols.push_back({loadAt<uint32_t>(raw, 0), loadAt<uint32_t>(raw, 4),
                           std::string(textOf(raw.subspan(kHead, length)))});
        raw = raw.subspan(kHead + length);
    }
    return true;
}

} // namespace

struct Recording::State {
    State(std::string path_, BlockFile file_) : path(std::move(path_)), file(std::move(file_)) {}

    std::string path;
    BlockFile file;
    TraceMeta meta;
    std::shared_ptr<const SymbolTable> symbols = std::make_shared<SymbolTable>();
    std::vector<TraceLoss> losses;
    uint64_t lost = 0;
    uint64_t firstTsc = 0;
    // Made by load().
    std::unique_ptr<NumberedBlocks<std::vector<lg_event>>> events;
    std::unique_ptr<NumberedBlocks<Bytes>> pieces;
    Snapshots snapshots{file};

    Error damaged(const std::string &what) const {
        return {"the recording " + path + " is damaged: " + what};
    }
    Result<void> load();
    Result<void> takeLosses(const Bytes &raw);
    Result<TraceConsole> piece(BytesView raw, uint64_t skip) const;
};

Result<TraceConsole> Recording::State::piece(BytesView raw, uint64_t skip) const {
    for (;; --skip) {
        if (raw.size() < sizeof(ConsoleHead))
            break;
        auto head = loadAt<ConsoleHead>(raw, 0);
        raw = raw.subspan(sizeof head);
        if (raw.size() < head.length)
            break;
        if (skip == 0) {
            auto bytes = raw.first(head.length);
            return TraceConsole{head.tsc, head.before, Bytes(bytes.begin(), bytes.end())};
        }
        raw = raw.subspan(head.length);
    }
    return damaged("its console output makes no sense");
}

Result<void> Recording::State::takeLosses(const Bytes &raw) {
    if (raw.size() % sizeof(LossEntry) != 0 ||
        losses.size() + raw.size() / sizeof(LossEntry) > kMaxLosses)
        return damaged("its list of lost events makes no sense");
    for (size_t at = 0; at < raw.size(); at += sizeof(LossEntry)) {
        auto entry = loadAt<LossEntry>(raw, at);
        losses.push_back({entry.before, entry.count, entry.vcpu});
        lost += entry.count;
    }
    return {};
}

Result<void> Recording::State::load() {
    std::vector<StoredBlock> eventBlocks, consoleBlocks;
    std::vector<Symbol> names;
    uint32_t virtualOffset = 0;
    bool hasMeta = false;
    uint64_t nextEvent = 0, nextPiece = 0;
    for (const auto &block : file.blocks()) {
        const auto &header = block.at.header;
        auto kind = BlockKind(header.kind);
        uint64_t count = header.count;
        if (kind == BlockKind::Events) {
            if (header.first != nextEvent || count == 0 ||
                header.rawBytes != count * sizeof(lg_event))
                return damaged("its events are not numbered through");
            firstTsc =
                nextEvent == 0 ? block.head.tscFirst : std::min(firstTsc, block.head.tscFirst);
            nextEvent += count;
            eventBlocks.push_back(block);
            continue;
        }
        if (kind == BlockKind::Console) {
            if (header.first != nextPiece || count == 0)
                return damaged("its console output is not numbered through");
            nextPiece += count;
            consoleBlocks.push_back(block);
            continue;
        }
        if (kind == BlockKind::Pages || kind == BlockKind::Shadow) {
            if (!snapshots.addBlock(block))
                return damaged("its snapshots are not numbered through");
            continue;
        }
        if (kind != BlockKind::Meta && kind != BlockKind::Symbols && kind != BlockKind::Losses &&
            kind != BlockKind::Snapshot)
            continue; // of a later minor version
        auto raw = file.read(block.at);
        if (!raw && !file.complete() && &block == &file.blocks().back())
            break; // cut off in the middle of it
        if (!raw)
            return raw.error();
        if (kind == BlockKind::Losses) {
            if (auto taken = takeLosses(*raw); !taken)
                return taken;
        } else if (kind == BlockKind::Snapshot) {
            auto snapshot = decodeSnapshot(*raw);
            if (!snapshot || !snapshots.add(std::move(*snapshot)))
                return damaged("its snapshots make no sense");
        } else if (kind == BlockKind::Symbols) {
            if (!takeSymbols(*raw, names, virtualOffset))
                return damaged("its symbols make no sense");
        } else {
            auto json = wire::decodeMessage(*raw);
            if (!json)
                return damaged("its description makes no sense");
            meta = metaFrom(*json);
            hasMeta = true;
        }
    }
    if (!hasMeta)
        return damaged("it has no description");
    symbols = std::make_shared<SymbolTable>(std::move(names), virtualOffset);
    events = std::make_unique<NumberedBlocks<std::vector<lg_event>>>(std::move(eventBlocks));
    pieces = std::make_unique<NumberedBlocks<Bytes>>(std::move(consoleBlocks));
    snapshots.loaded();
    return {};
}

Result<std::unique_ptr<Recording>> Recording::open(const std::string &path) {
    auto file = BlockFile::open(path);
    if (!file)
        return file.error();
    auto state = std::make_unique<State>(path, std::move(*file));
    if (auto loaded = state->load(); !loaded)
        return loaded.error();
    return std::unique_ptr<Recording>(new Recording(std::move(state)));
}

static_assert(Recording::kMostInABlock == kRecordsPerBlock);

Recording::Recording(std::unique_ptr<State> state) : state_(std::move(state)) {}
Recording::~Recording() = default;

const TraceMeta &Recording::meta() const {
    return state_->meta;
}
std::shared_ptr<const SymbolTable> Recording::symbols() const {
    return state_->symbols;
}
bool Recording::complete() const {
    return state_->file.complete();
}
uint64_t Recording::eventCount() const {
    return state_->events->count();
}
uint64_t Recording::firstTsc() const {
    return state_->firstTsc;
}
uint64_t Recording::lostCount() const {
    return state_->lost;
}
const std::vector<TraceLoss> &Recording::losses() const {
    return state_->losses;
}
const Snapshots &Recording::snapshots() const {
    return state_->snapshots;
}
size_t Recording::consoleCount() const {
    return state_->pieces->count();
}

Result<lg_event> Recording::event(uint64_t number) const {
    if (number >= eventCount())
        return Error{"the recording has no event " + std::to_string(number)};
    const auto &block = state_->events->of(number);
    auto unpack = [this](const StoredBlock &which) -> Result<std::vector<lg_event>> {
        std::vector<lg_event> records(which.at.header.count);
        BlockColumns columns(state_->file);
        columns.enter(which);
        if (auto got = columns.read(0, kAllColumns, records); !got)
            return got.error();
        return records;
    };
    return state_->events->use(block, unpack,
                               [&](const std::vector<lg_event> &records) -> Result<lg_event> {
                                   return records[number - block.at.header.first];
                               });
}

uint64_t Recording::blockEnd(uint64_t number) const {
    return number < eventCount() ? state_->events->end(state_->events->of(number)) : number;
}

Result<size_t> Recording::read(uint64_t first, std::span<lg_event> into, ColumnSet wanted) const {
    BlockColumns columns(state_->file);
    size_t done = 0;
    while (done < into.size() && first + done < eventCount()) {
        const uint64_t number = first + done;
        const auto &block = state_->events->of(number);
        const auto part = into.subspan(
            done, std::min<uint64_t>(into.size() - done, state_->events->end(block) - number));
        columns.enter(block);
        if (auto got = columns.read(number - block.at.header.first, wanted, part); !got)
            return got.error();
        done += part.size();
    }
    return done;
}

Result<void> Recording::find(const Filter &filter, uint64_t first, uint64_t end,
                             std::vector<uint64_t> &numbers) const {
    // Lists ask for one stretch after another: what a filter has found out about addresses and
    // words serves the next one, too.
    struct Asked {
        Filter filter;
        std::shared_ptr<const SymbolTable> symbols;
        ColumnFilter columns{filter, symbols.get()};
    };
    thread_local std::unique_ptr<Asked> last;
    if (!last || last->filter.root() != filter.root() || last->symbols != state_->symbols)
        last = std::make_unique<Asked>(filter, state_->symbols);
    ColumnFilter &asked = last->columns;
    Result<void> result;
    BlockColumns columns(state_->file);
    std::vector<uint32_t> places;
    end = std::min(end, eventCount());
    while (first < end) {
        const auto &block = state_->events->of(first);
        const uint64_t base = block.at.header.first;
        const uint64_t until = std::min(end, state_->events->end(block));
        columns.enter(block);
        places.clear();
        auto found = asked.find(columns, uint32_t(first - base), uint32_t(until - base), places);
        if (found) {
            for (uint32_t place : places)
                numbers.push_back(base + place);
        } else {
            for (; first < until; ++first)
                numbers.push_back(first);
            if (result)
                result = found;
        }
        first = until;
    }
    return result;
}

Result<void> Recording::visit(const Filter &filter, uint64_t first,
                              const std::function<bool(uint64_t, const lg_event &)> &each) const {
    BlockColumns columns(state_->file);
    ColumnFilter asked(filter, state_->symbols.get());
    std::vector<uint32_t> places;
    std::vector<lg_event> records;
    while (first < eventCount()) {
        const auto &block = state_->events->of(first);
        const uint64_t base = block.at.header.first;
        columns.enter(block);
        places.clear();
        auto got = asked.find(columns, uint32_t(first - base), columns.count(), places);
        records.resize(columns.count());
        if (got && !places.empty())
            got = columns.read(0, kAllColumns, records);
        if (!got)
            return got;
        for (uint32_t place : places)
            if (!each(base + place, records[place]))
                return {};
        first = base + columns.count();
    }
    return {};
}

Result<TraceConsole> Recording::console(size_t index) const {
    if (index >= consoleCount())
        return Error{"the recording has no console output " + std::to_string(index)};
    const auto &block = state_->pieces->of(index);
    return state_->pieces->use(
        block, [this](const StoredBlock &which) { return state_->file.read(which.at); },
        [&](const Bytes &bytes) { return state_->piece(bytes, index - block.at.header.first); });
}

} // namespace lg
