// SPDX-License-Identifier: Apache-2.0
//
// Each function that is linked where it is called, with the kernels given; and the largest value's place, which needs none.

#include "rounding.inc"

#include "lstmc_kernels.h"

// A section each, so that a program carries those that it calls.
#if defined(__ELF__)
#define APART(kind) __attribute__((section(".text.lstmc_" #kind)))
#else
#define APART(kind)
#endif

#if defined(__aarch64__)
#define IN_THE_SET(kind, ...)                                                                                          \
    (void)kernels;                                                                                                     \
    lstmc_##kind##_neon(__VA_ARGS__)
#elif defined(__x86_64__)
#define IN_THE_SET(kind, ...)                                                                                          \
    if (kernels == &lstmc_kernels_avx512) return lstmc_##kind##_avx512(__VA_ARGS__);                                   \
    if (kernels == &lstmc_kernels_avx2) return lstmc_##kind##_avx2(__VA_ARGS__);                                       \
    lstmc_##kind##_baseline(__VA_ARGS__)
#else
#define IN_THE_SET(kind, ...)                                                                                          \
    (void)kernels;                                                                                                     \
    lstmc_##kind##_baseline(__VA_ARGS__)
#endif

#define POINTWISE(kind)                                                                                                \
    APART(kind) void lstmc_##kind(const struct lstmc_kernels *kernels,                                                 \
                                 float *y, const float *x, size_t count, float a, float b) {                           \
        IN_THE_SET(kind, y, x, count, a, b);                                                                           \
    }
LSTMC_POINTWISE(POINTWISE)

#define COMBINE(kind)                                                                                                  \
    APART(kind) void lstmc_##kind(const struct lstmc_kernels *kernels,                                                 \
                                 float *y, struct lstmc_operand a, struct lstmc_operand b, size_t count) {             \
        IN_THE_SET(kind, y, a, b, count);                                                                              \
    }
LSTMC_COMBINE(COMBINE)

#define ROWS(kind)                                                                                                     \
    APART(kind) void lstmc_##kind(const struct lstmc_kernels *kernels,                                                 \
                                 float *y, const float *x, const float *p, const float *q, size_t count) {             \
        IN_THE_SET(kind, y, x, p, q, count);                                                                           \
    }
LSTMC_ROWS(ROWS)

APART(argmax) void lstmc_argmax(int32_t *y, const float *x, size_t rows, size_t size) {
    for (size_t row = 0; row < rows; row += 1, x += size) {
        size_t best = 0;
        for (size_t j = 1; j < size && x[best] == x[best]; j += 1)
            if (x[j] > x[best] || x[j] != x[j]) best = j;
        y[row] = (int32_t)best;
    }
}
