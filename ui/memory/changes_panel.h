// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspect/guest_map.h"
#include "snapshot/compare.h"
#include "ui/session/session.h"

#include <QWidget>

class QComboBox;
class QPushButton;

namespace ui {

class EmptyNote;
class RowsModel;

// What changed in memory between two moments: snapshots, and the selected event's.
class ChangesPanel : public QWidget {
    Q_OBJECT
public:
    explicit ChangesPanel(QWidget *parent = nullptr);

    using MomentPtr = std::shared_ptr<const lg::Moment>;

    void setSession(Session *session);
    // The selected event's, or null.
    void setMoment(const MomentPtr &moment);
    // "" = nothing else is being done.
    void setBusy(const QString &why);
    // With what the pages were used for at the later moment.
    void show(const lg::MomentDifferences &differences, const lg::GuestMap &map);
    RowsModel *model() const { return model_; }
    QComboBox *before() const { return before_; }
    QComboBox *after() const { return after_; }

signals:
    void compareWanted(const ui::ChangesPanel::MomentPtr &before,
                       const ui::ChangesPanel::MomentPtr &after);
    void placeChosen(uint32_t physical, uint32_t length);
    void said(const QString &text, bool bad);

private:
    static constexpr int kSelected = -1; // in place of a snapshot's number

    void fillChoices();
    QString nameOf(const lg::Snapshots &all, size_t number) const;
    void updateButtons();
    void compare();
    lg::Result<MomentPtr> chosen(const QComboBox *choice) const;

    Session *session_ = nullptr;
    MomentPtr moment_;
    QString busy_;
    std::vector<lg::MemoryDifference> places_;
    QString compared_;    // which two
    bool chosen_ = false; // by hand
    RowsModel *model_;
    EmptyNote *empty_;
    QPushButton *take_;
    QComboBox *before_;
    QComboBox *after_;
    QPushButton *compare_;
};

} // namespace ui
