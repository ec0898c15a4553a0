// SPDX-License-Identifier: Apache-2.0
//
// A gru for AVX2.

#include "rounding.inc"

#if defined(__x86_64__)
#define LANES 8
#define SET avx2
#define LSTMC_NO_FMA 0
#include "gru_cell.inc"
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "recurrent.inc"
#pragma clang attribute pop
#endif
