// SPDX-License-Identifier: GPL-2.0-or-later
// Files with saved Guests: what goes in comes out; cut ones, spoilt ones, other people's.
#include "devices/console.h"
#include "devices/lguest_bus.h"
#include "saved/console_tail.h"
#include "saved/saved_file.h"
#include "verify_ok.h"

#include <QtTest>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace lg;

namespace {

constexpr uint32_t kPage = 4096;

Bytes slurp(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

SavedGuest someGuest() {
    SavedGuest guest;
    guest.program = "a test";
    guest.imagePath = "/somewhere/vmlinux";
    guest.savedWallNs = 1234567890123456789;
    guest.launch.name = guest.launch.image.name = "vmlinux";
    guest.launch.memoryBytes = 8 << 20;
    guest.launch.vcpus = 2;
    guest.launch.commandLine = "a \"b\" c";
    guest.launch.initrd = Bytes(3 << 20, 5);
    guest.launch.image.entry = 0x100000;
    guest.launch.image.segments.push_back({0x100000, 2 << 20, Bytes(1500000, 6)});
    guest.launch.image.segments.push_back({0x400000, 4096, Bytes(100, 7)});
    guest.launch.image.symbols = std::make_shared<SymbolTable>(
        std::vector<Symbol>{{0xc0100000, 16, "start"}, {0xc0100010, 0, "schedule"}}, 0xc0000000);
    guest.disks = {{"/a/disk,ro", 77}};
    guest.network = "user,forward=tcp:2222:22";
    guest.state = Bytes(100, 8);
    guest.console = {'h', 'i', '\n', 0x1b, '['};
    return guest;
}

PageBatch pages(std::initializer_list<uint32_t> numbers) {
    PageBatch batch;
    for (auto number : numbers) {
        batch.pages.push_back(number);
        batch.bytes.insert(batch.bytes.end(), kPage, uint8_t(number));
    }
    return batch;
}

// All of it, as whoever restores a Guest reads it.
Result<uint64_t> readWhole(Result<SavedFileReader> file) {
    if (!file)
        return file.error();
    uint64_t count = 0;
    for (;;) {
        auto batch = file->nextMemory();
        if (!batch)
            return batch.error();
        if (!*batch)
            return count;
        count += (*batch)->pages.size();
    }
}

Result<uint64_t> readBytes(const Bytes &bytes) {
    return readWhole(SavedFileReader::read(
        std::make_unique<std::istringstream>(std::string(bytes.begin(), bytes.end())), "it"));
}

} // namespace

class TestSaved : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::string path(const char *name) { return folder_.filePath(name).toStdString(); }

    std::string makeFile() {
        auto name = path("good.lgsaved");
        auto file = SavedFileWriter::create(name);
        if (!file || !file->guest(someGuest()) || !file->memory(pages({0, 1, 5})) ||
            !file->memory({}) || !file->memory(pages({2047})) || !file->finish())
            qFatal("a file can't be written");
        return name;
    }

private slots:
    void comesOutAsItWentIn();
    void nothingIsLeftOfHalfAFile();
    void cutOff();
    void spoilt();
    void others();
    void theConsolesNewestText();
    void aConsoleThatIsTooLong();
    void disksThatAreNotAsTheyWere();
    void stateOfAMachine();
    void queuesOfTheLguestBus();
    void registersOfThePciBus();
};

void TestSaved::comesOutAsItWentIn() {
    auto file = SavedFileReader::open(makeFile());
    VERIFY_OK(file);
    const auto wanted = someGuest(), got = file->takeGuest();
    QCOMPARE(got.imagePath, wanted.imagePath);
    QCOMPARE(got.savedWallNs, wanted.savedWallNs);
    QCOMPARE(got.network, wanted.network);
    QCOMPARE(got.disks.size(), size_t(1));
    QCOMPARE(got.disks[0].words, wanted.disks[0].words);
    QCOMPARE(got.disks[0].sectors, wanted.disks[0].sectors);
    QVERIFY(got.state == wanted.state);
    QVERIFY(got.console == wanted.console);
    QCOMPARE(got.launch.name, wanted.launch.name);
    QCOMPARE(got.launch.commandLine, wanted.launch.commandLine);
    QCOMPARE(got.launch.memoryBytes, wanted.launch.memoryBytes);
    QCOMPARE(got.launch.vcpus, wanted.launch.vcpus);
    QVERIFY(got.launch.initrd == wanted.launch.initrd);
    QCOMPARE(got.launch.image.segments.size(), size_t(2));
    QVERIFY(got.launch.image.segments[0].bytes == wanted.launch.image.segments[0].bytes);
    QCOMPARE(got.launch.image.segments[1].address, 0x400000u);
    QCOMPARE(got.launch.image.symbols->text(0xc0100012), std::string("schedule+0x2"));
    std::vector<uint32_t> numbers;
    for (;;) {
        auto batch = file->nextMemory();
        VERIFY_OK(batch);
        if (!*batch)
            break;
        for (size_t i = 0; i < (*batch)->pages.size(); ++i) {
            numbers.push_back((*batch)->pages[i]);
            QCOMPARE((*batch)->bytes[i * kPage + 17], uint8_t(numbers.back()));
        }
    }
    QCOMPARE(numbers, (std::vector<uint32_t>{0, 1, 5, 2047}));
}

