// SPDX-License-Identifier: GPL-2.0-or-later
#include "saved/saved_file.h"

#include "image/layout.h"
#include "saved/console_tail.h"
#include "wire/cbor.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <zstd.h>

namespace lg {

using namespace saved;
using wire::Json;

namespace {

constexpr int kPackLevel = 1;
constexpr size_t kBlobPiece = 1 << 20;
// What comes before the segments, among the blobs.
enum : uint32_t { kState = 0, kSymbols = 1, kInitrd = 2, kFirstSegment = 3 };
constexpr size_t kMaxSegments = 256;
constexpr uint64_t kMaxStateBytes = 1 << 20, kMaxSymbolBytes = 64 << 20;

Bytes packSymbols(const SymbolTable &table) {
    std::vector<uint32_t> addresses, sizes;
    Bytes names; // each with a nul
    for (const auto &symbol : table.all()) {
        addresses.push_back(symbol.address);
        sizes.push_back(symbol.size);
        names.insert(names.end(), symbol.name.begin(), symbol.name.end());
        names.push_back(0);
    }
    return wire::encodeMessage({{"offset", table.virtualOffset()},
                                {"addresses", wire::listJson(addresses)},
                                {"sizes", wire::listJson(sizes)},
                                {"names", Json::binary(std::move(names))}});
}

std::shared_ptr<const SymbolTable> unpackSymbols(BytesView bytes) {
    constexpr size_t kMost = 2 << 20;
    auto message = wire::decodeMessage(bytes);
    std::vector<uint32_t> addresses, sizes;
    if (!message || !wire::takeList(*message, "addresses", kMost, addresses) ||
        !wire::takeList(*message, "sizes", kMost, sizes) || sizes.size() != addresses.size())
        return nullptr;
    auto names = wire::bytesField(*message, "names");
    std::vector<Symbol> symbols;
    for (size_t i = 0; i < addresses.size(); ++i) {
        auto end = std::find(names.begin(), names.end(), uint8_t(0));
        if (end == names.end())
            return nullptr;
        symbols.push_back({addresses[i], sizes[i], std::string(names.begin(), end)});
        names = names.subspan(symbols.back().name.size() + 1);
    }
    return std::make_shared<SymbolTable>(std::move(symbols),
                                         uint32_t(wire::numberField(*message, "offset")));
}

Json metaOf(const SavedGuest &saved, uint64_t symbolBytes) {
    const auto &launch = saved.launch;
    std::vector<uint64_t> sizes = {saved.state.size(), symbolBytes, launch.initrd.size()};
    auto segments = Json::array(), disks = Json::array();
    for (const auto &segment : launch.image.segments) {
        sizes.push_back(segment.bytes.size());
        segments.push_back({{"address", segment.address}, {"memoryBytes", segment.memoryBytes}});
    }
    for (const auto &disk : saved.disks)
        disks.push_back({{"words", disk.words}, {"sectors", disk.sectors}});
    return {{"program", saved.program},
            {"imagePath", saved.imagePath},
            {"savedWallNs", saved.savedWallNs},
            {"name", launch.name},
            {"bzImage", launch.image.kind == ImageKind::BzImage},
            {"entry", launch.image.entry},
            {"segments", std::move(segments)},
            {"memoryBytes", launch.memoryBytes},
            {"vcpus", launch.vcpus},
            {"commandLine", launch.commandLine},
            {"disks", std::move(disks)},
            {"network", saved.network},
            {"console", Json::binary(saved.console)},
            {"blobs", wire::listJson(sizes)}};
}

} // namespace

Result<SavedFileWriter> SavedFileWriter::create(const std::string &path) {
    SavedFileWriter writer(path);
    writer.file_.open(writer.partPath(), std::ios::binary | std::ios::trunc);
    if (!writer.file_)
        return errnoError("cannot write " + writer.partPath());
    FileHeader header = {};
    std::memcpy(header.magic, kFileMagic, sizeof header.magic);
    header.version = kVersion;
    header.state = LG_SAVED_VERSION;
    writer.file_.write(reinterpret_cast<const char *>(&header), sizeof header);
    return writer;
}

SavedFileWriter::~SavedFileWriter() {
    if (!file_.is_open())
        return; // moved away, or finished
    file_.close();
    std::remove(partPath().c_str());
}

Result<void> SavedFileWriter::block(BlockKind kind, BytesView raw) {
    Bytes packed(ZSTD_compressBound(raw.size()));
    packed.resize(ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), kPackLevel));
    BlockHeader header = {kBlockMagic,
                          uint32_t(kind),
                          uint32_t(packed.size()),
                          uint32_t(raw.size()),
                          trace::crc32(packed.data(), packed.size()),
                          0};
    header.headerCrc = trace::crc32(&header, offsetof(BlockHeader, headerCrc));
    file_.write(reinterpret_cast<const char *>(&header), sizeof header);
    file_.write(reinterpret_cast<const char *>(packed.data()), std::streamsize(packed.size()));
    return file_ ? Result<void>() : errnoError("cannot write " + partPath());
}

