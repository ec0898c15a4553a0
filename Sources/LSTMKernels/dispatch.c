// SPDX-License-Identifier: Apache-2.0
//
// Which kernels this machine runs. The library never reads the environment: only `lstmc_kernels_select` overrides.

#include "rounding.inc"

#include "lstmc_kernels.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#if defined(__x86_64__)

#include <cpuid.h>

static bool has_bits(unsigned value, unsigned bits) { return (value & bits) == bits; }

/// The register state that the operating system saves: bits 1, 2 SSE and AVX; 5, 6, 7 AVX-512.
static unsigned saved_state(void) {
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static bool runs_avx2(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !has_bits(c, bit_OSXSAVE | bit_AVX | bit_FMA | bit_F16C)) return false;
    if (!has_bits(saved_state(), 0x06)) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && has_bits(b, bit_AVX2);
}

static bool runs_avx512(void) {
    unsigned a, b, c, d;
    if (!runs_avx2() || !has_bits(saved_state(), 0xe6)) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && has_bits(b, bit_AVX512F | bit_AVX512BW | bit_AVX512VL | bit_AVX512DQ);
}

bool lstmc_multiplies_bytes(void) {
    unsigned a, b, c, d;
    return runs_avx512() && __get_cpuid_count(7, 0, &a, &b, &c, &d) && has_bits(c, bit_AVX512VNNI);
}

static const struct lstmc_kernels *supported(size_t index) {
    switch (index) {
    case 0: return runs_avx512() ? &lstmc_kernels_avx512 : NULL;
    case 1: return runs_avx2() ? &lstmc_kernels_avx2 : NULL;
    default: return &lstmc_kernels_baseline;
    }
}

static const size_t candidates = 3;

#else

static const struct lstmc_kernels *supported(size_t index) {
    (void)index;
#if defined(__aarch64__)
    return &lstmc_kernels_neon;
#else
    return &lstmc_kernels_baseline;
#endif
}

static const size_t candidates = 1;

#if defined(__ARM_FEATURE_DOTPROD)
bool lstmc_multiplies_bytes(void) { return true; }
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
bool lstmc_multiplies_bytes(void) { return (getauxval(AT_HWCAP) & (1UL << 20)) != 0; } // HWCAP_ASIMDDP
#else
bool lstmc_multiplies_bytes(void) { return false; }
#endif

#endif

const struct lstmc_kernels *lstmc_kernels_named(const char *name) {
    for (size_t i = 0; i < candidates; i += 1) {
        const struct lstmc_kernels *kernels = supported(i);
        if (kernels != NULL && strcmp(kernels->name, name) == 0) return kernels;
    }
    return NULL;
}

static _Atomic(const struct lstmc_kernels *) current;

const struct lstmc_kernels *lstmc_kernels_current(void) {
    const struct lstmc_kernels *kernels = atomic_load_explicit(&current, memory_order_acquire);
    if (kernels != NULL) return kernels;
    for (size_t i = 0; i < candidates && kernels == NULL; i += 1) kernels = supported(i);
    // Two threads may both get here; both found the same answer, and a selection made meanwhile stays.
    const struct lstmc_kernels *none = NULL;
    return atomic_compare_exchange_strong(&current, &none, kernels) ? kernels : none;
}

bool lstmc_kernels_select(const char *name) {
    const struct lstmc_kernels *kernels = lstmc_kernels_named(name);
    if (kernels == NULL) return false;
    atomic_store_explicit(&current, kernels, memory_order_release);
    return true;
}
