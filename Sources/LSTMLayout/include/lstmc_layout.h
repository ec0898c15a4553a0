// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the kernels and the code generator must agree on, each fact once; the runtime asks the kernels. Whoever includes or imports this file
// has the same answer, so that a generated size can never be smaller than what a kernel writes.

#include <stdbool.h>
#include <stddef.h>

enum {
    /// Floats of a cache line, and of the widest vector.
    LSTMC_LINE_FLOATS = 16,
    /// Terms of one chain of additions: the block of the order of additions.
    LSTMC_BLOCK_TERMS = 16,
    /// An lstm of at most so many units uses narrower vectors than the machine's widest, and so does a linear layer of at
    /// most so many outputs.
    LSTMC_NARROW_UNITS = 8,
};

/// Rounded up to whole cache lines.
static inline size_t lstmc_whole_lines(size_t floats) {
    return (floats + LSTMC_LINE_FLOATS - 1) / LSTMC_LINE_FLOATS * LSTMC_LINE_FLOATS;
}

/// Floats of workspace for one step, enough for every instruction set: the four gates and three vectors of one layer, and
/// what it takes to begin at a cache line.
static inline size_t lstmc_step_workspace_bound(size_t hidden_size) {
    return 7 * lstmc_whole_lines(hidden_size) + LSTMC_LINE_FLOATS;
}

/// True where a step overwrites what comes after h and c, up to whole cache lines.
static inline bool lstmc_step_needs_room(size_t num_layers, size_t proj_size) { return num_layers == 1 && proj_size == 0; }

/// True where a step of an lstm can run the linear layer that reads it: both use vectors of one width.
static inline bool lstmc_step_joins_linear(size_t hidden_size, size_t out_features) {
    return hidden_size > LSTMC_NARROW_UNITS || out_features <= LSTMC_NARROW_UNITS;
}
