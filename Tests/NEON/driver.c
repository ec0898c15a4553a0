// SPDX-License-Identifier: Apache-2.0
//
// Runs the kernels on many shapes with numbers that follow from the shape alone and prints a hash of every result's
// bits, NaN counting as one value. Two machines agree where their lines are the same.
//
//     driver [SET]      the best set by default; 16 is the AVX-512 source compiled for less

#define _POSIX_C_SOURCE 200112L // posix_memalign

#include "lstmc_kernels.h"
#include "lstmc_together.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#pragma STDC FP_CONTRACT OFF // the inputs must be the same everywhere, too

static uint32_t state;

static float number(float scale) {
    state = state * 1664525u + 1013904223u;
    return ((float)(state >> 8) * 0x1p-24f * 2.0f - 1.0f) * scale;
}

static void *taken[64];
static size_t taken_count;

/// Of exactly that many bytes, so that a sanitizer sees the first one past them.
static void *take(size_t bytes) {
    void *memory = NULL;
    if (taken_count == sizeof taken / sizeof *taken || posix_memalign(&memory, 64, bytes) != 0) exit(1);
    memset(memory, 0, bytes);
    return taken[taken_count++] = memory;
}

/// Frees all that was taken.
static void release(void) {
    while (taken_count > 0) free(taken[--taken_count]);
}

static float *floats(size_t count, float scale) {
    float *memory = take(count * sizeof *memory);
    for (size_t j = 0; j < count && scale > 0; j += 1) memory[j] = number(scale);
    return memory;
}

static uint64_t hash(uint64_t seed, const float *values, size_t count) {
    for (size_t j = 0; j < count; j += 1) {
        uint32_t bits = 0x7fc00000;
        if (values[j] == values[j]) memcpy(&bits, &values[j], sizeof bits);
        seed = (seed ^ bits) * 0x100000001b3u;
    }
    return seed;
}

/// Numbers of weight (outputs, inputs) into the panels of `lanes` lanes: wide ones of `gates` vectors, gates inside a block,
/// where `hidden`.
static struct lstmc_matrix gate_matrix(size_t outputs, size_t inputs, size_t hidden, size_t gates, int lanes, float scale, bool bias) {
    size_t l = (size_t)lanes, wide = hidden ? (hidden + l - 1) / l : outputs / (gates * l);
    size_t narrow = hidden ? 0 : (outputs - wide * gates * l + l - 1) / l;
    if (narrow > 2) wide += 1, narrow = 0;
    size_t all = (wide * gates + narrow) * l;
    float *w = floats(all * inputs, 0), *b = floats(all, 0);
    for (size_t o = 0; o < outputs; o += 1) {
        size_t lane = hidden ? (o % hidden / l * gates + o / hidden) * l + o % hidden % l : o, first = wide * gates * l;
        size_t width = lane < first ? gates * l : l, panel = lane < first ? lane / width : (lane - first) / l;
        size_t base = lane < first ? panel * width * inputs + lane % width
                                   : first * inputs + panel * l * inputs + (lane - first) % l;
        for (size_t k = 0; k < inputs; k += 1) w[base + k * width] = number(scale);
        b[lane] = number(scale);
    }
    return (struct lstmc_matrix){
        .weights = w, .bias = bias ? b : NULL, .inputs = inputs, .outputs = hidden ? all : outputs, .wide_panels = wide,
        .narrow_panels = narrow,
    };
}

/// The matrix with weights of 16 bits in place of its floats: any finite ones, of float16 subnormal ones, too.
static struct lstmc_matrix halved(struct lstmc_matrix m, size_t gates, const struct lstmc_kernels *kernels,
                                  enum lstmc_precision precision) {
    const size_t lanes = (m.wide_panels * gates + m.narrow_panels) * (size_t)kernels->lanes;
    const float *w = m.weights;
    uint16_t *halves = take(lanes * m.inputs * sizeof *halves);
    for (size_t j = 0; j < lanes * m.inputs; j += 1) {
        uint32_t bits;
        memcpy(&bits, &w[j], sizeof bits);
        // An exponent from 0 to 15: below 1 in size.
        const uint32_t half = (bits >> 16 & 0x8000) | (bits >> 23 & 15) << 10 | (bits >> 13 & 0x3ff);
        halves[j] = (uint16_t)(bits == 0 ? 0 : precision == LSTMC_FLOAT16 ? (half & 0xbbff) : bits >> 16);
    }
    m.weights = halves, m.precision = precision, m.multiply = lstmc_use_half_matmul(kernels);
    return m;
}

