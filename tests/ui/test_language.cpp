// SPDX-License-Identifier: GPL-2.0-or-later
// The window in another language: every text of it goes through a translation, German is one,
// numbers and plurals follow.
#include "pictures.h"
#include "ui/launch/machine_note.h"
#include "ui/traffic/event_model.h"
#include "ui/traffic/filter_line.h"
#include "ui/traffic/traffic_view.h"
#include "ui/window/error_bar.h"
#include "ui/window/language.h"
#include "ui/window/shortcuts_page.h"
#include "window_test.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTableView>
#include <QToolBar>
#include <QTranslator>

namespace {

const QChar kMark(0x27E6); // ⟦

// A language of its own, in which each text says that it was translated.
class Marked : public QTranslator {
public:
    bool isEmpty() const override { return false; }
    QString translate(const char *context, const char *text, const char *, int n) const override {
        const QByteArray whose(context);
        static const QSet<QByteArray> ours = {"FileDialogs", "InnerNames", "Numbers", "Options"};
        // Where a text is a key, or Qt's own, it stays.
        if (!(whose.startsWith("ui::") || ours.contains(whose)) || qstrncmp(text, "Ctrl+", 5) == 0)
            return {};
        return kMark + QString::fromUtf8(text)
                           .replace("%n", QString::number(n))
                           .replace("%Ln", QString::number(n));
    }
};

// What a widget says, each with the name of where it says it.
QMap<QString, QString> textsOf(const QWidget *widget) {
    QMap<QString, QString> texts = {{"tip", widget->toolTip()}, {"name", widget->accessibleName()}};
    if (widget->isWindow())
        texts["title"] = widget->windowTitle();
    if (const auto *label = qobject_cast<const QLabel *>(widget))
        texts["text"] = label->text();
    if (const auto *button = qobject_cast<const QAbstractButton *>(widget))
        texts["text"] = button->text();
    if (const auto *line = qobject_cast<const QLineEdit *>(widget))
        texts["hint"] = line->placeholderText();
    if (const auto *combo = qobject_cast<const QComboBox *>(widget))
        for (int i = 0; i < combo->count(); ++i)
            texts[QStringLiteral("choice %1").arg(i)] = combo->itemText(i);
    if (const auto *tabs = qobject_cast<const QTabBar *>(widget))
        for (int i = 0; i < tabs->count(); ++i)
            texts[QStringLiteral("tab %1").arg(i)] = tabs->tabText(i);
    if (const auto *table = qobject_cast<const QTableView *>(widget); table && table->model())
        for (int i = 0; i < table->model()->columnCount(); ++i)
            for (const int role : {int(Qt::DisplayRole), int(Qt::ToolTipRole)})
                texts[QStringLiteral("column %1/%2").arg(i).arg(role)] =
                    table->model()->headerData(i, Qt::Horizontal, role).toString();
    return texts;
}

} // namespace

class TestLanguage : public WindowTest {
    Q_OBJECT

    // The Guest's own words and the library's, numbers, symbols of the machine.
    static bool isData(const QString &text) {
        static const QSet<QString> data = {"shell", "lgscope"};
        static const QRegularExpression words(QStringLiteral("[A-Za-z]{3}"));
        return !text.contains(words) || data.contains(text);
    }

    // Of Qt and of the terminal, which have translations of their own.
    static bool isOthers(const QWidget *widget) {
        if (widget->objectName().startsWith("Scroll") ||
            widget->inherits("QDockWidgetTitleButton") ||
            qobject_cast<QDialogButtonBox *>(widget->parentWidget()))
            return true;
        for (; widget; widget = widget->parentWidget())
            if (widget->inherits("QTermWidget"))
                return true;
        return false;
    }

    static QStringList untranslated(const QWidget &top) {
        QStringList found;
        QList<const QWidget *> all = {&top};
        for (const QWidget *widget : top.findChildren<QWidget *>())
            all += widget;
        for (const QWidget *widget : std::as_const(all)) {
            static const QSet<QString> names = {"aboutGuest", "machineProblem", "registersTitle",
                                                "memoryNote"}; // they show data
            if (names.contains(widget->objectName()) || widget->inherits("QListView") ||
                isOthers(widget))
                continue;
            const auto texts = textsOf(widget);
            for (auto text = texts.begin(); text != texts.end(); ++text)
                if (!text->contains(kMark) && !isData(*text))
                    found += QStringLiteral("%1 %2, %3: %4")
                                 .arg(QLatin1String(widget->metaObject()->className()),
                                      widget->objectName(), text.key(), *text);
        }
        return found;
    }

private slots:
    void everyTextGoesThroughATranslation() {
        Marked marked;
        setLanguage("en");
        QCoreApplication::installTranslator(&marked);
        openWindow({});
        LaunchRequest request = window_->launchView()->request();
        for (const char *host : {"local", "ssh:", "unix:", "sandbox"}) {
            request.host = host;
            request.disks = {"/no/such/disk"};
            window_->launchView()->setRequest(request);
            const QStringList found = untranslated(*window_);
            if (qstrcmp(host, "local") != 0) // the library's words on what this machine lacks
                QVERIFY2(found.isEmpty(), qPrintable(found.join('\n')));
        }
        request.disks.clear();
        window_->launchView()->setRequest(request);
        GuestPage *page = launchBundled("shell");
        QVERIFY(runs(page));
        QTRY_VERIFY_WITH_TIMEOUT(page->traffic()->model()->rowCount() > 0, kSoonMs);
        page->traffic()->table()->selectRow(0);
        for (QDockWidget *dock : page->docks()) {
            page->showView(dock);
            QTest::qWait(100);
        }
        QStringList found = untranslated(*window_);
        for (const QAction *action : window_->actions() + page->viewActions())
            for (const QString &text : {action->text(), action->toolTip()})
                if (!text.contains(kMark))
                    found += QStringLiteral("action %1: %2").arg(action->objectName(), text);
        window_->action("shortcuts")->trigger();
        found += untranslated(*window_->findChild<ShortcutsPage *>());
        found.removeDuplicates();
        closeWindow();
        QCoreApplication::removeTranslator(&marked);
        QVERIFY2(found.isEmpty(), qPrintable(found.join('\n')));
    }

