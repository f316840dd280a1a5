// SPDX-License-Identifier: GPL-2.0-or-later
#include "preset_list.h"

#include "ui/window/icons.h"
#include "ui/window/inner_names.h"

#include <QAction>
#include <QInputDialog>
#include <QLineEdit>
#include <QSettings>

namespace ui {

namespace {
const QString kKey = QStringLiteral("launch/presets");
}

PresetList::PresetList(QWidget *parent) : GuestList(tr("Presets"), parent) {
    setObjectName(QStringLiteral("presetList"));
    auto *forget = new QAction(themedIcon(Icon::Close), tr("Forget this preset"), this);
    forget->setShortcut(QKeySequence::Delete);
    forget->setShortcutContext(Qt::WidgetShortcut);
    connect(forget, &QAction::triggered, this, &PresetList::forgetSelected);
    addAction(forget);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    setToolTip(tr("Enter launches it, Delete forgets it"));
    connect(this, &GuestList::chosen, this,
            [this](const QListWidgetItem *item) { emit requested(requests_.at(row(item))); });
    load();
}

void PresetList::load() {
    const QVariantMap kept = QSettings().value(kKey).toMap(); // sorted by name
    clear();
    requests_.clear();
    for (auto entry = kept.begin(); entry != kept.end(); ++entry) {
        const auto request = LaunchRequest::fromList(entry->toStringList());
        if (request.image.isEmpty())
            continue; // not ours
        requests_ += request;
        addGuest(entry.key(), request.asCommand(), {});
    }
    fitHeight();
    emit changed();
}

void PresetList::keep(const LaunchRequest &request) {
    auto *dialog = new QInputDialog(this);
    dialog->setObjectName(QStringLiteral("presetName"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setModal(false);
    dialog->setWindowTitle(tr("Keep as a preset"));
    dialog->setAccessibleName(dialog->windowTitle());
    dialog->setLabelText(tr("Its name"));
    dialog->setTextValue(request.name());
    if (auto *line = dialog->findChild<QLineEdit *>())
        line->setAccessibleName(dialog->labelText());
    connect(dialog, &QInputDialog::textValueSelected, this,
            [this, request](const QString &name) { add(name.trimmed(), request); });
    dialog->show();
}

void PresetList::add(const QString &name, const LaunchRequest &request) {
    if (name.isEmpty())
        return;
    QSettings settings;
    QVariantMap kept = settings.value(kKey).toMap();
    kept.insert(name, request.toList());
    settings.setValue(kKey, kept);
    load();
}

void PresetList::forgetSelected() {
    const QListWidgetItem *item = currentItem();
    if (!item)
        return;
    QSettings settings;
    QVariantMap kept = settings.value(kKey).toMap();
    kept.remove(item->text());
    settings.setValue(kKey, kept);
    load();
}

} // namespace ui