/// The matrix with weights of 8 bits in place of its floats.
static struct lstmc_matrix quantized(struct lstmc_matrix m, size_t gates, const struct lstmc_kernels *kernels) {
    const size_t l = (size_t)kernels->lanes, lanes = (m.wide_panels * gates + m.narrow_panels) * l, fours = (m.inputs + 3) / 4;
    const float *w = m.weights;
    int8_t *bytes = take(lanes * fours * 4);
    int32_t *moves = take(lanes * sizeof *moves);
    float *scales = take(lanes * sizeof *scales);
    for (size_t lane = 0; lane < lanes; lane += 1) {
        const bool wide = lane < m.wide_panels * gates * l;
        const size_t width = wide ? gates * l : l, first = wide ? lane / width * width : lane / l * l, own = lane - first;
        scales[lane] = 0.008f;
        for (size_t k = 0; k < m.inputs; k += 1) {
            const int8_t byte = (int8_t)(w[first * m.inputs + k * width + own] * 127.0f);
            bytes[first * fours * 4 + k / 4 * width * 4 + own * 4 + k % 4] = byte;
            moves[lane] += 128 * byte;
        }
    }
    m.weights = bytes, m.scales = scales, m.moves = moves, m.precision = LSTMC_INT8;
    m.multiply = lstmc_use_byte_matmul(kernels);
    return m;
}

/// The matrix, whose panels have `gates` vectors, as it is kept in `precision`.
static struct lstmc_matrix kept(struct lstmc_matrix m, size_t gates, const struct lstmc_kernels *kernels,
                                enum lstmc_precision precision) {
    return precision == LSTMC_INT8 ? quantized(m, gates, kernels) : halved(m, gates, kernels, precision);
}

static struct lstmc_matrix matrix(size_t outputs, size_t inputs, size_t hidden, int lanes, float scale, bool bias) {
    return gate_matrix(outputs, inputs, hidden, 4, lanes, scale, bias);
}

enum { kinds = 7 };

static void lstm(const struct lstmc_kernels *kernels, size_t I, size_t H, size_t P, size_t T, size_t B, int kind) {
    state = (uint32_t)(I * 73 + H * 1009 + P * 31 + T * 7 + B * 131 + (size_t)kind);
    size_t S = P ? P : H, lanes = (size_t)kernels->lanes;
    float scale = 1.0f / (1.0f + (float)H * 0.05f);
    struct lstmc_recurrent l = {
        .input = matrix(4 * H, I, H, kernels->lanes, scale, true), .hidden = matrix(4 * H, S, H, kernels->lanes, scale, false),
        .projection = matrix(P, H, 0, kernels->lanes, scale, false), .hidden_size = H, .state_size = S,
        .blocks = (H + lanes - 1) / lanes, .lanes = kernels->lanes, .gates = 4, .projected = P > 0,
        .run = kernels->lstm, .step = kernels->lstm_step,
    };
    // Usual values, large ones, small ones, denormals; usual ones with infinity and NaN among them; zeros; huge ones.
    static const float scales[kinds] = {2.0f, 60.0f, 1e-38f, 1e-42f, 2.0f, 0.0f, 3e38f};
    float *x = floats(T * B * I, scales[kind]), *h = floats(B * S, 1), *c = floats(B * H, 1), *y = floats(T * B * S, 0);
    if (kind == 4) x[T * B * I / 2] = __builtin_inff(), x[0] = __builtin_nanf("");
    int32_t *order = take(B * sizeof *order), *lengths = take(B * sizeof *lengths);
    for (size_t b = 0; b < B; b += 1) order[b] = (int32_t)(B - 1 - b), lengths[b] = (int32_t)(T - b * (T - 1) / B);
    bool varying = kind % 2 == 1;
    struct lstmc_pass pass = {
        .x = x, .x_time = B * I, .x_row = I, .y = y, .y_time = B * S, .y_row = S, .steps = T, .batch = B,
        .order = varying ? order : NULL, .lengths = varying ? lengths : NULL, .reverse = kind % 3 == 2, .h = h, .c = c,
        .workspace = floats(lstmc_run_workspace(&l, T, B), 0),
    };
    kernels->lstm(&l, &pass);
    uint64_t found = hash(hash(hash(14695981039346656037u, y, T * B * S), h, B * S), c, B * H);
    float *workspace = floats(lstmc_step_workspace(&l), 0);
    for (size_t t = 0; t < 3; t += 1) kernels->lstm_step(&l, x + t % T * B * I, h, c, workspace);
    printf("lstm I %zu H %zu P %zu T %zu B %zu kind %d %016llx\n", I, H, P, T, B, kind,
           (unsigned long long)hash(hash(found, h, S), c, H));
    release();
}

