// SPDX-License-Identifier: Apache-2.0
//
// Threads that work on one call together.
//
// The process has one team, made as calls ask for it: at most one worker for each processor but the caller's own. A worker
// that nobody needs sleeps. A call takes the workers that are idle, up to as many as it wants, and gives them back; so
// several callers never wait for one another, and the last of them does its work alone.

#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Where there are POSIX threads; elsewhere every call is its caller's own.
#if defined(__linux__) || defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__)
#define LSTMC_THREADS 1
#include <pthread.h>
#else
#define LSTMC_THREADS 0
#endif

/// Part `part` of a work of `parts` parts, which all run at the same time.
typedef void (*lstmc_work)(void *context, size_t part, size_t parts);

/// Whether tests have said how many processors there are.
bool lstmc_team_is_assumed(void);

/// Runs `work` in at most `most` parts, part 0 on the caller's thread, and returns when all are done.
void lstmc_together(size_t most, lstmc_work work, void *context);

/// A number that threads wait for: they spin briefly, then sleep.
struct lstmc_gate {
    _Atomic(uint32_t) passed;
#if LSTMC_THREADS
    _Atomic(uint32_t) sleepers;
    pthread_mutex_t mutex;
    pthread_cond_t opened;
#endif
};

/// Where parts of a work meet, again and again.
struct lstmc_meeting {
    _Atomic(size_t) present;
    struct lstmc_gate gate;
};

void lstmc_meeting_init(struct lstmc_meeting *meeting);
/// Returns when all `parts` are there.
void lstmc_meet(struct lstmc_meeting *meeting, size_t parts);
/// When no part will come any more.
void lstmc_meeting_end(struct lstmc_meeting *meeting);
