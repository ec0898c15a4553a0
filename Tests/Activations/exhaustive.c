// SPDX-License-Identifier: Apache-2.0
//
// Checks sigmoid, tanh, exp, log, both forms of gelu and the kinds of LSTMC_POINTWISE that approximate, of every instruction
// set this machine runs, against float64, for all 2^32 inputs, and that the sets with fused multiply-add agree bit for bit.
// Exit code 1 where a bound does not hold.
//
//     exhaustive [STRIDE [FUNCTION]]      every STRIDE-th input, 1 by default; of all functions or of one

#include "lstmc_kernels.h"

#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 4096, THREADS = 2 };

typedef double truth(double);
typedef void approximation(float *, const float *, size_t);
typedef void pointwise(const struct lstmc_kernels *, float *, const float *, size_t, float, float);

// Below -50 both have been -0 in float32 for long, and in float64 what they are made of overflows.
static double gelu_truth(double x) { return x < -50 ? -0.0 : x * 0.5 * erfc(-x * 0x1.6a09e667f3bcdp-1); }

static double gelu_tanh_truth(double x) {
    if (x < -50) return -0.0;
    double v = 0x1.9884533d43651p+0 * (x + 0.044715 * x * x * x); // 2 sqrt(2 / pi)
    return x < 0 ? x * exp(v) / (1 + exp(v)) : x / (1 + exp(-v));
}

static double sigmoid_truth(double x) { return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)); }

static double elu_truth(double x) { return x > 0 ? x : expm1(x); }
static double selu_truth(double x) {
    return 1.0507009873554804934193349852946 * (x > 0 ? x : 1.6732632423543772848170429916717 * expm1(x));
}
static double silu_truth(double x) { return x >= 0 ? x / (1 + exp(-x)) : x * exp(x) / (1 + exp(x)); }
static double softplus_truth(double x) { return x > 20 ? x : (x < 0 ? 0 : x) + log1p(exp(-fabs(x))); }
static double softsign_truth(double x) { return x / (1 + fabs(x)); }
static double hardsigmoid_truth(double x) { return isnan(x) ? x : fmin(fmax(x + 3, 0), 6) / 6; }
static double hardswish_truth(double x) { return x * hardsigmoid_truth(x); }
static double mish_truth(double x) { return x > 50 ? x : x * tanh(log1p(exp(x))); }

struct check {
    const char *function, *set;
    truth *truth;
    approximation *run, *same_as;
    double bound, rms_bound; // ulp; no bound on the root mean square where it is 0
    double above_bound;      // for x > 0, where that is less than `bound`; else 0
    // A kind of LSTMC_POINTWISE instead of `run`: its kernels, those to agree with or NULL, its keys.
    pointwise *kind;
    const struct lstmc_kernels *kernels, *same_kernels;
    float a, b;
    double negligible; // errors up to it count as none
};

/// y = f(x), and whether `other` is what it must agree with.
static bool run(const struct check *check, float *y, float *other, const float *x) {
    if (check->kind == NULL) {
        check->run(y, x, CHUNK);
        if (check->same_as) check->same_as(other, x, CHUNK);
        return check->same_as != NULL;
    }
    check->kind(check->kernels, y, x, CHUNK, check->a, check->b);
    if (check->same_kernels) check->kind(check->same_kernels, other, x, CHUNK, check->a, check->b);
    return check->same_kernels != NULL;
}

struct share {
    const struct check *check;
    uint64_t first, stride;
    double worst, worst_above;
    float worst_at;
    uint64_t differing;
};

/// Distance from `got` to `want` in units in the last place of `want`.
static double ulps(float got, double want) {
    if (isnan(want)) return isnan(got) ? 0 : INFINITY;
    if (fabs(want) > 0x1.ffffffp127) return got == (want > 0 ? INFINITY : -INFINITY) ? 0 : INFINITY;
    int exponent;
    frexp(want, &exponent);
    return fabs((double)got - want) / ldexp(1, exponent - 24 < -149 ? -149 : exponent - 24);
}

static void *scan(void *argument) {
    struct share *share = argument;
    float x[CHUNK], y[CHUNK], other[CHUNK];
    for (uint64_t start = share->first; start < 1ull << 32; start += CHUNK * share->stride * THREADS) {
        for (uint64_t j = 0; j < CHUNK; j += 1) {
            uint32_t bits = (uint32_t)(start + j * share->stride);
            memcpy(&x[j], &bits, sizeof bits);
        }
        const bool compares = run(share->check, y, other, x);
        for (int j = 0; j < CHUNK; j += 1) {
            double truth = share->check->truth((double)x[j]), error = ulps(y[j], truth);
            if (fabs((double)y[j] - truth) <= share->check->negligible) error = 0;
            if (error > share->worst) share->worst = error, share->worst_at = x[j];
            if (x[j] > 0 && error > share->worst_above) share->worst_above = error;
            if (compares && !isnan(y[j]) && memcmp(&y[j], &other[j], sizeof(float))) share->differing += 1;
        }
    }
    return NULL;
}

