// SPDX-License-Identifier: GPL-2.0-or-later
#include "launch_view.h"

#include "backends/user_network.h"
#include "disk_list.h"
#include "guest_list.h"
#include "image/bundled.h"
#include "lguest_uapi.h"
#include "machine_note.h"
#include "preset_list.h"
#include "ui/window/icons.h"
#include "ui/window/inner_names.h"
#include "ui/window/problem_label.h"
#include "ui/window/tab_order.h"

#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontDatabase>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui {

namespace {

QLabel *heading(const QString &text, QWidget *parent) {
    auto *label = new QLabel(text, parent);
    QFont font = label->font();
    font.setBold(true);
    font.setPointSizeF(font.pointSizeF() * 1.1);
    label->setFont(font);
    label->setAccessibleName(text);
    return label;
}

} // namespace

LaunchView::LaunchView(QWidget *parent) : QWidget(parent) {
    setAccessibleName(tr("Launch"));
    guests_ = new GuestList(tr("Bundled guests"), this);
    guests_->setObjectName(QStringLiteral("guestList"));
    recentList_ = new GuestList(tr("Recent launches"), this);
    recentList_->setObjectName(QStringLiteral("recentList"));
    recentTitle_ = heading(tr("Recent"), this);
    presets_ = new PresetList(this);
    presetsTitle_ = heading(tr("Presets"), this);
    const auto showPresets = [this] {
        presetsTitle_->setVisible(presets_->count() > 0);
        presets_->setVisible(presets_->count() > 0);
    };
    connect(presets_, &PresetList::changed, this, showPresets);
    showPresets();

    auto *left = new QVBoxLayout;
    left->setSpacing(6);
    left->addWidget(heading(tr("Bundled guests"), this));
    left->addWidget(guests_, 3);
    left->addWidget(presetsTitle_);
    left->addWidget(presets_, 2);
    left->addWidget(recentTitle_);
    left->addWidget(recentList_, 2);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(20);
    layout->addLayout(left, 5);
    layout->addWidget(makeForm(), 6);

    connect(guests_, &GuestList::chosen, this, [this](const QListWidgetItem *item) {
        image_->setText(item->data(GuestList::DataRole).toString());
        vcpus_->setValue(item->data(GuestList::VcpusRole).toInt());
        initrd_->clear();
        commandLine_->clear();
        disks_->setDisks({});
        network_->clear();
    });
    connect(recentList_, &GuestList::chosen, this, [this](const QListWidgetItem *item) {
        setRequest(recent_.value(item->data(GuestList::DataRole).toInt()));
    });
    connect(presets_, &PresetList::requested, this, &LaunchView::setRequest);
    for (GuestList *list : {guests_, static_cast<GuestList *>(presets_), recentList_}) {
        connect(list, &QListWidget::itemActivated, this, [this, list](QListWidgetItem *item) {
            emit list->chosen(item);
            launch_->click();
        });
        connect(list, &GuestList::chosen, this, [this, list] {
            for (GuestList *other : {static_cast<GuestList *>(presets_), recentList_})
                if (other != list)
                    other->display(nullptr);
        });
    }
    fillGuests();
    setRecent({});
    update();
}

