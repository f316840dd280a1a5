// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/guest_map.h"

#include <algorithm>
#include <cstring>

namespace lg {

namespace {

constexpr uint32_t kPage = 4096;
constexpr uint32_t kLargest = 1u << 24; // of what a symbol can cover
constexpr uint64_t kPresent = 1, kWrite = 2, kUser = 4, kAccessed = 0x20, kDirty = 0x40;

class Mapper {
public:
    Mapper(const MemoryReader &read, uint64_t memoryBytes) : read_(read) {
        map_.pages.resize(memoryBytes / kPage);
    }

    Result<void> walk(uint32_t cr3, uint32_t levels) {
        if (levels == 2)
            return directory(cr3 & ~(kPage - 1), 0, 4);
        use(cr3 / kPage, kPageTable);
        auto top = entries(cr3 & ~31u, 32, 8);
        if (!top)
            return top.error();
        for (uint32_t i = 0; i < top->size(); ++i)
            if ((*top)[i] & kPresent)
                if (auto done = directory(frame((*top)[i]), i << 30, 8); !done)
                    return done;
        return {};
    }

    void mapOne(uint32_t address, uint64_t entry) {
        const uint64_t physical = frame(entry);
        if (physical / kPage >= map_.pages.size())
            return;
        unsigned bits = kPageMapped;
        bits |= entry & kWrite ? kPageWritable : 0u;
        bits |= entry & kUser ? kPageUser : 0u;
        bits |= entry & kAccessed ? kPageTouched : 0u;
        bits |= entry & kDirty ? kPageDirty : 0u;
        use(physical / kPage, bits);
        if (!map_.mapped.empty()) {
            MappedRange &last = map_.mapped.back();
            const uint64_t bytes = uint64_t{last.pages} * kPage;
            if (last.address + bytes == address && last.physical + bytes == physical) {
                ++last.pages;
                return;
            }
        }
        map_.mapped.push_back({address, uint32_t(physical), 1});
    }

    void use(uint64_t page, unsigned bits) {
        if (page < map_.pages.size())
            map_.pages[page] |= uint16_t(bits);
    }

    GuestMap &map() { return map_; }

private:
    static uint32_t frame(uint64_t entry) {
        // A frame beyond 4 GB is none that a Guest can have.
        const uint64_t address = entry & 0xffffffffff000ull;
        return address > UINT32_MAX ? UINT32_MAX & ~(kPage - 1) : uint32_t(address);
    }

    Result<std::vector<uint64_t>> entries(uint32_t at, uint32_t bytes, uint32_t size) {
        auto raw = read_(at, bytes);
        if (!raw)
            return raw.error();
        std::vector<uint64_t> all(raw->size() / size);
        for (size_t i = 0; i < all.size(); ++i)
            std::memcpy(&all[i], raw->data() + i * size, size);
        return all;
    }

    Result<void> directory(uint32_t at, uint32_t address, uint32_t size) {
        use(at / kPage, kPageTable);
        auto all = entries(at, kPage, size);
        if (!all)
            return all.error();
        const uint32_t reach = size == 4 ? 22 : 21;
        for (uint32_t i = 0; i < all->size(); ++i) {
            const uint64_t entry = (*all)[i];
            if (!(entry & kPresent) || frame(entry) / kPage >= map_.pages.size())
                continue;
            use(frame(entry) / kPage, kPageTable);
            auto table = entries(frame(entry), kPage, size);
            if (!table)
                return table.error();
            for (uint32_t j = 0; j < table->size(); ++j)
                if ((*table)[j] & kPresent)
                    // What the directory forbids the table cannot allow.
                    mapOne(address + (i << reach) + j * kPage,
                           (*table)[j] & (entry | ~(kWrite | kUser)));
        }
        return {};
    }

    const MemoryReader &read_;
    GuestMap map_;
};

} // namespace

std::optional<uint32_t> GuestMap::toPhysical(uint32_t address) const {
    auto after = std::upper_bound(
        mapped.begin(), mapped.end(), address,
        [](uint32_t wanted, const MappedRange &range) { return wanted < range.address; });
    if (after == mapped.begin())
        return std::nullopt;
    const MappedRange &range = *std::prev(after);
    if (address - range.address >= uint64_t{range.pages} * kPage)
        return std::nullopt;
    return range.physical + (address - range.address);
}

Result<GuestMap> mapGuest(const MemoryReader &read, const lg_vcpu_state &state,
                          uint64_t memoryBytes, const SymbolTable *symbols) {
    Mapper mapper(read, memoryBytes);
    if (state.paging == 0) {
        for (uint64_t page = 0; page < mapper.map().pages.size(); ++page)
            mapper.mapOne(uint32_t(page * kPage), page * kPage | kPresent | kWrite);
    } else if (auto done = mapper.walk(state.regs.cr3, state.paging); !done) {
        return done.error();
    }
    GuestMap &map = mapper.map();
    map.cr3 = state.paging == 0 ? 0 : state.regs.cr3;
    const auto name = [&](uint32_t from, uint64_t to, unsigned use) {
        for (uint64_t at = from & ~(kPage - 1); at < to; at += kPage)
            if (auto physical = map.toPhysical(uint32_t(at)))
                mapper.use(*physical / kPage, use);
    };
    if (symbols) {
        for (const Symbol &symbol : symbols->all())
            name(symbol.address, uint64_t{symbol.address} + std::clamp(symbol.size, 1u, kLargest),
                 kPageImage);
        if (auto text = symbols->address("_text"), end = symbols->address("_etext"); text && end)
            name(*text, *end, kPageText);
    }
    if (state.esp1 && state.stack_pages)
        name(state.esp1 - state.stack_pages * kPage, state.esp1, kPageStack);
    if (state.lguest_data)
        mapper.use(state.lguest_data / kPage, kPageGuestData);
    return std::move(map);
}

std::string pageUseName(uint16_t use) {
    if (use & kPageTable)
        return "page table";
    if (use & kPageGuestData)
        return "lguest_data";
    if (use & kPageStack)
        return "stack for traps";
    if (use & kPageText)
        return "kernel text";
    if (use & kPageUser)
        return "user page";
    if (use & kPageImage)
        return "kernel image";
    return use & kPageMapped ? "kernel page" : "not mapped";
}

} // namespace lg
