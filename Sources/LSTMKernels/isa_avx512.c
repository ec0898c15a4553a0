// SPDX-License-Identifier: Apache-2.0
//
// The kernels for AVX-512.

#include "rounding.inc"

#if defined(__x86_64__)
#include "set_avx512.inc"
#include "kernels.inc"
#pragma clang attribute pop
#endif