/// The other cells, over sequences and in single steps, with every activation.
static void other_cell(const struct lstmc_kernels *kernels, int which, size_t I, size_t H, size_t T, size_t B, int kind,
                       enum lstmc_precision precision) {
    static const char *const names[] = {"gru", "gru reset before", "rnn", "cell"};
    state = (uint32_t)(I * 73 + H * 1009 + T * 7 + B * 131 + (size_t)(kind * 5 + which));
    const size_t lanes = (size_t)kernels->lanes, gates = which < 2 ? 3 : which == 2 ? 1 : 4;
    const bool before = which == 1, has_c = which == 3;
    struct lstmc_recurrent l = {
        .input = gate_matrix(gates * H, I, H, gates, kernels->lanes, 0.4f, true),
        .hidden = gate_matrix(gates * H, H, H, gates, kernels->lanes, 0.4f, which == 0),
        .hidden_size = H, .state_size = H, .blocks = (H + lanes - 1) / lanes, .lanes = kernels->lanes, .gates = (int)gates,
        .reset_before = before,
    };
    if (before) l.candidate = gate_matrix(H, H, H, 1, kernels->lanes, 0.4f, false);
    struct lstmc_cell cell = which < 2 ? lstmc_use_gru(kernels) : which == 2 ? lstmc_use_rnn(kernels) : lstmc_use_cell(kernels);
    if (precision != LSTMC_FLOAT32) {
        if (precision == LSTMC_INT8) {
            cell = which < 2 ? lstmc_use_byte_gru(kernels) : which == 2 ? lstmc_use_byte_rnn(kernels) : lstmc_use_byte_lstm(kernels);
        } else {
            cell = which < 2 ? lstmc_use_half_gru(kernels) : which == 2 ? lstmc_use_half_rnn(kernels) : lstmc_use_half_lstm(kernels);
        }
        l.input = kept(l.input, gates, kernels, precision), l.hidden = kept(l.hidden, gates, kernels, precision);
        if (before) l.candidate = kept(l.candidate, 1, kernels, precision);
    }
    l.run = cell.run, l.step = cell.step, l.steps = cell.steps;
    l.activation = kind % 2 ? (enum lstmc_activation)(kind % 6) : LSTMC_TANH;
    l.recurrent_activation = kind % 3 ? (enum lstmc_activation)((kind + 3) % 6) : LSTMC_SIGMOID;
    static const float scales[] = {2.0f, 60.0f, 1e-38f, 2.0f, 0.0f};
    float *x = floats(T * B * I, scales[kind % 5]), *h = floats(B * H, 1), *c = floats(has_c ? B * H : 1, 1);
    float *y = floats(T * B * H, 0);
    if (kind % 7 == 3) x[T * B * I / 2] = __builtin_inff(), x[0] = __builtin_nanf("");
    int32_t *order = take(B * sizeof *order), *lengths = take(B * sizeof *lengths);
    for (size_t b = 0; b < B; b += 1) order[b] = (int32_t)(B - 1 - b), lengths[b] = (int32_t)(T - b * (T - 1) / B);
    const bool varying = kind % 4 == 1;
    struct lstmc_pass pass = {
        .x = x, .x_time = B * I, .x_row = I, .y = y, .y_time = B * H, .y_row = H, .steps = T, .batch = B,
        .order = varying ? order : NULL, .lengths = varying ? lengths : NULL, .reverse = kind % 3 == 2, .h = h,
        .c = has_c ? c : NULL, .workspace = floats(lstmc_run_workspace(&l, T, B), 0),
    };
    l.run(&l, &pass);
    uint64_t found = hash(hash(14695981039346656037u, y, T * B * H), h, B * H);
    float *workspace = floats(lstmc_step_workspace(&l), 0);
    for (size_t t = 0; t < 3; t += 1) lstmc_step(&l, 1, x + t % T * B * I, h, has_c ? c : NULL, workspace);
    found = hash(hash(found, h, H), c, has_c ? H : 0);
    // The same steps of a stream, whose state has room, and a linear layer after it.
    struct lstmc_stream s;
    struct lstmc_matrix linear = matrix(3, H, 0, kernels->lanes, 1.0f, true);
    if (precision != LSTMC_FLOAT32) linear = kept(linear, 4, kernels, precision);
    lstmc_stream_init(&s, kernels, &l, 1, kind % 2 ? &linear : NULL, true);
    float *room = floats((H + 15) / 16 * 16, 0), *c_room = floats((H + 15) / 16 * 16, 0), *given = floats(H < 3 ? 3 : H, 0);
    memcpy(room, h, H * sizeof *h);
    if (has_c) memcpy(c_room, c, H * sizeof *c);
    for (size_t t = 0; t < 3; t += 1) {
        lstmc_step(&l, 1, x + t % T * B * I, h, has_c ? c : NULL, workspace);
        s.step(&s, x + t % T * B * I, room, has_c ? c_room : NULL, given, workspace);
        if (hash(1, h, H) != hash(1, room, H)) printf("%s of %zu: a stream's step is another\n", names[which], H);
        found = hash(found, given, kind % 2 ? 3 : H);
    }
    static const char *const precisions[] = {"", " float16", " bfloat16", " int8"};
    printf("%s%s I %zu H %zu T %zu B %zu kind %d %016llx\n", names[which], precisions[precision], I, H, T, B, kind,
           (unsigned long long)hash(found, room, H));
    release();
}

