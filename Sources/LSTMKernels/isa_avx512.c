// SPDX-License-Identifier: Apache-2.0
//
// AVX-512: 16 lanes, 32 registers.

#if defined(__x86_64__)
#define LANES 16
#define NAME lstmc_kernels_avx512
#define LABEL "avx512"
#define LSTMC_NO_FMA 0
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx2,fma"))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#endif