/// Root mean square of the error over [-8, 8], evenly spaced.
static double root_mean_square(const struct check *check) {
    enum { POINTS = 1 << 24 };
    double sum = 0;
    float x[CHUNK], y[CHUNK];
    for (int start = 0; start < POINTS; start += CHUNK) {
        for (int j = 0; j < CHUNK; j += 1) x[j] = -8 + 16.0f * (float)(start + j) / POINTS;
        check->run(y, x, CHUNK);
        for (int j = 0; j < CHUNK; j += 1) {
            double error = ulps(y[j], check->truth(x[j]));
            sum += error * error;
        }
    }
    return sqrt(sum / POINTS);
}

static int report(const struct check *check, uint64_t stride) {
    struct share shares[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i += 1) {
        shares[i] = (struct share){.check = check, .first = (uint64_t)i * CHUNK * stride, .stride = stride};
        pthread_create(&threads[i], NULL, scan, &shares[i]);
    }
    for (int i = 0; i < THREADS; i += 1) pthread_join(threads[i], NULL);
    struct share worst = shares[0];
    for (int i = 1; i < THREADS; i += 1) {
        if (shares[i].worst > worst.worst) worst.worst = shares[i].worst, worst.worst_at = shares[i].worst_at;
        if (shares[i].worst_above > worst.worst_above) worst.worst_above = shares[i].worst_above;
        worst.differing += shares[i].differing;
    }
    double rms = check->rms_bound > 0 ? root_mean_square(check) : 0;
    bool good = worst.worst <= check->bound && worst.differing == 0 && rms <= (check->rms_bound > 0 ? check->rms_bound : 1);
    if (check->above_bound > 0) good = good && worst.worst_above <= check->above_bound;
    printf("%-8s %-11s largest %.4f ulp at %a (bound %.2f), above 0 %.4f, rms over [-8, 8] %.4f, differing %llu: %s\n",
           check->set, check->function, worst.worst, worst.worst_at, check->bound, worst.worst_above, rms,
           (unsigned long long)worst.differing, good ? "ok" : "FAILED");
    return good ? 0 : 1;
}

int main(int count, char **arguments) {
    uint64_t stride = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
    static const char *const names[] = {"avx2", "neon", "avx512", "baseline"};
    const char *only = count > 2 ? arguments[2] : NULL;
    const struct lstmc_kernels *first = NULL;
    int failures = 0;
    for (int i = 0; i < 4; i += 1) {
        const struct lstmc_kernels *set = lstmc_kernels_named(names[i]);
        if (set == NULL) continue;
        const struct lstmc_kernels *same = set->fused ? first : NULL;
        const struct lstmc_functions *more = lstmc_functions(set), *same_more = same ? lstmc_functions(same) : NULL;
        double slack = set->fused ? 0 : 2; // each fma rounds twice
        struct check checks[] = {
            {"sigmoid", set->name, sigmoid_truth, set->sigmoid, same ? same->sigmoid : NULL, 1.5 + slack, 0.4 + slack,
             1.1 + slack},
            {"tanh", set->name, tanh, set->tanh, same ? same->tanh : NULL, 1.2 + slack, 0.3 + slack, 0},
            {"exp", set->name, exp, set->exp, same ? same->exp : NULL, 1.1 + slack, 0, 0},
            {"log", set->name, log, set->log, same ? same->log : NULL, 1 + slack, 0, 0},
            {"gelu", set->name, gelu_truth, more->gelu, same_more ? same_more->gelu : NULL, 4.1 + slack, 0.55 + slack, 0},
            // Without fused multiply-add the argument of exp has no more digits than a float, which the tail shows.
            {"gelu_tanh", set->name, gelu_tanh_truth, more->gelu_tanh, same_more ? same_more->gelu_tanh : NULL,
             set->fused ? 3.5 : 103, set->fused ? 0.55 : 10, 0},
            {"elu", set->name, elu_truth, NULL, NULL, 1 + slack, 0, 0, lstmc_elu, set, same, 1, 0, 0},
            {"selu", set->name, selu_truth, NULL, NULL, 2 + slack, 0, 0, lstmc_selu, set, same, 0, 0, 0},
            // Where sigmoid is a denormal number, silu has no more digits than that.
            {"silu", set->name, silu_truth, NULL, NULL, 2.7 + slack, 0, 0, lstmc_silu, set, same, 0, 0, 1e-43},
            {"softplus", set->name, softplus_truth, NULL, NULL, 2 + slack, 0, 0, lstmc_softplus, set, same, 1, 20, 0},
            {"softsign", set->name, softsign_truth, NULL, NULL, 1.5, 0, 0, lstmc_softsign, set, same, 0, 0, 0},
            {"hardsigmoid", set->name, hardsigmoid_truth, NULL, NULL, 1.1, 0, 0, lstmc_hardsigmoid, set, same, 0, 0, 0},
            {"hardswish", set->name, hardswish_truth, NULL, NULL, 2, 0, 0, lstmc_hardswish, set, same, 0, 0, 0},
            // Where exp is a denormal number, mish has no more digits than that.
            {"mish", set->name, mish_truth, NULL, NULL, 4 + slack, 0, 0, lstmc_mish, set, same, 0, 0, 1e-43},
        };
        for (size_t j = 0; j < sizeof checks / sizeof *checks; j += 1)
            if (only == NULL || strcmp(only, checks[j].function) == 0) failures += report(&checks[j], stride);
        if (first == NULL && set->fused) first = set;
    }
    return failures > 0;
}
