// SPDX-License-Identifier: Apache-2.0
//
// Functions of one value for AVX-512.

#include "rounding.inc"

#if defined(__x86_64__)
#include "set_avx512.inc"
#include "functions.inc"
#pragma clang attribute pop
#endif
