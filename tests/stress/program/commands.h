// SPDX-License-Identifier: GPL-2.0-or-later
// What the program does when a test asks for it. Each prints what it found and returns an exit
// status.
#pragma once

// kill -9 of a Launcher, again and again, at moments that the seed chooses.
int kills(unsigned count, unsigned seed);
// Makes each step of loading the module, and of making and running a Guest, fail once.
int faults();
// The agent stands still for a while: by SIGSTOP, or frozen in a cgroup.
int stopAgent(unsigned milliseconds);
int freezeAgent(unsigned milliseconds);
// Takes all memory but a little, moves what is left around, and gives it back; some times.
int hog(unsigned times);
// The machine sleeps and wakes, some times, while this program runs Guests. The agent's client is
// lost on the way (virtio's console closes at each), so what came of it is asked for later, by the
// other one.
int sleepAndWake(unsigned times);
int tellHowItSlept();
// A Launcher whose threads get signals all the time.
int signals();
