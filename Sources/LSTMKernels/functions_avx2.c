// SPDX-License-Identifier: Apache-2.0
//
// Functions of one value for AVX2.

#include "rounding.inc"

#if defined(__x86_64__)
#define LANES 8
#define FUNCTIONS lstmc_functions_avx2
#define LSTMC_NO_FMA 0
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "functions.inc"
#pragma clang attribute pop
#endif
