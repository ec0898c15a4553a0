// SPDX-License-Identifier: Apache-2.0
//
// An rnn with weights of 8 bits for AVX-512.

#include "rounding.inc"

#define LSTMC_BYTES 1
#if defined(__x86_64__)
#include <immintrin.h>

#include "set_avx512.inc"
#include "rnn_cell.inc"
#include "recurrent.inc"
#pragma clang attribute pop
#endif
