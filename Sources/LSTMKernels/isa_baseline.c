// SPDX-License-Identifier: Apache-2.0
//
// The kernels for what every machine of the architecture has.

#include "rounding.inc"

#include "set_baseline.inc"
#include "kernels.inc"
