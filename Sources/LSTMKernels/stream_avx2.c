// SPDX-License-Identifier: Apache-2.0
//
// Steps of streams for AVX2; beside isa_avx2.c and not in it, so that programs without streams leave them out.

#include "rounding.inc"

#if defined(__x86_64__)
#define LANES 8
#define STEPS lstmc_stream_steps_avx2
#define LSTMC_NO_FMA 0
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "stream.inc"
#pragma clang attribute pop
#endif