QWidget *LaunchView::makeForm() {
    auto *panel = new QWidget(this);
    const auto line = [panel](const QString &name, const QString &hint) {
        auto *edit = new QLineEdit(panel);
        edit->setAccessibleName(name);
        edit->setPlaceholderText(hint);
        return edit;
    };
    const auto browse = [this, panel](QLineEdit *into, const QString &title,
                                      const QString &filter) {
        auto *button = new QToolButton(panel);
        button->setIcon(themedIcon(Icon::Open));
        button->setToolTip(title);
        button->setAccessibleName(title);
        connect(button, &QToolButton::clicked, this,
                [this, into, title, filter] { chooseFile(into, title, filter); });
        auto *row = new QHBoxLayout;
        row->setSpacing(4);
        row->addWidget(into, 1);
        row->addWidget(button);
        return row;
    };

    image_ = line(tr("Kernel"), tr("guest:NAME or the path of a vmlinux or bzImage"));
    image_->setObjectName(QStringLiteral("image"));
    initrd_ = line(tr("Initial RAM disk"), tr("none"));
    initrd_->setObjectName(QStringLiteral("initrd"));
    disks_ = new DiskList(panel);
    disks_->setObjectName(QStringLiteral("disks"));
    network_ = line(tr("Network"), tr("none; user, or user,forward=tcp:2222:22"));
    network_->setObjectName(QStringLiteral("network"));
    commandLine_ = line(tr("Command line"), tr("none"));
    commandLine_->setObjectName(QStringLiteral("commandLine"));
    memory_ = new QSpinBox(panel);
    memory_->setAccessibleName(tr("Memory in MiB"));
    memory_->setRange(static_cast<int>(lg::kMinMemoryBytes >> 20),
                      static_cast<int>(lg::kMaxMemoryBytes >> 20));
    memory_->setValue(static_cast<int>(lg::kDefaultMemoryBytes >> 20));
    memory_->setSuffix(tr(" MiB"));
    memory_->setSingleStep(16);
    vcpus_ = new QSpinBox(panel);
    vcpus_->setAccessibleName(tr("Virtual processors"));
    vcpus_->setObjectName(QStringLiteral("vcpus"));
    vcpus_->setRange(1, LG_VCPUS_MAX);
    where_ = new QComboBox(panel);
    where_->setAccessibleName(tr("Where it runs"));
    where_->setObjectName(QStringLiteral("where"));
    where_->addItem(tr("Sandbox — a small VM; nothing can happen to this machine"),
                    QStringLiteral("sandbox"));
    where_->addItem(tr("This machine — its own /dev/lguest, through an agent"),
                    QStringLiteral("local"));
    where_->addItem(tr("An agent's socket on this machine"), QStringLiteral("unix:"));
    where_->addItem(tr("Another host, over ssh"), QStringLiteral("ssh:"));
    where_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    where_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    host_ = line(tr("Socket or host name"), {});
    host_->setObjectName(QStringLiteral("host"));
    hostLabel_ = new QLabel(panel);
    hostLabel_->setBuddy(host_);
    events_ = new QComboBox(panel);
    events_->setAccessibleName(tr("When events come too fast"));
    events_->setObjectName(QStringLiteral("eventMode"));
    events_->addItem(tr("Never slow the guest — count what is lost"), false);
    events_->addItem(tr("Lose nothing — the guest waits"), true);
    events_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    events_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);

    nameInnerParts(where_);
    nameInnerParts(events_);
    nameInnerParts(memory_);
    nameInnerParts(vcpus_);

    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setLabelAlignment(Qt::AlignLeft);
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(8);
    const auto row = [form, panel](const QString &name, QWidget *field, QLayout *with = nullptr) {
        auto *label = new QLabel(name, panel);
        label->setBuddy(field);
        if (with)
            form->addRow(label, with);
        else
            form->addRow(label, field);
    };
    row(tr("&Kernel"), image_,
        browse(image_, tr("Choose a kernel"),
               tr("Kernels (vmlinux* bzImage* vmlinuz*);;All files (*)")));
    row(tr("&Memory"), memory_);
    row(tr("&vCPUs"), vcpus_);
    row(tr("&Command line"), commandLine_);
    row(tr("&Initrd"), initrd_,
        browse(initrd_, tr("Choose an initial RAM disk"), tr("All files (*)")));
    row(tr("&Disks"), disks_);
    row(tr("&Network"), network_);
    row(tr("&Where"), where_);
    form->addRow(hostLabel_, host_);
    machine_ = new MachineNote(panel);
    form->addRow(machine_);
    row(tr("&Events"), events_);

    about_ = new QLabel(panel);
    about_->setObjectName(QStringLiteral("aboutGuest"));
    about_->setAccessibleName(tr("What this guest teaches"));
    about_->setWordWrap(true);
    about_->setForegroundRole(QPalette::PlaceholderText);
    problem_ = new ProblemLabel(panel);
    problem_->setObjectName(QStringLiteral("launchProblem"));
    problem_->setAccessibleName(tr("Why it cannot be launched"));
    problem_->setWordWrap(true);

    command_ = new QLineEdit(panel);
    command_->setObjectName(QStringLiteral("equivalentCommand"));
    command_->setAccessibleName(tr("The same on the command line"));
    command_->setReadOnly(true);
    command_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    auto *copy = new QToolButton(panel);
    copy->setIcon(themedIcon(Icon::Copy));
    copy->setToolTip(tr("Copy the command"));
    copy->setAccessibleName(tr("Copy the command"));
    connect(copy, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(command_->text()); });
    auto *commandRow = new QHBoxLayout;
    commandRow->setSpacing(4);
    commandRow->addWidget(command_, 1);
    commandRow->addWidget(copy);

    launch_ = new QPushButton(themedIcon(Icon::Launch), tr("&Launch"), panel);
    launch_->setObjectName(QStringLiteral("launchButton"));
    launch_->setAccessibleName(tr("Launch the guest"));
    launch_->setDefault(true);
    launch_->setMinimumWidth(140);
    launch_->setMinimumHeight(launch_->sizeHint().height() + 6);
    keep_ = new QPushButton(tr("Keep as &preset…"), panel);
    keep_->setObjectName(QStringLiteral("keepPreset"));
    keep_->setAccessibleName(tr("Keep these settings as a preset"));
    keep_->setToolTip(tr("Give these settings a name, and find them again on the left"));
    keep_->setAutoDefault(false);
    connect(keep_, &QPushButton::clicked, this, [this] { presets_->keep(request()); });
    auto *launchRow = new QHBoxLayout;
    launchRow->addWidget(problem_, 1);
    launchRow->addWidget(keep_);
    launchRow->addWidget(launch_);

    auto *layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(heading(tr("Launch a guest"), panel));
    layout->addWidget(about_);
    layout->addLayout(form);
    layout->addLayout(launchRow);
    layout->addSpacing(8);
    layout->addWidget(heading(tr("The same on the command line"), panel));
    layout->addLayout(commandRow);
    auto *hint = new QLabel(tr("A kernel file can also be dropped anywhere on this window; so can "
                               "a recording or a saved guest."),
                            panel);
    hint->setWordWrap(true);
    hint->setAccessibleName(tr("Hint"));
    hint->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(hint);
    layout->addStretch(1);

    connect(disks_, &DiskList::changed, this, &LaunchView::update);
    connect(disks_, &DiskList::changed, panel, [panel] { tabInLayoutOrder(panel); });
    tabInLayoutOrder(panel);
    for (QLineEdit *edit : {image_, initrd_, commandLine_, host_, network_}) {
        connect(edit, &QLineEdit::textChanged, this, &LaunchView::update);
        connect(edit, &QLineEdit::returnPressed, launch_, &QPushButton::click);
    }
    connect(memory_, &QSpinBox::valueChanged, this, &LaunchView::update);
    connect(vcpus_, &QSpinBox::valueChanged, this, &LaunchView::update);
    connect(where_, &QComboBox::currentIndexChanged, this, &LaunchView::update);
    connect(events_, &QComboBox::currentIndexChanged, this, &LaunchView::update);
    connect(launch_, &QPushButton::clicked, this, [this] { emit launchRequested(request()); });

    auto *scroll = new QScrollArea(this);
    scroll->setAccessibleName(tr("Launch settings"));
    scroll->setWidget(panel);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return scroll;
}

