// SPDX-License-Identifier: Apache-2.0
//
// Counts allocations by standing in front of glibc's: the test executable's malloc is found before the library's, which
// stays reachable under its other name. Elsewhere, and under sanitizers with a malloc of their own, nothing is counted.

#include "allocation_counter.h"

#include <stddef.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNTING 0
#endif
#endif
#if !defined(COUNTING) && defined(__GLIBC__)
#define COUNTING 1
#endif

#if COUNTING

static _Thread_local long count;
static _Thread_local long bytes;

static void counted(size_t size) {
    count += 1;
    bytes += (long)size;
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
    counted(size);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    counted(number * size);
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    counted(size);
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    counted(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    counted(size);
    *memory = __libc_memalign(alignment, size);
    return *memory == NULL ? 12 : 0;
}

long allocation_count(void) { return count; }
long allocation_bytes(void) { return bytes; }

#else

long allocation_count(void) { return -1; }
long allocation_bytes(void) { return -1; }

#endif
