// SPDX-License-Identifier: Apache-2.0
//
// An lstm with other activations for AVX-512.

#include "rounding.inc"

#if defined(__x86_64__)
#ifndef SIXTEEN_LANES_TARGET
#define SIXTEEN_LANES_TARGET "avx512f,avx512vl,avx512dq,avx2,fma"
#endif
#define LANES 16
#define SET avx512
#define LSTMC_NO_FMA 0
#include "cell_cell.inc"
#pragma clang attribute push(__attribute__((target(SIXTEEN_LANES_TARGET))), apply_to = function)
#include "recurrent.inc"
#pragma clang attribute pop
#endif
