// SPDX-License-Identifier: GPL-2.0-or-later
// What hostcore takes from strangers: kernels, frames of the protocol, rings of a Guest, filters,
// recordings.
// The first byte says which; the sanitizers say whether it went well.  A libFuzzer target with
// clang; with another compiler it works off seeded inputs, changed copies of good ones.
#include "devices/chain.h"
#include "devices/console.h"
#include "devices/disk.h"
#include "devices/entropy.h"
#include "devices/lguest_bus.h"
#include "devices/net.h"
#include "image/image.h"
#include "inspect/describe.h"
#include "inspect/filter.h"
#include "inspect/text_search.h"
#include "machine/machine_state.h"
#include "saved/saved_file.h"
#include "snapshot/moments.h"
#include "trace/format.h"
#include "trace/recorder.h"
#include "trace/recording.h"
#include "wire/cbor.h"
#include "wire/frames.h"

#include <cstdio>
#include <cstdlib>
#include <elf.h>
#include <random>
#include <sstream>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

using namespace lg;

namespace {

constexpr uint64_t kRam = 64 << 10;
constexpr uint64_t kRing = kRam; // right above, as on the lguest bus

void require(bool good, const char *what) {
    if (!good) {
        std::fprintf(stderr, "not kept: %s\n", what);
        std::abort();
    }
}

void image(BytesView bytes) {
    auto image = parseImage(bytes, "fuzz");
    if (!image) {
        require(!image.message().empty(), "a refusal has a reason");
        return;
    }
    uint64_t end = 0;
    for (const auto &segment : image->segments) {
        require(segment.address >= end, "segments are sorted and apart");
        require(segment.bytes.size() <= segment.memoryBytes, "bytes fit their memory");
        end = uint64_t(segment.address) + segment.memoryBytes;
    }
    require(image->end() == end, "the end is the last segment's");
    (void)image->symbols->text(image->entry);
}

void frames(BytesView bytes) {
    wire::FrameParser parser(wire::kAgentMagic);
    while (!bytes.empty()) {
        auto piece = bytes.first(std::min<size_t>(bytes.size(), 1 + bytes[0] % 32));
        parser.feed(piece);
        bytes = bytes.subspan(piece.size());
        for (auto next = parser.next();; next = parser.next()) {
            if (!next) {
                (void)parser.nextPreamble();
                return;
            }
            if (!next->has_value())
                break;
            require(next->value().payload.size() <= wire::kMaxFrameBytes, "a frame has a limit");
            if (auto message = wire::decodeMessage(next->value().payload))
                (void)wire::numberField(*message, "id");
        }
    }
}

void diskRequest(BytesView bytes) {
    const DiskShape shape{1000, !bytes.empty() && bytes.back() % 2 == 0};
    const auto header = bytes.first(std::min(bytes.size(), kDiskHeaderBytes));
    const uint64_t sent = bytes.size() < 32 ? 512 : loadAt<uint64_t>(bytes, 16);
    const uint64_t wanted = bytes.size() < 32 ? 512 : loadAt<uint64_t>(bytes, 24);
    const auto command = judgeDiskRequest(header, sent, wanted, shape);
    if (command.what != DiskCommand::What::Read && command.what != DiskCommand::What::Write)
        return;
    require(command.length <= kMaxDiskRequest, "a request has a limit");
    require(command.length == (command.what == DiskCommand::What::Read ? wanted : sent),
            "all or nothing");
    require(command.offset + command.length <= shape.sectors * kSectorBytes, "inside the disk");
    require(command.what == DiskCommand::What::Read || !shape.readOnly, "read-only");
}

// Blocks whose checksums are right and whose contents need not be: kind, length, contents.
void savedGuest(BytesView bytes) {
    const saved::FileHeader header = {
        {'L', 'G', 'S', 'A', 'V', 'E', 'D', '\n'}, saved::kVersion, LG_SAVED_VERSION};
    Bytes file;
    append(file, header);
    while (bytes.size() >= 3) {
        const auto kind = bytes[0];
        const size_t length = std::min<size_t>(loadAt<uint16_t>(bytes, 1), bytes.size() - 3);
        const auto raw = bytes.subspan(3, length);
        Bytes packed(ZSTD_compressBound(raw.size()));
        packed.resize(ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), 1));
        saved::BlockHeader block = {saved::kBlockMagic,
                                    kind,
                                    uint32_t(packed.size()),
                                    uint32_t(raw.size()),
                                    trace::crc32(packed.data(), packed.size()),
                                    0};
        block.headerCrc = trace::crc32(&block, offsetof(saved::BlockHeader, headerCrc));
        append(file, block);
        file.insert(file.end(), packed.begin(), packed.end());
        bytes = bytes.subspan(3 + length);
    }
    auto reader = SavedFileReader::read(
        std::make_unique<std::istringstream>(std::string(file.begin(), file.end())), "fuzz");
    if (!reader) {
        require(!reader.message().empty(), "a refusal has a reason");
        return;
    }
    const auto guest = reader->takeGuest();
    require(checkFits(guest.launch.image, guest.launch.memoryBytes, guest.launch.commandLine,
                      guest.launch.initrd.size())
                .ok(),
            "an image fits its memory");
    (void)decodeState(guest.state);
    for (auto batch = reader->nextMemory(); batch && *batch; batch = reader->nextMemory())
        require((*batch)->bytes.size() == (*batch)->pages.size() * 4096, "whole pages");
}