/// Some steps of a stream in one call each; with the room, in the function for its size where there is one.
static void stream(const struct lstmc_kernels *kernels, size_t I, size_t H, size_t P, size_t L, size_t O) {
    state = (uint32_t)(I * 73 + H * 1009 + P * 31 + L * 7 + O);
    const size_t S = P ? P : H, lanes = (size_t)kernels->lanes, room = (H + 15) / 16 * 16;
    struct lstmc_recurrent l[2];
    for (size_t j = 0; j < L; j += 1) {
        const size_t inputs = j == 0 ? I : S;
        l[j] = (struct lstmc_recurrent){
            .input = matrix(4 * H, inputs, H, kernels->lanes, 0.4f, true),
            .hidden = matrix(4 * H, S, H, kernels->lanes, 0.4f, false),
            .projection = matrix(P, H, 0, kernels->lanes, 0.4f, false), .hidden_size = H, .state_size = S,
            .blocks = (H + lanes - 1) / lanes, .lanes = kernels->lanes, .gates = 4, .projected = P > 0,
            .run = kernels->lstm, .step = kernels->lstm_step,
        };
    }
    const struct lstmc_matrix linear = matrix(O, S, 0, kernels->lanes, 1.0f, true);
    struct lstmc_stream s;
    const bool roomy = L == 1 && P == 0;
    lstmc_stream_init(&s, kernels, l, L, O > 0 ? &linear : NULL, roomy);
    float *x = floats(4 * I, 2.0f), *y = floats(O > 0 ? O : S, 0);
    float *h = floats(roomy ? room : L * S, 0), *c = floats(roomy ? room : L * H, 0);
    float *workspace = floats(lstmc_step_workspace(&l[0]) + lstmc_step_workspace(&l[L - 1]), 0);
    for (size_t j = 0; j < L * S; j += 1) h[j] = number(1);
    for (size_t j = 0; j < L * H; j += 1) c[j] = number(1);
    uint64_t found = 14695981039346656037u;
    for (size_t t = 0; t < 4; t += 1) {
        s.step(&s, x + t * I, h, c, y, workspace);
        found = hash(found, y, O > 0 ? O : S);
    }
    printf("stream I %zu H %zu P %zu L %zu O %zu %016llx\n", I, H, P, L, O,
           (unsigned long long)hash(hash(found, h, L * S), c, L * H));
    release();
}

