// SPDX-License-Identifier: Apache-2.0
//
// Functions of one value for what every machine of the architecture has.

#include "rounding.inc"

#include "set_baseline.inc"
#include "functions.inc"
