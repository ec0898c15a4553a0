// SPDX-License-Identifier: Apache-2.0
//
// The most multiply-adds this core can do: independent chains in registers, nothing loaded or stored.
//
//     fma_peak INSTRUCTION_SET SECONDS      prints GFLOP/s of the best of many short runs, 0 where it cannot say

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REPEATS 20000

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/// Enough chains to hide the latency on every port, few enough for the registers. -ffp-contract=fast makes fma of it.
#define PROBE(NAME, TARGET, LANES, CHAINS)                                                                             \
    TARGET static double NAME(void) {                                                                                  \
        typedef float vec __attribute__((vector_size(4 * LANES)));                                                     \
        vec acc[CHAINS], factor, term;                                                                                 \
        volatile float one = 0.999f, two = 0.001f;                                                                     \
        for (int l = 0; l < LANES; l += 1) factor[l] = one, term[l] = two;                                             \
        for (int j = 0; j < CHAINS; j += 1) acc[j] = factor * (float)j;                                                \
        const double start = now();                                                                                    \
        for (int i = 0; i < REPEATS; i += 1) {                                                                         \
            _Pragma("GCC unroll 32") for (int j = 0; j < CHAINS; j += 1) acc[j] = acc[j] * factor + term;              \
        }                                                                                                              \
        const double seconds = now() - start;                                                                          \
        volatile float kept = 0;                                                                                       \
        for (int j = 0; j < CHAINS; j += 1)                                                                            \
            for (int l = 0; l < LANES; l += 1) kept += acc[j][l];                                                      \
        return 2.0 * LANES * CHAINS * REPEATS / seconds / 1e9;                                                         \
    }

#if defined(__x86_64__)
PROBE(avx2, __attribute__((target("avx2,fma"))), 8, 12)
PROBE(avx512, __attribute__((target("avx512f"))), 16, 24)
#elif defined(__aarch64__)
PROBE(neon, , 4, 24)
#endif

int main(int count, char **words) {
    const char *set = count > 1 ? words[1] : "";
    const double until = now() + (count > 2 ? atof(words[2]) : 0.1);
    double (*probe)(void) = NULL;
#if defined(__x86_64__)
    if (strcmp(set, "avx2") == 0 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) probe = avx2;
    if (strcmp(set, "avx512") == 0 && __builtin_cpu_supports("avx512f")) probe = avx512;
#elif defined(__aarch64__)
    if (strcmp(set, "neon") == 0) probe = neon;
#endif
    double best = 0;
    while (probe != NULL && now() < until) {
        const double found = probe();
        if (found > best) best = found;
    }
    printf("%.2f\n", best);
    return 0;
}
