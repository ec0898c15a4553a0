// SPDX-License-Identifier: Apache-2.0

#include "rounding.inc"

#if defined(__linux__)
#define _GNU_SOURCE // sched_getaffinity
#endif

#include "lstmc_together.h"
#include "team.h"

#if LSTMC_THREADS

#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

// A program carries it whether it asks for threads or not.
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

enum {
    /// A bit each in a word.
    most_workers = 63,
    /// Rounds of waiting awake: some 20 microseconds, more than a step's parts differ by, less than it takes to fall asleep and wake up.
    spins = 1000,
    /// Kernels keep rows of inputs on the stack, and macOS gives a thread little of it.
    stack_bytes = 1 << 20,
};

static void gate_init(struct lstmc_gate *gate) {
    atomic_init(&gate->passed, 0);
    atomic_init(&gate->sleepers, 0);
    pthread_mutex_init(&gate->mutex, NULL);
    pthread_cond_init(&gate->opened, NULL);
}

static void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Waits until the gate has been opened once more than `seen` times.
static void gate_pass(struct lstmc_gate *gate, uint32_t seen) {
    for (int spin = 0; spin < spins; spin += 1) {
        if (atomic_load_explicit(&gate->passed, memory_order_acquire) != seen) return;
        relax();
    }
    pthread_mutex_lock(&gate->mutex);
    // Who opens looks for sleepers afterwards: either it sees this one, or this one sees it open.
    atomic_fetch_add(&gate->sleepers, 1);
    while (atomic_load(&gate->passed) == seen) pthread_cond_wait(&gate->opened, &gate->mutex);
    atomic_fetch_sub(&gate->sleepers, 1);
    pthread_mutex_unlock(&gate->mutex);
}

static void gate_open(struct lstmc_gate *gate) {
    atomic_fetch_add(&gate->passed, 1);
    if (atomic_load(&gate->sleepers) == 0) return;
    pthread_mutex_lock(&gate->mutex);
    pthread_cond_broadcast(&gate->opened);
    pthread_mutex_unlock(&gate->mutex);
}

// MARK: The team

struct worker {
    struct lstmc_gate given, done;
    lstmc_work work;
    void *context;
    size_t part, parts;
};

/// Never freed: a worker lives as long as the process.
static struct worker *workers[most_workers];
/// A bit for each worker that no call has.
static _Atomic(uint64_t) idle;
/// Workers there are; more are made under the mutex alone.
static _Atomic(size_t) made;
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
/// What tests say in the machine's place; 0 is nothing.
static _Atomic(size_t) assumed;

void lstmc_team_assume(size_t processors) { atomic_store(&assumed, processors); }

bool lstmc_team_is_assumed(void) { return atomic_load_explicit(&assumed, memory_order_relaxed) != 0; }

/// Those that this process may use.
static size_t processors(void) {
    static _Atomic(size_t) found;
    size_t count = atomic_load_explicit(&assumed, memory_order_relaxed);
    if (count == 0) count = atomic_load_explicit(&found, memory_order_relaxed);
    if (count != 0) return count;
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) count = (size_t)CPU_COUNT(&set);
#endif
    const long online = count == 0 ? sysconf(_SC_NPROCESSORS_ONLN) : 0;
    if (online > 0) count = (size_t)online;
    if (count == 0) count = 1;
    atomic_store_explicit(&found, count, memory_order_relaxed);
    return count;
}

size_t lstmc_team_threads(size_t threads) {
    const size_t most = processors() < most_workers + 1 ? processors() : most_workers + 1;
    return threads < most ? threads : most;
}

/// Whoever made the thread may flush to zero, or round elsewhere than to nearest; others' sums do not.
static void usual_floats(void) {
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr(0x1f80);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, xzr");
#endif
}

static void *live(void *argument) {
    struct worker *const worker = argument;
    usual_floats();
    for (uint32_t turn = 0;; turn += 1) {
        gate_pass(&worker->given, turn);
        worker->work(worker->context, worker->part, worker->parts);
        gate_open(&worker->done);
    }
    return NULL;
}