// What an agent gets to read as a Guest's devices.
void savedDevices(BytesView bytes) {
    static auto created = GuestRam::create(kRam, LguestBus::deviceBytes(2));
    static ConsoleDevice console([](BytesView) {});
    static LguestBus bus(*created, {&console});
    static PciBus pci(*created, kRam, {&console});
    auto state = decodeState(bytes);
    if (!state)
        return;
    require(state->vcpus.size() <= LG_VCPUS_MAX, "a number of vCPUs");
    (void)bus.setPositions(state->lguestQueues);
    if (!pci.restore(state->pci))
        return;
    for (unsigned queue : {0u, 1u})
        (void)pci.service({0, queue});
}

void ring(BytesView bytes) {
    static auto created = GuestRam::create(kRam, 3 * 4096);
    require(created.ok(), "there is memory");
    const auto &ram = *created;
    size_t printed = 0;
    ConsoleDevice console([&](BytesView text) { printed += text.size(); });
    console.feed(Bytes(100, 'x'));
    std::vector<uint64_t> tasks;
    DiskDevice disk({64, false}, "fuzz", [&](DiskTask task) {
        require(diskRangeOk({64, false}, task.offset, task.length) || task.length == 0,
                "a task is inside the disk");
        tasks.push_back(task.id);
    });
    EntropyDevice entropy;
    NetDevice net({}, [](BytesView frame) { require(netFrameOk(frame), "a frame is one"); });
    net.accept(bytes.size() % 2 ? VirtioDevice::kVersion1 : 0);
    require(net.receive(Bytes(100)), "there is room for a frame");
    VirtQueue queue(ram, kRing, 256);
    queue.reset();
    // Descriptors first, then the ring of offers: both at places where they matter.
    auto memory = ram.any(kRing, VirtQueue::ringBytes(256));
    auto descriptors = bytes.first(std::min<size_t>(bytes.size(), 256));
    std::copy(descriptors.begin(), descriptors.end(), memory.begin());
    auto offers = bytes.subspan(descriptors.size());
    offers = offers.first(std::min<size_t>(offers.size(), 516));
    std::copy(offers.begin(), offers.end(), memory.begin() + 4096);
    for (unsigned index : {1u, 0u, 1u})
        (void)console.service(index, queue);
    require(printed <= 3 * 256 * 256 * kRam, "output has an end");
    (void)entropy.service(0, queue);
    for (unsigned index : {NetDevice::kReceive, NetDevice::kSend}) {
        std::copy(offers.begin(), offers.end(), memory.begin() + 4096);
        VirtQueue forNet(ram, kRing, 256);
        (void)net.service(index, forNet);
    }
    std::copy(offers.begin(), offers.end(), memory.begin() + 4096);
    VirtQueue forDisk(ram, kRing, 256);
    (void)disk.service(0, forDisk);
    require(tasks.size() <= 256, "so many are under way at most");
    for (auto id : tasks)
        disk.finish(id, id % 2, Bytes(512));
    (void)disk.service(0, forDisk);
}

