// SPDX-License-Identifier: GPL-2.0-or-later
// Kernels that are right, and files that pretend to be kernels.
#include "image/image.h"
#include "image/layout.h"
#include "lguest_uapi.h"

#include <QtTest>

#include <elf.h>
#include <filesystem>
#include <fstream>

using namespace lg;

namespace {

struct Section {
    std::string name;
    uint32_t type;
    Bytes bytes;
    uint32_t link = 0;
    uint32_t entry = 0;
};

// A small ELF file, piece by piece as the test wants it.
struct ElfMaker {
    Elf32_Ehdr header = {};
    std::vector<Elf32_Phdr> programs;
    std::vector<Section> sections;
    Bytes body; // right behind the program headers

    ElfMaker() {
        std::memcpy(header.e_ident, ELFMAG, SELFMAG);
        header.e_ident[EI_CLASS] = ELFCLASS32;
        header.e_ident[EI_DATA] = ELFDATA2LSB;
        header.e_ident[EI_VERSION] = EV_CURRENT;
        header.e_type = ET_EXEC;
        header.e_machine = EM_386;
        header.e_version = EV_CURRENT;
        header.e_entry = 0x100000;
        header.e_ehsize = sizeof(Elf32_Ehdr);
        header.e_phentsize = sizeof(Elf32_Phdr);
        header.e_shentsize = sizeof(Elf32_Shdr);
    }

    // A PT_LOAD with these bytes; the caller may spoil it afterwards.
    Elf32_Phdr &load(uint32_t address, const Bytes &bytes, uint32_t memoryBytes,
                     uint32_t virtualOffset = 0) {
        Elf32_Phdr program = {};
        program.p_type = PT_LOAD;
        program.p_offset = uint32_t(body.size()); // relative to the body until make()
        program.p_vaddr = address + virtualOffset;
        program.p_paddr = address;
        program.p_filesz = uint32_t(bytes.size());
        program.p_memsz = memoryBytes;
        program.p_flags = PF_R | PF_X;
        body.insert(body.end(), bytes.begin(), bytes.end());
        programs.push_back(program);
        return programs.back();
    }

    Bytes make(bool absoluteOffsets = false) const {
        Elf32_Ehdr top = header;
        top.e_phoff = sizeof top;
        top.e_phnum = uint16_t(programs.size());
        size_t bodyAt = sizeof top + programs.size() * sizeof(Elf32_Phdr);
        Bytes file;
        Bytes tail = body;
        std::vector<Elf32_Shdr> headers(1);
        std::string names(1, '\0');
        auto all = sections;
        all.push_back({".shstrtab", SHT_STRTAB, {}});
        for (size_t i = 0; i < all.size(); ++i) {
            Elf32_Shdr section = {};
            section.sh_name = uint32_t(names.size());
            names += all[i].name + '\0';
            section.sh_type = all[i].type;
            section.sh_link = all[i].link;
            section.sh_entsize = all[i].entry;
            if (i + 1 == all.size())
                all[i].bytes.assign(names.begin(), names.end());
            section.sh_offset = uint32_t(bodyAt + tail.size());
            section.sh_size = uint32_t(all[i].bytes.size());
            tail.insert(tail.end(), all[i].bytes.begin(), all[i].bytes.end());
            headers.push_back(section);
        }
        while ((bodyAt + tail.size()) % 4)
            tail.push_back(0);
        top.e_shoff = uint32_t(bodyAt + tail.size());
        top.e_shnum = uint16_t(headers.size());
        top.e_shstrndx = uint16_t(headers.size() - 1);
        append(file, top);
        for (auto program : programs) {
            if (!absoluteOffsets)
                program.p_offset += uint32_t(bodyAt);
            append(file, program);
        }
        file.insert(file.end(), tail.begin(), tail.end());
        for (const auto &section : headers)
            append(file, section);
        return file;
    }
};

Bytes someBytes(size_t count, uint8_t first = 1) {
    Bytes bytes(count);
    for (size_t i = 0; i < count; ++i)
        bytes[i] = uint8_t(first + i);
    return bytes;
}

Bytes makeBzImage(uint8_t setupSects, size_t kernelBytes) {
    Bytes file((setupSects ? setupSects + 1 : 5) * 512);
    file[0x1f1] = setupSects;
    storeAt<uint16_t>(file, 0x1fe, 0xaa55);
    std::memcpy(file.data() + 0x202, "HdrS", 4);
    storeAt<uint16_t>(file, 0x206, 0x020a);
    file[0x211] = 1;
    storeAt<uint32_t>(file, 0x214, 0x100000);
    auto kernel = someBytes(kernelBytes);
    file.insert(file.end(), kernel.begin(), kernel.end());
    return file;
}

} // namespace

