// SPDX-License-Identifier: GPL-2.0-or-later
#include "changes_panel.h"

#include "snapshot/moments.h"
#include "ui/inspect/empty_note.h"
#include "ui/inspect/numbers.h"
#include "ui/inspect/rows_model.h"
#include "ui/window/inner_names.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTableView>

namespace ui {

namespace {

QString bytesText(const lg::Bytes &bytes) {
    QString text;
    for (const uint8_t byte : bytes)
        text += (text.isEmpty() ? QString() : QStringLiteral(" ")) + hexText(byte, 2);
    return text;
}

} // namespace

ChangesPanel::ChangesPanel(QWidget *parent) : QWidget(parent) {
    setAccessibleName(tr("Changes"));
    model_ = new RowsModel({tr("Physical"), tr("Page"), tr("Before"), tr("After")}, this);
    QTableView *table = makeTable(model_, tr("Places that changed"), {11, 16, 30, 0}, this);
    table->setObjectName(QStringLiteral("changeTable"));
    empty_ = new EmptyNote(table->viewport());
    take_ = new QPushButton(tr("Take a snapshot"), this);
    take_->setObjectName(QStringLiteral("takeSnapshot"));
    take_->setAccessibleName(tr("Keep the Guest's memory and page tables of this moment"));
    const auto choice = [this](const char *id, const QString &name) {
        auto *box = new QComboBox(this);
        box->setObjectName(QLatin1String(id));
        box->setAccessibleName(name);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(12);
        nameInnerParts(box);
        connect(box, &QComboBox::currentIndexChanged, this, &ChangesPanel::updateButtons);
        connect(box, &QComboBox::activated, this, [this] { chosen_ = true; });
        return box;
    };
    before_ = choice("changesBefore", tr("From this moment"));
    after_ = choice("changesAfter", tr("To this moment"));
    compare_ = new QPushButton(tr("Compare"), this);
    compare_->setObjectName(QStringLiteral("compareSnapshot"));
    compare_->setAccessibleName(tr("Compare the memory of the two moments"));
    auto *to = new QLabel(QStringLiteral("→"), this);
    to->setAccessibleName(tr("to"));
    auto *top = new QHBoxLayout;
    top->setContentsMargins(6, 4, 6, 4);
    top->setSpacing(6);
    top->addWidget(take_);
    top->addWidget(before_, 1);
    top->addWidget(to);
    top->addWidget(after_, 1);
    top->addWidget(compare_);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(table, 1);

    connect(take_, &QPushButton::clicked, this, [this] {
        chosen_ = false;
        session_->takeSnapshot(tr("asked"));
    });
    connect(compare_, &QPushButton::clicked, this, &ChangesPanel::compare);
    connect(table, &QAbstractItemView::activated, this, [this](const QModelIndex &index) {
        const auto &one = places_.at(static_cast<size_t>(index.row()));
        emit placeChosen(one.address, static_cast<uint32_t>(one.now.size()));
    });
}

void ChangesPanel::setSession(Session *session) {
    session_ = session;
    connect(session, &Session::snapshotsChanged, this, [this] {
        fillChoices();
        // The newest two are what somebody wants who takes one after the other; but what he has
        // compared or chosen is not taken from him by the clock.
        if (chosen_ && session_->snapshotSeconds() > 0)
            return;
        if (const int last = static_cast<int>(session_->snapshots()->snapshots().count()) - 1;
            last > 0) {
            before_->setCurrentIndex(before_->findData(last - 1));
            after_->setCurrentIndex(after_->findData(last));
        }
    });
    connect(session, &Session::stateChanged, this, &ChangesPanel::updateButtons);
    fillChoices();
    after_->setCurrentIndex(after_->count() - 1);
    updateButtons();
}

void ChangesPanel::setMoment(const MomentPtr &moment) {
    const bool had = moment_ != nullptr;
    moment_ = moment;
    if (session_ && had != (moment_ != nullptr))
        fillChoices();
}

void ChangesPanel::setBusy(const QString &why) {
    busy_ = why;
    updateButtons();
}

QString ChangesPanel::nameOf(const lg::Snapshots &all, size_t number) const {
    const lg::Snapshot &one = all.at(number);
    const QString why = QString::fromStdString(one.why);
    const uint32_t khz = session_->tscKhz();
    if (!khz)
        return tr("snapshot %1 (%2)").arg(number + 1).arg(why);
    const auto ticks = static_cast<double>(static_cast<int64_t>(one.tsc - session_->tscBase()));
    return tr("snapshot %1, at %2 s (%3)")
        .arg(number + 1)
        .arg(QLocale().toString(ticks / khz / 1000.0, 'f', 3), why);
}

void ChangesPanel::fillChoices() {
    const auto all = session_->snapshots();
    const size_t count = all ? all->snapshots().count() : 0;
    for (QComboBox *box : {before_, after_}) {
        const QVariant chosen = box->currentData();
        box->clear();
        for (size_t i = 0; i < count; ++i)
            box->addItem(nameOf(all->snapshots(), i), static_cast<int>(i));
        if (moment_)
            box->addItem(tr("the selected event"), kSelected);
        box->setCurrentIndex(std::max(0, box->findData(chosen)));
    }
    if (model_->rows().empty())
        empty_->say(
            count == 0 && session_->live()
                ? tr("Take a snapshot, let the Guest go on,\ntake another one, and compare.")
            : count == 0 ? session_->whyNoInspector()
            : count == 1 && session_->live()
                ? tr("Let the Guest go on, take another snapshot, and compare.")
                : tr("Choose two moments and compare."));
    updateButtons();
}

void ChangesPanel::updateButtons() {
    if (!session_)
        return;
    const auto set = [](QPushButton *button, const QString &why) {
        button->setEnabled(why.isEmpty());
        button->setToolTip(why.isEmpty() ? QString() : tr("Not available: %1").arg(why));
    };
    set(take_, session_->whyNot(Control::Snapshot));
    set(compare_, !busy_.isEmpty()       ? busy_
                  : before_->count() < 2 ? tr("there are no two moments to compare")
                  : before_->currentData() == after_->currentData() ? tr("choose two moments")
                                                                    : QString());
}

lg::Result<ChangesPanel::MomentPtr> ChangesPanel::chosen(const QComboBox *choice) const {
    const int number = choice->currentData().toInt();
    if (number == kSelected)
        return moment_;
    return lg::momentOf(session_->snapshots(), static_cast<size_t>(number));
}

void ChangesPanel::compare() {
    const auto before = chosen(before_), after = chosen(after_);
    if (!before || !after) {
        emit said(QString::fromStdString(before ? after.message() : before.message()), true);
        return;
    }
    chosen_ = true;
    compared_ = tr("From %1 to %2").arg(before_->currentText(), after_->currentText());
    emit compareWanted(*before, *after);
}

void ChangesPanel::show(const lg::MomentDifferences &differences, const lg::GuestMap &map) {
    places_ = differences.places;
    std::vector<Row> rows;
    rows.reserve(places_.size());
    for (const lg::MemoryDifference &one : places_) {
        const uint32_t page = one.address / 4096;
        const QString use = page < map.pages.size()
                                ? QString::fromStdString(lg::pageUseName(map.pages[page]))
                                : QString();
        rows.push_back({{hexText(one.address), Tone::Plain, true},
                        {use, Tone::Muted},
                        {bytesText(one.before), Tone::Muted, true},
                        {bytesText(one.now), Tone::Changed, true}});
    }
    model_->show(std::move(rows));
    empty_->say(differences.pages.empty() ? tr("Nothing has changed.") : QString());
    const QLocale locale;
    QString text = tr("%1: %2 bytes in %3 pages changed")
                       .arg(compared_, locale.toString(static_cast<qulonglong>(differences.bytes)),
                            locale.toString(static_cast<qulonglong>(differences.pages.size())));
    uint64_t shown = 0;
    for (const auto &one : places_)
        shown += one.now.size();
    if (shown < differences.bytes)
        text += tr(", the first %1 places are shown")
                    .arg(locale.toString(static_cast<qulonglong>(places_.size())));
    emit said(text, false);
}

} // namespace ui
