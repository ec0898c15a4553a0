// SPDX-License-Identifier: Apache-2.0
//
// Functions that are linked where they are called, for what every machine of the architecture has.

#include "rounding.inc"

#define LANES 8
#if defined(__aarch64__)
#define SET neon
#define LSTMC_NO_FMA 0
#else
#define SET baseline
#define LSTMC_NO_FMA 1
#endif
#include "apart.inc"
