// SPDX-License-Identifier: Apache-2.0
//
// Functions that are linked where they are called, for AVX-512.

#include "rounding.inc"

#if defined(__x86_64__)
#include "set_avx512.inc"
#include "apart.inc"
#pragma clang attribute pop
#endif
