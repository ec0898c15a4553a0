// SPDX-License-Identifier: Apache-2.0
//
// The kernels for AVX2.

#include "rounding.inc"

#if defined(__x86_64__)
#include "set_avx2.inc"
#include "kernels.inc"
#pragma clang attribute pop
#endif
