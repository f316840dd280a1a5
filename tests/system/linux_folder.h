// SPDX-License-Identifier: GPL-2.0-or-later
// The folder $LGSCOPE_LINUX_GUESTS, which CONTRIBUTING.md describes, for tests that are nothing
// without it.
#pragma once

#include <QtTest>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

inline std::string linuxFolder() {
    const char *given = std::getenv("LGSCOPE_LINUX_GUESTS");
    return given ? given : "";
}

// A row for each kernel in it; the column "kernel" is its path.
inline void linuxKernels() {
    QTest::addColumn<QString>("kernel");
    std::vector<std::filesystem::path> found;
    for (const auto &entry : std::filesystem::directory_iterator(linuxFolder()))
        if (auto kind = entry.path().extension(); kind == ".vmlinux" || kind == ".bzImage")
            found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    for (const auto &path : found)
        QTest::newRow(path.filename().c_str()) << QString::fromStdString(path);
    QVERIFY2(!found.empty(), "no *.vmlinux and no *.bzImage in that folder");
}

template <typename Test>
int runWithLinuxFolder(int argc, char **argv) {
    constexpr int kSkipped = 77; // what ctest takes for "not run"
    if (linuxFolder().empty()) {
        std::fprintf(stderr, "not run: LGSCOPE_LINUX_GUESTS names no folder of kernels\n");
        return kSkipped;
    }
    QCoreApplication application(argc, argv);
    Test test;
    return QTest::qExec(&test, argc, argv);
}
