// SPDX-License-Identifier: GPL-2.0-or-later
// The host's sources are written as a book of numbered paragraphs; this reads
// it out of them, so that the window can show the one that explains an event.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace ui {

// A paragraph looks so in the source, and ends with a colon before the star:
//
//     /*L:120 What a hypercall is
//      *
//      * Text, with empty lines between its parts.
//      *
//      * @event hypercall @event async_hypercall
//      * :*/
//
// `code` is what follows it, to the end of the function or the next paragraph.
struct Paragraph {
    int number = 0;
    QString title;
    QString text;
    QString code;
    QString file;
    int line = 0;
    QStringList events; // names as in hostcore/inspect/describe.h
};

class Book {
public:
    // The sources that were compiled in.
    static const Book &compiledIn();

    void read(const QString &file, const QString &source);
    const QList<Paragraph> &paragraphs() const { return paragraphs_; } // by number
    // `name` with blanks or dashes; the first mentioned comes first.
    QList<Paragraph> forEvent(const QString &name) const;
    // The first paragraph of the same file: what the file is about.
    const Paragraph *opening(const Paragraph &of) const;

private:
    QList<Paragraph> paragraphs_;
};

} // namespace ui
