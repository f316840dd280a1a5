// SPDX-License-Identifier: GPL-2.0-or-later
// Writes an initramfs: make_initramfs OUTPUT NAME=FILE...   (a NAME may have folders)
//
// The same files give the same bytes, so that a saved sandbox stays usable over a rebuild that
// changed nothing; and it needs no root for /dev/console, without which init has no output.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace {

// One entry of the "new ASCII" cpio format (kernel: Documentation/driver-api/early-userspace/
// buffer-format.rst): a header of hexadecimal numbers, the name, the data, each padded to 4 bytes.
class Archive {
public:
    void add(const std::string &name, mode_t mode, std::string_view data, dev_t device = 0) {
        char header[111];
        std::snprintf(header, sizeof header,
                      "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", ++inode_,
                      mode, 0u, 0u, 1u, 0u, data.size(), 0u, 0u, major(device), minor(device),
                      name.size() + 1, 0u);
        bytes_ += header;
        bytes_ += name;
        bytes_ += '\0';
        pad();
        bytes_ += data;
        pad();
    }

    void addFolders(const std::string &name) {
        for (auto slash = name.find('/'); slash != name.npos; slash = name.find('/', slash + 1))
            if (auto folder = name.substr(0, slash); folders_.insert(folder).second)
                add(folder, S_IFDIR | 0755, "");
    }

    const std::string &finish() {
        add("TRAILER!!!", 0, "");
        return bytes_;
    }

private:
    void pad() { bytes_.resize((bytes_.size() + 3) & ~size_t{3}); }

    std::string bytes_;
    std::set<std::string> folders_;
    unsigned inode_ = 0;
};

} // namespace

int main(int argc, char **argv) {
    if (argc < 3) {
        std::fputs("usage: make_initramfs OUTPUT NAME=FILE...\n", stderr);
        return 2;
    }
    Archive archive;
    archive.addFolders("dev/");
    archive.add("dev/console", S_IFCHR | 0600, "", makedev(5, 1));
    for (int i = 2; i < argc; ++i) {
        std::string pair = argv[i];
        auto equals = pair.find('=');
        auto name = pair.substr(0, equals);
        std::ifstream file(pair.substr(equals + 1), std::ios::binary);
        std::string data((std::istreambuf_iterator<char>(file)), {});
        if (equals == pair.npos || !file || data.empty()) {
            std::fprintf(stderr, "make_initramfs: cannot read %s\n", pair.c_str());
            return 1;
        }
        archive.addFolders(name);
        archive.add(name, S_IFREG | 0755, data);
    }
    std::ofstream out(argv[1], std::ios::binary | std::ios::trunc);
    out << archive.finish();
    if (!out.flush()) {
        std::fprintf(stderr, "make_initramfs: cannot write %s\n", argv[1]);
        return 1;
    }
}