/// A fork's child has none of the threads.
static void forget(void) {
    atomic_store(&idle, 0);
    atomic_store(&made, 0);
    pthread_mutex_init(&making, NULL);
}

/// Whether there is one more worker, which the caller has.
static bool hire(void) {
    static bool forks;
    const size_t index = atomic_load(&made);
    if (!forks) pthread_atfork(NULL, NULL, forget), forks = true;
    // A forked process has the memory of workers that it lost.
    if (workers[index] == NULL) workers[index] = malloc(sizeof *workers[index]);
    if (workers[index] == NULL) return false;
    gate_init(&workers[index]->given), gate_init(&workers[index]->done);
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    // Signals are for the program's own threads.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    const bool is_there = pthread_create(&thread, &attributes, live, workers[index]) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (is_there) atomic_store(&made, index + 1);
    return is_there;
}

/// Takes at most `wanted` workers, whose bits it gives.
static uint64_t take(size_t wanted) {
    uint64_t now = atomic_load(&idle), taken;
    size_t count;
    do {
        count = 0, taken = 0;
        for (uint64_t left = now; left != 0 && count < wanted; left &= left - 1, count += 1) taken |= left & -left;
    } while (taken != 0 && !atomic_compare_exchange_weak(&idle, &now, now & ~taken));
    const size_t most = lstmc_team_threads(SIZE_MAX) - 1;
    if (count == wanted || atomic_load(&made) >= most) return taken;
    // Whoever makes one meanwhile keeps nobody waiting.
    if (pthread_mutex_trylock(&making) != 0) return taken;
    for (; count < wanted && atomic_load(&made) < most && hire(); count += 1) taken |= (uint64_t)1 << (atomic_load(&made) - 1);
    pthread_mutex_unlock(&making);
    return taken;
}

void lstmc_together(size_t most, lstmc_work work, void *context) {
    const uint64_t taken = most > 1 ? take(most - 1) : 0;
    const size_t parts = 1 + (size_t)__builtin_popcountll(taken);
    uint32_t turns[most_workers];
    size_t part = 1;
    for (uint64_t left = taken; left != 0; left &= left - 1, part += 1) {
        struct worker *const worker = workers[__builtin_ctzll(left)];
        worker->work = work, worker->context = context, worker->part = part, worker->parts = parts;
        turns[part - 1] = atomic_load(&worker->done.passed);
        gate_open(&worker->given);
    }
    work(context, 0, parts);
    part = 1;
    for (uint64_t left = taken; left != 0; left &= left - 1, part += 1)
        gate_pass(&workers[__builtin_ctzll(left)]->done, turns[part - 1]);
    if (taken != 0) atomic_fetch_or(&idle, taken);
}

// MARK: Meetings

void lstmc_meeting_init(struct lstmc_meeting *meeting) {
    atomic_init(&meeting->present, 0);
    gate_init(&meeting->gate);
}

void lstmc_meet(struct lstmc_meeting *meeting, size_t parts) {
    const uint32_t before = atomic_load(&meeting->gate.passed);
    if (atomic_fetch_add(&meeting->present, 1) + 1 == parts) {
        atomic_store(&meeting->present, 0);
        gate_open(&meeting->gate);
    } else {
        gate_pass(&meeting->gate, before);
    }
}

void lstmc_meeting_end(struct lstmc_meeting *meeting) {
    pthread_mutex_destroy(&meeting->gate.mutex);
    pthread_cond_destroy(&meeting->gate.opened);
}

#pragma clang attribute pop

#else

void lstmc_team_assume(size_t processors) { (void)processors; }

bool lstmc_team_is_assumed(void) { return false; }

size_t lstmc_team_threads(size_t threads) { return threads < 1 ? threads : 1; }

void lstmc_together(size_t most, lstmc_work work, void *context) {
    (void)most;
    work(context, 0, 1);
}

// One part meets nobody.
void lstmc_meeting_init(struct lstmc_meeting *meeting) { (void)meeting; }
void lstmc_meet(struct lstmc_meeting *meeting, size_t parts) { (void)meeting, (void)parts; }
void lstmc_meeting_end(struct lstmc_meeting *meeting) { (void)meeting; }

#endif
