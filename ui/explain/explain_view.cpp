// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain_view.h"

#include "book.h"
#include "inspect/describe.h"
#include "ui/traffic/event_window.h"
#include "ui/window/inner_names.h"
#include "ui/window/theme.h"

#include <QEvent>
#include <QRegularExpression>

#include <algorithm>

namespace ui {

namespace {

// Two levels of the kernel's tabs must not push the code out of a narrow dock; longer lines wrap.
// The lines that name `mark`, if any, are the ones for this very event.
QString codeToHtml(const QString &code, const QString &mark) {
    QStringList lines = code.split(QLatin1Char('\n'));
    qsizetype common = code.size();
    for (QString &line : lines) {
        line.replace(QLatin1Char('\t'), QStringLiteral("    "));
        qsizetype indent = 0;
        while (indent < line.size() && line.at(indent) == QLatin1Char(' '))
            ++indent;
        if (indent < line.size())
            common = std::min(common, indent);
    }
    const QRegularExpression word(QStringLiteral("\\b%1\\b").arg(QRegularExpression::escape(mark)));
    for (QString &line : lines) {
        const bool marked = !mark.isEmpty() && word.match(line).hasMatch();
        line = line.mid(std::min(common, line.size())).toHtmlEscaped();
        if (marked)
            line = QStringLiteral("<b><u>%1</u></b>").arg(line);
    }
    return QStringLiteral("<pre style='white-space:pre-wrap'>%1</pre>")
        .arg(lines.join(QLatin1Char('\n')));
}

// Indented lines are the points of a list, or drawings, which stay as they are; the others flow.
QString paragraphsToHtml(const QString &text) {
    static const QRegularExpression point(QStringLiteral("^\\s+(\\d+\\.|-) "));
    QString html, flow, fixed;
    bool inPoint = false;
    const auto flush = [&] {
        if (!flow.isEmpty())
            html += QStringLiteral("<p%1>%2</p>")
                        .arg(inPoint ? QStringLiteral(" style='margin-left:22px;text-indent:-14px'")
                                     : QString(),
                             flow.toHtmlEscaped());
        if (!fixed.isEmpty())
            html += QStringLiteral("<pre>%1</pre>").arg(fixed.toHtmlEscaped());
        flow.clear();
        fixed.clear();
        inPoint = false;
    };
    for (const QString &line : text.split(QLatin1Char('\n'))) {
        const bool indented =
            line.startsWith(QLatin1String("  ")) || line.startsWith(QLatin1Char('\t'));
        const bool begins = fixed.isEmpty() && point.match(line).hasMatch();
        if (line.trimmed().isEmpty() || begins || (indented != inPoint && !flow.isEmpty()) ||
            (!indented && !fixed.isEmpty()))
            flush();
        if (line.trimmed().isEmpty())
            continue;
        inPoint = inPoint || begins;
        if (indented && !inPoint)
            fixed += line + QLatin1Char('\n');
        else
            flow += (flow.isEmpty() ? QString() : QStringLiteral(" ")) + line.trimmed();
    }
    flush();
    return html;
}

QString paragraphHtml(const Paragraph &paragraph, const QString &muted, const QString &mark) {
    QString html =
        QStringLiteral("<h3>%1</h3>%2<p style='color:%3'>%4</p>")
            .arg(paragraph.title.toHtmlEscaped(), paragraphsToHtml(paragraph.text), muted,
                 ExplainView::tr("Paragraph %1, %2 line %3")
                     .arg(paragraph.number)
                     .arg(paragraph.file)
                     .arg(paragraph.line));
    if (!paragraph.code.isEmpty())
        html += codeToHtml(paragraph.code, mark);
    return html;
}

} // namespace

ExplainView::ExplainView(const Book &book, QWidget *parent) : QTextBrowser(parent), book_(book) {
    setObjectName(QStringLiteral("explainView"));
    setAccessibleName(tr("Explanation of the selected event"));
    setOpenLinks(false);
    setFrameShape(QFrame::NoFrame);
    document()->setDocumentMargin(10);
    nameInnerParts(this);
    render();
}

void ExplainView::show(const lg_event &event) {
    const QString kind = QString::fromUtf8(lg::kindName(event.kind));
    QString about, mark;
    if (event.kind == LG_EV_HYPERCALL || event.kind == LG_EV_ASYNC_HYPERCALL) {
        mark = QStringLiteral("LHCALL_%1").arg(QString::fromUtf8(lg::hypercallName(event.code)));
        about = QStringLiteral("%1: %2").arg(QString::fromUtf8(lg::hypercallName(event.code)),
                                             QString::fromUtf8(lg::hypercallAbout(event.code)));
    } else if (event.kind == LG_EV_REFLECT) {
        about = QStringLiteral("%1, %2").arg(QString::fromUtf8(lg::vectorMnemonic(event.code)),
                                             QString::fromUtf8(lg::vectorName(event.code)));
    }
    // Going through a list of like events must not scroll the page back each time.
    if (kind == kind_ && about == about_ && isLoss(event) == loss_ && number_ == 0)
        return;
    number_ = 0;
    kind_ = kind;
    about_ = about;
    mark_ = mark;
    loss_ = isLoss(event);
    render();
}

void ExplainView::showParagraph(int number) {
    number_ = number;
    render();
}

void ExplainView::clear() {
    number_ = 0;
    kind_.clear();
    about_.clear();
    loss_ = false;
    render();
}

void ExplainView::changeEvent(QEvent *event) {
    QTextBrowser::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        render();
}

void ExplainView::render() {
    const SignalColours colours = signalColours(palette());
    const QString muted = colours.muted.name();
    QString html = QStringLiteral("<style>pre{font-family:monospace;background:%1;}"
                                  "h3{margin:0 0 4px 0;} p{margin:4px 0;}</style>")
                       .arg(palette().color(QPalette::AlternateBase).name());
    if (number_ != 0) {
        for (const Paragraph &paragraph : book_.paragraphs())
            if (paragraph.number == number_)
                html += paragraphHtml(paragraph, muted, {});
    } else if (loss_) {
        html += tr("<h3>Lost events</h3><p>The ring of this vCPU was full when these happened: "
                   "the Guest was not made to wait, and the events were counted instead of kept. "
                   "A recording in lossless mode keeps all of them and slows the Guest down.</p>");
    } else if (kind_.isEmpty()) {
        html += tr("<p style='color:%1'>Select an event in Traffic to read what the Host's own "
                   "source says about it.</p>")
                    .arg(muted);
    } else {
        if (!about_.isEmpty())
            html += QStringLiteral("<p><b>%1</b></p>").arg(about_.toHtmlEscaped());
        const QList<Paragraph> found = book_.forEvent(kind_);
        for (const Paragraph &paragraph : found) {
            const Paragraph *opening = book_.opening(paragraph);
            html += paragraphHtml(paragraph, muted, mark_);
            if (opening && (paragraph.text.isEmpty() || found.size() == 1))
                html += tr("<p style='color:%1'>From the chapter “%2”:</p>%3")
                            .arg(muted, opening->title.toHtmlEscaped(),
                                 paragraphsToHtml(opening->text));
        }
        if (found.isEmpty())
            html += tr("<p style='color:%1'>The source has no paragraph about the kind “%2”.</p>")
                        .arg(muted, kind_.toHtmlEscaped());
    }
    setHtml(html);
}

} // namespace ui
