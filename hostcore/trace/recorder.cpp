// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/recorder.h"

#include "base/unique_fd.h"
#include "image/layout.h"
#include "trace/event_block.h"
#include "trace/format.h"
#include "wire/cbor.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <zstd.h>

namespace lg {

using namespace trace;

namespace {

constexpr int kLevel = 3;
constexpr size_t kConsoleBlockBytes = 64 << 10;
constexpr size_t kSymbolBlockBytes = 1 << 20;
// A crash costs no more than this of a slow recording.
constexpr auto kMaxAge = std::chrono::seconds(1);

struct VcpuProgress {
    bool seen = false;
    uint64_t nextSeq = 0;
    uint64_t lostBefore = 0; // when the recording began
    uint64_t lostNow = 0;
    uint64_t holes = 0; // sum of the gaps in seq
};

wire::Json metaJson(const TraceMeta &meta) {
    return {{"guest", meta.guest},
            {"image", meta.image},
            {"commandLine", meta.commandLine},
            {"host", meta.host},
            {"program", meta.program},
            {"memoryBytes", meta.memoryBytes},
            {"vcpus", meta.vcpus},
            {"startWallNs", meta.startWallNs},
            {"tscKhz", meta.tscKhz},
            {"eventMode", meta.eventMode},
            {"selection", meta.selection}};
}

} // namespace

struct Recorder::State {
    mutable std::mutex mutex;
    std::string path;
    UniqueFd fd;
    uint64_t offset = 0;
    std::string failure;
    bool finished = false;

    std::vector<lg_event> events;
    EventPacker packer;
    uint64_t eventCount = 0; // with those in `events`
    Bytes console;
    uint64_t pieceCount = 0;
    uint32_t piecesWaiting = 0;
    Bytes pages;                             // those that wait to be written
    uint64_t pageCount = 0, shadowCount = 0; // in the file or waiting, and in the file
    Bytes losses;
    std::map<uint32_t, VcpuProgress> vcpus;
    Bytes index;
    uint32_t blocks = 0;
    Bytes packed;
    std::chrono::steady_clock::time_point flushed = std::chrono::steady_clock::now();

    void write(BytesView bytes);
    void block(BlockKind kind, uint64_t first, uint32_t count, BytesView raw);
    void putBlock(BlockHeader header, BytesView head, BytesView data);
    void addRecord(const lg_event &record, uint64_t lostSoFar);
    void addKept(const lg_event &record);
    void addLoss(uint32_t vcpu, uint64_t count);
    void addSymbols(const SymbolTable &symbols);
    void flushEvents();
    void flushConsole();
    void flushPages();
    void addPages(BytesView bytes);
    void addShadow(std::span<const ShadowEntry> entries);
    void addSnapshot(Snapshot snapshot);
    void flushAll();
    void finish();
};

void Recorder::State::write(BytesView bytes) {
    while (failure.empty() && !bytes.empty()) {
        ssize_t put = ::write(fd.get(), bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            failure = errnoError("writing the recording " + path).message;
            return;
        }
        offset += size_t(put);
        bytes = bytes.subspan(size_t(put));
    }
}

void Recorder::State::block(BlockKind kind, uint64_t first, uint32_t count, BytesView raw) {
    packed.resize(ZSTD_compressBound(raw.size()));
    size_t size = ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), kLevel);
    if (ZSTD_isError(size)) {
        failure = std::string("packing the recording: ") + ZSTD_getErrorName(size);
        return;
    }
    BlockHeader header = {};
    header.kind = uint32_t(kind);
    header.first = first;
    header.count = count;
    header.packedBytes = uint32_t(size);
    header.rawBytes = uint32_t(raw.size());
    header.dataCrc = crc32(packed.data(), size);
    putBlock(header, {}, BytesView(packed).first(size));
}

// head: what the index tells of it besides.
void Recorder::State::putBlock(BlockHeader header, BytesView head, BytesView data) {
    header.magic = kBlockMagic;
    header.headerCrc = crc32(&header, offsetof(BlockHeader, headerCrc));
    append(index, IndexEntry{offset, header});
    index.insert(index.end(), head.begin(), head.end());
    ++blocks;
    write({reinterpret_cast<const uint8_t *>(&header), sizeof header});
    write(data);
}

void Recorder::State::addLoss(uint32_t vcpu, uint64_t count) {
    append(losses, LossEntry{eventCount, count, vcpu, 0});
}

