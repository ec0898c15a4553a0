// SPDX-License-Identifier: Apache-2.0
//
// What every machine of the architecture has: SSE2 on x86-64 (no fused multiply-add there), NEON on arm64.

#define LANES 8
#if defined(__aarch64__)
#define NAME lstmc_kernels_neon
#define LABEL "neon"
#define LSTMC_NO_FMA 0
#else
#define NAME lstmc_kernels_baseline
#define LABEL "baseline"
#define LSTMC_NO_FMA 1
#endif
#include "kernels.inc"
