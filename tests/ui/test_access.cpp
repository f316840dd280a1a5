// SPDX-License-Identifier: GPL-2.0-or-later
// The window without a mouse, and without eyes: commands, keys, the way of the focus, names and
// roles.
#include "names.h"
#include "ui/launch/machine_note.h"
#include "ui/launch/preset_list.h"
#include "ui/memory/memory_view.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/filter_line.h"
#include "ui/traffic/traffic_view.h"
#include "ui/window/command_palette.h"
#include "ui/window/error_bar.h"
#include "ui/window/shortcuts_page.h"
#include "window_test.h"

#include <QDialog>
#include <QDockWidget>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QTableView>
#include <QTableWidget>

class TestAccess : public WindowTest {
    Q_OBJECT

    GuestPage *page_ = nullptr;

    // What Tab can reach, by Qt's own rule for it.
    static bool isStop(const QWidget *widget) {
        return (widget->focusPolicy() & Qt::TabFocus) && widget->isVisible() &&
               widget->isEnabled() && !widget->focusProxy();
    }

    QList<QAction *> everyAction() const {
        QList<QAction *> all = window_->actions();
        if (GuestPage *page = window_->page())
            all += page->viewActions();
        return all;
    }

    // Told by a picture: a widget that has the focus does not look as it does without.
    static bool showsFocus(QWidget *widget) {
        widget->setFocus(Qt::TabFocusReason);
        QTest::qWait(30);
        const QImage with = widget->grab().toImage();
        widget->clearFocus();
        QTest::qWait(30);
        return widget->grab().toImage() != with;
    }

    void speaks(QWidget &what) {
        int seen = 0;
        const QStringList problems = speechless(what, &seen) + namelessIn(what);
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join(QLatin1Char('\n'))));
        QVERIFY(seen > 0);
    }

    // A dialog that an order opens: it speaks, and Escape closes it.
    template <typename Dialog>
    void dialogSpeaks(const char *order) {
        window_->action(order)->trigger();
        auto *dialog = window_->findChild<Dialog *>();
        QVERIFY2(dialog && dialog->isVisible() && !dialog->isModal(), order);
        QVERIFY2(!dialog->windowTitle().isEmpty(), order);
        if constexpr (!std::is_same_v<Dialog, QFileDialog>) // Qt's own, or the desktop's
            speaks(*dialog);
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!window_->findChild<Dialog *>());
    }

