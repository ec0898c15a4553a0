// SPDX-License-Identifier: Apache-2.0
//
// Functions that are linked where they are called, for what every machine of the architecture has.

#include "rounding.inc"

#include "set_baseline.inc"
#include "apart.inc"