void TestSaved::nothingIsLeftOfHalfAFile() {
    auto name = path("half.lgsaved");
    std::ofstream(name) << "what was there before";
    {
        auto file = SavedFileWriter::create(name);
        VERIFY_OK(file);
        VERIFY_OK(file->guest(someGuest()));
    }
    QCOMPARE(slurp(name).size(), strlen("what was there before"));
    QVERIFY(!std::filesystem::exists(name + ".part"));
    QVERIFY(!SavedFileWriter::create(path("no/such/folder")));
}

void TestSaved::cutOff() {
    const auto whole = slurp(makeFile());
    QCOMPARE(readBytes(whole).value(), uint64_t(4));
    for (size_t length = 0; length < whole.size(); length += 1 + length % 7) {
        auto got = readBytes(Bytes(whole.begin(), whole.begin() + ptrdiff_t(length)));
        QVERIFY2(!got, qPrintable(QString::number(length)));
        QVERIFY(got.message().find('\n') == std::string::npos);
    }
}

void TestSaved::spoilt() {
    const auto whole = slurp(makeFile());
    for (size_t at = 0; at < whole.size(); ++at) {
        auto bytes = whole;
        bytes[at] ^= uint8_t(1 << at % 8);
        QVERIFY2(!readBytes(bytes), qPrintable(QString::number(at)));
    }
}

void TestSaved::others() {
    auto name = path("other");
    std::ofstream(name) << "LGTRACE\nand more of it, which is long enough for a head";
    QCOMPARE(SavedFileReader::open(name).message(), name + " is no saved Guest of lgscope");
    auto bytes = slurp(makeFile());
    bytes[8] ^= 2;
    QVERIFY(readBytes(bytes).message().find("of another version") != std::string::npos);
    QVERIFY(SavedFileReader::open(folder_.path().toStdString())
                .message()
                .ends_with("it is no ordinary file"));
    QVERIFY(
        SavedFileReader::open(path("missing")).message().ends_with("No such file or directory"));
}

void TestSaved::theConsolesNewestText() {
    ConsoleTail tail;
    QVERIFY(tail.newest().empty());
    std::string all;
    for (int i = 0; i < 100'000; ++i) {
        const auto line = "line " + std::to_string(i) + "\n";
        tail.add(viewOf(line));
        all += line;
        if (i == 1000)
            QCOMPARE(std::string(textOf(tail.newest())), all);
    }
    const Bytes newest = tail.newest();
    QVERIFY(newest.size() <= ConsoleTail::kMost && newest.size() > ConsoleTail::kMost - 16);
    QVERIFY(textOf(newest).starts_with("line "));
    QVERIFY(all.ends_with(textOf(newest)));
    // No line ends: the newest bytes.
    ConsoleTail endless;
    for (int i = 0; i < 10; ++i)
        endless.add(Bytes(ConsoleTail::kMost / 2 + 7, uint8_t('0' + i)));
    QCOMPARE(endless.newest().size(), size_t(ConsoleTail::kMost));
    QCOMPARE(endless.newest().back(), uint8_t('9'));
}

void TestSaved::aConsoleThatIsTooLong() {
    for (const size_t more : {0, 1}) {
        auto guest = someGuest();
        guest.console = Bytes(ConsoleTail::kMost + more, 'x');
        const auto name = path("long.lgsaved");
        {
            auto file = SavedFileWriter::create(name);
            QVERIFY(file.ok() && file->guest(guest).ok() && file->finish().ok());
        }
        auto got = SavedFileReader::open(name);
        QCOMPARE(got.ok(), more == 0);
        if (more)
            QVERIFY2(got.message().ends_with("is damaged: its console's text is too long"),
                     got.message().c_str());
    }
}

