// SPDX-License-Identifier: Apache-2.0
//
// Which functions of one value belong to which kernels.

#include "rounding.inc"

#include "lstmc_kernels.h"

#include "choose.inc"

const struct lstmc_functions *lstmc_functions(const struct lstmc_kernels *kernels) {
    return &OF_KERNELS(kernels, functions);
}

void lstmc_gelu(float *y, const float *x, size_t count) { lstmc_functions(lstmc_kernels_current())->gelu(y, x, count); }

void lstmc_gelu_tanh(float *y, const float *x, size_t count) {
    lstmc_functions(lstmc_kernels_current())->gelu_tanh(y, x, count);
}
