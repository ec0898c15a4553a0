// SPDX-License-Identifier: Apache-2.0
//
// Steps of streams for AVX-512.

#include "rounding.inc"

#if defined(__x86_64__)
#include "set_avx512.inc"
#include "stream.inc"
#pragma clang attribute pop
#endif
