// SPDX-License-Identifier: GPL-2.0-or-later
#include "book.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>

namespace ui {

namespace {

constexpr int kMaxCodeLines = 120;

QString normal(const QString &name) {
    return name.trimmed()
        .toLower()
        .replace(QLatin1Char('_'), QLatin1Char('-'))
        .replace(QLatin1Char(' '), QLatin1Char('-'));
}

// " * text" → "text"; what is set in further keeps its indentation.
QString withoutStar(QString line) {
    static const QRegularExpression star(QStringLiteral("^\\s*\\*( |\\t|$)"));
    line.remove(star);
    while (line.endsWith(QLatin1Char(' ')) || line.endsWith(QLatin1Char('\t')))
        line.chop(1);
    return line;
}

} // namespace

const Book &Book::compiledIn() {
    static const Book book = [] {
        Book made;
        QDirIterator it(QStringLiteral(":/book"), QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            QFile file(it.next());
            if (file.open(QIODevice::ReadOnly))
                made.read(file.fileName().mid(7), QString::fromUtf8(file.readAll()));
        }
        return made;
    }();
    return book;
}

void Book::read(const QString &file, const QString &source) {
    static const QRegularExpression begin(QStringLiteral("^\\s*/\\*L:(\\d+)\\s*(.*?)\\s*$"));
    static const QRegularExpression event(QStringLiteral("@event\\s+([\\w-]+)"));
    const QStringList lines = source.split(QLatin1Char('\n'));
    for (qsizetype at = 0; at < lines.size(); ++at) {
        const auto match = begin.match(lines[at]);
        if (!match.hasMatch())
            continue;
        Paragraph paragraph;
        paragraph.number = match.captured(1).toInt();
        paragraph.title = match.captured(2);
        paragraph.file = file;
        paragraph.line = static_cast<int>(at) + 1;
        QStringList text;
        bool open = true;
        while (open && ++at < lines.size()) {
            QString line = lines[at];
            if (const auto end = line.indexOf(QStringLiteral(":*/")); end >= 0) {
                line.truncate(end);
                open = false;
            }
            line = withoutStar(line);
            if (line.contains(QLatin1String("@event "))) {
                for (const auto &found : event.globalMatch(line))
                    paragraph.events += normal(found.captured(1));
            } else {
                text += line;
            }
        }
        if (open)
            break; // a paragraph without an end is none
        paragraph.text = text.join(QLatin1Char('\n')).trimmed();
        QStringList code;
        for (qsizetype next = at + 1; next < lines.size() && code.size() < kMaxCodeLines; ++next) {
            if (begin.match(lines[next]).hasMatch())
                break;
            if (code.isEmpty() && lines[next].trimmed().isEmpty())
                continue;
            code += lines[next];
            if (lines[next].startsWith(QLatin1Char('}')))
                break;
        }
        while (!code.isEmpty() && code.last().trimmed().isEmpty())
            code.removeLast();
        paragraph.code = code.join(QLatin1Char('\n'));
        paragraphs_ += paragraph;
    }
    std::stable_sort(paragraphs_.begin(), paragraphs_.end(),
                     [](const Paragraph &a, const Paragraph &b) { return a.number < b.number; });
}

QList<Paragraph> Book::forEvent(const QString &name) const {
    QList<Paragraph> found;
    for (const Paragraph &paragraph : paragraphs_)
        if (paragraph.events.contains(normal(name)))
            found += paragraph;
    return found;
}

const Paragraph *Book::opening(const Paragraph &of) const {
    const Paragraph *first = nullptr;
    for (const Paragraph &paragraph : paragraphs_)
        if (paragraph.file == of.file && (!first || paragraph.line < first->line))
            first = &paragraph;
    return first && first->number != of.number ? first : nullptr;
}

} // namespace ui
