// SPDX-License-Identifier: Apache-2.0
//
// Which functions run a packed direction of a recurrent layer: those of its cell for the kernels given.

#include "rounding.inc"

#include "lstmc_kernels.h"

#include "choose.inc"

// A section each, so that a program carries the cells that it has.
#if defined(__ELF__)
#define APART(kind) __attribute__((section(".text.lstmc_use_" #kind)))
#else
#define APART(kind)
#endif

#define USE(kind)                                                                                                      \
    APART(kind) struct lstmc_cell lstmc_use_##kind(const struct lstmc_kernels *kernels) {                              \
        return OF_KERNELS(kernels, kind);                                                                              \
    }
USE(cell)
USE(gru)
USE(rnn)
USE(half_gru)
USE(half_rnn)
#define lstmc_use_half_cell lstmc_use_half_lstm
USE(half_cell)
#undef lstmc_use_half_cell

// With weights of 8 bits, by what multiplies bytes best; all give the same bits.
#if defined(__x86_64__)
#define OF_BYTES(kernels, kind)                                                                                        \
    (*((kernels) == &lstmc_kernels_avx512 && lstmc_multiplies_bytes() ? &lstmc_##kind##_vnni : &OF_KERNELS(kernels, kind)))
#elif defined(__aarch64__)
#define OF_BYTES(kernels, kind) (*(lstmc_multiplies_bytes() ? &lstmc_##kind##_dotprod : &OF_KERNELS(kernels, kind)))
#else
#define OF_BYTES(kernels, kind) OF_KERNELS(kernels, kind)
#endif
#define USE_BYTES(name, kind)                                                                                          \
    APART(name) struct lstmc_cell lstmc_use_##name(const struct lstmc_kernels *kernels) { return OF_BYTES(kernels, kind); }
USE_BYTES(byte_lstm, byte_cell)
USE_BYTES(byte_gru, byte_gru)
USE_BYTES(byte_rnn, byte_rnn)

APART(byte_matmul) lstmc_product lstmc_use_byte_matmul(const struct lstmc_kernels *kernels) {
    return OF_BYTES(kernels, byte_matmul);
}

APART(half_matmul) lstmc_product lstmc_use_half_matmul(const struct lstmc_kernels *kernels) {
    return OF_KERNELS(kernels, half_matmul);
}

APART(lstm) struct lstmc_cell lstmc_use_lstm(const struct lstmc_kernels *kernels) {
    return (struct lstmc_cell){.run = kernels->lstm, .step = kernels->lstm_step};
}