void Recorder::State::addRecord(const lg_event &record, uint64_t lostSoFar) {
    auto &vcpu = vcpus[record.vcpu];
    // A machine that was rebooted counts from the beginning.
    if (!vcpu.seen || record.seq < vcpu.nextSeq) {
        vcpu = {};
        vcpu.seen = true;
        vcpu.lostBefore = record.seq == 0 ? 0 : lostSoFar;
        vcpu.nextSeq = record.seq;
    }
    if (record.seq > vcpu.nextSeq) {
        uint64_t hole = record.seq - vcpu.nextSeq;
        vcpu.holes += hole;
        addLoss(record.vcpu, hole);
    }
    vcpu.nextSeq = record.seq + 1;
    vcpu.lostNow = lostSoFar;
    addKept(record);
}

void Recorder::State::addKept(const lg_event &record) {
    events.push_back(record);
    ++eventCount;
    if (events.size() == kRecordsPerBlock)
        flushEvents();
}

void Recorder::State::flushEvents() {
    if (events.empty())
        return;
    auto columns = packer.pack(events);
    if (columns.empty()) {
        failure = "packing the recording " + path + ": there is no memory";
        return;
    }
    BlockHeader header = {};
    header.kind = uint32_t(BlockKind::Events);
    header.first = eventCount - events.size();
    header.count = uint32_t(events.size());
    header.packedBytes = uint32_t(columns.size());
    header.rawBytes = uint32_t(events.size() * sizeof(lg_event));
    auto head = columns.first(sizeof(EventsHead));
    header.dataCrc = crc32(head.data(), head.size());
    putBlock(header, head, columns);
    events.clear();
}

void Recorder::State::flushConsole() {
    if (piecesWaiting == 0)
        return;
    block(BlockKind::Console, pieceCount - piecesWaiting, piecesWaiting, console);
    console.clear();
    piecesWaiting = 0;
}

void Recorder::State::flushPages() {
    const auto count = uint32_t(pages.size() / kPageBytes);
    if (count != 0)
        block(BlockKind::Pages, pageCount - count, count, pages);
    pages.clear();
}

void Recorder::State::addPages(BytesView bytes) {
    for (; bytes.size() >= kPageBytes; bytes = bytes.subspan(kPageBytes)) {
        pages.insert(pages.end(), bytes.begin(), bytes.begin() + kPageBytes);
        ++pageCount;
        if (pages.size() == kPagesPerBlock * kPageBytes)
            flushPages();
    }
}

void Recorder::State::addShadow(std::span<const ShadowEntry> entries) {
    while (!entries.empty()) {
        auto part = entries.first(std::min<size_t>(entries.size(), kShadowPerBlock));
        block(BlockKind::Shadow, shadowCount, uint32_t(part.size()),
              {reinterpret_cast<const uint8_t *>(part.data()), part.size_bytes()});
        shadowCount += part.size();
        entries = entries.subspan(part.size());
    }
}

// Its pages are the last ones that came.
void Recorder::State::addSnapshot(Snapshot snapshot) {
    flushPages();
    snapshot.firstPage = pageCount - snapshot.pages.size();
    snapshot.firstShadow = shadowCount - snapshot.shadowCount;
    const auto raw = encodeSnapshot(snapshot);
    if (raw.size() > kMaxRawBytes)
        failure = "the recording " + path + " can't take a snapshot of so much memory";
    else
        block(BlockKind::Snapshot, 0, 1, raw);
}

void Recorder::State::flushAll() {
    flushEvents();
    flushConsole();
    if (!losses.empty())
        block(BlockKind::Losses, 0, uint32_t(losses.size() / sizeof(LossEntry)), losses);
    losses.clear();
    flushed = std::chrono::steady_clock::now();
}

void Recorder::State::addSymbols(const SymbolTable &symbols) {
    Bytes raw;
    uint32_t count = 0;
    auto flush = [&] {
        block(BlockKind::Symbols, 0, count, raw);
        raw.clear();
        count = 0;
    };
    for (const auto &symbol : symbols.all()) {
        if (raw.empty())
            append(raw, symbols.virtualOffset());
        auto name = viewOf(symbol.name).first(std::min<size_t>(symbol.name.size(), UINT16_MAX));
        append(raw, symbol.address);
        append(raw, symbol.size);
        append(raw, uint16_t(name.size()));
        raw.insert(raw.end(), name.begin(), name.end());
        ++count;
        if (raw.size() > kSymbolBlockBytes)
            flush();
    }
    if (count != 0)
        flush();
}