    void onlyLanguagesThatThereAre() {
        QVERIFY(languages().contains("de"));
        QVERIFY(!setLanguage("tlh"));
        QVERIFY(setLanguage("en"));
        const auto say = [](const char *context, const char *text, int n) {
            return QCoreApplication::translate(context, text, nullptr, n);
        };
        QCOMPARE(say("ui::MainWindow", "%1 event(s)", 1), "%1 event");
        QCOMPARE(say("ui::MainWindow", "%1 event(s)", 2), "%1 events");
        QVERIFY(setLanguage("de"));
        QCOMPARE(say("ui::MainWindow", "%1 event(s)", 1), "%1 Ereignis");
        QCOMPARE(say("ui::MainWindow", "%1 event(s)", 7), "%1 Ereignisse");
    }

    // A user's desktop says it: the program itself, in an environment of its own.
    void theDesktopsLanguageIsTaken() {
        const auto help = [](const QString &variable, const QStringList &more) {
            QProcess program;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.remove("LANGUAGE");
            environment.insert(variable.section('=', 0, 0), variable.section('=', 1));
            program.setProcessEnvironment(environment);
            program.start(QCoreApplication::applicationDirPath() + "/lgscope",
                          more + QStringList("--help"));
            program.waitForFinished();
            return QString::fromUtf8(program.readAllStandardOutput());
        };
        const QString english = help("LANGUAGE=tlh", {}),
                      german = help("LANGUAGE=tlh:de_AT:en", {});
        QVERIFY2(english.contains("Launch a bundled guest"), qPrintable(english));
        QVERIFY2(german.contains("mitgelieferten Gast"), qPrintable(german));
        QCOMPARE(help("LANGUAGE=tlh", {"--language", "de"}), german);
    }

    void theWindowInGerman() {
        openWindow("de");
        window_->resize(1024, 700);
        QCOMPARE(window_->tabs()->tabText(0), "Start");
        QCOMPARE(window_->action("record")->text(), "Aufzeichnen…");
        QVERIFY(window_->action("pause")->toolTip().contains("nicht verfügbar"));
        QVERIFY(takePicture(*window_, "german-launch"));
        // Its words are longer; all orders are still in the bar.
        auto *bar = find<QToolBar>("controls");
        QVERIFY(bar->sizeHint().width() <= window_->width());
        GuestPage *page = launchBundled("storm");
        QVERIFY(runs(page));
        QTRY_VERIFY_WITH_TIMEOUT(page->traffic()->model()->rowCount() > 1000, kSoonMs);
        page->traffic()->setFollowing(false);
        page->traffic()->select(page->traffic()->model()->eventIndex(900));
        static const QRegularExpression count("^\\d{1,3}(\\.\\d{3})+ Ereignisse");
        auto *shown = page->findChild<QLabel *>("trafficShown");
        QVERIFY(shown);
        QTRY_VERIFY2(shown->text().contains(count), qPrintable(shown->text()));
        QVERIFY(
            page->traffic()->model()->index(900, EventModel::Time).data().toString().contains(','));
        QVERIFY(takePicture(*window_, "german-traffic"));
        for (const char *view : {"counts", "switcher", "memory", "stops", "interrupts"}) {
            page->showView(page->dock(view));
            QTest::qWait(400);
            QVERIFY(takePicture(*window_, QStringLiteral("german-") + view));
        }
        window_->action("palette")->trigger();
        QVERIFY(takePicture(*window_, "german-palette"));
        // Qt's own words, where its package with them is.
        QMessageBox box(QMessageBox::Question, {}, {}, QMessageBox::Cancel);
        QCOMPARE(box.button(QMessageBox::Cancel)->text().remove('&'), "Abbrechen");
        closeWindow();
        QVERIFY(setLanguage("en"));
    }
};

QTEST_MAIN(TestLanguage)
#include "test_language.moc"
