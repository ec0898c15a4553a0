// SPDX-License-Identifier: Apache-2.0
//
// Functions of one value for AVX2.

#include "rounding.inc"

#if defined(__x86_64__)
#include "set_avx2.inc"
#include "functions.inc"
#pragma clang attribute pop
#endif
