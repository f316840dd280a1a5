// SPDX-License-Identifier: GPL-2.0-or-later
// Writing and reading a .lgsaved file, from its beginning to its end.  What is read may have been
// made by anybody: its sizes are limits that are checked before they are believed, and a file that
// is cut off, damaged or another's gives one line that says so.
#pragma once

#include "machine/machine_state.h"
#include "saved/format.h"
#include "saved/saved_guest.h"

#include <fstream>
#include <memory>
#include <optional>

namespace lg {

class SavedFileWriter {
public:
    // Beside `path`, which stays as it is until finish().
    static Result<SavedFileWriter> create(const std::string &path);
    SavedFileWriter(SavedFileWriter &&) noexcept = default;
    SavedFileWriter &operator=(SavedFileWriter &&) = delete;
    ~SavedFileWriter(); // without finish() nothing is left

    Result<void> guest(const SavedGuest &saved); // once, first
    Result<void> memory(const PageBatch &batch);
    Result<void> finish();

private:
    explicit SavedFileWriter(std::string path) : path_(std::move(path)) {}
    Result<void> block(saved::BlockKind kind, BytesView raw);
    Result<void> blob(uint32_t number, BytesView bytes);
    std::string partPath() const { return path_ + ".part"; }

    std::string path_;
    std::ofstream file_;
    uint64_t pages_ = 0;
};

class SavedFileReader {
public:
    // Everything but the memory.
    static Result<SavedFileReader> open(const std::string &path);
    static Result<SavedFileReader> read(std::unique_ptr<std::istream> file,
                                        const std::string &name);

    // Once: it is moved out.
    SavedGuest takeGuest() { return std::move(guest_); }
    // Nothing: that was all, and the file is whole.
    Result<std::optional<PageBatch>> nextMemory();

private:
    struct Block {
        saved::BlockKind kind = saved::BlockKind::Meta;
        Bytes raw;
    };

    SavedFileReader(std::unique_ptr<std::istream> file, std::string path)
        : path_(std::move(path)), file_(std::move(file)) {}
    Error damaged(const std::string &what) const;
    Result<void> readHeader();
    Result<Block> nextBlock();
    Result<std::vector<uint64_t>> takeMeta(BytesView raw);
    Result<void> takeBlobs(const std::vector<uint64_t> &sizes);

    std::string path_;
    std::unique_ptr<std::istream> file_;
    SavedGuest guest_;
    uint64_t pages_ = 0;
    bool ended_ = false;
};

} // namespace lg
