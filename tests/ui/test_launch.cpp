// SPDX-License-Identifier: GPL-2.0-or-later
// The launch form, and what the window says of what cannot be launched or opened.
#include "names.h"
#include "pictures.h"
#include "ui/launch/machine_note.h"
#include "ui/window/error_bar.h"
#include "window_test.h"

#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>

class TestLaunch : public WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() { openWindow(); }
    void cleanupTestCase() { closeWindow(); }

    void launchOffersTheBundledGuests() {
        const QListWidget *guests = window_->launchView()->guests();
        for (const char *name : {"hello", "ticks", "pages", "user", "shell", "crash", "storm"})
            QCOMPARE(guests->findItems(name, Qt::MatchExactly).size(), 1);
        for (int i = 0; i < guests->count(); ++i)
            QVERIFY(!guests->item(i)->toolTip().isEmpty()); // what it teaches
        for (const char *name : {"smp", "hello"}) {         // with as many vCPUs as it is about
            QListWidgetItem *item = guests->findItems(name, Qt::MatchExactly).first();
            window_->launchView()->guests()->setCurrentItem(item);
            QCOMPARE(window_->launchView()->request().vcpus, item->text() == "smp" ? 2u : 1u);
        }
    }

    void theCommandLineFollowsTheForm() {
        LaunchView *launch = window_->launchView();
        LaunchRequest request;
        request.image = "guest:user";
        request.commandLine = "forever";
        launch->setRequest(request);
        QCOMPARE(find<QLineEdit>("equivalentCommand")->text(), "lgctl run guest:user -- forever");
        QVERIFY(launch->launchButton()->isEnabled());
        QCOMPARE(launch->guests()->currentItem()->text(), "user");
        request.image = "/no/such/file";
        launch->setRequest(request);
        QVERIFY(!launch->launchButton()->isEnabled());
        QVERIFY(launch->launchButton()->toolTip().contains("/no/such/file"));
        QVERIFY(!launch->guests()->currentItem());
        QVERIFY(launch->guests()->selectedItems().isEmpty());
    }

    void thisMachineSaysWhatItLacks() {
        LaunchView *launch = window_->launchView();
        LaunchRequest request = launch->request();
        request.host = "local";
        launch->setRequest(request);
        const auto *text = find<QLabel>("machineProblem");
        QVERIFY(text->isVisible());
        QVERIFY(!text->text().isEmpty());
        QVERIFY(takePicture(*window_, "this-machine"));
        request.host = "sandbox";
        launch->setRequest(request);
        QVERIFY(!text->isVisible());
    }

    // Nothing is loaded here: the test's own pkexec notes what it is asked for, and refuses.
    void theModuleIsLoadedByPkexecAlone() {
        const QString asked = folder_.filePath("asked");
        QFile script(folder_.filePath("pkexec"));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("#!/bin/sh\necho \"$@\" >" + asked.toUtf8() +
                     "\necho Request dismissed >&2\nexit 126\n");
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        const QByteArray path = qgetenv("PATH");
        qputenv("PATH", folder_.path().toUtf8() + ":" + path);
        using State = lg::MachineSetup::State;
        MachineNote note;
        QSignalSpy looked(&note, &MachineNote::looked);
        note.tell({State::NoHeaders, "headers are missing", "install them"});
        auto *button = note.findChild<QPushButton *>("loadModule");
        QVERIFY(button->isHidden());
        note.tell({State::NotLoaded, "the module lg is not loaded", "load it"});
        QVERIFY(!button->isHidden());
        button->click();
        QVERIFY(!button->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(looked.count(), 1, kSoonMs);
        qputenv("PATH", path);
        QFile said(asked);
        QVERIFY(said.open(QIODevice::ReadOnly));
        const QString load =
            QDir::cleanPath(QCoreApplication::applicationDirPath() + "/../lib/lgscope/load-module");
        QVERIFY(QFileInfo(load).isExecutable());
        QCOMPARE(said.readAll(), load.toUtf8() + "\n");
        QCOMPARE(note.findChild<QLabel *>("machineProblem")->text(),
                 "The module was not loaded: Request dismissed");
        QCOMPARE(namelessIn(note), QStringList());
    }

    void aDisabledOrderSaysWhy() {
        for (const char *id :
             {"pause", "resume", "kill", "reboot", "record", "save", "save-guest"}) {
            QVERIFY(!window_->action(id)->isEnabled());
            QVERIFY(window_->action(id)->toolTip().contains("no guest"));
        }
    }

    void aFileThatIsNoKernelIsRefusedInWords() {
        const QString path = folder_.filePath("nonsense");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is no kernel\n");
        file.close();
        // Dropped onto the window.
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton,
                              Qt::NoModifier);
        QCoreApplication::sendEvent(window_.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(window_.get(), &drop);
        QCOMPARE(find<QLineEdit>("image")->text(), path);
        QTest::mouseClick(window_->launchView()->launchButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        QVERIFY2(window_->errorBar()->text().contains("nonsense"),
                 qPrintable(window_->errorBar()->text()));
        QTRY_COMPARE(window_->tabs()->count(), 1); // nothing to look at
        QTest::mouseClick(find<QToolButton>("errorDismiss"), Qt::LeftButton);
        QVERIFY(!window_->errorBar()->isVisible());
    }

    void aRecordingThatIsNoneIsRefusedInWords() {
        const QString path = folder_.filePath("broken.lgtrace");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(5000, 'x'));
        file.close();
        window_->takeFile(path);
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        window_->action("dismiss")->trigger();
        QVERIFY(!window_->errorBar()->isVisible());
        QTRY_COMPARE(window_->tabs()->count(), 1);
    }

    void withoutQemuItSaysSo() {
        qputenv("LGSCOPE_QEMU", "/no/such/qemu");
        QVERIFY(launchBundled("hello"));
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        qunsetenv("LGSCOPE_QEMU");
        QVERIFY2(window_->errorBar()->text().contains("/no/such/qemu"),
                 qPrintable(window_->errorBar()->text()));
        QVERIFY(window_->errorBar()->text().contains("recordings can be opened"));
        QTRY_COMPARE(window_->tabs()->count(), 1);
        window_->action("dismiss")->trigger();
    }

    void tooMuchMemoryIsRefusedInWords() {
        LaunchRequest request;
        request.image = "guest:hello";
        request.memoryBytes = 4000ull << 20; // 3 GB is the most
        window_->launch(request);
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kBootMs);
        QTRY_COMPARE(window_->tabs()->count(), 1);
        window_->action("dismiss")->trigger();
    }

    void aStartCanBeCancelled() {
        GuestPage *page = launchBundled("hello");
        QVERIFY(page);
        QVERIFY(page->starting());
        auto *cancel = page->findChild<QPushButton *>("cancelStart");
        QVERIFY(cancel);
        QTest::mouseClick(cancel, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(window_->tabs()->count(), 1, kSoonMs);
        QVERIFY(!window_->errorBar()->isVisible()); // that was wanted, not wrong
    }
};

QTEST_MAIN(TestLaunch)
#include "test_launch.moc"
