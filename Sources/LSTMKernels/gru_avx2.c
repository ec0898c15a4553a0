// SPDX-License-Identifier: Apache-2.0
//
// A gru for AVX2.

#include "rounding.inc"

#if defined(__x86_64__)
#include "set_avx2.inc"
#include "gru_cell.inc"
#include "recurrent.inc"
#pragma clang attribute pop
#endif
