// SPDX-License-Identifier: Apache-2.0
//
// Functions of one value for what every machine of the architecture has.

#include "rounding.inc"

#define LANES 8
#if defined(__aarch64__)
#define FUNCTIONS lstmc_functions_neon
#define LSTMC_NO_FMA 0
#else
#define FUNCTIONS lstmc_functions_baseline
#define LSTMC_NO_FMA 1
#endif
#include "functions.inc"