Result<void> SavedFileWriter::blob(uint32_t number, BytesView bytes) {
    Result<void> good;
    while (good && !bytes.empty()) {
        auto piece = bytes.first(std::min(bytes.size(), kBlobPiece));
        Bytes raw;
        append(raw, number);
        raw.insert(raw.end(), piece.begin(), piece.end());
        good = block(BlockKind::Blob, raw);
        bytes = bytes.subspan(piece.size());
    }
    return good;
}

Result<void> SavedFileWriter::guest(const SavedGuest &saved) {
    const auto &image = saved.launch.image;
    const Bytes symbols = packSymbols(image.symbols ? *image.symbols : SymbolTable());
    auto good = block(BlockKind::Meta, wire::encodeMessage(metaOf(saved, symbols.size())));
    if (good)
        good = blob(kState, saved.state);
    if (good)
        good = blob(kSymbols, symbols);
    if (good)
        good = blob(kInitrd, saved.launch.initrd);
    for (size_t i = 0; good && i < image.segments.size(); ++i)
        good = blob(uint32_t(kFirstSegment + i), image.segments[i].bytes);
    return good;
}

Result<void> SavedFileWriter::memory(const PageBatch &batch) {
    if (batch.pages.empty())
        return {};
    Bytes raw;
    append(raw, uint32_t(batch.pages.size()));
    for (auto page : batch.pages)
        append(raw, page);
    raw.insert(raw.end(), batch.bytes.begin(), batch.bytes.end());
    pages_ += batch.pages.size();
    return block(BlockKind::Memory, raw);
}

Result<void> SavedFileWriter::finish() {
    Bytes raw;
    append(raw, pages_);
    if (auto good = block(BlockKind::End, raw); !good)
        return good;
    file_.flush();
    if (!file_)
        return errnoError("cannot write " + partPath());
    if (std::rename(partPath().c_str(), path_.c_str()) != 0)
        return errnoError("cannot write " + path_);
    file_.close();
    return {};
}

Error SavedFileReader::damaged(const std::string &what) const {
    return {"the saved Guest " + path_ + " is damaged: " + what};
}

Result<void> SavedFileReader::readHeader() {
    FileHeader header = {};
    file_->read(reinterpret_cast<char *>(&header), sizeof header);
    if (!*file_ || std::memcmp(header.magic, kFileMagic, sizeof header.magic) != 0)
        return Error{path_ + " is no saved Guest of lgscope"};
    if (header.version != kVersion || header.state != LG_SAVED_VERSION)
        return Error{"the saved Guest " + path_ +
                     " is of another version: " + std::to_string(header.version) + "." +
                     std::to_string(header.state) + ", this program reads " +
                     std::to_string(kVersion) + "." + std::to_string(LG_SAVED_VERSION)};
    return {};
}