/// Both directions of an lstm, or one, on several threads, each with exactly the memory that it asks for.
static void together(const struct lstmc_kernels *kernels, size_t I, size_t H, size_t P, size_t T, size_t B, size_t D, bool varying) {
    const size_t S = P ? P : H, lanes = (size_t)kernels->lanes;
    struct lstmc_recurrent l[2];
    state = (uint32_t)(I * 73 + H * 1009 + P * 31 + T * 7 + B * 131 + D);
    for (size_t d = 0; d < D; d += 1)
        l[d] = (struct lstmc_recurrent){
            .input = matrix(4 * H, I, H, kernels->lanes, 0.1f, true), .hidden = matrix(4 * H, S, H, kernels->lanes, 0.1f, false),
            .projection = matrix(P, H, 0, kernels->lanes, 0.1f, false), .hidden_size = H, .state_size = S,
            .blocks = (H + lanes - 1) / lanes, .lanes = kernels->lanes, .gates = 4, .projected = P > 0,
            .run = kernels->lstm, .step = kernels->lstm_step,
        };
    const struct lstmc_matrix linear = matrix(37, S, 0, kernels->lanes, 1, true);
    int32_t *order = take(B * sizeof *order), *lengths = take(B * sizeof *lengths);
    for (size_t b = 0; b < B; b += 1) order[b] = (int32_t)(B - 1 - b), lengths[b] = (int32_t)(T - b * (T - 1) / B);
    float *x = floats(T * B * I, 2);
    uint64_t found[4];
    for (size_t threads = 1, j = 0; j < 4; threads += threads == 3 ? 5 : 1, j += 1) {
        state = 1;
        float *h = floats(D * B * S, 1), *c = floats(D * B * H, 1), *y = floats(T * B * S * D, 0), *z = floats(T * B * 37, 0);
        float *workspace = floats(lstmc_together_workspace(l, D, T, B, threads), 0);
        struct lstmc_pass passes[2];
        for (size_t d = 0; d < D; d += 1)
            passes[d] = (struct lstmc_pass){
                .x = x, .x_time = B * I, .x_row = I, .y = y + d * S, .y_time = B * S * D, .y_row = S * D, .steps = T, .batch = B,
                .order = varying ? order : NULL, .lengths = varying ? lengths : NULL, .reverse = d == 1, .h = h + d * B * S,
                .c = c + d * B * H, .workspace = workspace,
            };
        lstmc_run_together(l, passes, D, threads);
        lstmc_multiply_together(kernels->matmul, &linear, kernels->lanes, y, S * D, T * B, z, 37, threads);
        found[j] = hash(hash(hash(hash(1, y, T * B * S * D), h, D * B * S), c, D * B * H), z, T * B * 37);
        if (found[j] != found[0]) printf("%zu threads give other bits\n", threads);
    }
    printf("together I %zu H %zu P %zu T %zu B %zu D %zu %016llx\n", I, H, P, T, B, D, (unsigned long long)found[0]);
    release();
}

typedef void function(float *y, const float *x, size_t count);
enum { functions = 9, elementwise = 7 };

static void every_function(function *all[functions]) {
    enum { count = 1 << 16 };
    float *x = floats(count, 0), *y = floats(count, 0);
    for (size_t f = 0; f < functions; f += 1) {
        uint64_t found = 14695981039346656037u;
        for (uint32_t step = 0; step < 32; step += 1) {
            for (uint32_t j = 0; j < count; j += 1) {
                uint32_t bits = j * 65521u + step * 2029u;
                if (f < elementwise) memcpy(&x[j], &bits, sizeof bits); else x[j] = number(30);
            }
            all[f](y, x, count - step);
            found = hash(found, y, count - step);
        }
        printf("function %zu %016llx\n", f, (unsigned long long)found);
    }
    release();
}

typedef void pointwise(const struct lstmc_kernels *, float *y, const float *x, size_t count, float a, float b);
typedef void combine(const struct lstmc_kernels *, float *y, struct lstmc_operand a, struct lstmc_operand b, size_t count);
typedef void parameterized(const struct lstmc_kernels *, float *y, const float *x, const float *p, const float *q, size_t count);
#define ENTRY(kind) {#kind, lstmc_##kind},
static const struct { const char *name; pointwise *run; } pointwise_kinds[] = {LSTMC_POINTWISE(ENTRY)};
static const struct { const char *name; combine *run; } combine_kinds[] = {LSTMC_COMBINE(ENTRY)};
static const struct { const char *name; parameterized *run; } row_kinds[] = {LSTMC_ROWS(ENTRY)};
#define COUNT(list) (sizeof(list) / sizeof *(list))

