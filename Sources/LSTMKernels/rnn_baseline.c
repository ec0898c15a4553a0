// SPDX-License-Identifier: Apache-2.0
//
// An rnn for what every machine of the architecture has.

#include "rounding.inc"

#include "set_baseline.inc"
#include "rnn_cell.inc"
#include "recurrent.inc"