Result<SavedFileReader::Block> SavedFileReader::nextBlock() {
    BlockHeader header = {};
    file_->read(reinterpret_cast<char *>(&header), sizeof header);
    if (!*file_)
        return damaged("it has no end");
    if (header.magic != kBlockMagic ||
        header.headerCrc != trace::crc32(&header, offsetof(BlockHeader, headerCrc)) ||
        header.rawBytes > kMaxRawBytes || header.packedBytes > ZSTD_compressBound(kMaxRawBytes))
        return damaged("a block's head makes no sense");
    Bytes packed(header.packedBytes);
    file_->read(reinterpret_cast<char *>(packed.data()), std::streamsize(packed.size()));
    if (!*file_)
        return damaged("it is cut off");
    if (trace::crc32(packed.data(), packed.size()) != header.dataCrc)
        return damaged("a block has a wrong checksum");
    Block block{BlockKind(header.kind), Bytes(header.rawBytes)};
    size_t size = ZSTD_decompress(block.raw.data(), block.raw.size(), packed.data(), packed.size());
    if (ZSTD_isError(size) || size != block.raw.size())
        return damaged("a block can't be unpacked");
    return block;
}

// The sizes of the blobs that follow.
Result<std::vector<uint64_t>> SavedFileReader::takeMeta(BytesView raw) {
    auto meta = wire::decodeMessage(raw);
    std::vector<uint64_t> sizes;
    if (!meta || !wire::takeList(*meta, "blobs", kFirstSegment + kMaxSegments, sizes) ||
        sizes.size() < kFirstSegment)
        return damaged("its description makes no sense");
    guest_.program = wire::textField(*meta, "program");
    guest_.imagePath = wire::textField(*meta, "imagePath");
    guest_.savedWallNs = wire::numberField(*meta, "savedWallNs");
    guest_.network = wire::textField(*meta, "network");
    const auto console = wire::bytesField(*meta, "console"); // older files have none
    if (console.size() > ConsoleTail::kMost)
        return damaged("its console's text is too long");
    guest_.console.assign(console.begin(), console.end());
    auto &launch = guest_.launch;
    launch.name = launch.image.name = wire::textField(*meta, "name");
    launch.image.kind = wire::flagField(*meta, "bzImage") ? ImageKind::BzImage : ImageKind::Elf;
    launch.image.entry = uint32_t(wire::numberField(*meta, "entry"));
    launch.memoryBytes = wire::numberField(*meta, "memoryBytes");
    launch.commandLine = wire::textField(*meta, "commandLine");
    const auto vcpus = wire::numberField(*meta, "vcpus");
    if (auto possible = checkVcpuCount(vcpus); !possible)
        return damaged(possible.message());
    launch.vcpus = uint32_t(vcpus);
    const auto segments = meta->value("segments", Json::array());
    const auto disks = meta->value("disks", Json::array());
    if (!segments.is_array() || !disks.is_array() ||
        segments.size() + kFirstSegment != sizes.size() || disks.size() > kMaxDisks)
        return damaged("its description makes no sense");
    for (const auto &entry : segments) {
        ImageSegment segment;
        if (entry.is_object()) {
            segment.address = uint32_t(wire::numberField(entry, "address"));
            segment.memoryBytes = uint32_t(wire::numberField(entry, "memoryBytes"));
        }
        launch.image.segments.push_back(std::move(segment));
    }
    for (const auto &entry : disks)
        guest_.disks.push_back(entry.is_object() ? SavedDisk{wire::textField(entry, "words"),
                                                             wire::numberField(entry, "sectors")}
                                                 : SavedDisk());
    uint64_t all = 0;
    for (auto size : sizes)
        all += std::min(size, kMaxMemoryBytes + 1);
    if (launch.memoryBytes < kMinMemoryBytes || launch.memoryBytes > kMaxMemoryBytes ||
        sizes[kState] > kMaxStateBytes || sizes[kSymbols] > kMaxSymbolBytes ||
        all > launch.memoryBytes + kMaxStateBytes + kMaxSymbolBytes)
        return damaged("its sizes make no sense");
    return sizes;
}

