// SPDX-License-Identifier: Apache-2.0
//
// Which functions of one value belong to which kernels.

#include "rounding.inc"

#include "lstmc_kernels.h"

const struct lstmc_functions *lstmc_functions(const struct lstmc_kernels *kernels) {
#if defined(__x86_64__)
    if (kernels == &lstmc_kernels_avx512) return &lstmc_functions_avx512;
    if (kernels == &lstmc_kernels_avx2) return &lstmc_functions_avx2;
#endif
    (void)kernels;
#if defined(__aarch64__)
    return &lstmc_functions_neon;
#else
    return &lstmc_functions_baseline;
#endif
}

void lstmc_gelu(float *y, const float *x, size_t count) { lstmc_functions(lstmc_kernels_current())->gelu(y, x, count); }

void lstmc_gelu_tanh(float *y, const float *x, size_t count) {
    lstmc_functions(lstmc_kernels_current())->gelu_tanh(y, x, count);
}
