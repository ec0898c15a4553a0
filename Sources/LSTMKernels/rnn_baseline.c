// SPDX-License-Identifier: Apache-2.0
//
// An rnn for what every machine of the architecture has.

#include "rounding.inc"

#define LANES 8
#if defined(__aarch64__)
#define SET neon
#define LSTMC_NO_FMA 0
#else
#define SET baseline
#define LSTMC_NO_FMA 1
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)
#endif
#include "rnn_cell.inc"
#include "recurrent.inc"
#if LSTMC_NO_FMA
#pragma clang attribute pop
#endif
