// SPDX-License-Identifier: Apache-2.0
//
// Slots that threads put pointers into and take them out of, without a lock. Not installed: LSTMLibrary's own.

#ifndef LSTMC_SLOTS_H
#define LSTMC_SLOTS_H

#include <stddef.h>

/// What is in the slot, which is empty afterwards.
static inline void *lstmc_slot_take(void **slot) {
    void *none = NULL;
    return __atomic_load_n(slot, __ATOMIC_RELAXED) == NULL ? NULL : __atomic_exchange_n(slot, none, __ATOMIC_ACQ_REL);
}

/// Puts a pointer into the slot; gives what was in it.
static inline void *lstmc_slot_put(void **slot, void *pointer) {
    return __atomic_exchange_n(slot, pointer, __ATOMIC_ACQ_REL);
}

/// Puts a pointer into the slot if that is empty; 1 where it was.
static inline int lstmc_slot_fill(void **slot, void *pointer) {
    void *none = NULL;
    return __atomic_compare_exchange_n(slot, &none, pointer, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

#endif
