// SPDX-License-Identifier: GPL-2.0-or-later
#include "launcher.h"

#include <cstring>
#include <elf.h>
#include <fstream>
#include <iterator>
#include <thread>

using namespace lg;

Image guestImage(const std::string &name) {
    std::ifstream file("/tests/guests/" + name, std::ios::binary);
    Bytes bytes((std::istreambuf_iterator<char>(file)), {});
    Image image;
    image.name = name;
    image.symbols = std::make_shared<SymbolTable>();
    Elf32_Ehdr header = {};
    if (bytes.size() < sizeof header)
        return image;
    std::memcpy(&header, bytes.data(), sizeof header);
    image.entry = header.e_entry;
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        Elf32_Phdr part;
        std::memcpy(&part, bytes.data() + header.e_phoff + i * sizeof part, sizeof part);
        if (part.p_type != PT_LOAD || part.p_memsz == 0)
            continue;
        const auto from = bytes.begin() + part.p_offset;
        image.segments.push_back({part.p_paddr, part.p_memsz, Bytes(from, from + part.p_filesz)});
    }
    return image;
}

bool Listener::console(uint64_t, BytesView bytes) {
    std::lock_guard lock(mutex_);
    console_.append(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    return true;
}

bool Listener::events(uint32_t, std::span<const lg_event>, uint64_t) {
    return true;
}

void Listener::waitForRoom(std::chrono::milliseconds limit) {
    std::this_thread::sleep_for(limit);
}

void Listener::ended(lg_death, const std::string &reason) {
    std::lock_guard lock(mutex_);
    reason_ = reason.empty() ? "no reason" : reason;
    changed_.notify_all();
}

std::string Listener::waitForEnd(std::chrono::seconds limit) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, limit, [&] { return !reason_.empty(); });
    return reason_;
}

std::string Listener::said() {
    std::lock_guard lock(mutex_);
    return console_;
}
