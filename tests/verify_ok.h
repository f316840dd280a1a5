// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QtTest>

// A lg::Result is a value; when it isn't, the failure shows its error.
#define VERIFY_OK(result) QVERIFY2((result).ok(), (result).ok() ? "" : (result).message().c_str())