void filterText(BytesView bytes) {
    auto text = textOf(bytes);
    auto parsed = Filter::parse(text);
    if (auto *error = std::get_if<FilterError>(&parsed))
        require(error->position <= text.size(), "an error lies in the text");
    else
        (void)std::get<Filter>(parsed).matches(lg_event{});
    (void)filterCompletions(text);
    // Any text, in the line about any event.
    static const SymbolTable names({{0xc0000000, 16, "Start"}, {0xc0000010, 0, "an end"}}, 0);
    lg_event event = {};
    std::memcpy(&event, bytes.data(), std::min(bytes.size(), sizeof event));
    event.kind %= LG_EV_KIND_COUNT;
    Line line;
    tell(line, event);
    auto lower = [](std::string said) {
        for (char &c : said)
            c = char(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
        return said;
    };
    const auto wanted = lower(std::string(text.substr(text.size() - text.size() % 6)));
    require(TextSearch(wanted, &names).isIn(line) ==
                (lower(line.text(&names)).find(wanted) != std::string::npos),
            "a text is found where it is");
}

// Somebody who makes the checksums of headers right, so that what lies behind is reached.
void mend(Bytes &file) {
    using namespace lg::trace;
    for (size_t at = sizeof(FileHeader); at + sizeof(BlockHeader) <= file.size();) {
        auto header = loadAt<BlockHeader>(file, at);
        const size_t data = at + sizeof header;
        const size_t room = file.size() - data;
        const bool events = header.kind == uint32_t(BlockKind::Events);
        const size_t checked = events ? sizeof(EventsHead) : header.packedBytes;
        header.magic = kBlockMagic;
        if (checked <= room)
            header.dataCrc = crc32(file.data() + data, checked);
        header.headerCrc = crc32(&header, offsetof(BlockHeader, headerCrc));
        storeAt(file, at, header);
        if (header.packedBytes > room)
            return;
        at = data + header.packedBytes;
    }
}

// What a recording says about the Guest's memory.
void snapshots(const std::shared_ptr<const Recording> &recording) {
    const auto &all = recording->snapshots();
    for (size_t i = 0; i < std::min<size_t>(all.count(), 4); ++i) {
        for (const uint32_t page : {0u, 1u, 5u, (1u << 20) - 1})
            if (auto bytes = all.page(i, page))
                require(bytes->size() == 4096, "a page is a page");
        (void)all.changedPages(0, i);
    }
    const auto rows = rowsOf(*recording);
    for (const uint64_t row : {uint64_t{0}, rows.end / 2, rows.end - 1})
        if (auto at = momentAt(recording, rows, row, [] { return true; })) {
            (void)momentText(*at);
            (void)at->moment->walk(0, 0xc0001000, 0);
            (void)at->moment->readMemory(0, 0xc0000ff0, 64, true);
        }
}

void recording(BytesView bytes) {
    Bytes file(bytes.begin(), bytes.end());
    if (!file.empty() && file.back() % 2)
        mend(file);
    static const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    static const std::string path = "/proc/self/fd/" + std::to_string(fd);
    require(ftruncate(fd, 0) == 0 &&
                pwrite(fd, file.data(), file.size(), 0) == ssize_t(file.size()),
            "there is room for a file");
    auto opened = Recording::open(path);
    if (!opened) {
        require(!opened.message().empty(), "a refusal has a reason");
        return;
    }
    const std::shared_ptr<const Recording> shared = std::move(*opened);
    const auto &trace = *shared;
    snapshots(shared);
    require(trace.eventCount() <= (file.size() / sizeof(trace::BlockHeader) << 16),
            "a block has a limit");
    static const auto filter = std::get<Filter>(
        Filter::parse("kind == hypercall && eip > 4 || not duration < 9 || text ~ SET_PTE"));
    const uint64_t end = std::min<uint64_t>(trace.eventCount(), 1000);
    std::vector<uint64_t> numbers;
    (void)trace.find(filter, 0, end, numbers);
    require(numbers.empty() || numbers.back() < end, "what is found is there");
    std::vector<lg_event> records(end);
    if (auto got = trace.read(0, records, columnSet(Column::Tsc, Column::Detail3)))
        require(*got == end, "what is counted is there");
    if (end != 0)
        (void)trace.event(end - 1);
    for (size_t i = 0; i < std::min<size_t>(trace.consoleCount(), 10); ++i)
        (void)trace.console(i);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static constexpr void (*targets[])(BytesView) = {
        image, frames, ring, filterText, diskRequest, recording, savedGuest, savedDevices};
    if (size == 0)
        return 0;
    targets[data[0] % std::size(targets)]({data + 1, size - 1});
    return 0;
}

#ifdef WITHOUT_LIBFUZZER
namespace {

Bytes goodElf() {
    Elf32_Ehdr header = {};
    std::memcpy(header.e_ident,
                "\x7f"
                "ELF\1\1\1",
                7);
    header.e_type = ET_EXEC;
    header.e_machine = EM_386;
    header.e_version = 1;
    header.e_entry = 0x100000;
    header.e_phoff = header.e_ehsize = sizeof header;
    header.e_phentsize = sizeof(Elf32_Phdr);
    header.e_phnum = 2;
    Bytes file(1, 0);
    append(file, header);
    for (uint32_t i = 0; i < 2; ++i)
        append(file, Elf32_Phdr{PT_LOAD, 116, 0, 0x100000 + i * 0x1000, 16, 32, PF_X, 4096});
    file.resize(file.size() + 16);
    return file;
}

Bytes goodFrames() {
    Bytes stream(1, 1);
    auto message = wire::encodeMessage({{"id", 1u}, {"op", "hello"}, {"list", {1, 2, 3}}});
    for (uint16_t i = 0; i < 4; ++i) {
        append(stream, wire::makeHeader(wire::FrameType::Request, i, message.size()));
        stream.insert(stream.end(), message.begin(), message.end());
    }
    return stream;
}

Bytes goodRing() {
    Bytes bytes(1 + 256 + 516);
    bytes[0] = 2;
    for (uint16_t i = 0; i < 16; ++i) {
        storeAt<uint64_t>(bytes, 1 + 16 * i, 0x100 * i);
        storeAt<uint32_t>(bytes, 1 + 16 * i + 8, 16);
        storeAt<uint16_t>(bytes, 1 + 16 * i + 12, i % 3 == 0);
        storeAt<uint16_t>(bytes, 1 + 16 * i + 14, uint16_t(i + 1));
        storeAt<uint16_t>(bytes, 1 + 256 + 4 + 2 * i, i);
    }
    storeAt<uint16_t>(bytes, 1 + 256 + 2, 12);
    return bytes;
}

Bytes goodDiskRequest() {
    Bytes bytes(1, 4);
    append(bytes, uint64_t(1));
    append(bytes, uint64_t(998));
    append(bytes, uint64_t(1024));
    append(bytes, uint64_t(512));
    bytes.push_back(1);
    return bytes;
}

Bytes goodSavedGuest() {
    SavedGuest guest;
    guest.launch.name = "fuzz";
    guest.launch.memoryBytes = 1 << 20;
    guest.launch.image.segments.push_back({0x10000, 0x1000, Bytes(64, 1)});
    guest.launch.image.symbols =
        std::make_shared<SymbolTable>(std::vector<Symbol>{{0x10000, 8, "start"}}, 0);
    guest.disks.push_back({"/disk", 8});
    guest.state = Bytes(8, 7);
    guest.console = Bytes(16, 'c');
    const std::string path = "/tmp/lgscope-fuzz-" + std::to_string(getpid());
    {
        auto file = SavedFileWriter::create(path);
        require(file.ok() && file->guest(guest).ok() &&
                    file->memory({{1, 2}, Bytes(8192, 3), 3}).ok() && file->finish().ok(),
                "a saved Guest can be written");
    }
    std::ifstream stream(path, std::ios::binary);
    const Bytes file(std::istreambuf_iterator<char>(stream), {});
    std::remove(path.c_str());
    // As savedGuest() takes it.
    Bytes bytes(1, 6);
    for (size_t at = sizeof(saved::FileHeader); at < file.size();) {
        const auto header = loadAt<saved::BlockHeader>(file, at);
        Bytes raw(header.rawBytes);
        ZSTD_decompress(raw.data(), raw.size(), file.data() + at + sizeof header,
                        header.packedBytes);
        bytes.push_back(uint8_t(header.kind));
        append(bytes, uint16_t(raw.size()));
        bytes.insert(bytes.end(), raw.begin(), raw.end());
        at += sizeof header + header.packedBytes;
    }
    return bytes;
}

Bytes goodDevices() {
    MachineState state;
    state.vcpus.resize(1);
    state.lguestQueues.resize(2);
    state.pci.functions.resize(1);
    state.pci.functions[0].status = 15;
    state.pci.queues.resize(2);
    for (auto &queue : state.pci.queues)
        queue = {{0x1000, 0x2000, 0x3000}, 256, 1, {}};
    Bytes bytes(1, 7);
    const Bytes encoded = encodeState(state);
    bytes.insert(bytes.end(), encoded.begin(), encoded.end());
    return bytes;
}

Bytes goodFilter() {
    std::string text = "\3kind == hypercall && (code != SET_PTE || not eip >= 0xc0000000) "
                       "or symbol ~ \"x\"";
    return Bytes(text.begin(), text.end());
}

Bytes goodRecording() {
    char path[] = "/tmp/lgscope-fuzz-XXXXXX";
    const int fd = mkstemp(path);
    TraceMeta meta;
    meta.memoryBytes = 1 << 20;
    auto recorder = Recorder::create(path, meta);
    require(fd >= 0 && recorder.ok(), "there is room for a file");
    std::vector<lg_event> events(60);
    for (uint32_t i = 0; i < events.size(); ++i) {
        events[i].seq = i;
        events[i].kind = uint16_t(1 + i % 5);
        events[i].regs.eip = i * 3;
        events[i].tsc = i;
        events[i].code = i % 2 ? LHCALL_SET_PTE : LHCALL_SET_PGD;
        events[i].detail[0] = 0x1000;
        events[i].detail[1] = 0xc0001000;
    }
    (*recorder)->events(0, events, 0);
    (*recorder)->console(1, viewOf("text"));
    (*recorder)->lost(0, 5);
    Snapshot snapshot;
    snapshot.tsc = 1;
    snapshot.vcpus.resize(1);
    snapshot.vcpus[0].paging = 2;
    snapshot.vcpus[0].regs.cr3 = 0x1000;
    snapshot.switchers.resize(1);
    snapshot.pages = {1, 5};
    Bytes pages(2 * 4096);
    storeAt(pages, 768 * 4, 0x5067u);
    storeAt(pages, 4096 + 4, 0x5067u);
    (*recorder)->snapshotPages(pages);
    const ShadowEntry entry = {0x1000, 0xc0001002, 0x77063};
    (*recorder)->snapshotShadow({&entry, 1});
    snapshot.shadowCount = 1;
    (*recorder)->snapshot(snapshot);
    snapshot.changes = true;
    snapshot.zeros = {5};
    snapshot.pages = {1};
    snapshot.shadowCount = 0;
    (*recorder)->snapshotPages(Bytes(4096, 0x67));
    (*recorder)->snapshot(snapshot);
    require((*recorder)->finish().ok(), "it is written");
    Bytes file(1, 5);
    file.resize(1 + size_t(lseek(fd, 0, SEEK_END)));
    require(pread(fd, file.data() + 1, file.size() - 1, 0) == ssize_t(file.size() - 1),
            "it is there");
    close(fd);
    unlink(path);
    // Odd, so that half of the changed ones are mended.
    file.push_back(1);
    return file;
}

} // namespace

int main() {
    std::mt19937 random(1);
    const Bytes seeds[] = {goodElf(),         goodFrames(),    goodRing(),       goodFilter(),
                           goodDiskRequest(), goodRecording(), goodSavedGuest(), goodDevices()};
    constexpr int kInputs = 200'000;
    for (int i = 0; i < kInputs; ++i) {
        Bytes input = seeds[size_t(i) % std::size(seeds)];
        for (unsigned changes = random() % 6; changes > 0; --changes)
            input[1 + random() % (input.size() - 1)] = uint8_t(random() % 3 ? random() : 255);
        if (random() % 8 == 0)
            input.resize(1 + random() % (input.size() - 1));
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    std::printf("%d inputs\n", kInputs);
    return 0;
}
#endif