/// What is linked where it is called: all bit patterns in steps, then every count up to 70 in buffers of that size.
static void apart(const struct lstmc_kernels *kernels) {
    enum { count = 1 << 16 };
    float *x = floats(count, 0), *other = floats(count, 0), *third = floats(count, 0), *y = floats(count, 0);
    for (uint32_t j = 0; j < count; j += 1) {
        uint32_t bits = j * 65521u, more = j * 2654435761u;
        memcpy(&x[j], &bits, sizeof bits), memcpy(&other[j], &more, sizeof more);
        third[j] = number(4);
    }
    for (size_t f = 0; f < COUNT(pointwise_kinds); f += 1) {
        uint64_t found = 1;
        pointwise_kinds[f].run(kernels, y, x, count, 0.3f, 5), found = hash(found, y, count);
        pointwise_kinds[f].run(kernels, y, third, count, 0.3f, 5), found = hash(found, y, count);
        printf("%s %016llx\n", pointwise_kinds[f].name, (unsigned long long)found);
    }
    for (size_t f = 0; f < COUNT(combine_kinds); f += 1) {
        combine_kinds[f].run(kernels, y, (struct lstmc_operand){x, false}, (struct lstmc_operand){other, false}, count);
        printf("%s %016llx\n", combine_kinds[f].name, (unsigned long long)hash(1, y, count));
    }
    for (size_t f = 0; f < COUNT(row_kinds); f += 1) {
        row_kinds[f].run(kernels, y, x, other, third, count);
        printf("%s %016llx\n", row_kinds[f].name, (unsigned long long)hash(1, y, count));
    }
    release();
    for (size_t n = 1; n < 70; n += 1) {
        float *a = floats(n, 9), *b = floats(n, 9), *c = floats(n, 9), *to = floats(n, 0);
        uint64_t found = 1;
        for (size_t f = 0; f < COUNT(pointwise_kinds); f += 1)
            pointwise_kinds[f].run(kernels, to, a, n, 0.3f, 5), found = hash(found, to, n);
        for (size_t f = 0; f < COUNT(combine_kinds); f += 1)
            for (int single = 0; single < 4; single += 1) {
                const struct lstmc_operand left = {a, single & 1}, right = {b, single & 2};
                combine_kinds[f].run(kernels, to, left, right, n), found = hash(found, to, n);
            }
        for (size_t f = 0; f < COUNT(row_kinds); f += 1)
            row_kinds[f].run(kernels, to, a, b, c, n), found = hash(found, to, n);
        int32_t *place = take(sizeof *place);
        lstmc_argmax(place, a, 1, n);
        printf("apart %zu %d %016llx\n", n, (int)*place, (unsigned long long)found);
        release();
    }
}

/// Rows of n floats, in buffers of exactly that size.
static void rows(const struct lstmc_kernels *kernels, function *all[functions], size_t n) {
    enum { steps = 9 };
    float *x = floats(n, 30), *y = floats(n, 0), *weight = floats(n, 1), *bias = floats(n, 1);
    float *series = floats((steps - 1) * (n + 1) + n, 30);
    uint64_t found = 1;
    for (size_t f = 0; f < functions; f += 1) all[f](y, x, n), found = hash(found, y, n);
    kernels->layer_norm(y, x, n, 1e-5f, weight, bias), found = hash(found, y, n);
    kernels->layer_norm(y, x, n, 1e-5f, NULL, NULL), found = hash(found, y, n);
    kernels->l2_normalize(y, x, n, 1e-12f), found = hash(found, y, n);
    kernels->mean_over_time(y, series, steps, n + 1, n), found = hash(found, y, n);
    kernels->max_over_time(y, series, steps, n + 1, n), found = hash(found, y, n);
    printf("rows of %zu %016llx\n", n, (unsigned long long)found);
    release();
}

