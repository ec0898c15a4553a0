// SPDX-License-Identifier: Apache-2.0
//
// What every machine of the architecture has: SSE2 on x86-64 (no fused multiply-add there), NEON on arm64.

#include "rounding.inc"

#define LANES 8
#if defined(__aarch64__)
#define NAME lstmc_kernels_neon
#define LABEL "neon"
#define LSTMC_NO_FMA 0
#else
#define NAME lstmc_kernels_baseline
#define LABEL "baseline"
#define LSTMC_NO_FMA 1
// For machines of before 2013: every program carries this code, so it is small rather than fast.
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)
#endif
#include "kernels.inc"
#if LSTMC_NO_FMA
#pragma clang attribute pop
#endif
