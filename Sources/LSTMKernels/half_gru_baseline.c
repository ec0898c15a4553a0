// SPDX-License-Identifier: Apache-2.0
//
// A gru with weights of 16 bits for what every machine of the architecture has.

#include "rounding.inc"

#define LSTMC_HALVES 1
#include "set_baseline.inc"
#include "gru_cell.inc"
#include "recurrent.inc"
