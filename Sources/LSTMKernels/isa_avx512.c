// SPDX-License-Identifier: Apache-2.0
//
// AVX-512: 16 lanes, 32 registers.

#include "rounding.inc"

#if defined(__x86_64__)
// Tests compile the same source for less, to run 16 lanes on machines without AVX-512.
#ifndef SIXTEEN_LANES_TARGET
#define SIXTEEN_LANES_TARGET "avx512f,avx512vl,avx512dq,avx2,fma"
#endif
#define LANES 16
#define NAME lstmc_kernels_avx512
#define LABEL "avx512"
#define LSTMC_NO_FMA 0
#pragma clang attribute push(__attribute__((target(SIXTEEN_LANES_TARGET))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#endif
