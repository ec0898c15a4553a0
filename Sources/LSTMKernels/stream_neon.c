// SPDX-License-Identifier: Apache-2.0
//
// Steps of streams for NEON.

#include "rounding.inc"

#if defined(__aarch64__)
#include "set_baseline.inc"
#include "stream.inc"
#endif
