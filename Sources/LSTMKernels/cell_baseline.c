// SPDX-License-Identifier: Apache-2.0
//
// An lstm with other activations for what every machine of the architecture has.

#include "rounding.inc"

#include "set_baseline.inc"
#include "cell_cell.inc"
#include "recurrent.inc"
