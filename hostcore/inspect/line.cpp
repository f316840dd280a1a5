// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/line.h"

#include "base/number_text.h"

namespace lg {

std::string Line::text(const SymbolTable *symbols) const {
    std::string text;
    for (const Piece &piece : pieces()) {
        switch (piece.form) {
        case Form::Words:
            text += piece.words();
            break;
        case Form::Decimal:
        case Form::Hex:
            text +=
                NumberText(piece.number, piece.form == Form::Hex ? 16 : 10, piece.digits).view();
            break;
        case Form::Address:
            text += addressText(uint32_t(piece.number), symbols);
            break;
        }
    }
    return text;
}

} // namespace lg
