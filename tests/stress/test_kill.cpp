// SPDX-License-Identifier: GPL-2.0-or-later
// kill -9 of the Launcher, a thousand times, at random moments: while a Guest is made, runs, is
// looked at. LGSCOPE_KILLS=10000 and LGSCOPE_SEED=2 make another test of it.
#include "stress_host.h"
#include "verify_ok.h"

using namespace lg;

class TestKill : public QObject {
    Q_OBJECT

private slots:
    void thousandTimes();
};

void TestKill::thousandTimes() {
    SandboxOptions options;
    options.cpus = 2; // what is freed on one may be in use on the other
    auto host = RunningHost::start(options);
    VERIFY_OK(host);
    auto said = runProgram(**host, {"kills", std::to_string(timesFrom("LGSCOPE_KILLS", 1000)),
                                    std::to_string(timesFrom("LGSCOPE_SEED", 1))});
    VERIFY_OK(said);
    qInfo("%s", said->c_str());
    VERIFY_OK(checkUnharmed(**host));
}

QTEST_GUILESS_MAIN(TestKill)
#include "test_kill.moc"
