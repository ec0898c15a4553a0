// SPDX-License-Identifier: Apache-2.0

// What the checks of each model call; for C11 and for C++17.

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Cases, and where their next word is.
struct words {
    const uint32_t *next;
};

/// NULL where there is no list.
struct list {
    const uint32_t *words;
    uint32_t count;
};

/// Memory at a multiple of 64 bytes, with words around it that must stay as they are.
struct room {
    void *memory;
    void *all;
    size_t bytes;
};

static int failures = 0;
static const char *checked = "";

static void expect(int is_right, const char *what) {
    if (is_right) return;
    failures += 1;
    printf("%s: %s\n", checked, what);
}

static uint32_t read_word(struct words *file) { return *file->next++; }

static struct list read_list(struct words *file) {
    struct list list = {NULL, read_word(file)};
    if (list.count == UINT32_MAX) {
        list.count = 0;
        return list;
    }
    list.words = file->next;
    file->next += list.count;
    return list;
}

enum { GUARD = 64, GUARD_BYTE = 0xA5 };

static struct room make_room(size_t bytes) {
    struct room room;
    room.bytes = bytes;
    room.all = malloc(bytes + 3 * GUARD);
    if (room.all == NULL) abort();
    memset(room.all, GUARD_BYTE, bytes + 3 * GUARD);
    room.memory = (void *)(((uintptr_t)room.all + 2 * GUARD - 1) / GUARD * GUARD);
    return room;
}

static void give_back(struct room *room) {
    const unsigned char *memory = (const unsigned char *)room->memory;
    const unsigned char *all = (const unsigned char *)room->all;
    int is_whole = 1;
    for (const unsigned char *byte = all; byte < all + room->bytes + 3 * GUARD; byte += 1) {
        if (byte < memory || byte >= memory + room->bytes) is_whole = is_whole && *byte == GUARD_BYTE;
    }
    expect(is_whole, "memory around what is given is written");
    free(room->all);
}

/// The same bits, or both no number.
static void compare(struct room *room, struct list expected, const char *what) {
    for (uint32_t index = 0; index < expected.count; index += 1) {
        uint32_t found, bits = expected.words[index];
        memcpy(&found, (const char *)room->memory + (size_t)index * 4, 4);
        float a, b;
        memcpy(&a, &found, 4);
        memcpy(&b, &bits, 4);
        if (found == bits || (a != a && b != b)) continue;
        expect(0, what);
        printf("  at %u: %.9g, not %.9g\n", (unsigned)index, (double)a, (double)b);
        break;
    }
    give_back(room);
}

#ifdef COUNT_ALLOCATIONS
// The linker gives every call of malloc and its like to these (-Wl,--wrap).
static size_t allocation_count = 0;
#ifdef __cplusplus
extern "C" {
#endif
void *__real_malloc(size_t);
void *__wrap_malloc(size_t bytes);
int __real_posix_memalign(void **, size_t, size_t);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t bytes);
void *__wrap_malloc(size_t bytes) {
    allocation_count += 1;
    return __real_malloc(bytes);
}
int __wrap_posix_memalign(void **memory, size_t alignment, size_t bytes) {
    allocation_count += 1;
    return __real_posix_memalign(memory, alignment, bytes);
}
#ifdef __cplusplus
}
#endif
static size_t allocations(void) { return allocation_count; }
#else
static size_t allocations(void) { return 0; }
#endif

/// Counted where the library is optimised: elsewhere Swift keeps some of what it is given on the heap.
static size_t optimised_allocations(void) {
#ifdef OPTIMISED
    return allocations();
#else
    return 0;
#endif
}
