// SPDX-License-Identifier: Apache-2.0
//
// An rnn with weights of 16 bits for what every machine of the architecture has.

#include "rounding.inc"

#define LSTMC_HALVES 1
#include "set_baseline.inc"
#include "rnn_cell.inc"
#include "recurrent.inc"
