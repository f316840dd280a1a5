// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/recording.h"

#include "trace/block_file.h"
#include "wire/cbor.h"

#include <algorithm>
#include <list>

namespace lg {

using namespace trace;

namespace {

constexpr size_t kBlocksKept = 4;
constexpr uint64_t kMaxLosses = 1 << 20;
constexpr uint64_t kMaxSymbols = 2 << 20;

// Blocks of one kind whose items are numbered through.
class NumberedBlocks {
public:
    NumberedBlocks(const BlockFile &file, std::vector<IndexEntry> blocks)
        : file_(file), blocks_(std::move(blocks)) {}

    uint64_t count() const {
        return blocks_.empty() ? 0 : blocks_.back().header.first + blocks_.back().header.count;
    }

    struct Place {
        const Bytes *bytes;
        BlockHeader header;
        uint64_t index; // in the block
    };

    // The item's block, unpacked; the bytes live until a few other blocks were asked for.
    Result<Place> find(uint64_t number) {
        auto after =
            std::upper_bound(blocks_.begin(), blocks_.end(), number,
                             [](uint64_t n, const IndexEntry &b) { return n < b.header.first; });
        const auto &block = *std::prev(after);
        auto kept = std::find_if(kept_.begin(), kept_.end(),
                                 [&](const auto &k) { return k.first == block.offset; });
        if (kept != kept_.end()) {
            kept_.splice(kept_.begin(), kept_, kept);
        } else {
            auto bytes = file_.read(block);
            if (!bytes)
                return bytes.error();
            kept_.emplace_front(block.offset, std::move(*bytes));
            if (kept_.size() > kBlocksKept)
                kept_.pop_back();
        }
        return Place{&kept_.front().second, block.header, number - block.header.first};
    }

private:
    const BlockFile &file_;
    std::vector<IndexEntry> blocks_;
    std::list<std::pair<uint64_t, Bytes>> kept_; // by offset, last used first
};

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
    std::unique_ptr<NumberedBlocks> events, pieces; // made by load()

    Error damaged(const std::string &what) const {
        return {"the recording " + path + " is damaged: " + what};
    }
    Result<void> load();
    Result<void> takeLosses(const Bytes &raw);
};

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
    std::vector<IndexEntry> eventBlocks, consoleBlocks;
    std::vector<Symbol> names;
    uint32_t virtualOffset = 0;
    bool hasMeta = false;
    uint64_t nextEvent = 0, nextPiece = 0;
    for (const auto &block : file.blocks()) {
        auto kind = BlockKind(block.header.kind);
        uint64_t count = block.header.count;
        if (kind == BlockKind::Events) {
            if (block.header.first != nextEvent || count == 0 ||
                block.header.rawBytes != count * sizeof(lg_event))
                return damaged("its events are not numbered through");
            nextEvent += count;
            eventBlocks.push_back(block);
            continue;
        }
        if (kind == BlockKind::Console) {
            if (block.header.first != nextPiece || count == 0)
                return damaged("its console output is not numbered through");
            nextPiece += count;
            consoleBlocks.push_back(block);
            continue;
        }
        if (kind != BlockKind::Meta && kind != BlockKind::Symbols && kind != BlockKind::Losses)
            continue; // of a later minor version
        auto raw = file.read(block);
        if (!raw && !file.complete() && &block == &file.blocks().back())
            break; // cut off in the middle of it
        if (!raw)
            return raw.error();
        if (kind == BlockKind::Losses) {
            if (auto taken = takeLosses(*raw); !taken)
                return taken;
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
    events = std::make_unique<NumberedBlocks>(file, std::move(eventBlocks));
    pieces = std::make_unique<NumberedBlocks>(file, std::move(consoleBlocks));
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
uint64_t Recording::lostCount() const {
    return state_->lost;
}
const std::vector<TraceLoss> &Recording::losses() const {
    return state_->losses;
}
size_t Recording::consoleCount() const {
    return state_->pieces->count();
}

Result<lg_event> Recording::event(uint64_t number) {
    lg_event record;
    auto got = read(number, {&record, 1});
    if (!got)
        return got.error();
    if (*got == 0)
        return Error{"the recording has no event " + std::to_string(number)};
    return record;
}

Result<size_t> Recording::read(uint64_t first, std::span<lg_event> into) {
    size_t done = 0;
    while (done < into.size() && first + done < eventCount()) {
        auto place = state_->events->find(first + done);
        if (!place)
            return place.error();
        size_t count = std::min<size_t>(into.size() - done, place->header.count - place->index);
        std::memcpy(into.data() + done, place->bytes->data() + place->index * sizeof(lg_event),
                    count * sizeof(lg_event));
        done += count;
    }
    return done;
}

Result<TraceConsole> Recording::console(size_t index) {
    if (index >= consoleCount())
        return Error{"the recording has no console output " + std::to_string(index)};
    auto place = state_->pieces->find(index);
    if (!place)
        return place.error();
    BytesView raw = *place->bytes;
    for (uint64_t skip = place->index;; --skip) {
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
    return state_->damaged("its console output makes no sense");
}

} // namespace lg
