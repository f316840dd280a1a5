// SPDX-License-Identifier: GPL-2.0-or-later
#include "console_view.h"

#include "pty_feed.h"
#include "ui/inspect/numbers.h"
#include "ui/window/file_dialogs.h"
#include "ui/window/icons.h"
#include "ui/window/inner_names.h"
#include "ui/window/theme.h"

#include <qtermwidget.h>

#include <QAction>
#include <QBuffer>
#include <QEvent>

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QRegularExpression>
#include <QSaveFile>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui {

ConsoleView::ConsoleView(QWidget *parent) : QWidget(parent) {
    setAccessibleName(tr("Console"));

    terminal_ = new QTermWidget(0, this);
    terminal_->setAccessibleName(tr("Guest console"));
    terminal_->setTerminalFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    terminal_->setHistorySize(kHistoryLines);
    terminal_->setScrollBarPosition(QTermWidget::ScrollBarRight);
    terminal_->setTerminalSizeHint(false);
    terminal_->setMotionAfterPasting(2);
    terminal_->setBidiEnabled(false);
    terminal_->setMargin(4);
    terminal_->setConfirmMultilinePaste(false); // it would ask with a modal box
    terminal_->setFlowControlEnabled(false);    // Ctrl+S belongs to the guest
    terminal_->startTerminalTeletype();
    terminal_->setKeyBindings(QStringLiteral("linux"));
    feed_ = new PtyFeed(terminal_->getPtySlaveFd(), this);
    setFocusProxy(terminal_);
    nameInnerParts(terminal_);

    const auto action = [this](Icon icon, const QString &name, const QKeySequence &keys) {
        auto *made = new QAction(themedIcon(icon), name, this);
        made->setShortcut(keys);
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(made);
        return made;
    };
    search_ = action(Icon::Search, tr("Search console"), QKeySequence(tr("Ctrl+Shift+F")));
    copy_ = action(Icon::Copy, tr("Copy console selection"), QKeySequence(tr("Ctrl+Shift+C")));
    paste_ = action(Icon::Paste, tr("Paste into console"), QKeySequence(tr("Ctrl+Shift+V")));
    save_ = action(Icon::Save, tr("Save console text…"), QKeySequence(tr("Ctrl+Shift+T")));
    connect(search_, &QAction::triggered, terminal_, &QTermWidget::toggleShowSearchBar);
    connect(copy_, &QAction::triggered, terminal_, &QTermWidget::copyClipboard);
    connect(paste_, &QAction::triggered, terminal_, &QTermWidget::pasteClipboard);
    connect(save_, &QAction::triggered, this, &ConsoleView::askAndSave);

    moment_ = new QAction(tr("Show the moment when the selected line was printed"), this);
    moment_->setShortcut(QKeySequence(tr("Ctrl+Shift+A")));
    moment_->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    moment_->setToolTip(tr("Of the selected line, or of the last one, in Traffic"));
    addAction(moment_);
    connect(moment_, &QAction::triggered, this, &ConsoleView::chooseMoment);
    momentLine_ = new QLabel(this);
    momentLine_->setObjectName(QStringLiteral("consoleMoment"));
    momentLine_->setAccessibleName(tr("Console at the selected event"));
    momentLine_->setContentsMargins(8, 2, 8, 2);
    momentLine_->setTextFormat(Qt::PlainText);
    momentLine_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    momentLine_->hide();

    note_ = new QLabel(this);
    note_->setObjectName(QStringLiteral("consoleNote"));
    note_->setAccessibleName(tr("Console note"));
    note_->setContentsMargins(8, 4, 8, 4);
    note_->hide();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(terminal_, 1);
    layout->addWidget(momentLine_);
    layout->addWidget(note_);

    connect(terminal_, &QTermWidget::sendData, this, [this](const char *data, int size) {
        if (inputEnabled_)
            emit typed(QByteArray(data, size));
    });
    connect(feed_, &PtyFeed::dropped, this, [this](qint64 bytes) {
        emit failed(tr("%Ln byte(s) of console output were dropped", nullptr, countable(bytes)),
                    tr("The guest prints faster than the terminal can draw."));
    });
    for (QWidget *part : terminal_->findChildren<QWidget *>())
        if (part->inherits("Konsole::TerminalDisplay"))
            part->installEventFilter(this);
    terminal_->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(terminal_, &QWidget::customContextMenuRequested, this, &ConsoleView::showMenu);
    applyColours();
}

void ConsoleView::feed(const std::deque<ConsolePiece> &pieces) {
    QByteArray all;
    for (const ConsolePiece &piece : pieces) {
        log_.add(piece);
        all += piece.bytes;
    }
    feed_->feed(guard_.filter(all));
}