void LaunchView::fillGuests() {
    for (const lg::BundledGuest &guest : lg::bundledGuests())
        guests_
            ->addGuest(QString::fromStdString(guest.name), QString::fromStdString(guest.about),
                       QStringLiteral("guest:%1").arg(QString::fromStdString(guest.name)))
            ->setData(GuestList::VcpusRole, guest.vcpus);
    if (guests_->count() == 0) {
        guests_->addGuest(tr("No bundled guests here"),
                          tr("They are built with the program and looked for in %1")
                              .arg(QString::fromStdString(lg::bundledGuestsFolder())),
                          QString());
        guests_->item(0)->setFlags(Qt::NoItemFlags);
        return;
    }
    const auto user = guests_->findItems(QStringLiteral("user"), Qt::MatchExactly);
    guests_->setCurrentItem(user.isEmpty() ? guests_->item(0) : user.first());
    image_->setText(guests_->currentItem()->data(GuestList::DataRole).toString());
}

LaunchRequest LaunchView::request() const {
    LaunchRequest request;
    request.image = image_->text().trimmed();
    request.memoryBytes = static_cast<quint64>(memory_->value()) << 20;
    request.vcpus = static_cast<quint32>(vcpus_->value());
    request.commandLine = commandLine_->text();
    request.initrd = initrd_->text().trimmed();
    request.disks = disks_->disks();
    request.network = network_->text().trimmed();
    request.host = where_->currentData().toString();
    if (request.host.endsWith(QLatin1Char(':')))
        request.host += host_->text().trimmed();
    request.lossless = events_->currentData().toBool();
    return request;
}

