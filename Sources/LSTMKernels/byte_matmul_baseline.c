// SPDX-License-Identifier: Apache-2.0
//
// Matrix products with weights of 8 bits for every machine of the architecture.

#include "rounding.inc"

#define LSTMC_BYTES 1
#if defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "set_baseline.inc"
#include "byte_matmul.inc"
