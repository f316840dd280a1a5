// SPDX-License-Identifier: GPL-2.0-or-later
#include "ui/traffic/match_list.h"

#include <QtTest>

#include <random>

class TestMatchList : public QObject {
    Q_OBJECT

private slots:
    void isAListOfNumbers() {
        std::mt19937_64 random(4);
        ui::MatchList list;
        std::vector<uint64_t> plain;
        uint64_t next = 0;
        for (int round = 0; round < 300; ++round) {
            std::vector<uint64_t> some;
            for (uint64_t n = random() % 400; n > 0; --n)
                some.push_back(next += 1 + (random() % 50 ? random() % 9 : random() % 200'000));
            list.append(some);
            plain.insert(plain.end(), some.begin(), some.end());
            const size_t gone = std::min<size_t>(plain.size(), random() % 300);
            list.dropFront(gone);
            plain.erase(plain.begin(), plain.begin() + static_cast<ptrdiff_t>(gone));
            QCOMPARE(list.size(), plain.size());
            for (size_t row = 0; row < plain.size(); ++row)
                QCOMPARE(list.at(row), plain[row]);
            for (int i = 0; i < 50; ++i) {
                const uint64_t number = random() % (next + 100);
                const auto at = std::lower_bound(plain.begin(), plain.end(), number);
                QCOMPARE(list.rowFrom(number), static_cast<size_t>(at - plain.begin()));
            }
        }
        list.clear();
        QCOMPARE(list.size(), size_t{0});
        QCOMPARE(list.rowFrom(0), size_t{0});
    }
};

QTEST_GUILESS_MAIN(TestMatchList)
#include "test_match_list.moc"