void ConsoleView::showMoment(std::optional<uint64_t> tsc) {
    const ConsoleLine *line = tsc ? log_.at(*tsc) : nullptr;
    momentLine_->setText(line   ? tr("At the selected event it had last said: %1").arg(line->text)
                         : !tsc ? QString()
                         : log_.complete()
                             ? tr("At the selected event it had said nothing yet")
                             : tr("At the selected event it had said nothing that is kept"));
    momentLine_->setVisible(tsc.has_value());
}

QString ConsoleView::momentText() const {
    return momentLine_->isVisibleTo(this) ? momentLine_->text() : QString();
}

void ConsoleView::chooseMoment() {
    // Rows of the terminal and lines of the log are the same but for lines that did not fit in
    // one; those are found by their text.
    int row = -1, column = 0;
    const QString chosen = terminal_->selectedText(true);
    if (!chosen.isEmpty())
        terminal_->getSelectionStart(row, column);
    const ConsoleLine *line = log_.find(chosen.section(QLatin1Char('\n'), 0, 0).trimmed(), row);
    if (line && line->tsc == kBeforeSaving)
        emit failed(tr("That was printed before the guest was saved"),
                    tr("Its events of then are in a recording, if one was made."));
    else if (line)
        emit momentWanted(line->tsc);
}

void ConsoleView::setInputEnabled(bool enabled, const QString &reason) {
    inputEnabled_ = enabled;
    paste_->setEnabled(enabled);
    paste_->setToolTip(enabled ? paste_->text() : reason);
    note_->setText(reason);
    note_->setVisible(!enabled && !reason.isEmpty());
}

QString ConsoleView::text() const {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    terminal_->saveHistory(&buffer);
    // The terminal fills its lines, and its page, with spaces.
    static const QRegularExpression blanks(QStringLiteral("[ \\t]+$"),
                                           QRegularExpression::MultilineOption);
    QString all = QString::fromUtf8(buffer.data()).remove(blanks);
    while (all.endsWith(QLatin1String("\n\n")))
        all.chop(1);
    return all;
}

bool ConsoleView::save(const QString &file, QString *why) const {
    QSaveFile out(file);
    const QByteArray bytes = text().toUtf8();
    if (out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() && out.commit())
        return true;
    *why = out.errorString();
    return false;
}

void ConsoleView::askAndSave() {
    askToSave(this, tr("Save console text"), tr("Text files (*.txt);;All files (*)"), tr("console"),
              [this](const QString &file) {
                  QString why;
                  if (!save(file, &why))
                      emit failed(tr("The console text was not saved: %1").arg(why),
                                  tr("Choose a folder that you may write to."));
              });
}

void ConsoleView::showMenu(const QPoint &at) {
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions({copy_, paste_, moment_, search_, save_});
    menu->popup(terminal_->mapToGlobal(at));
}

bool ConsoleView::eventFilter(QObject *watched, QEvent *event) {
    // A Guest that listens gets the Tab key; without one it goes on to the next widget, as
    // anywhere.
    if (!inputEnabled_ && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Tab || key == Qt::Key_Backtab)
            return focusNextPrevChild(key == Qt::Key_Tab);
    }
    if (event->type() == QEvent::Resize) {
        keepSelection();
        // The terminal counts its letters when it has had the event itself.
        QMetaObject::invokeMethod(
            this,
            [this] {
                emit resized(terminal_->screenColumnsCount(), terminal_->screenLinesCount());
            },
            Qt::QueuedConnection);
    }
    return QWidget::eventFilter(watched, event);
}

// The terminal drops its selection when its size changes, as by the search bar that closes: what
// was found there is wanted still. Of one line, which keeps its place; QTermWidget takes two points
// of several lines for the corners of a block.
void ConsoleView::keepSelection() {
    if (terminal_->selectedText(true).isEmpty())
        return;
    int row = 0, from = 0, last = 0, to = 0;
    terminal_->getSelectionStart(row, from);
    terminal_->getSelectionEnd(last, to);
    if (row != last)
        return;
    QMetaObject::invokeMethod(
        this,
        [this, row, from, to] {
            terminal_->setSelectionStart(row, from);
            terminal_->setSelectionEnd(row, to);
        },
        Qt::QueuedConnection);
}

void ConsoleView::changeEvent(QEvent *event) {
    if (event->type() == QEvent::PaletteChange)
        applyColours();
    QWidget::changeEvent(event);
}

void ConsoleView::applyColours() {
    terminal_->setColorScheme(terminalColourScheme(palette()));
}

} // namespace ui