Result<void> SavedFileReader::takeBlobs(const std::vector<uint64_t> &sizes) {
    std::vector<Bytes> blobs(sizes.size());
    uint64_t missing = 0;
    for (auto size : sizes)
        missing += size;
    while (missing != 0) {
        auto block = nextBlock();
        if (!block)
            return block.error();
        const BytesView raw = block->raw;
        const auto number = raw.size() < 4 ? ~0u : loadAt<uint32_t>(raw, 0);
        if (block->kind != BlockKind::Blob || number >= blobs.size() || raw.size() == 4 ||
            raw.size() - 4 > sizes[number] - blobs[number].size())
            return damaged("a part is too much or missing");
        blobs[number].insert(blobs[number].end(), raw.begin() + 4, raw.end());
        missing -= raw.size() - 4;
    }
    auto &image = guest_.launch.image;
    guest_.state = std::move(blobs[kState]);
    guest_.launch.initrd = std::move(blobs[kInitrd]);
    image.symbols = unpackSymbols(blobs[kSymbols]);
    if (!image.symbols)
        return damaged("its symbols make no sense");
    for (size_t i = 0; i < image.segments.size(); ++i)
        image.segments[i].bytes = std::move(blobs[kFirstSegment + i]);
    auto fits = checkFits(image, guest_.launch.memoryBytes, guest_.launch.commandLine,
                          guest_.launch.initrd.size());
    return fits ? Result<void>() : damaged(fits.message());
}

Result<SavedFileReader> SavedFileReader::open(const std::string &path) {
    std::error_code failed;
    if (std::filesystem::exists(path, failed) && !std::filesystem::is_regular_file(path, failed))
        return Error{"cannot open the saved Guest " + path + ": it is no ordinary file"};
    auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
    if (!*file)
        return errnoError("cannot open the saved Guest " + path);
    return read(std::move(file), path);
}

Result<SavedFileReader> SavedFileReader::read(std::unique_ptr<std::istream> file,
                                              const std::string &name) {
    SavedFileReader reader(std::move(file), name);
    if (auto good = reader.readHeader(); !good)
        return good.error();
    auto first = reader.nextBlock();
    if (!first)
        return first.error();
    if (first->kind != BlockKind::Meta)
        return reader.damaged("it does not begin with its description");
    auto sizes = reader.takeMeta(first->raw);
    if (!sizes)
        return sizes.error();
    if (auto good = reader.takeBlobs(*sizes); !good)
        return good.error();
    return reader;
}

Result<std::optional<PageBatch>> SavedFileReader::nextMemory() {
    if (ended_)
        return std::optional<PageBatch>();
    auto block = nextBlock();
    if (!block)
        return block.error();
    const BytesView raw = block->raw;
    if (block->kind == BlockKind::End) {
        ended_ = true;
        if (raw.size() != sizeof pages_ || loadAt<uint64_t>(raw, 0) != pages_)
            return damaged("memory is missing");
        return std::optional<PageBatch>();
    }
    const uint64_t count = raw.size() < 4 ? 0 : loadAt<uint32_t>(raw, 0);
    if (block->kind != BlockKind::Memory || count == 0 || count > kPagesPerBatch ||
        raw.size() != 4 + count * (4 + kPageBytes))
        return damaged("a portion of memory makes no sense");
    PageBatch batch;
    for (uint64_t i = 0; i < count; ++i)
        batch.pages.push_back(loadAt<uint32_t>(raw, 4 + 4 * i));
    batch.bytes.assign(raw.begin() + ptrdiff_t(4 + 4 * count), raw.end());
    pages_ += count;
    return std::optional(std::move(batch));
}

} // namespace lg
