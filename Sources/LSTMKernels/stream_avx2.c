// SPDX-License-Identifier: Apache-2.0
//
// Steps of streams for AVX2; beside isa_avx2.c and not in it, so that programs without streams leave them out.

#include "rounding.inc"

#if defined(__x86_64__)
#include "set_avx2.inc"
#include "stream.inc"
#pragma clang attribute pop
#endif