void Recorder::State::finish() {
    if (finished)
        return;
    finished = true;
    // Losses behind the last record show only in the counter.
    for (auto &[number, vcpu] : vcpus) {
        uint64_t told = vcpu.lostNow - vcpu.lostBefore;
        if (vcpu.lostNow >= vcpu.lostBefore && told > vcpu.holes)
            addLoss(number, told - vcpu.holes);
    }
    flushAll();
    Trailer trailer = {offset, {}};
    std::memcpy(trailer.magic, kEndMagic, sizeof trailer.magic);
    // An index too long for a block is left out; the reader walks then.
    if (index.size() <= kMaxRawBytes) {
        block(BlockKind::Index, 0, blocks, std::exchange(index, {}));
        write({reinterpret_cast<const uint8_t *>(&trailer), sizeof trailer});
    }
    if (failure.empty() && ::close(fd.release()) != 0)
        failure = errnoError("closing the recording " + path).message;
}

Result<std::unique_ptr<Recorder>> Recorder::create(const std::string &path, const TraceMeta &meta,
                                                   const SymbolTable *symbols) {
    auto state = std::make_unique<State>();
    state->path = path;
    state->fd.reset(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!state->fd)
        return errnoError("cannot write the recording " + path);
    FileHeader header = {};
    std::memcpy(header.magic, kFileMagic, sizeof header.magic);
    header.version = kVersion;
    header.uapi = LG_UAPI_VERSION;
    state->write({reinterpret_cast<const uint8_t *>(&header), sizeof header});
    state->block(BlockKind::Meta, 0, 1, wire::encodeMessage(metaJson(meta)));
    if (symbols)
        state->addSymbols(*symbols);
    if (!state->failure.empty())
        return Error{state->failure};
    return std::unique_ptr<Recorder>(new Recorder(std::move(state)));
}

Recorder::Recorder(std::unique_ptr<State> state) : state_(std::move(state)) {}

Recorder::~Recorder() {
    (void)finish();
}

void Recorder::events(uint32_t vcpu, std::span<const lg_event> records, uint64_t lostSoFar) {
    std::lock_guard lock(state_->mutex);
    if (state_->finished || !state_->failure.empty())
        return;
    for (const auto &record : records)
        state_->addRecord(record, lostSoFar);
    if (auto it = state_->vcpus.find(vcpu); it != state_->vcpus.end())
        it->second.lostNow = lostSoFar;
    if (std::chrono::steady_clock::now() - state_->flushed > kMaxAge)
        state_->flushAll();
}

void Recorder::console(uint64_t tsc, BytesView bytes) {
    std::lock_guard lock(state_->mutex);
    while (!state_->finished && state_->failure.empty() && !bytes.empty()) {
        auto piece = bytes.first(std::min(bytes.size(), kConsoleBlockBytes));
        append(state_->console, ConsoleHead{tsc, state_->eventCount, uint32_t(piece.size()), 0});
        state_->console.insert(state_->console.end(), piece.begin(), piece.end());
        ++state_->pieceCount;
        ++state_->piecesWaiting;
        if (state_->console.size() > kConsoleBlockBytes)
            state_->flushConsole();
        bytes = bytes.subspan(piece.size());
    }
}

void Recorder::keep(std::span<const lg_event> records) {
    std::lock_guard lock(state_->mutex);
    if (state_->finished || !state_->failure.empty())
        return;
    for (const auto &record : records)
        state_->addKept(record);
}

void Recorder::lost(uint32_t vcpu, uint64_t count) {
    std::lock_guard lock(state_->mutex);
    if (!state_->finished && state_->failure.empty())
        state_->addLoss(vcpu, count);
}

void Recorder::snapshotPages(BytesView pages) {
    std::lock_guard lock(state_->mutex);
    if (!state_->finished && state_->failure.empty())
        state_->addPages(pages);
}

void Recorder::snapshotShadow(std::span<const ShadowEntry> entries) {
    std::lock_guard lock(state_->mutex);
    if (!state_->finished && state_->failure.empty())
        state_->addShadow(entries);
}

void Recorder::snapshot(Snapshot snapshot) {
    std::lock_guard lock(state_->mutex);
    if (!state_->finished && state_->failure.empty())
        state_->addSnapshot(std::move(snapshot));
}

uint64_t Recorder::eventCount() const {
    std::lock_guard lock(state_->mutex);
    return state_->eventCount;
}

std::string Recorder::failure() const {
    std::lock_guard lock(state_->mutex);
    return state_->failure;
}

Result<void> Recorder::finish() {
    std::lock_guard lock(state_->mutex);
    state_->finish();
    return state_->failure.empty() ? Result<void>() : Error{state_->failure};
}

} // namespace lg
