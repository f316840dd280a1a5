// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter_line.h"

#include "ui/window/icons.h"
#include "ui/window/theme.h"

#include <QAbstractItemView>
#include <QAction>
#include <QCompleter>
#include <QCoreApplication>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QStringListModel>
#include <QTextCharFormat>

namespace ui {

namespace {

bool isWordLetter(QChar c) {
    return c.isLetterOrNumber() || c == QLatin1Char('_') || c == QLatin1Char('-') ||
           c == QLatin1Char('#');
}

} // namespace

FilterLine::FilterLine(QWidget *parent) : QLineEdit(parent) {
    setObjectName(QStringLiteral("filterLine"));
    setAccessibleName(tr("Filter"));
    setPlaceholderText(tr("Filter, for example:  kind == hypercall and ring == 1"));
    setToolTip(tr("Shows the events for which this holds; fields are kind, code, ring, vcpu, eip, "
                  "symbol, time, duration, the registers and more.  Times are written as 1.5s or "
                  "20us.\nUp and Down go through earlier filters, Ctrl+Space completes, Escape "
                  "clears, Ctrl+Z undoes."));
    setFont(QFont(QStringLiteral("monospace"), font().pointSize()));
    auto *clear = addAction(themedIcon(Icon::Clear), QLineEdit::TrailingPosition);
    clear->setText(tr("Clear the filter"));
    clear->setToolTip(clear->text());
    clear->setVisible(false);
    connect(clear, &QAction::triggered, this, [this] { replaceText({}); });
    connect(this, &QLineEdit::textChanged, clear,
            [clear](const QString &text) { clear->setVisible(!text.isEmpty()); });

    words_ = new QStringListModel(this);
    completer_ = new QCompleter(words_, this);
    completer_->setWidget(this); // not setCompleter(): that would replace the whole line
    completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    completer_->setMaxVisibleItems(14);
    completer_->popup()->setAccessibleName(tr("Filter completions"));
    connect(completer_, qOverload<const QString &>(&QCompleter::activated), this,
            &FilterLine::insertCompletion);

    pause_.setSingleShot(true);
    pause_.setInterval(250);
    connect(&pause_, &QTimer::timeout, this, [this] { check(true); });
    connect(this, &QLineEdit::textChanged, this, [this] { pause_.start(); });
    connect(this, &QLineEdit::textEdited, this, [this] {
        if (replacing_)
            return;
        historyAt_ = -1;
        complete();
    });
    connect(this, &QLineEdit::returnPressed, this, [this] {
        check(false);
        remember(text());
    });
}

void FilterLine::replaceText(const QString &text) {
    replacing_ = true;
    completer_->popup()->hide();
    selectAll();
    if (text.isEmpty())
        del();
    else
        insert(text);
    replacing_ = false;
    check(false);
    remember(text);
}

void FilterLine::setClock(const lg::FilterClock &clock) {
    if (clock == clock_)
        return;
    clock_ = clock;
    if (!text().isEmpty())
        check(true);
}

void FilterLine::remember(const QString &text) {
    if (text.trimmed().isEmpty() ||
        std::holds_alternative<lg::FilterError>(lg::Filter::parse(text.toStdString(), clock_)))
        return;
    history_.removeAll(text);
    history_.prepend(text);
    while (history_.size() > kHistory)
        history_.removeLast();
    historyAt_ = -1;
}

void FilterLine::check(bool typing) {
    pause_.stop();
    const std::string bytes = text().toStdString();
    const auto parsed = lg::Filter::parse(bytes, clock_);
    if (const auto *error = std::get_if<lg::FilterError>(&parsed)) {
        const int position = static_cast<int>(
            QString::fromUtf8(bytes.data(),
                              static_cast<qsizetype>(std::min(error->position, bytes.size())))
                .size());
        // Who is still typing knows that the end is missing.
        if (typing && hasFocus() &&
            (position >= text().trimmed().size() || text().count(QLatin1Char('"')) % 2)) {
            mark(-1);
            emit problemChanged({}, -1);
            return;
        }
        mark(position);
        emit problemChanged(QString::fromStdString(error->message), position);
        return;
    }
    mark(-1);
    emit problemChanged({}, -1);
    emit filterChanged(std::get<lg::Filter>(parsed));
}

// QLineEdit takes formats for parts of its text only from input methods, so one
// is played here; it inserts nothing.
void FilterLine::mark(int position) {
    marked_ = position;
    QList<QInputMethodEvent::Attribute> attributes;
    if (position >= 0) {
        QTextCharFormat format;
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(signalColours(palette()).error);
        format.setForeground(signalColours(palette()).error);
        const int from = std::min(position, static_cast<int>(text().size()) - 1);
        attributes.append({QInputMethodEvent::TextFormat, from - cursorPosition(),
                           static_cast<int>(text().size()) - from, format});
    }
    QInputMethodEvent event(QString(), attributes);
    QCoreApplication::sendEvent(this, &event);
}

void FilterLine::changeEvent(QEvent *event) {
    QLineEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && marked_ >= 0)
        mark(marked_); // in the new colours
}

void FilterLine::complete() {
    const std::string before = text().left(cursorPosition()).toStdString();
    QStringList words;
    for (const std::string &word : lg::filterCompletions(before))
        words.append(QString::fromStdString(word));
    words_->setStringList(words);
    // Nothing to offer, or just what stands there already.
    if (words.isEmpty() || (words.size() == 1 && before.ends_with(words.first().toStdString()))) {
        completer_->popup()->hide();
        return;
    }
    QRect place = cursorRect();
    place.setWidth(completer_->popup()->sizeHintForColumn(0) + 30);
    completer_->complete(place);
    // Enter means the line as it stands; one goes down into the list to choose.
    completer_->popup()->setCurrentIndex({});
}

void FilterLine::insertCompletion(const QString &word) {
    const int cursor = cursorPosition();
    int from = cursor;
    while (from > 0 && isWordLetter(text().at(from - 1)))
        --from;
    setSelection(from, cursor - from);
    insert(word + QLatin1Char(' '));
}

void FilterLine::stepHistory(int step) {
    if (historyAt_ < 0 && step > 0)
        draft_ = text();
    const int next = historyAt_ + step;
    if (next < -1 || next >= history_.size())
        return;
    historyAt_ = next;
    replacing_ = true;
    completer_->popup()->hide();
    selectAll();
    insert(next < 0 ? draft_ : history_.at(next));
    replacing_ = false;
}

bool FilterLine::focusNextPrevChild(bool next) {
    QAbstractItemView *popup = completer_->popup();
    if (!next || !popup->isVisible())
        return QLineEdit::focusNextPrevChild(next);
    const QModelIndex chosen = popup->currentIndex();
    popup->hide();
    insertCompletion(chosen.isValid() ? chosen.data().toString() : words_->stringList().first());
    return true;
}

void FilterLine::keyPressEvent(QKeyEvent *event) {
    const bool popup = completer_->popup()->isVisible();
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (popup && completer_->popup()->currentIndex().isValid()) {
            event->ignore(); // the popup takes it
            return;
        }
        completer_->popup()->hide();
        break;
    case Qt::Key_Up:
        stepHistory(1);
        return;
    case Qt::Key_Down:
        stepHistory(-1);
        return;
    case Qt::Key_Escape:
        if (popup)
            break;
        replaceText({});
        return;
    case Qt::Key_Space:
        if (event->modifiers() & Qt::ControlModifier) {
            complete();
            return;
        }
        break;
    default:
        break;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace ui
