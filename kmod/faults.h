/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:108 Steps that are made to fail
 *
 * Memory can run out at each step of loading, of making a Guest and of running it, and
 * what was set up before must then be taken down again.  It hardly ever happens, so
 * nobody would know whether that works.  A build of the module for tests has the
 * parameter fail_at: N makes the Nth step from now on fail, as if it had failed by itself,
 * and is 0 afterwards.  In the usual build nothing of this is left.
 * :*/
#ifndef LG_FAULTS_H
#define LG_FAULTS_H

#ifdef LG_FAULTS
extern int lg_fail_at;

static inline bool lg_fails_here(const char *function)
{
	if (lg_fail_at <= 0 || --lg_fail_at)
		return false;
	pr_info("lg: made to fail in %s\n", function);
	return true;
}

#define lg_may_fail(expression, failed) (lg_fails_here(__func__) ? (failed) : (expression))
#else
#define lg_may_fail(expression, failed) (expression)
#endif

#endif
