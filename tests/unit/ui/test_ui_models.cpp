// SPDX-License-Identifier: GPL-2.0-or-later
// The smaller models: registers, counts, the palette's actions.
#include "made_events.h"
#include "ui/counts/counts_view.h"
#include "ui/registers/register_model.h"
#include "ui/registers/registers_view.h"
#include "ui/window/command_palette.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QtTest>

using ui::RegisterModel;

class TestUiModels : public QObject {
    Q_OBJECT

    static QString value(const RegisterModel &model, const QString &name, int column) {
        for (int row = 0; row < model.rowCount(); ++row)
            if (model.index(row, RegisterModel::Name).data().toString() == name)
                return model.index(row, column).data().toString();
        return QStringLiteral("no such register");
    }

private slots:
    void registersMarkWhatChanged() {
        RegisterModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        lg_event before = madeEvent(0, LG_EV_HYPERCALL), now = madeEvent(1, LG_EV_HYPERCALL);
        before.regs.eax = 1;
        now.regs.eax = 2;
        now.regs.eflags = 0x246;
        before.regs.eflags = 0x246;
        model.show(now.regs, before.regs, std::make_shared<lg::SymbolTable>());
        QCOMPARE(model.rowCount(), 18); // ten, six segments, cr2 and cr3
        QCOMPARE(value(model, "eax", RegisterModel::Value), "00000002");
        QCOMPARE(value(model, "eax", RegisterModel::Before), "00000001");
        QCOMPARE(value(model, "ebx", RegisterModel::Before), "");
        QVERIFY(value(model, "eflags", RegisterModel::Meaning).contains("ZF"));
        QVERIFY(value(model, "cs", RegisterModel::Meaning).contains("ring 1"));
        int marked = 0;
        for (int row = 0; row < model.rowCount(); ++row)
            marked += model.changed(row);
        QCOMPARE(marked, 2); // eax and eip

        // With the GDT at hand, what a selector stands for.
        RegisterModel::Gdt gdt{};
        gdt[LGUEST_KERNEL_CS / 8] = {0x0000ffff, 0x00cfbb00};
        model.show(now.regs, std::nullopt, std::make_shared<lg::SymbolTable>(), gdt);
        QVERIFY(value(model, "cs", RegisterModel::Meaning).contains("base 00000000"));
        model.show(now.regs, std::nullopt, std::make_shared<lg::SymbolTable>());
        for (int row = 0; row < model.rowCount(); ++row)
            QVERIFY(!model.changed(row));
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void theEventBeforeIsOfTheSameVcpu() {
        ui::EventStore store;
        store.append(madeEvents(0, 3, 0));
        store.append(madeEvents(0, 3, 1));
        store.append(madeEvents(3, 1, 0));
        store.append(madeEvents(9, 1, 0)); // behind a loss
        const auto window = store.window();
        const auto before = ui::eventBefore(*window, 6);
        QVERIFY(before.has_value());
        QCOMPARE(before.value_or(lg_event{}).vcpu, uint8_t{0});
        QCOMPARE(before.value_or(lg_event{}).seq, 2u);
        QVERIFY(!ui::eventBefore(*window, 0));
        QVERIFY(!ui::eventBefore(*window, 8));
    }

    void countsAndRates() {
        ui::CountsModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        ui::EventCounts counts;
        model.show(counts, 1'000'000, 0, {});
        QCOMPARE(model.rowCount(), 0);
        lg_event slow = madeEvent(0, LG_EV_PAGE_FAULT);
        slow.duration = 4'000;
        counts.add(slow, 7);
        model.show(counts, 1'000'000, 1, {});
        const ui::EventCounts before = counts;
        counts.add(madeEvent(1, LG_EV_HYPERCALL), 8);
        counts.add(madeEvent(2, LG_EV_HYPERCALL), 9);
        model.show(counts, 1'000'000, 2, before);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, ui::CountsModel::Kind).data().toString(), "hypercall");
        QCOMPARE(model.index(0, ui::CountsModel::Count).data().toString(), "2");
        QCOMPARE(model.index(0, ui::CountsModel::Rate).data().toString(), "1");
        QCOMPARE(model.index(1, ui::CountsModel::Mean).data().toString(), "4.00 µs");
        QCOMPARE(model.index(1, ui::CountsModel::Longest).data().toString(), "4.00 µs");
        QCOMPARE(model.totalRate(), 1.0);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void paletteFindsAndGivesReasons() {
        QAction pause("&Pause"), record("Record…"), reset("Reset the layout");
        pause.setShortcut(QKeySequence("Ctrl+Shift+B"));
        record.setEnabled(false);
        record.setToolTip("Record is not available: the guest has ended");
        ui::ActionModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setActions({&pause, &record, &reset});
        QCOMPARE(model.rowCount(), 3);
        model.setPattern("rec");
        QVERIFY(model.rowCount() >= 1);
        QCOMPARE(model.action(model.index(0)), &record);
        QVERIFY(model.index(0).data(ui::ActionModel::ReasonRole).toString().contains("has ended"));
        model.setPattern("pause");
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0).data().toString(), "Pause");
        QVERIFY(!model.index(0).data(ui::ActionModel::ShortcutRole).toString().isEmpty());
        model.setPattern("xyzzy");
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(ui::matchScore("Reset the layout", "rl") > 0);
        QCOMPARE(ui::matchScore("Reset", "z"), -1);
    }
};

QTEST_MAIN(TestUiModels)
#include "test_ui_models.moc"