void TestSaved::disksThatAreNotAsTheyWere() {
    auto guest = someGuest();
    guest.network.clear();
    QCOMPARE(savedDevices(someGuest()),
             std::string("the disk /a/disk,ro, the network user,forward=tcp:2222:22"));
    QCOMPARE(savedDevices(someGuest(), false), std::string("the network user,forward=tcp:2222:22"));
    guest.disks[0].words = path("disk");
    QVERIFY(launchSpecOf(guest).message().starts_with(
        "the saved Guest's disk is not as it was: cannot open the disk"));
    std::ofstream(path("disk")) << std::string(1024, 'd');
    QCOMPARE(launchSpecOf(guest).message(),
             "the disk " + path("disk") + " has 2 sectors, and the saved Guest knows one of 77");
    guest.disks[0].sectors = 2;
    auto spec = launchSpecOf(guest);
    VERIFY_OK(spec);
    QCOMPARE(spec->disks.size(), size_t(1));
    // As it would be saved again, from another folder than it was named in.
    auto again = savedGuestOf(*spec, "x", {path("disk")}, "");
    QCOMPARE(again.disks[0].sectors, uint64_t(2));
    QVERIFY(std::filesystem::path(again.imagePath).is_absolute());
    QVERIFY(again.launch.disks.empty());
}

void TestSaved::stateOfAMachine() {
    MachineState state;
    state.guest.levels = 3;
    state.vcpus.resize(2);
    state.vcpus[1].regs.eax = 42;
    state.lguestQueues = {{1, 2}, {3, 4}};
    state.pci.address = 0x80000800;
    state.pci.functions.resize(1);
    state.pci.functions[0].driverFeatures = VirtioDevice::kVersion1;
    state.pci.queues.resize(2);
    state.typed = {'x', 'y'};
    auto got = decodeState(encodeState(state));
    VERIFY_OK(got);
    QCOMPARE(got->guest.levels, 3u);
    QCOMPARE(got->vcpus[1].regs.eax, 42u);
    QCOMPARE(got->lguestQueues[1].nextUsed, uint16_t(4));
    QCOMPARE(got->pci.functions[0].driverFeatures, VirtioDevice::kVersion1);
    QVERIFY(got->typed == state.typed);
    state.vcpus.resize(LG_VCPUS_MAX + 1);
    QVERIFY(!decodeState(encodeState(state)));
    QVERIFY(!decodeState(Bytes(10)));
}

void TestSaved::queuesOfTheLguestBus() {
    auto ram = GuestRam::create(64 << 10, LguestBus::deviceBytes(2));
    VERIFY_OK(ram);
    ConsoleDevice console([](BytesView) {});
    LguestBus bus(*ram, {&console});
    VERIFY_OK(bus.setPositions({{7, 8}, {9, 10}}));
    QCOMPARE(bus.positions()[1].nextAvail, uint16_t(9));
    QCOMPARE(bus.setPositions({{1, 1}}).message(),
             std::string("the saved Guest had other devices"));
}

void TestSaved::registersOfThePciBus() {
    auto ram = GuestRam::create(64 << 10, 4096);
    VERIFY_OK(ram);
    ConsoleDevice console([](BytesView) {});
    PciBus bus(*ram, 64 << 10, {&console}), other(*ram, 64 << 10, {&console});
    auto saved = bus.save();
    QCOMPARE(saved.functions.size(), size_t(1));
    QCOMPARE(saved.queues.size(), size_t(2));
    saved.functions[0].status = 15;
    saved.functions[0].driverFeatures = ~0ull;
    saved.queues[1] = {{0x1000, 0x2000, 0x3000}, 64, 1, {3, 2}};
    VERIFY_OK(other.restore(saved));
    auto again = other.save();
    QCOMPARE(again.functions[0].driverFeatures, console.features() | VirtioDevice::kVersion1);
    QCOMPARE(again.queues[1].count, uint16_t(64));
    QCOMPARE(again.queues[1].enabled, uint16_t(1));
    QCOMPARE(again.queues[1].position.nextAvail, uint16_t(3));
    saved.queues[1].parts.used = 64 << 10;
    QVERIFY(other.restore(saved).message().ends_with("a queue outside memory"));
    saved.queues[1].count = 512;
    QVERIFY(!other.restore(saved));
    saved.queues.pop_back();
    QCOMPARE(other.restore(saved).message(), std::string("the saved Guest had other devices"));
}

QTEST_GUILESS_MAIN(TestSaved)
#include "test_saved.moc"
