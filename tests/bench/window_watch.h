// SPDX-License-Identifier: GPL-2.0-or-later
// What a user would feel, and what the machine pays.
#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <malloc.h>
#include <string>
#include <unistd.h>

// The longest time that the window's thread did not come to its events, in milliseconds. The time
// that it could have run but another program did is not its own.
class WindowWatch {
public:
    WindowWatch() {
        timer_.setTimerType(Qt::PreciseTimer);
        QObject::connect(&timer_, &QTimer::timeout, [this] { look(); });
        start();
    }
    void start() {
        longest_ = 0;
        since_ = own();
        timer_.start(1);
    }
    double longest() {
        look();
        return longest_;
    }

private:
    static double own() {
        double ran = 0, waited = 0; // ns
        std::ifstream("/proc/thread-self/schedstat") >> ran >> waited;
        QElapsedTimer now;
        now.start();
        return static_cast<double>(now.msecsSinceReference()) - waited / 1e6;
    }
    void look() {
        const double now = own();
        longest_ = std::max(longest_, now - since_);
        since_ = now;
    }

    QTimer timer_;
    double since_ = 0, longest_ = 0;
};

// What share of the processors other programs have taken since it was made.
class OtherPrograms {
public:
    OtherPrograms() : before_(now()) {}
    double share() const {
        const Ticks after = now();
        const double all = after.all - before_.all;
        const double others = after.busy - before_.busy - (after.own - before_.own);
        return all > 0 ? std::clamp(others / all, 0.0, 0.9) : 0;
    }

private:
    struct Ticks {
        double busy, all, own;
    };
    static Ticks now() {
        std::ifstream stat("/proc/stat");
        std::string cpu;
        stat >> cpu;
        Ticks ticks{0, 0, 0};
        // user nice system idle iowait irq softirq steal
        for (int i = 0; i < 8; ++i) {
            double value = 0;
            stat >> value;
            ticks.all += value;
            ticks.busy += i == 3 || i == 4 ? 0 : value;
        }
        ticks.own = static_cast<double>(std::clock()) / CLOCKS_PER_SEC *
                    static_cast<double>(sysconf(_SC_CLK_TCK));
        return ticks;
    }
    Ticks before_;
};

// Of this process, in bytes.
inline qint64 residentBytes() {
    malloc_trim(0);
    std::ifstream statm("/proc/self/statm");
    qint64 size = 0, resident = 0;
    statm >> size >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

inline void say(const char *what, double figure, const char *unit, double most) {
    std::printf("%-56s %8.4g %s, promised %g%s\n", what, figure, unit, most,
                figure > most ? ": MISSED" : "");
    std::fflush(stdout);
}

// The same of something that a slow or busy machine misses without a fault of ours: it fails the
// run only if that was asked for (LGSCOPE_HOLD_TO_TIMES=1, on a machine that does nothing else).
inline bool keeps(const char *what, double figure, const char *unit, double most) {
    say(what, figure, unit, most);
    return figure <= most || qEnvironmentVariableIntValue("LGSCOPE_HOLD_TO_TIMES") == 0;
}
