// SPDX-License-Identifier: GPL-2.0-or-later
// Disks and network in the launch form.
#include "ui/launch/disk_list.h"
#include "ui/launch/launch_view.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

using namespace ui;

class TestLaunchDevices : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString makeFile(const char *name) const {
        QFile file(folder_.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray(512, 'x')) != 512)
            qFatal("cannot write %s", name);
        return file.fileName();
    }

private slots:
    void rows() {
        DiskList list;
        QSignalSpy changed(&list, &DiskList::changed);
        QCOMPARE(list.disks(), QStringList());
        const QStringList both = {"/a.img", "/b.img,ro"};
        list.setDisks(both);
        QCOMPARE(list.disks(), both);
        QVERIFY(changed.count() > 0);
        const auto boxes = list.findChildren<QCheckBox *>();
        QCOMPARE(boxes.size(), 2);
        boxes[0]->click();
        boxes[1]->click();
        QCOMPARE(list.disks(), QStringList({"/a.img,ro", "/b.img"}));
        const auto paths = list.findChildren<QLineEdit *>();
        paths[1]->setText("  ");
        QCOMPARE(list.disks(), QStringList("/a.img,ro")); // an empty row is none
        for (auto *button : list.findChildren<QToolButton *>())
            if (button->accessibleName() == "Remove this disk") {
                button->click();
                break;
            }
        QCOMPARE(list.disks(), QStringList());
        auto *add = list.findChild<QToolButton *>("addDisk");
        QVERIFY(add->isEnabled());
        list.setDisks(QStringList(8, "/same"));
        QVERIFY(!add->isEnabled());
        QVERIFY(add->toolTip().contains("at most 8"));
    }

    void form() {
        LaunchView view;
        const QString disk = makeFile("a.img");
        LaunchRequest request;
        request.image = "guest:hello";
        request.disks = QStringList{disk, disk + ",ro"};
        request.network = "user,forward=tcp:2222:22";
        view.setRequest(request);
        QCOMPARE(view.request(), request);
        QVERIFY(view.findChild<QLineEdit *>("equivalentCommand")
                    ->text()
                    .endsWith(" --net user,forward=tcp:2222:22"));
        QVERIFY(view.launchButton()->isEnabled());
        request.disks = QStringList("/nowhere.img,ro");
        view.setRequest(request);
        QVERIFY(!view.launchButton()->isEnabled());
        QCOMPARE(view.launchButton()->toolTip(), "There is no file /nowhere.img.");
        request.disks.clear();
        request.network = "tap";
        view.setRequest(request);
        QVERIFY(!view.launchButton()->isEnabled());
        QVERIFY(view.launchButton()->toolTip().contains("no network \"tap\""));
        // Another guest of the list begins without the devices of the one before.
        view.setRequest({});
        QVERIFY(view.request().disks.isEmpty() && view.request().network.isEmpty());
    }
};

QTEST_MAIN(TestLaunchDevices)
#include "test_launch_devices.moc"