int main(int count, char **arguments) {
    const struct lstmc_kernels *kernels = count > 1 ? lstmc_kernels_named(arguments[1]) : lstmc_kernels_current();
#if defined(__x86_64__)
    if (count > 1 && strcmp(arguments[1], "16") == 0) kernels = &lstmc_kernels_avx512;
#endif
    if (kernels == NULL) return 2;
    fprintf(stderr, "%s\n", kernels->name);
    const struct lstmc_functions *more = lstmc_functions(kernels);
    function *all[functions] = {kernels->sigmoid, kernels->tanh,   kernels->exp,     kernels->log,        kernels->relu,
                                more->gelu,       more->gelu_tanh, kernels->softmax, kernels->log_softmax};
    every_function(all);
    for (size_t n = 1; n < 70; n += 1) rows(kernels, all, n);
    apart(kernels);
    static const size_t hidden[] = {1, 2, 3, 5, 7, 8, 9, 12, 15, 16, 17, 20, 24, 31, 32, 33, 40, 48, 63, 64, 65, 72, 100, 130};
    int kind = 0;
    for (size_t j = 0; j < sizeof hidden / sizeof *hidden; j += 1)
        for (size_t B = 1; B < 14; B += 1 + B / 3, kind = (kind + 1) % kinds)
            lstm(kernels, 1 + (j * 11 + B * 5) % 67, hidden[j], kind % 2 && hidden[j] > 2 ? hidden[j] / 2 : 0, 1 + (j + B) % 7, B, kind);
    for (size_t j = 0, k = 0; j < sizeof hidden / sizeof *hidden; j += 1)
        for (size_t B = 1; B < 14; B += 1 + B / 3)
            for (int which = 0; which < 4; which += 1, k += 1)
                // Of the narrower precisions one in turn.
                for (int precision = LSTMC_FLOAT32; precision <= LSTMC_INT8; precision += precision == LSTMC_FLOAT32 ? 1 + (int)(k % 3) : 3)
                    other_cell(kernels, which, 1 + (j * 11 + B * 5) % 37, hidden[j], 1 + (j + B) % 7, B,
                               (int)(k * 7 / 4 % 30), (enum lstmc_precision)precision);
    static const size_t outputs_of_streams[] = {0, 1, 4, 8, 20};
    for (size_t j = 0; j < sizeof hidden / sizeof *hidden; j += 1)
        for (size_t o = 0; o < 5; o += 1) {
            stream(kernels, 1 + (j + o) % 20, hidden[j], 0, 1, outputs_of_streams[o]);
            stream(kernels, 3, hidden[j], j % 2 && hidden[j] > 2 ? hidden[j] / 2 : 0, 1 + o % 2, outputs_of_streams[o]);
        }
    for (size_t outputs = 1; outputs < 80; outputs += 7) {
        struct lstmc_matrix m = matrix(outputs, 70, 0, kernels->lanes, 1, true);
        float *x = floats(51 * 70, 1), *y = floats(51 * outputs, 0);
        kernels->matmul(&m, NULL, x, 70, 51, y, outputs);
        printf("linear %zu %016llx\n", outputs, (unsigned long long)hash(1, y, 51 * outputs));
        for (int precision = LSTMC_FLOAT16; precision <= LSTMC_INT8; precision += 1)
            for (size_t rows = 1; rows <= 51; rows += 50) {
                const struct lstmc_matrix halves = kept(m, 4, kernels, (enum lstmc_precision)precision);
                halves.multiply(&halves, NULL, x, 70, rows, y, outputs);
                printf("linear %zu kept %d rows %zu %016llx\n", outputs, precision, rows,
                       (unsigned long long)hash(1, y, rows * outputs));
            }
        release();
    }
    lstmc_team_assume(8);
    static const size_t shared[][3] = {{5, 12, 0}, {3, 40, 7}, {9, 256, 0}, {4, 261, 130}};
    for (size_t j = 0; j < sizeof shared / sizeof *shared; j += 1)
        for (size_t B = 1; B < 20; B += 1 + B / 2)
            for (size_t D = 1; D < 3; D += 1)
                together(kernels, shared[j][0], shared[j][1], shared[j][2], 1 + (j + B) % 5, B, D, (B + D) % 2 == 0);
#if defined(NO_FORK)
    // qemu stops where a program with threads forks: the same lines from one process.
    for (int process = 0; process < 2; process += 1) together(kernels, 9, 256, 0, 3, 1, 2, false);
    return 0;
#else
    // A forked process has none of the team, and makes one of its own.
    fflush(stdout);
    const pid_t child = fork();
    together(kernels, 9, 256, 0, 3, 1, 2, false);
    if (child == 0) {
        fflush(stdout);
        _exit(0);
    }
    int status = 1;
    return waitpid(child, &status, 0) == child && status == 0 ? 0 : 1;
#endif
}
