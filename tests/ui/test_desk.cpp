// SPDX-License-Identifier: GPL-2.0-or-later
// What one has arranged, and how it looks: what comes back at the next start, colours, sizes.
#include "pictures.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/filter_line.h"
#include "ui/traffic/traffic_view.h"
#include "ui/window/command_palette.h"
#include "ui/window/error_bar.h"
#include "window_test.h"

#include <QDockWidget>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QProcess>
#include <QProcessEnvironment>
#include <QSpinBox>
#include <QTableView>

class TestDesk : public WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() { openWindow(); }
    void cleanupTestCase() { closeWindow(); }

    // All that one has arranged is there at the next start; a Guest is not, but among the launches.
    void whatWasLeftComesBack() {
        GuestPage *page = launchBundled("shell");
        QVERIFY(runs(page));
        QTRY_VERIFY_WITH_TIMEOUT(page->traffic()->model()->rowCount() > 0, kSoonMs);
        const QString recording = folder_.filePath("left.lgtrace");
        QSignalSpy said(page->session(), &Session::said);
        page->session()->save(recording);
        QTRY_COMPARE_WITH_TIMEOUT(said.size(), 1, kSoonMs);
        GuestPage *recorded = window_->openRecording(recording);
        QTRY_COMPARE_WITH_TIMEOUT(recorded->session()->state(), Session::State::Opened, kSoonMs);
        window_->openRecording(folder_.filePath("none.lgtrace")); // not to be opened again
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        window_->action("dismiss")->trigger();
        window_->tabs()->setCurrentWidget(page);

        window_->resize(760, 640); // of a screen of 800 x 800
        FilterLine *filter = page->traffic()->filter();
        for (const char *text : {"kind == hypercall", "ring == 1"}) {
            filter->setFocus();
            filter->selectAll();
            QTest::keyClicks(filter, text);
            QTest::keyClick(filter, Qt::Key_Return);
        }
        const QStringList history = filter->history();
        QVERIFY(history.size() >= 2);
        page->dock("counts")->hide();
        QDockWidget *torn = page->dock("explain");
        torn->setFloating(true);
        torn->setGeometry(60, 70, 340, 260);
        QTest::qWait(50);
        auto *views = qobject_cast<QMainWindow *>(page->dock("traffic")->parentWidget());
        QVERIFY(views);
        views->resizeDocks({page->dock("traffic")}, {250}, Qt::Vertical);
        QTest::qWait(50);
        const int height = page->dock("traffic")->height();
        page->traffic()->table()->setColumnWidth(EventModel::Kind, 177);
        window_->action("theme-dark")->trigger();
        const QList<LaunchRequest> launches = window_->launchView()->recent();
        QVERIFY(!launches.isEmpty());
        window_->tabs()->setCurrentWidget(recorded);
        window_->tabs()->setCurrentWidget(page);
        window_->close();

        // As main() does it.
        window_ = std::make_unique<MainWindow>();
        window_->show();
        window_->reopen();
        QCOMPARE(window_->size(), QSize(760, 640));
        QVERIFY(isDark(QApplication::palette()));
        QVERIFY(window_->action("theme-dark")->isChecked());
        QCOMPARE(window_->launchView()->recent(), launches);
        QCOMPARE(window_->tabs()->count(), 2); // launch, the recording
        QCOMPARE(window_->tabs()->tabText(1), recorded ? "left.lgtrace" : "");
        QCOMPARE(window_->tabs()->currentIndex(), 0); // the Guest was in front, and has ended
        GuestPage *next = launchBundled("shell");
        QVERIFY(runs(next));
        QCOMPARE(next->traffic()->filter()->text(), "ring == 1");
        QCOMPARE(next->traffic()->filter()->history(), history);
        QTRY_VERIFY(next->dock("counts")->isHidden());
        QVERIFY(next->dock("explain")->isFloating());
        QCOMPARE(next->dock("explain")->size(), QSize(340, 260));
        QCOMPARE(next->traffic()->table()->columnWidth(EventModel::Kind), 177);
        QVERIFY2(
            qAbs(next->dock("traffic")->height() - height) < 40,
            qPrintable(QStringLiteral("%1, %2").arg(height).arg(next->dock("traffic")->height())));
        window_->action("reset-layout")->trigger();
        QVERIFY(!next->dock("counts")->isHidden());
        QVERIFY(!next->dock("explain")->isFloating());

        // The recording alone, in front.
        window_->tabs()->setCurrentIndex(1);
        QTRY_COMPARE_WITH_TIMEOUT(window_->page()->session()->state(), Session::State::Opened,
                                  kSoonMs);
        window_->close();
        window_ = std::make_unique<MainWindow>();
        window_->show();
        window_->reopen();
        QCOMPARE(window_->tabs()->currentIndex(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(window_->page()->session()->state(), Session::State::Opened,
                                  kSoonMs);
        // Closed, and opened again from the menu; what has gone since is said, and forgotten.
        const auto again = [this] {
            for (QMenu *menu : window_->menuBar()->findChildren<QMenu *>())
                for (QAction *action : menu->actions())
                    if (action->text() == "Open left.lgtrace again")
                        return action;
            return static_cast<QAction *>(nullptr);
        };
        window_->action("close-tab")->trigger();
        QVERIFY(again());
        again()->trigger();
        QTRY_COMPARE(window_->tabs()->count(), 2);
        window_->action("close-tab")->trigger();
        QVERIFY(QFile::remove(recording));
        again()->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(window_->errorBar()->isVisible(), kSoonMs);
        QTRY_VERIFY(!again());
        window_->action("dismiss")->trigger();
        window_->action("theme-light")->trigger();
    }

    // The screen that it was on is gone, or was larger.
    void aWindowFromElsewhereComesToAScreenThatThereIs() {
        window_->showNormal();
        window_->setGeometry(6000, 4000, 3000, 2000);
        QTest::qWait(50);
        window_->close();
        window_ = std::make_unique<MainWindow>();
        window_->show();
        const QRect room = window_->screen()->availableGeometry();
        QVERIFY2(room.contains(window_->geometry()), qPrintable(QStringLiteral("%1,%2 %3x%4")
                                                                    .arg(window_->x())
                                                                    .arg(window_->y())
                                                                    .arg(window_->width())
                                                                    .arg(window_->height())));
    }

    // For people to look at; here only for being there and not blank.
    void picturesInLightAndDark() {
        window_->resize(1024, 700);
        GuestPage *page = launchBundled("storm");
        QVERIFY(runs(page));
        page->traffic()->filter()->replaceText({});
        QTRY_VERIFY_WITH_TIMEOUT(page->traffic()->model()->rowCount() > 1000, kSoonMs);
        window_->action("reset-layout")->trigger();
        window_->tabs()->setCurrentIndex(0);
        QVERIFY(takePicture(*window_, "launch"));
        window_->tabs()->setCurrentWidget(page);
        page->traffic()->setFollowing(false);
        page->traffic()->select(page->traffic()->model()->eventIndex(900));
        for (const char *view : {"registers", "explain", "counts"}) {
            page->showView(page->dock(view));
            QVERIFY(takePicture(*window_, view));
        }
        window_->action("palette")->trigger();
        QVERIFY(takePicture(*window_, "palette"));
        QTest::keyClick(window_->commands()->line(), Qt::Key_Escape);
        page->traffic()->filter()->replaceText("kind == hypercal");
        window_->errorBar()->show("An example of what can go wrong", "What to do about it.");
        QVERIFY(takePicture(*window_, "problems"));
        window_->errorBar()->dismiss();
        page->traffic()->filter()->replaceText({});
    }

    // The program itself, on a screen of 3840 x 2160 points whose desktop is scaled twofold.
    void aPictureWithScaling() {
        const QDir pictures(qEnvironmentVariable("LGSCOPE_PICTURES", QDir::tempPath()));
        const QString file = pictures.filePath("scaled-light.png");
        QFile::remove(file);
        QProcess program;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("QT_SCALE_FACTOR", "2");
        environment.insert("XDG_CONFIG_HOME", folder_.filePath("config"));
        program.setProcessEnvironment(environment);
        program.start(QCoreApplication::applicationDirPath() + "/lgscope",
                      {"--demo", "--theme", "light", "--size", "1920x1080", "--screenshot", file,
                       "--exit-after-screenshot"});
        QVERIFY(program.waitForFinished(kBootMs));
        QCOMPARE(program.exitCode(), 0);
        QCOMPARE(QImage(file).size(), QSize(3840, 2160));
    }

    void wordsHaveRoomInTheirButtons() {
        window_->tabs()->setCurrentIndex(0);
        for (const char *name : {"keepPreset", "launchButton"}) {
            auto *button = find<QPushButton>(name);
            const QString text = QString(button->text()).remove('&');
            QVERIFY2(button->width() >= button->fontMetrics().horizontalAdvance(text) + 16, name);
        }
    }

    void lightAndDark() {
        for (const auto theme : {Theme::Dark, Theme::Light}) {
            window_->setTheme(theme, false);
            QCOMPARE(isDark(QApplication::palette()), theme == Theme::Dark);
            const QColor ink = QApplication::palette().color(QPalette::Text);
            const QColor base = QApplication::palette().color(QPalette::Base);
            QVERIFY(qAbs(ink.lightness() - base.lightness()) > 120);
            if (theme == Theme::Light)
                continue; // where the style's own edge is seen
            // Fields have an edge that can be seen.
            window_->tabs()->setCurrentIndex(0);
            window_->setFocus();
            QTest::qWait(50);
            for (QWidget *field :
                 QList<QWidget *>{find<QSpinBox>("vcpus"), find<QLineEdit>("commandLine")}) {
                QVERIFY(field && !field->hasFocus());
                const QImage image = field->grab().toImage();
                const int middle = image.width() / 4;
                const int edge = image.pixelColor(middle, 0).lightness();
                const int inside = image.pixelColor(middle, 3).lightness();
                QVERIFY2(qAbs(edge - inside) >= 25, qPrintable(QString("%1: %2 beside %3")
                                                                   .arg(field->objectName())
                                                                   .arg(edge)
                                                                   .arg(inside)));
            }
        }
    }
};

QTEST_MAIN(TestDesk)
#include "test_desk.moc"
