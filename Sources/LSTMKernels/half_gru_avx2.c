// SPDX-License-Identifier: Apache-2.0
//
// A gru with weights of 16 bits for AVX2.

#include "rounding.inc"

#define LSTMC_HALVES 1
#if defined(__x86_64__)
#include "set_avx2.inc"
#include "gru_cell.inc"
#include "recurrent.inc"
#pragma clang attribute pop
#endif
