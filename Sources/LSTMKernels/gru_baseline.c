// SPDX-License-Identifier: Apache-2.0
//
// A gru for what every machine of the architecture has.

#include "rounding.inc"

#include "set_baseline.inc"
#include "gru_cell.inc"
#include "recurrent.inc"
