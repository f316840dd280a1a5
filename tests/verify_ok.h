// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QtTest>

// A lg::Result is a value; when it isn't, the failure shows its error.
// The expression may do something: it is evaluated once.
#define VERIFY_OK(result)                                                                          \
    do {                                                                                           \
        const auto &verified = (result);                                                           \
        QVERIFY2(verified.ok(), verified.ok() ? "" : verified.message().c_str());                  \
    } while (false)
