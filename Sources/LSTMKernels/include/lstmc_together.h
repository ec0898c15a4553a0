// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lstmc_kernels.h"

#pragma clang assume_nonnull begin

// Layers on several threads: rows of a batch, directions, and units of large layers are shared out. What each element of a
// result is computed from, and in which order, stays as it is, so that the bits do.

/// How many of `threads` a call can have: no more than the machine has processors.
size_t lstmc_team_threads(size_t threads);

/// For tests: as if the machine had so many processors, and every work were worth a thread; 0 is what it has.
void lstmc_team_assume(size_t processors);

/// Floats that `lstmc_run_together` needs, in its first pass's workspace, for as many directions, steps, rows and threads.
size_t lstmc_together_workspace(const struct lstmc_recurrent *l, size_t directions, size_t steps, size_t batch,
                                size_t threads);

/// Runs the directions of one layer, a pass for each, on at most `threads` threads: fewer where there is too little to do, or
/// others have the team. Passes may have other rows, but as many steps.
void lstmc_run_together(const struct lstmc_recurrent *l, const struct lstmc_pass *passes, size_t directions,
                        size_t threads);

/// y = bias + part(W, x) for rows `x_stride` floats apart, on at most `threads` threads.
void lstmc_multiply_together(lstmc_product multiply, const struct lstmc_matrix *m, int lanes, const float *x, size_t x_stride,
                             size_t rows, float *y, size_t y_stride, size_t threads);

#pragma clang assume_nonnull end
