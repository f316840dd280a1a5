// SPDX-License-Identifier: GPL-2.0-or-later
#include "image/elf_image.h"

#include "image/layout.h"
#include "lguest_uapi.h"

#include <algorithm>
#include <cstdio>
#include <libelf.h>

namespace lg {

namespace {

constexpr size_t kMaxSegments = 128;
constexpr size_t kMaxSymbols = 1 << 20;
constexpr size_t kMaxAbout = 200;

std::string hex(uint64_t number) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(number));
    return text;
}

struct ElfEnd {
    void operator()(Elf *elf) const { elf_end(elf); }
};
using ElfHandle = std::unique_ptr<Elf, ElfEnd>;

// libelf gives pointers right into the file, where a hostile one has nothing aligned.
template <typename T>
T item(const void *table, size_t index) {
    T value;
    std::memcpy(&value, static_cast<const uint8_t *>(table) + index * sizeof(T), sizeof value);
    return value;
}

Result<void> checkHeader(const Elf32_Ehdr &header) {
    if (header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_machine != EM_386)
        return Error{"is no kernel for a 32-bit x86 Guest (another processor)"};
    if (header.e_type == ET_REL)
        return Error{"is an object file: link it first"};
    if (header.e_type != ET_EXEC)
        return Error{
            "is no kernel: it is linked to run anywhere (shared or PIE), not at one place"};
    return {};
}

Result<ImageSegment> takeSegment(BytesView file, const Elf32_Phdr &header, size_t number) {
    std::string which = "segment " + std::to_string(number);
    if (header.p_filesz > header.p_memsz)
        return Error{which + " has more bytes in the file than in memory"};
    if (header.p_offset > file.size() || header.p_filesz > file.size() - header.p_offset)
        return Error{which + " reaches behind the end of the file (is it truncated?)"};
    if (uint64_t(header.p_paddr) + header.p_memsz > UINT32_MAX)
        return Error{which + " wraps around the end of the address space"};
    if (header.p_paddr < kFirstFreeAt)
        return Error{which + " lies at " + hex(header.p_paddr) +
                     ", where the boot parameters go (below " + hex(kFirstFreeAt) + ")"};
    auto bytes = file.subspan(header.p_offset, header.p_filesz);
    return ImageSegment{header.p_paddr, header.p_memsz, Bytes(bytes.begin(), bytes.end())};
}

struct Segments {
    std::vector<ImageSegment> list;
    uint32_t virtualOffset = 0;
};

Result<Segments> takeSegments(Elf *elf, BytesView file) {
    size_t count = 0;
    if (elf_getphdrnum(elf, &count) != 0 || count == 0)
        return Error{"has no segments to load"};
    if (count > kMaxSegments)
        return Error{"has " + std::to_string(count) + " program headers; the limit is " +
                     std::to_string(kMaxSegments)};
    const void *headers = elf32_getphdr(elf);
    if (!headers)
        return Error{"has program headers behind the end of the file (is it truncated?)"};
    Segments segments;
    for (size_t i = 0; i < count; ++i) {
        auto header = item<Elf32_Phdr>(headers, i);
        if (header.p_type == PT_INTERP)
            return Error{"is a program, no kernel: it asks for an interpreter"};
        if (header.p_type != PT_LOAD || header.p_memsz == 0)
            continue;
        auto segment = takeSegment(file, header, i);
        if (!segment)
            return segment.error();
        if ((header.p_flags & PF_X) && segments.virtualOffset == 0)
            segments.virtualOffset = header.p_vaddr - header.p_paddr;
        segments.list.push_back(std::move(*segment));
    }
    if (segments.list.empty())
        return Error{"has no segments to load"};
    return segments;
}

Result<void> checkApart(std::vector<ImageSegment> &segments) {
    std::sort(segments.begin(), segments.end(),
              [](const auto &a, const auto &b) { return a.address < b.address; });
    for (size_t i = 1; i < segments.size(); ++i) {
        const auto &before = segments[i - 1];
        if (uint64_t(before.address) + before.memoryBytes > segments[i].address)
            return Error{"has segments that overlap, at " + hex(segments[i].address)};
    }
    return {};
}

bool usefulSymbol(const Elf32_Sym &symbol) {
    auto type = ELF32_ST_TYPE(symbol.st_info);
    bool kind = type == STT_FUNC || type == STT_OBJECT || type == STT_NOTYPE;
    return kind && symbol.st_name != 0 && symbol.st_shndx != SHN_UNDEF &&
           symbol.st_shndx != SHN_ABS;
}

