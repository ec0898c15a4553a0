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
    /// The most inputs of a matrix of int8: their products, and a row of them, have room.
    LSTMC_MOST_BYTE_INPUTS = 32768,
    /// Windows of a convolution that are multiplied at once where they do not lie in memory as they are.
    LSTMC_WINDOWS_AT_ONCE = 64,
    /// Steps with fewer windows than so many are taken together.
    LSTMC_FEW_WINDOWS = 16,
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

// Workspace of convolutions, in floats. `channels` and `outputs` are those of one group.

/// Over time: a sequence of `padded` steps with what stands around it; with gaps between its elements, some windows.
static inline size_t lstmc_conv_workspace(size_t padded, size_t windows, size_t kernel_size, size_t dilation,
                                          size_t channels) {
    if (dilation == 1) return padded * channels;
    const size_t at_once = windows < LSTMC_WINDOWS_AT_ONCE ? windows : LSTMC_WINDOWS_AT_ONCE;
    return at_once * kernel_size * channels;
}

/// Over `steps` of a stream: the steps before and these, of all channels; then what a sequence without padding takes.
static inline size_t lstmc_conv_stream_workspace(size_t steps, size_t kernel_size, size_t dilation, size_t all_channels,
                                                 size_t channels) {
    const size_t padded = dilation * (kernel_size - 1) + steps;
    return padded * all_channels + lstmc_conv_workspace(padded, steps, kernel_size, dilation, channels);
}

/// Steps of a convolution over positions that are taken together, each with so many windows.
static inline size_t lstmc_conv_steps_at_once(size_t windows) {
    return windows < LSTMC_FEW_WINDOWS ? LSTMC_WINDOWS_AT_ONCE / windows : 1;
}

/// Over positions: some steps' positions with what stands around them, or their windows, then their results.
static inline size_t lstmc_conv_positions_workspace(size_t padded, size_t windows, size_t kernel_size, size_t dilation,
                                                    size_t channels, size_t outputs) {
    const size_t given = (dilation == 1 ? padded : windows * kernel_size) * channels;
    return lstmc_conv_steps_at_once(windows) * (given + windows * outputs);
}
