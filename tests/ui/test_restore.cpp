// SPDX-License-Identifier: GPL-2.0-or-later
// A guest goes into a file, and on from it.
#include "names.h"
#include "pictures.h"
#include "saved/saved_file.h"
#include "ui/console/console_view.h"
#include "ui/window/error_bar.h"
#include "window_test.h"

#include <QFileDialog>
#include <QMessageBox>
#include <QToolButton>

class TestRestore : public WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() { openWindow(); }
    void cleanupTestCase() { closeWindow(); }

    // What it has in memory comes back; it stands where it stood until somebody lets it go on.
    void aGuestIsSavedAndRestored() {
        GuestPage *page = launchBundled("shell");
        QVERIFY(runs(page));
        QTRY_VERIFY_WITH_TIMEOUT(page->console()->text().contains("help"), kSoonMs);
        type(page, "poke 0x2000000 0xcafe5afe");
        type(page, "peek 0x2000000");
        QTRY_VERIFY_WITH_TIMEOUT(page->console()->text().contains("02000000: cafe5afe"), kSoonMs);
        const QString path = folder_.filePath("shell.lgsaved");
        window_->action("save-guest")->trigger();
        auto *dialog = window_->findChild<QFileDialog *>();
        QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
        QCOMPARE(QFileInfo(dialog->selectedFiles().value(0)).fileName(), "shell.lgsaved");
        dialog->selectFile(path);
        emit dialog->fileSelected(path);
        dialog->close();
        QCOMPARE(page->session()->whyNot(Control::Resume), "the guest is being saved");
        QVERIFY(find<QToolButton>("cancelSaving"));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), kSoonMs);
        QTRY_COMPARE(page->session()->whyNot(Control::Resume), "");
        QVERIFY(!find<QWidget>("transferBar")->isVisible());
        QCOMPARE(page->session()->state(), Session::State::Paused);

        window_->takeFile(path);
        QTRY_VERIFY_WITH_TIMEOUT(window_->page() && window_->page() != page, kSoonMs);
        GuestPage *again = window_->page();
        QTRY_VERIFY_WITH_TIMEOUT(again->session()->state() == Session::State::Paused, kBootMs);
        QCOMPARE(again->session()->stateText(), "paused, as it was saved");
        // What it had printed is there, told apart from what has a moment in this list.
        QTRY_VERIFY_WITH_TIMEOUT(again->console()->text().contains("02000000: cafe5afe"), kSoonMs);
        const QString before = again->console()->text();
        QVERIFY2(before.contains("help"), qPrintable(before));
        again->console()->momentAction()->trigger();
        QVERIFY(window_->errorBar()->isVisible());
        QVERIFY2(window_->errorBar()->text().contains("before the guest was saved"),
                 qPrintable(window_->errorBar()->text()));
        window_->action("dismiss")->trigger();
        QVERIFY(takePicture(*window_, "restored"));
        again->session()->control(Control::Resume);
        QVERIFY(runs(again));
        type(again, "peek 0x2000000");
        QTRY_VERIFY_WITH_TIMEOUT(again->console()->text().count("02000000: cafe5afe") == 2,
                                 kSoonMs);
        type(again, "off");
        QTRY_VERIFY_WITH_TIMEOUT(again->session()->state() == Session::State::Ended, kSoonMs);
        QVERIFY(!window_->action("save-guest")->isEnabled());
        // Nobody listens any more: the Tab key leads out of the console.
        QWidget *terminal = display(again);
        terminal->setFocus();
        QCOMPARE(window_->focusWidget(), terminal);
        QTest::keyClick(terminal, Qt::Key_Tab);
        QVERIFY(window_->focusWidget() != terminal);
        window_->action("close-tab")->trigger();
    }

    void aSavedGuestAsksForItsDisks() {
        const QString path = folder_.filePath("shell.lgsaved");
        auto reader = lg::SavedFileReader::open(path.toStdString());
        QVERIFY(reader.ok());
        auto guest = reader->takeGuest();
        QVERIFY(QByteArray(reinterpret_cast<const char *>(guest.console.data()),
                           qsizetype(guest.console.size()))
                    .contains("02000000: cafe5afe"));
        guest.disks = {{"/no/such/disk", 8}};
        const QString other = folder_.filePath("other.lgsaved");
        {
            auto file = lg::SavedFileWriter::create(other.toStdString());
            QVERIFY(file.ok() && file->guest(guest).ok() && file->finish().ok());
        }
        window_->takeFile(other);
        QTRY_VERIFY_WITH_TIMEOUT(find<QMessageBox>("allowDevices"), kSoonMs);
        auto *question = find<QMessageBox>("allowDevices");
        QVERIFY(!question->isModal());
        QVERIFY2(question->text().contains("the disk /no/such/disk"), qPrintable(question->text()));
        QCOMPARE(namelessIn(*question), QStringList());
        question->button(QMessageBox::Open)->click();
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        QVERIFY2(window_->errorBar()->text().contains("/no/such/disk"),
                 qPrintable(window_->errorBar()->text()));
        while (window_->errorBar()->isVisible())
            window_->action("dismiss")->trigger();
        QFile file(folder_.filePath("none.lgsaved"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("xxxxxxxxxxxxxxxxxxxxxxx") > 0);
        file.close();
        window_->takeFile(file.fileName());
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        QVERIFY2(window_->errorBar()->text().contains("no saved Guest"),
                 qPrintable(window_->errorBar()->text()));
        window_->action("dismiss")->trigger();
    }
};

QTEST_MAIN(TestRestore)
#include "test_restore.moc"
