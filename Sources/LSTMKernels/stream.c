// SPDX-License-Identifier: Apache-2.0
//
// Which function runs a step of a stream: one for its very size where there is one, else the kernels' own calls.

#include "rounding.inc"

#include "lstmc_kernels.h"

#include <string.h>

static void general_step(const struct lstmc_stream *s, const float *x, float *h, float *c, float *y, float *workspace) {
    lstmc_step(s->lstm, s->layers, x, h, c, workspace);
    if (y == NULL) return;
    const size_t size = s->lstm->state_size;
    const float *last = h + (s->layers - 1) * size;
    if (s->has_linear) {
        const lstmc_product multiply = s->linear.multiply != NULL ? s->linear.multiply : s->kernels->matmul;
        multiply(&s->linear, NULL, last, s->linear.inputs, 1, y, s->linear.outputs);
    } else {
        memcpy(y, last, size * sizeof(float));
    }
}

static const struct lstmc_stream_steps *steps_of(const struct lstmc_kernels *kernels) {
#if defined(__x86_64__)
    if (kernels == &lstmc_kernels_avx2) return &lstmc_stream_steps_avx2;
    if (kernels == &lstmc_kernels_avx512) return &lstmc_stream_steps_avx512;
#elif defined(__aarch64__)
    if (kernels == &lstmc_kernels_neon) return &lstmc_stream_steps_neon;
#endif
    (void)kernels;
    return NULL;
}

static int bytes_of(enum lstmc_precision precision) {
    switch (precision) {
    case LSTMC_FLOAT32: return 4;
    case LSTMC_FLOAT16: case LSTMC_BFLOAT16: return 2;
    case LSTMC_INT8: return 1;
    }
}

static lstmc_stream_step step_for(const struct lstmc_stream *s) {
    const struct lstmc_recurrent *l = s->lstm;
    const struct lstmc_stream_steps *steps = l->run == s->kernels->lstm ? steps_of(s->kernels) : l->steps;
    const bool narrow = s->linear.wide_panels == 0 && s->linear.narrow_panels == 1;
    // Their functions take both layers' weights in one width.
    const bool alike = bytes_of(s->linear.precision) == bytes_of(l->hidden.precision);
    if (steps == NULL || (s->has_linear && !(narrow && alike))) return general_step;
    if (!s->roomy || s->layers != 1 || l->projected || l->reset_before) return steps->larger;
    switch (l->blocks) {
    case 1: return steps->one;
    case 2: return steps->two;
    case 3: return steps->three;
    case 4: return steps->four;
    default: return steps->larger;
    }
}

void lstmc_stream_init(struct lstmc_stream *s, const struct lstmc_kernels *kernels, const struct lstmc_recurrent *lstm, size_t layers,
                       const struct lstmc_matrix *linear, bool roomy) {
    memset(s, 0, sizeof *s);
    s->kernels = kernels;
    s->lstm = lstm;
    s->layers = layers;
    s->has_linear = linear != NULL;
    if (linear != NULL) s->linear = *linear;
    s->roomy = roomy;
    s->step = step_for(s);
}
