// SPDX-License-Identifier: Apache-2.0
//
// AVX2 with fused multiply-add: 8 lanes, 16 registers.

#include "rounding.inc"

#if defined(__x86_64__)
#define LANES 8
#define NAME lstmc_kernels_avx2
#define LABEL "avx2"
#define LSTMC_NO_FMA 0
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#endif
