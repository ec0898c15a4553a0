// SPDX-License-Identifier: Apache-2.0
//
// Sizes and copies shared by packing and running; nothing here depends on the instruction set but `lanes`.

#include "rounding.inc"

#include "lstmc_kernels.h"
#include "lstmc_layout.h"

size_t lstmc_padded(size_t floats) { return lstmc_whole_lines(floats); }

bool lstmc_is_narrow(size_t units) { return units <= LSTMC_NARROW_UNITS; }

size_t lstmc_conv1d_workspace(size_t padded, size_t windows, size_t kernel_size, size_t dilation, size_t channels) {
    return lstmc_conv_workspace(padded, windows, kernel_size, dilation, channels);
}

size_t lstmc_conv1d_stream_workspace(size_t steps, size_t kernel_size, size_t dilation, size_t all_channels,
                                     size_t channels) {
    return lstmc_conv_stream_workspace(steps, kernel_size, dilation, all_channels, channels);
}

size_t lstmc_conv1d_positions_workspace(size_t padded, size_t windows, size_t kernel_size, size_t dilation,
                                        size_t channels, size_t outputs) {
    return lstmc_conv_positions_workspace(padded, windows, kernel_size, dilation, channels, outputs);
}

size_t lstmc_conv1d_windows_at_once(void) { return LSTMC_WINDOWS_AT_ONCE; }

size_t lstmc_conv1d_steps_at_once(size_t windows) { return lstmc_conv_steps_at_once(windows); }

bool lstmc_has_room(size_t num_layers, size_t proj_size) { return lstmc_step_needs_room(num_layers, proj_size); }

size_t lstmc_chunk_rows(const struct lstmc_recurrent *l, size_t steps, size_t batch) {
    enum { cache_floats = 1 << 16, fewest = 128 }; // half of a small second-level cache; enough rows to reuse weights
    const size_t fitting = cache_floats / ((size_t)l->gates * l->blocks * (size_t)l->lanes);
    size_t rows = fitting > fewest ? fitting : fewest;
    if (rows < batch) rows = batch;
    return rows < steps * batch ? rows : steps * batch;
}

size_t lstmc_share_workspace(const struct lstmc_recurrent *l, size_t blocks, size_t steps, size_t batch) {
    const size_t lanes = (size_t)l->lanes, H = l->blocks * lanes, S = (l->state_size + lanes - 1) / lanes * lanes;
    struct lstmc_recurrent own = *l;
    own.blocks = blocks;
    const size_t rows = lstmc_chunk_rows(&own, steps, batch);
    const size_t pointers = rows * sizeof(float *) / sizeof(float);
    return LSTMC_LINE_FLOATS + 2 * lstmc_padded(batch * S) + lstmc_padded(batch * H) * (l->projected ? 2 : 1) +
           lstmc_padded(rows * (size_t)l->gates * blocks * lanes) + lstmc_padded(pointers);
}

size_t lstmc_run_workspace(const struct lstmc_recurrent *l, size_t steps, size_t batch) {
    return lstmc_share_workspace(l, l->blocks, steps, batch);
}

size_t lstmc_step_workspace(const struct lstmc_recurrent *l) {
    const size_t H = l->blocks * (size_t)l->lanes;
    // Where a gru resets before the product, the input parts of all gates are kept, too.
    return LSTMC_LINE_FLOATS + 3 * lstmc_padded(H) + (l->reset_before ? LSTMC_LINE_FLOATS + 3 * lstmc_padded(H) : 1);
}

void lstmc_scatter(float *to, size_t stride, const float *from, size_t count) {
    for (size_t j = 0; j < count; j += 1) to[j * stride] = from[j];
}

void lstmc_step(const struct lstmc_recurrent *l, size_t layers, const float *x, float *h, float *c, float *workspace) {
    for (size_t layer = 0; layer < layers; layer += 1, l += 1) {
        l->step(l, x, h, c, workspace);
        x = h;
        h += l->state_size;
        if (c != NULL) c += l->hidden_size;
    }
}