class TestImage : public QObject {
    Q_OBJECT

private:
    static void refused(const Bytes &file, const char *because) {
        auto image = parseImage(file, "bad");
        QVERIFY2(!image.ok(), because);
        QVERIFY2(image.message().find(because) != std::string::npos, image.message().c_str());
        QVERIFY(image.message().starts_with("bad "));
        QCOMPARE(image.message().find('\n'), std::string::npos);
    }

private slots:
    void elfIsLoadedAtPhysicalAddresses() {
        ElfMaker elf;
        elf.load(0x200000, someBytes(10, 7), 0x2000, 0xc0000000).p_flags = PF_R | PF_W;
        elf.load(0x100000, someBytes(64), 64, 0xc0000000);
        auto image = parseImage(elf.make(), "vmlinux");
        QVERIFY2(image.ok(), image.ok() ? "" : image.message().c_str());
        QCOMPARE(image->kind, ImageKind::Elf);
        QCOMPARE(image->entry, 0x100000u);
        QCOMPARE(image->segments.size(), size_t(2));
        QCOMPARE(image->segments[0].address, 0x100000u); // sorted
        QCOMPARE(image->segments[0].bytes, someBytes(64));
        QCOMPARE(image->segments[1].address, 0x200000u);
        QCOMPARE(image->segments[1].memoryBytes, 0x2000u);
        QCOMPARE(image->segments[1].bytes, someBytes(10, 7));
        QCOMPARE(image->end(), uint64_t(0x202000));
    }

    void wrongFiles() {
        refused({}, "is empty");
        refused(someBytes(100), "is no kernel");
        refused(Bytes(viewOf("#!/bin/sh\n").begin(), viewOf("#!/bin/sh\n").end()), "is no kernel");
        auto good = ElfMaker();
        good.load(0x100000, someBytes(64), 64);
        auto file = good.make();
        file[EI_CLASS] = ELFCLASS64;
        refused(file, "64-bit");
        ElfMaker elf = good;
        elf.header.e_machine = EM_ARM;
        refused(elf.make(), "another processor");
        elf = good;
        elf.header.e_type = ET_DYN;
        refused(elf.make(), "shared or PIE");
        elf.header.e_type = ET_REL;
        refused(elf.make(), "object file");
        elf = good;
        elf.programs[0].p_type = PT_NOTE;
        refused(elf.make(), "no segments");
        elf = good;
        elf.load(0x200000, someBytes(4), 4).p_type = PT_INTERP;
        refused(elf.make(), "interpreter");
    }

    void hostileSegments() {
        ElfMaker good;
        good.load(0x100000, someBytes(64), 64);
        auto spoil = [&](auto change) {
            ElfMaker elf = good;
            change(elf.programs[0]);
            return elf.make();
        };
        refused(spoil([](auto &p) { p.p_memsz = 63; }), "more bytes in the file than in memory");
        refused(spoil([](auto &p) { p.p_offset = 0x7fffffff; }), "behind the end of the file");
        refused(spoil([](auto &p) { p.p_filesz = p.p_memsz = 0xffffffff; }), "the end of the file");
        refused(spoil([](auto &p) { p.p_memsz = 0xfff00001; }), "wraps around");
        refused(spoil([](auto &p) { p.p_paddr = 0x1fff; }), "boot parameters");
        refused(spoil([](auto &p) { p.p_paddr = 0; }), "boot parameters");
        refused(spoil([](auto &p) { p.p_paddr = 0x200000; }), "entry point");

        ElfMaker elf = good;
        elf.load(0x10003f, someBytes(64), 64);
        refused(elf.make(), "overlap");
        elf = good;
        elf.header.e_entry = 0x100040; // one behind the end
        refused(elf.make(), "entry point 0x100040");
        elf.header.e_entry = 0xc0100000; // the virtual one
        refused(elf.make(), "physical");
        elf = good;
        for (int i = 0; i < 200; ++i)
            elf.load(0x200000 + uint32_t(i) * 0x1000, {}, 16);
        refused(elf.make(), "program headers");
    }

