// SPDX-License-Identifier: Apache-2.0
//
// Matrix products with weights of 16 bits for AVX-512.

#include "rounding.inc"

#define LSTMC_HALVES 1
#if defined(__x86_64__)
#include "set_avx512.inc"
#include "half_matmul.inc"
#pragma clang attribute pop
#endif
