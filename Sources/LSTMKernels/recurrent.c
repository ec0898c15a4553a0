// SPDX-License-Identifier: Apache-2.0
//
// Which functions run a packed direction of a recurrent layer: those of its cell for the kernels given.

#include "rounding.inc"

#include "lstmc_kernels.h"

// A section each, so that a program carries the cells that it has.
#if defined(__ELF__)
#define APART(kind) __attribute__((section(".text.lstmc_use_" #kind)))
#else
#define APART(kind)
#endif

#if defined(__aarch64__)
#define CELL_OF(kind) lstmc_##kind##_neon
#elif defined(__x86_64__)
#define CELL_OF(kind)                                                                                                  \
    kernels == &lstmc_kernels_avx512 ? lstmc_##kind##_avx512                                                          \
    : kernels == &lstmc_kernels_avx2 ? lstmc_##kind##_avx2                                                            \
                                     : lstmc_##kind##_baseline
#else
#define CELL_OF(kind) lstmc_##kind##_baseline
#endif

#define USE(kind)                                                                                                      \
    APART(kind) struct lstmc_cell lstmc_use_##kind(const struct lstmc_kernels *kernels) {                              \
        (void)kernels;                                                                                                 \
        return CELL_OF(kind);                                                                                          \
    }
USE(cell)
USE(gru)
USE(rnn)

APART(lstm) struct lstmc_cell lstmc_use_lstm(const struct lstmc_kernels *kernels) {
    return (struct lstmc_cell){.run = kernels->lstm, .step = kernels->lstm_step};
}
