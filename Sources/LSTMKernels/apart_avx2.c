// SPDX-License-Identifier: Apache-2.0
//
// Functions that are linked where they are called, for AVX2.

#include "rounding.inc"

#if defined(__x86_64__)
#include "set_avx2.inc"
#include "apart.inc"
#pragma clang attribute pop
#endif