// A damaged symbol table costs the names, never the Guest.
std::vector<Symbol> readSymbols(Elf *elf) {
    std::vector<std::pair<int, Symbol>> found; // functions, then other globals, then the rest
    for (Elf_Scn *section = nullptr; (section = elf_nextscn(elf, section));) {
        const void *raw = elf32_getshdr(section);
        if (!raw)
            continue;
        auto header = item<Elf32_Shdr>(raw, 0);
        if (header.sh_type != SHT_SYMTAB)
            continue;
        Elf_Data *data = elf_getdata(section, nullptr);
        if (!data || !data->d_buf)
            continue;
        size_t count = std::min(data->d_size / sizeof(Elf32_Sym), kMaxSymbols);
        for (size_t i = 0; i < count; ++i) {
            auto symbol = item<Elf32_Sym>(data->d_buf, i);
            if (!usefulSymbol(symbol))
                continue;
            const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);
            if (!name || !*name)
                continue;
            int rank = ELF32_ST_TYPE(symbol.st_info) == STT_FUNC     ? 0
                       : ELF32_ST_BIND(symbol.st_info) == STB_GLOBAL ? 1
                                                                     : 2;
            found.push_back({rank, {symbol.st_value, symbol.st_size, name}});
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto &a, const auto &b) { return a.first < b.first; });
    std::vector<Symbol> symbols;
    symbols.reserve(found.size());
    for (auto &[rank, symbol] : found)
        symbols.push_back(std::move(symbol));
    return symbols;
}

// What the Guest says about itself in a section of this name; "" without one.
std::string_view said(Elf *elf, std::string_view wanted) {
    size_t names = 0;
    if (elf_getshdrstrndx(elf, &names) != 0)
        return "";
    for (Elf_Scn *section = nullptr; (section = elf_nextscn(elf, section));) {
        const void *header = elf32_getshdr(section);
        const char *name =
            header ? elf_strptr(elf, names, item<Elf32_Shdr>(header, 0).sh_name) : nullptr;
        if (!name || name != wanted)
            continue;
        const Elf_Data *data = elf_rawdata(section, nullptr);
        if (!data || !data->d_buf)
            return "";
        return {static_cast<const char *>(data->d_buf), data->d_size};
    }
    return "";
}

// One nul-terminated line.
std::string readAbout(Elf *elf) {
    std::string line(said(elf, ".lguest.about").substr(0, kMaxAbout));
    line.resize(std::min(line.find('\0'), line.size()));
    std::replace_if(line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' ');
    return line;
}

// One byte.
uint32_t readVcpus(Elf *elf) {
    const auto bytes = said(elf, ".lguest.vcpus");
    const uint32_t vcpus = bytes.size() == 1 ? uint8_t(bytes.front()) : 1;
    return vcpus >= 1 && vcpus <= LG_VCPUS_MAX ? vcpus : 1;
}

} // namespace

bool looksLikeElf(BytesView file) {
    return file.size() >= SELFMAG && std::memcmp(file.data(), ELFMAG, SELFMAG) == 0;
}

Result<Image> parseElf(BytesView file, const std::string &name) {
    if (file.size() > EI_CLASS && file[EI_CLASS] == ELFCLASS64)
        return Error{kNot32Bit};
    if (file.size() < sizeof(Elf32_Ehdr))
        return Error{"is a truncated ELF file: its header is not all there"};
    elf_version(EV_CURRENT);
    // libelf only reads, in spite of its type.
    ElfHandle elf(
        elf_memory(reinterpret_cast<char *>(const_cast<uint8_t *>(file.data())), file.size()));
    const void *found = elf ? elf32_getehdr(elf.get()) : nullptr;
    if (!found)
        return Error{"is a damaged ELF file: its header makes no sense"};
    auto header = item<Elf32_Ehdr>(found, 0);
    if (auto good = checkHeader(header); !good)
        return good.error();
    auto segments = takeSegments(elf.get(), file);
    if (!segments)
        return segments.error();
    if (auto apart = checkApart(segments->list); !apart)
        return apart.error();

    Image image;
    image.kind = ImageKind::Elf;
    image.name = name;
    image.entry = header.e_entry;
    image.segments = std::move(segments->list);
    image.about = readAbout(elf.get());
    image.vcpus = readVcpus(elf.get());
    image.symbols = std::make_shared<SymbolTable>(readSymbols(elf.get()), segments->virtualOffset);
    return image;
}

} // namespace lg
