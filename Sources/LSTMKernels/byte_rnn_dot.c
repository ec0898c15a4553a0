// SPDX-License-Identifier: Apache-2.0
//
// An rnn with weights of 8 bits for machines that multiply bytes and add the products in one instruction.

#include "rounding.inc"

#define LSTMC_BYTES 1
#if defined(__x86_64__)
#include <immintrin.h>

#include "set_vnni.inc"
#include "rnn_cell.inc"
#include "recurrent.inc"
#pragma clang attribute pop
#elif defined(__aarch64__)
#include <arm_neon.h>

#include "set_dotprod.inc"
#include "rnn_cell.inc"
#include "recurrent.inc"
#pragma clang attribute pop
#endif