private slots:
    void initTestCase() {
        openWindow();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }
    void cleanupTestCase() { closeWindow(); }

    void theFirstKeysChooseAGuest() {
        QListWidget *guests = window_->launchView()->guests();
        QCOMPARE(QApplication::focusWidget(), guests);
        QTest::keyClicks(guests, "user");
        QCOMPARE(guests->currentItem()->text(), "user");
    }

    void theLaunchFormSpeaks() {
        speaks(*window_);
        LaunchRequest request = window_->launchView()->request();
        for (const char *host : {"local", "ssh:somewhere", "unix:/a/socket", "sandbox"}) {
            request.host = host;
            request.disks = {"/no/such/disk,ro"};
            window_->launchView()->setRequest(request);
            speaks(*window_);
        }
        request.disks.clear();
        window_->launchView()->setRequest(request);
    }

    void tabGoesDownTheLaunchForm() {
        LaunchRequest request = window_->launchView()->request();
        const LaunchRequest before = request;
        request.disks = {"/no/such/disk,ro"};
        window_->launchView()->setRequest(request);
        QTRY_VERIFY(find<QWidget>("disk0")->isVisible());
        find<QLineEdit>("image")->setFocus();
        QStringList fields;
        for (int i = 0; i < 16; ++i) {
            fields << QApplication::focusWidget()->accessibleName();
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        QCOMPARE(fields,
                 QStringList({"Kernel", "Choose a kernel", "Memory in MiB", "Virtual processors",
                              "Command line", "Initial RAM disk", "Choose an initial RAM disk",
                              "Disk image", "", "Remove this disk", "Add a disk", "Network",
                              "Where it runs", "When events come too fast",
                              "Keep these settings as a preset", "The same on the command line"}));
        window_->launchView()->setRequest(before);
    }

    // Only a key that goes to a row does.
    void theFocusOfAListChangesNothing() {
        LaunchView *launch = window_->launchView();
        const LaunchRequest before = launch->request();
        LaunchRequest own = before;
        own.image = "/a/kernel/of/my/own";
        launch->setRequest(own);
        find<QLineEdit>("image")->setFocus();
        launch->guests()->setFocus(Qt::TabFocusReason);
        QCOMPARE(launch->request(), own);
        QTest::keyClick(launch->guests(), Qt::Key_Down);
        QCOMPARE(launch->request().image, "guest:" + launch->guests()->item(0)->text());
        launch->setRequest(before);
    }

    void aPresetIsKeptByKeysAlone() {
        auto *list = window_->launchView()->presets();
        QVERIFY(!list->isVisible());
        auto *keep = find<QPushButton>("keepPreset");
        keep->setFocus();
        QTest::keyClick(keep, Qt::Key_Space);
        auto *dialog = window_->findChild<QDialog *>("presetName");
        QVERIFY(dialog && !dialog->isModal());
        speaks(*dialog);
        auto *name = dialog->findChild<QLineEdit *>();
        name->selectAll();
        QTest::keyClicks(name, "mine");
        QTest::keyClick(name, Qt::Key_Return);
        QTRY_COMPARE(list->count(), 1);
        QCOMPARE(list->item(0)->text(), "mine");
        QVERIFY(list->isVisible());
        speaks(*window_);
        LaunchRequest other = window_->launchView()->request();
        const LaunchRequest kept = other;
        other.image = "guest:hello";
        window_->launchView()->setRequest(other);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(window_->launchView()->request(), kept);
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(list->count(), 0);
        QVERIFY(!list->isVisible());
    }

    void everyViewSpeaks() {
        page_ = launchBundled("shell");
        QVERIFY(page_);
        speaks(*page_); // starting
        QVERIFY(runs(page_));
        QTRY_VERIFY_WITH_TIMEOUT(page_->traffic()->model()->rowCount() > 0, kSoonMs);
        for (QDockWidget *dock : page_->docks()) {
            page_->showView(dock);
            QTest::qWait(50);
            speaks(*window_);
        }
        page_->traffic()->table()->selectRow(0);
        for (QAction *action : page_->viewActions())
            if (action->text().startsWith("Bookmark"))
                action->trigger();
        window_->errorBar()->show("A trouble", "What to do.");
        window_->errorBar()->show("Another", "What to do.");
        speaks(*window_);
        window_->action("dismiss")->trigger();
        window_->action("dismiss")->trigger();
        window_->action("pause")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(page_->session()->state() == Session::State::Paused, kSoonMs);
        speaks(*window_);
        window_->action("resume")->trigger();
        for (QMenu *menu : window_->menuBar()->findChildren<QMenu *>()) {
            if (menu->isEmpty()) // no recording was opened yet
                continue;
            menu->popup({0, 0});
            speaks(*menu);
            menu->close();
        }
    }

    void everyDialogSpeaks() {
        dialogSpeaks<ShortcutsPage>("shortcuts");
        for (const char *order :
             {"open", "restore-guest", "save-guest", "save", "export", "record"})
            dialogSpeaks<QFileDialog>(order);
        window_->action("palette")->trigger();
        speaks(*window_);
        QTest::keyClick(window_->commands()->line(), Qt::Key_Escape);
        MachineNote note;
        using State = lg::MachineSetup::State;
        for (const State state : {State::Ready, State::NoHeaders, State::NotLoaded}) {
            note.tell({state, "problem", "advice"});
            note.show();
            QCOMPARE(namelessIn(note), QStringList());
        }
    }

    void everyOrderIsInThePaletteAndDisabledOnesSayWhy() {
        window_->action("palette")->trigger();
        CommandPalette *palette = window_->commands();
        QVERIFY(palette->isVisible());
        QSet<const QAction *> offered;
        for (int row = 0; row < palette->model()->rowCount(); ++row) {
            const QModelIndex index = palette->model()->index(row, 0);
            const QAction *action = palette->model()->action(index);
            offered += action;
            QVERIFY(!index.data().toString().isEmpty());
            QCOMPARE(index.data(ActionModel::ShortcutRole).toString(),
                     action->shortcut().toString(QKeySequence::NativeText));
            if (!action->isEnabled())
                QVERIFY2(index.data(ActionModel::ReasonRole).toString().size() > 5 &&
                             !index.data(ActionModel::ReasonRole).toString().contains(':'),
                         qPrintable(action->text()));
        }
        // Those of vCPUs that the Guest has not are not seen.
        const auto isOffered = [&](const QAction *action) {
            return offered.contains(action) || action == window_->action("palette") ||
                   !action->isVisible();
        };
        for (const QAction *action : everyAction())
            QVERIFY2(isOffered(action), qPrintable(action->text()));
        // What is in a menu or a bar is an order, too.
        for (const QMenu *menu : window_->menuBar()->findChildren<QMenu *>())
            for (const QAction *action : menu->actions())
                QVERIFY2(action->isSeparator() || action->menu() || isOffered(action),
                         qPrintable(action->text()));
        QTest::keyClicks(palette->line(), "launch a guest");
        QTest::keyClick(palette->line(), Qt::Key_Return);
        QVERIFY(!palette->isVisible());
        QCOMPARE(window_->tabs()->currentIndex(), 0);
        window_->action("palette")->trigger();
        QTest::keyClick(palette->line(), Qt::Key_Escape);
        QVERIFY(!palette->isVisible());
        window_->tabs()->setCurrentWidget(page_);
    }

    // Whatever has the focus there.
    void theKeysOfAPagesOrdersAreHeard() {
        window_->tabs()->setCurrentWidget(page_);
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        page_->showView(page_->dock("registers"));
        QTest::keyClick(window_.get(), Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(window_->focusWidget(), page_->memory()->place());
        QTest::keyClick(window_.get(), Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(window_->focusWidget(), page_->traffic()->filter());
        QVERIFY(page_->traffic()->filter()->isVisible());
        for (const QAction *action : page_->viewActions())
            QVERIFY2(action->shortcut().isEmpty() || !action->associatedObjects().isEmpty(),
                     qPrintable(action->text()));
    }

    void everyShortcutIsUniqueAndOnItsPage() {
        window_->action("shortcuts")->trigger();
        auto *dialog = window_->findChild<ShortcutsPage *>();
        auto *table = dialog->findChild<QTableWidget *>();
        QSet<QString> listed;
        for (int row = 0; row < table->rowCount(); ++row)
            for (const QString &keys : table->item(row, 1)->text().split("; "))
                listed += keys;
        QMap<QString, QString> taken;
        QList<QAction *> all = everyAction();
        for (QAction *action : window_->findChildren<QAction *>())
            if (!all.contains(action) && action->shortcutContext() == Qt::WindowShortcut)
                all += action; // nobody has hidden one
        for (const QAction *action : std::as_const(all))
            for (const QKeySequence &keys : action->shortcuts()) {
                const QString text = keys.toString(QKeySequence::NativeText);
                if (text.isEmpty())
                    continue;
                QVERIFY2(!taken.contains(text),
                         qPrintable(text + ": " + taken.value(text) + ", " + action->text()));
                taken.insert(text, action->text());
                QVERIFY2(listed.contains(text), qPrintable(text + ": " + action->text()));
            }
        QVERIFY(taken.size() > 30);
        // No trap: Tab leaves the table.
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Tab);
        QVERIFY(!table->hasFocus());
        dialog->close();
    }

    // In each view, from its first widget: Tab comes to all that can have the focus, each shows
    // that it has it, and Tab goes on. The console is the Guest's, Tab as well; a shortcut leads
    // out of it.
    void everythingIsReachedByKeys() {
        window_->activateWindow();
        const auto docks = page_->docks();
        for (qsizetype i = 0; i < docks.size(); ++i) {
            QDockWidget *dock = docks[i];
            window_->action(QStringLiteral("view-%1").arg(i))->trigger();
            QTest::qWait(50);
            const QString name = dock->objectName();
            QWidget *first = QApplication::focusWidget();
            QVERIFY2(first && dock->isAncestorOf(first), qPrintable(name));
            if (name == "console") {
                QTest::keyClick(display(page_), Qt::Key_1, Qt::AltModifier);
                QVERIFY(page_->traffic()->isAncestorOf(QApplication::focusWidget()));
                continue;
            }
            QSet<QWidget *> reached = {first};
            QWidget *last = first;
            for (const auto direction : {Qt::Key_Tab, Qt::Key_Backtab}) {
                last->setFocus();
                QTest::qWait(150); // what is selected by it makes buttons usable
                QWidget *now = last;
                do {
                    last = now;
                    reached += now;
                    QTest::keyClick(last, direction);
                    now = QApplication::focusWidget();
                    QVERIFY2(now && now != last, qPrintable("a trap: " + described(last)));
                } while (dock->isAncestorOf(now));
            }
            for (QWidget *widget : dock->findChildren<QWidget *>())
                if (isStop(widget) && !widget->inherits("Konsole::TerminalDisplay"))
                    QVERIFY2(reached.contains(widget), qPrintable(name + ": " + described(widget)));
        }
    }

    void theFocusIsSeen() {
        QStringList unseen;
        const auto look = [&unseen](QWidget *within, const QString &name) {
            for (QWidget *widget : within->findChildren<QWidget *>())
                if (isStop(widget) && !showsFocus(widget))
                    unseen += name + ": " + described(widget);
        };
        for (QDockWidget *dock : page_->docks()) {
            page_->showView(dock);
            QTest::qWait(50);
            look(dock, dock->objectName());
        }
        window_->tabs()->setCurrentIndex(0);
        look(window_->launchView(), "launch");
        window_->tabs()->setCurrentWidget(page_);
        QVERIFY2(unseen.isEmpty(), qPrintable(unseen.join(QLatin1Char('\n'))));
    }
};

QTEST_MAIN(TestAccess)
#include "test_access.moc"
