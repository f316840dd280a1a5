// SPDX-License-Identifier: GPL-2.0-or-later
#include "backends/disk_file.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>

namespace lg {

namespace {

Error refusal(const std::string &path, const std::string &why) {
    return {"the disk " + path + " " + why};
}

// Open file description locks: also between two Guests of one program, and gone with the program.
bool lockWhole(int fd, bool readOnly) {
    struct flock lock = {};
    lock.l_type = readOnly ? F_RDLCK : F_WRLCK;
    lock.l_whence = SEEK_SET;
    return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

} // namespace

Result<std::shared_ptr<DiskFile>> DiskFile::open(const std::string &path, bool readOnly) {
    UniqueFd fd(::open(path.c_str(), (readOnly ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK));
    if (!fd && !readOnly && (errno == EACCES || errno == EROFS || errno == EPERM))
        return refusal(path, "can't be opened for writing; FILE,ro opens it read-only");
    if (!fd)
        return errnoError("cannot open the disk " + path);
    struct stat info;
    if (fstat(fd.get(), &info) != 0)
        return errnoError("cannot look at the disk " + path);
    if (!S_ISREG(info.st_mode) && !S_ISBLK(info.st_mode))
        return refusal(path, "is neither a file nor a block device");
    const off_t end = lseek(fd.get(), 0, SEEK_END);
    if (end < 0)
        return errnoError("cannot look at the disk " + path);
    if (end == 0)
        return refusal(path, "is empty");
    if (end % kSectorBytes != 0)
        return refusal(path, "has " + std::to_string(end) + " bytes, which is not a multiple of " +
                                 std::to_string(kSectorBytes));
    if (!lockWhole(fd.get(), readOnly)) {
        if (errno == EAGAIN || errno == EACCES)
            return refusal(path, readOnly ? "is being written by another Guest or program"
                                          : "is in use by another Guest or program");
        return errnoError("cannot lock the disk " + path);
    }
    DiskShape shape;
    shape.sectors = uint64_t(end) / kSectorBytes;
    shape.readOnly = readOnly;
    return std::shared_ptr<DiskFile>(new DiskFile(path, std::move(fd), shape));
}

Result<std::shared_ptr<DiskFile>> DiskFile::openAs(const std::string &text) {
    constexpr std::string_view kReadOnly = ",ro";
    const bool readOnly = text.ends_with(kReadOnly);
    return open(readOnly ? text.substr(0, text.size() - kReadOnly.size()) : text, readOnly);
}

std::string DiskFile::name() const {
    auto name = std::filesystem::path(path_).filename().string();
    return name.substr(name.size() - std::min(name.size(), kDiskNameBytes));
}

Result<Bytes> DiskFile::read(uint64_t offset, uint64_t length) const {
    if (!diskRangeOk(shape_, offset, length))
        return refusal(path_, "has no such place");
    Bytes bytes(length);
    for (size_t done = 0; done < bytes.size();) {
        ssize_t got =
            pread(fd_.get(), bytes.data() + done, bytes.size() - done, off_t(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errnoError("cannot read the disk " + path_);
        if (got == 0)
            return refusal(path_, "has become shorter");
        done += size_t(got);
    }
    return bytes;
}

Result<void> DiskFile::write(uint64_t offset, BytesView bytes) {
    if (shape_.readOnly || !diskRangeOk(shape_, offset, bytes.size()))
        return refusal(path_, "may not be written there");
    while (!bytes.empty()) {
        ssize_t put = pwrite(fd_.get(), bytes.data(), bytes.size(), off_t(offset));
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return errnoError("cannot write the disk " + path_);
        bytes = bytes.subspan(size_t(put));
        offset += uint64_t(put);
    }
    return {};
}

Result<void> DiskFile::flush() {
    if (!shape_.readOnly && fdatasync(fd_.get()) != 0)
        return errnoError("cannot flush the disk " + path_);
    return {};
}

} // namespace lg
