// SPDX-License-Identifier: Apache-2.0
//
// Steps of streams for NEON.

#include "rounding.inc"

#if defined(__aarch64__)
#define LANES 8
#define STEPS lstmc_stream_steps_neon
#define LSTMC_NO_FMA 0
#include "stream.inc"
#endif
