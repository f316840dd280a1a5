// SPDX-License-Identifier: GPL-2.0-or-later
#include "ui/session/launch_request.h"

#include <QtTest>

class TestLaunchRequest : public QObject {
    Q_OBJECT
private slots:
    void theCommandIsTheShortestThatDoesIt() {
        ui::LaunchRequest request;
        request.image = "guest:user";
        QCOMPARE(request.asCommand(), "lgctl run guest:user");
        QCOMPARE(request.name(), "user");
    }

    void theCommandIsQuotedForAShell() {
        ui::LaunchRequest request;
        request.image = "/tmp/my kernel's/vmlinux";
        request.memoryBytes = 128ull << 20;
        request.initrd = "/tmp/initrd.gz";
        request.host = "ssh:lab";
        request.vcpus = 2;
        request.lossless = true;
        request.commandLine = "console=hvc0  quiet a=$HOME";
        request.disks = QStringList{"/tmp/my disk.img", "b.img,ro"};
        request.network = "user,host";
        QCOMPARE(request.asCommand(),
                 "lgctl run '/tmp/my kernel'\\''s/vmlinux' --memory 128 --vcpus 2 --initrd "
                 "/tmp/initrd.gz --disk '/tmp/my disk.img' --disk b.img,ro --net user,host --host "
                 "ssh:lab --lossless -- console=hvc0 quiet 'a=$HOME'");
        QCOMPARE(request.name(), "vmlinux");
    }

    void comesBackFromSettings() {
        ui::LaunchRequest request;
        request.image = "guest:shell";
        request.memoryBytes = 16ull << 20;
        request.commandLine = "a b";
        request.lossless = true;
        request.vcpus = 3;
        QCOMPARE(ui::LaunchRequest::fromList(request.toList()), request);
        QCOMPARE(ui::LaunchRequest::fromList(request.toList().first(7)), request);
        request.network = "user";
        QCOMPARE(ui::LaunchRequest::fromList(request.toList()), request);
        request.disks = QStringList{"one", "two,ro"};
        QCOMPARE(ui::LaunchRequest::fromList(request.toList()), request);
        request.disks.clear();
        request.network.clear();
        request.vcpus = 1;
        QCOMPARE(ui::LaunchRequest::fromList(request.toList().first(6)), request);
        QCOMPARE(ui::LaunchRequest::fromList({"broken"}), ui::LaunchRequest());
    }
};

QTEST_GUILESS_MAIN(TestLaunchRequest)
#include "test_launch_request.moc"