    // Every way to cut a good file off gives an image or one line, and never more.
    void truncated() {
        ElfMaker elf;
        elf.load(0x100000, someBytes(64), 64);
        auto file = elf.make();
        for (size_t length = 0; length < file.size(); ++length) {
            auto image = parseImage(BytesView(file).first(length), "bad");
            if (length < sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr) + 64)
                QVERIFY2(!image.ok(), std::to_string(length).c_str());
        }
        refused(Bytes(file.begin(), file.begin() + 20), "truncated");
    }

    // Each byte of the headers in turn is something else.
    void flippedBytes() {
        ElfMaker elf;
        elf.load(0x100000, someBytes(64), 64);
        elf.sections.push_back({".lguest.about", SHT_PROGBITS, someBytes(5, 'a')});
        auto file = elf.make();
        for (size_t at = 0; at < file.size(); ++at) {
            for (uint8_t value : {uint8_t(0), uint8_t(0xff), uint8_t(file[at] ^ 0x80)}) {
                auto changed = file;
                changed[at] = value;
                auto image = parseImage(changed, "bad");
                if (image)
                    QVERIFY(image->end() <= uint64_t(UINT32_MAX));
                else
                    QVERIFY(!image.message().empty());
            }
        }
    }

    void symbolsAndAbout() {
        ElfMaker elf;
        elf.load(0x100000, someBytes(64), 64, 0xc0000000);
        Bytes names(1), table(sizeof(Elf32_Sym));
        auto add = [&](const std::string &name, uint32_t at, uint32_t size, int type) {
            Elf32_Sym symbol = {};
            symbol.st_name = uint32_t(names.size());
            names.insert(names.end(), name.begin(), name.end());
            names.push_back(0);
            symbol.st_value = at;
            symbol.st_size = size;
            symbol.st_shndx = 1;
            symbol.st_info = ELF32_ST_INFO(STB_GLOBAL, type);
            append(table, symbol);
        };
        add("file.c", 0, 0, STT_FILE);
        add("alias", 0xc0100010, 0, STT_NOTYPE);
        add("schedule", 0xc0100010, 16, STT_FUNC);
        add("start", 0xc0100000, 16, STT_FUNC);
        elf.sections.push_back({".symtab", SHT_SYMTAB, table, 2, sizeof(Elf32_Sym)});
        elf.sections.push_back({".strtab", SHT_STRTAB, names});
        std::string about("One line\nor two");
        elf.sections.push_back({".lguest.about", SHT_PROGBITS, Bytes(about.begin(), about.end())});
        auto image = parseImage(elf.make(), "vmlinux");
        QVERIFY(image.ok());
        QCOMPARE(image->about, std::string("One line or two"));
        QCOMPARE(image->vcpus, 1u);
        for (uint8_t said : {0, 2, LG_VCPUS_MAX, LG_VCPUS_MAX + 1, 255}) {
            auto several = elf;
            several.sections.push_back({".lguest.vcpus", SHT_PROGBITS, Bytes{said}});
            auto other = parseImage(several.make(), "vmlinux");
            QVERIFY(other.ok());
            QCOMPARE(other->vcpus, said == 2 || said == LG_VCPUS_MAX ? said : 1u);
        }
        const auto &symbols = *image->symbols;
        QCOMPARE(symbols.size(), size_t(3));
        QCOMPARE(symbols.virtualOffset(), 0xc0000000u);
        QCOMPARE(symbols.text(0xc0100000), std::string("start"));
        QCOMPARE(symbols.text(0xc010001c), std::string("schedule+0xc")); // functions first
        QCOMPARE(symbols.text(0x00100004), std::string("start+0x4"));    // before paging
        QCOMPARE(symbols.text(0xc0200000), std::string());
        QCOMPARE(symbols.text(0xbfffffff), std::string());
        QCOMPARE(symbols.address("schedule"), std::optional<uint32_t>(0xc0100010));
        QCOMPARE(symbols.address("nobody"), std::optional<uint32_t>());
    }

    void bzImage() {
        for (uint8_t setup : {uint8_t(0), uint8_t(3), uint8_t(30)}) {
            auto image = parseImage(makeBzImage(setup, 1000), "bzImage");
            QVERIFY(image.ok());
            QCOMPARE(image->kind, ImageKind::BzImage);
            QCOMPARE(image->entry, 0x100000u);
            QCOMPARE(image->segments.size(), size_t(1));
            QCOMPARE(image->segments[0].address, kBzImageAt);
            QCOMPARE(image->segments[0].bytes, someBytes(1000));
        }
        auto file = makeBzImage(3, 1000);
        file.resize(4 * 512);
        refused(file, "truncated");
        file = makeBzImage(3, 1000);
        storeAt<uint32_t>(file, 0x1f4, 63); // whole paragraphs, the last one cut
        QVERIFY(parseImage(file, "bzImage").ok());
        storeAt<uint32_t>(file, 0x1f4, 100000);
        refused(file, "1599000 bytes are missing");
        storeAt<uint16_t>(file, 0x206, 0x0203); // too old to tell
        QVERIFY(parseImage(file, "bzImage").ok());
        file = makeBzImage(3, 1000);
        storeAt<uint16_t>(file, 0x236, 1); // too old to mean it
        QVERIFY(parseImage(file, "bzImage").ok());
        storeAt<uint16_t>(file, 0x206, 0x020c);
        refused(file, "64-bit");
        file = makeBzImage(3, 1000);
        file[0x211] = 0;
        refused(file, "zImage");
        file = makeBzImage(3, 1000);
        storeAt<uint32_t>(file, 0x214, 0x90000);
        refused(file, "entry point 0x90000");
    }

    // What it unpacks itself to counts as well, or a Guest without room dies of a page fault.
    void bzImageThatUnpacksItself() {
        auto file = makeBzImage(3, 1000);
        storeAt<uint64_t>(file, 0x258, 0x1000000);
        storeAt<uint32_t>(file, 0x260, 0x480000);
        auto image = parseImage(file, "bzImage");
        QVERIFY(image.ok());
        QCOMPARE(image->end(), uint64_t(0x1480000));
        auto fits = checkFits(*image, 16 << 20, "", 0);
        QVERIFY(!fits.ok() && fits.message().find("up to 21 MB") != std::string::npos);
        QVERIFY(checkFits(*image, 21 << 20, "", 0).ok());
        // One that runs anywhere goes to a multiple of what the boot parameters say.
        storeAt<uint64_t>(file, 0x258, 0x100000);
        file[0x234] = 1;
        QCOMPARE(parseImage(file, "bzImage")->end(), uint64_t(0x1480000));
        file[0x234] = 0;
        image = parseImage(file, "bzImage");
        QCOMPARE(image->segments.size(), size_t(1));
        QCOMPARE(image->end(), uint64_t(0x580000));
        storeAt<uint16_t>(file, 0x206, 0x0209); // too old to tell
        QCOMPARE(parseImage(file, "bzImage")->end(), uint64_t(0x100000 + 1000));
        storeAt<uint16_t>(file, 0x206, 0x020a);
        storeAt<uint32_t>(file, 0x260, 0xffffffff);
        refused(file, "unpack itself beyond the memory");
        storeAt<uint64_t>(file, 0x258, ~uint64_t(0));
        refused(file, "unpack itself beyond the memory");
    }

    void whatFits() {
        ElfMaker elf;
        elf.load(0x100000, someBytes(64), 0x100000);
        auto image = *parseImage(elf.make(), "vmlinux");
        auto fits = [&](uint64_t memory, const std::string &line, uint64_t initrd) {
            return checkFits(image, memory, line, initrd);
        };
        QVERIFY(fits(2 << 20, "", 0).ok());
        QVERIFY(!fits((2 << 20) - 4096, "", 0).ok());
        QVERIFY(!fits(0, "", 0).ok());
        QVERIFY(!fits((2 << 20) + 1, "", 0).ok());
        QVERIFY(!fits(kMaxMemoryBytes + 4096, "", 0).ok());
        QVERIFY(!fits(UINT64_MAX, "", 0).ok());
        QVERIFY(fits(2 << 20, std::string(kMaxCommandLine, 'x'), 0).ok());
        QVERIFY(!fits(2 << 20, std::string(kMaxCommandLine + 1, 'x'), 0).ok());
        QVERIFY(!fits(2 << 20, std::string("a\0b", 3), 0).ok());
        QVERIFY(fits(3 << 20, "", 1 << 20).ok());
        QVERIFY(!fits(3 << 20, "", (1 << 20) + 1).ok());
        QVERIFY(!fits(3 << 20, "", UINT64_MAX).ok());
        // What a client may send past the file's own checks.
        image.segments[0].memoryBytes = 1;
        QVERIFY(!fits(2 << 20, "", 0).ok());
        image.segments[0].memoryBytes = 0x100000;
        image.segments.push_back(image.segments[0]);
        QVERIFY(!fits(2 << 20, "", 0).ok());
        image.segments.clear();
        QVERIFY(!fits(2 << 20, "", 0).ok());
    }

    // Such a kernel would start, find no console and die of it.
    void devicesBehindTooMuchMemory() {
        ElfMaker elf;
        elf.load(0x100000, someBytes(64), 0x100000);
        auto image = *parseImage(elf.make(), "vmlinux");
        auto fits = [&](uint64_t megabytes) { return checkFits(image, megabytes << 20, "", 0); };
        const auto has = [&](std::vector<Symbol> symbols, uint32_t offset) {
            image.symbols = std::make_shared<SymbolTable>(std::move(symbols), offset);
        };
        const Symbol oldBus = {0xc0100000, 0, "lguest_devices_init"};
        QVERIFY(fits(1024).ok());
        has({oldBus}, 0xc0000000);
        QVERIFY(fits(896).ok());
        QVERIFY(fits(897).message().find("no CONFIG_HIGHMEM") != std::string::npos);
        has({oldBus}, 0x80000000);
        QVERIFY(fits(1920).ok() && !fits(1921).ok());
        has({oldBus}, 0xffffffff); // makes no sense
        QVERIFY(fits(1024).ok());
        has({oldBus, {0xc0100010, 0, "kmap_high"}}, 0xc0000000);
        QVERIFY(fits(1024).ok());
    }

    void bootParams() {
        auto page = makeBootParams(64 << 20, 5000, true);
        QCOMPARE(page.size(), size_t(4096));
        QCOMPARE(page[0x1e8], uint8_t(1));
        QCOMPARE(loadAt<uint64_t>(page, 0x2d0), uint64_t(0));
        QCOMPARE(loadAt<uint64_t>(page, 0x2d8), uint64_t(64 << 20));
        QCOMPARE(loadAt<uint32_t>(page, 0x2e0), 1u);
        QCOMPARE(loadAt<uint32_t>(page, 0x202), 0u); // no HdrS
        QCOMPARE(loadAt<uint16_t>(page, 0x206), uint16_t(0x0207));
        QCOMPARE(page[0x210], uint8_t(0xff));
        QCOMPARE(page[0x211], uint8_t(0x40));
        QCOMPARE(loadAt<uint32_t>(page, 0x218), uint32_t((64 << 20) - 8192));
        QCOMPARE(loadAt<uint32_t>(page, 0x21c), 8192u);
        QCOMPARE(loadAt<uint32_t>(page, 0x228), 0x1000u);
        QCOMPARE(loadAt<uint32_t>(page, 0x230), 0x1000000u);
        QCOMPARE(loadAt<uint32_t>(page, 0x23c), 1u);
        auto plain = makeBootParams(64 << 20, 0, false);
        QCOMPARE(loadAt<uint32_t>(plain, 0x218), 0u);
        QCOMPARE(plain[0x210], uint8_t(0));
    }

    void files() {
        QTemporaryDir folder;
        auto in = [&](const char *name) { return folder.filePath(name).toStdString(); };
        auto missing = loadImage(in("none"));
        QVERIFY(!missing.ok());
        QVERIFY(missing.message().find("No such file") != std::string::npos);
        auto dir = loadImage(folder.path().toStdString());
        QVERIFY(!dir.ok());
        QVERIFY(dir.message().find("folder") != std::string::npos);
        auto device = loadImage("/dev/null");
        QVERIFY(!device.ok());
        ElfMaker elf;
        elf.load(0x100000, someBytes(64), 64);
        auto bytes = elf.make();
        std::ofstream(in("kernel"), std::ios::binary)
            .write(reinterpret_cast<const char *>(bytes.data()), std::streamsize(bytes.size()));
        auto image = loadImage(in("kernel"));
        QVERIFY(image.ok());
        QCOMPARE(image->name, std::string("kernel"));
        std::filesystem::resize_file(in("kernel"), 100);
        QVERIFY(!loadImage(in("kernel")).ok());
    }
};

QTEST_APPLESS_MAIN(TestImage)
#include "test_image.moc"
