// SPDX-License-Identifier: GPL-2.0-or-later
// Each step of loading the module, and of making and running a Guest, fails once (kmod/faults.h):
// what was set up before is taken down again, and somebody is told.
#include "stress_host.h"
#include "verify_ok.h"

using namespace lg;

class TestFaults : public QObject {
    Q_OBJECT

private slots:
    void eachStep();
};

void TestFaults::eachStep() {
    auto host = RunningHost::start();
    VERIFY_OK(host);
    auto said = runProgram(**host, {"faults"});
    VERIFY_OK(said);
    qInfo("%s", said->c_str());
    VERIFY_OK(checkUnharmed(**host));
}

QTEST_GUILESS_MAIN(TestFaults)
#include "test_faults.moc"