void LaunchView::setRequest(const LaunchRequest &request) {
    image_->setText(request.image);
    memory_->setValue(static_cast<int>(request.memoryBytes >> 20));
    vcpus_->setValue(static_cast<int>(request.vcpus));
    commandLine_->setText(request.commandLine);
    initrd_->setText(request.initrd);
    disks_->setDisks(request.disks);
    network_->setText(request.network);
    for (int i = 0; i < where_->count(); ++i) {
        const QString kind = where_->itemData(i).toString();
        if (request.host == kind ||
            (kind.endsWith(QLatin1Char(':')) && request.host.startsWith(kind))) {
            where_->setCurrentIndex(i);
            host_->setText(request.host.mid(kind.size()));
        }
    }
    events_->setCurrentIndex(request.lossless ? 1 : 0);
}

void LaunchView::setImage(const QString &path) {
    image_->setText(path);
    image_->setFocus();
}

void LaunchView::setRecent(const QList<LaunchRequest> &recent) {
    recent_ = recent;
    recentList_->clear();
    for (int i = 0; i < recent_.size(); ++i) {
        const LaunchRequest &request = recent_.at(i);
        recentList_->addGuest(request.name(), request.asCommand(), i);
    }
    recentTitle_->setVisible(!recent_.isEmpty());
    recentList_->setVisible(!recent_.isEmpty());
    recentList_->fitHeight();
}

void LaunchView::addRecent(const LaunchRequest &request) {
    QList<LaunchRequest> recent = recent_;
    recent.removeAll(request);
    recent.prepend(request);
    while (recent.size() > kRecent)
        recent.removeLast();
    setRecent(recent);
}

QString LaunchView::problem() const {
    const LaunchRequest request = this->request();
    if (request.image.isEmpty())
        return tr("Choose a guest, or a kernel file of your own.");
    if (!request.image.startsWith(QLatin1String("guest:")) && !QFileInfo(request.image).isFile())
        return tr("There is no file %1.").arg(request.image);
    if (!request.initrd.isEmpty() && !QFileInfo(request.initrd).isFile())
        return tr("There is no file %1.").arg(request.initrd);
    for (const QString &disk : request.disks) {
        const QString path = disk.endsWith(QLatin1String(",ro")) ? disk.chopped(3) : disk;
        if (!QFileInfo::exists(path))
            return tr("There is no file %1.").arg(path);
    }
    if (!request.network.isEmpty())
        if (auto network = lg::parseNetwork(request.network.toStdString()); !network)
            return sentence(network.message());
    if (request.host.endsWith(QLatin1Char(':')))
        return tr("Say which socket or which host.");
    return {};
}

void LaunchView::update() {
    const QString kind = where_->currentData().toString();
    const bool named = kind.endsWith(QLatin1Char(':'));
    host_->setVisible(named);
    if (const bool local = kind == QLatin1String("local"); local != machine_->isVisibleTo(this)) {
        machine_->setVisible(local);
        if (local)
            machine_->look();
    }
    hostLabel_->setVisible(named);
    hostLabel_->setText(kind == QLatin1String("ssh:") ? tr("&Host") : tr("&Socket"));
    host_->setPlaceholderText(kind == QLatin1String("ssh:") ? tr("user@host") : tr("path"));

    command_->setText(request().asCommand());
    command_->setCursorPosition(0);
    QListWidgetItem *bundled = nullptr;
    for (int i = 0; i < guests_->count(); ++i)
        if (!image_->text().isEmpty() &&
            guests_->item(i)->data(GuestList::DataRole).toString() == image_->text())
            bundled = guests_->item(i);
    about_->setText(bundled                    ? bundled->data(GuestList::AboutRole).toString()
                    : image_->text().isEmpty() ? QString()
                                               : tr("A kernel of your own."));
    guests_->display(bundled); // typed, dropped or taken from the other lists

    const QString why = problem();
    problem_->setText(why);
    launch_->setEnabled(why.isEmpty());
    launch_->setToolTip(why.isEmpty() ? tr("Start the guest in a tab of its own") : why);
}

void LaunchView::chooseFile(QLineEdit *into, const QString &title, const QString &filter) {
    auto *dialog = new QFileDialog(this, title, QFileInfo(into->text()).path(), filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setModal(false);
    connect(dialog, &QFileDialog::fileSelected, into, &QLineEdit::setText);
    dialog->show();
}

} // namespace ui
