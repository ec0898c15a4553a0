// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// The order of additions
// ======================
// One order for every batch size, chunk length, thread count and instruction set with fused multiply-add, for the
// interpreter, for generated code and for the naive twin (Sources/LSTMInterpreter/Reference/ReferenceMath.swift). It is
// stated here and nowhere else. Sums of block and part are coded for three shapes of work: tiles of rows (tile.inc), panels
// of one row (matmul.inc), a stream's one narrow panel (steps.inc).
// fl(...) is one rounding to float32; fma(a, b, c) is fl(a * b + c).
//
//   block   acc = 0; acc = fma(w[k], x[k], acc), k ascending, at most N = 16 terms
//   part    block 0; then part = fl(part + block j), j ascending: the sum over all k of w[k] x[k]
//   gate    fl(fl(bias + part(W, x)) + part(U, h)), bias = fl(b_ih + b_hh), 0 without bias
//   cell    c' = fma(sigmoid(f), c, fl(sigmoid(i) * tanh(g))), h' = fl(sigmoid(o) * tanh(c')); with a projection
//           h'[p] = part(weight_hr[p], h')
//   gru     r = sigmoid(gate r), z = sigmoid(gate z), n = tanh(fma(r, fl(b_hn + part(U_n, h)), fl(b_in + part(W_n, x)))),
//           h' = fma(z, fl(h - n), n); with the reset before the product n = tanh(gate n with U_n's x = fl(r * h))
//   rnn     h' = tanh(gate), or relu
//   cells   of other activations the same; hardsigmoid_0.2 is hardtanh(fma(x, 0.2, 0.5), 0, 1), linear x itself
//   linear  fl(bias + part(W, x)); without bias part(W, x)
//   sum     16 lanes: lane l starts at +0 and adds x[l], x[l + 16], x[l + 32], ... in order (elements that are not there
//           are not added); then lanes l and l + 8 are added, then l and l + 4, l and l + 2, 0 and 1
//   sum of squares   the same with lane = fma(x, x, lane)
//   largest          of all x, NaN where one is NaN (order does not matter)
//   layer_norm       mean = fl(sum(x) / n); d[j] = fl(x[j] - mean); variance = fl(sum of squares(d) / n);
//                    s = fl(sqrt(fl(variance + eps))); y = fl(d / s), then fma(y, weight, bias); without bias
//                    fl(y * weight), without weight y
//   softmax          e[j] = exp(fl(x[j] - largest)); y = fl(e[j] / sum(e))
//   log_softmax      fl(fl(x[j] - largest) - log(sum(e)))
//   l2_normalize     fl(x[j] / max(fl(sqrt(sum of squares(x))), eps)), NaN where the sum is NaN
//   mean over time   s = x[0]; s = fl(s + x[t]), t ascending over the valid steps; fl(s / count)
//   max over time    m = x[0]; x[t] where x[t] > m or x[t] is NaN (m NaN stays)
//   relu             0 where x < 0, else x: NaN stays, -0 stays
//   leaky_relu       x where x > 0, else fl(x * negative_slope); NaN stays. prelu the same with its weight
//   elu              x where x > 0, else fl(expm1(x) * alpha): -0 * alpha at -0, -alpha at -inf, NaN stays
//   selu             fl(x * 1.0507...) where x > 0, else fl(expm1(x) * 1.7580...), both constants as float32
//   expm1            for x <= 0: fma(2^n, fma(fl(r * r), p(r), r), 2^n - 1), n and r of exp, p of degree 4 by Horner's
//                    rule, each step an fma; x at least -20, -0 gives -0
//   silu             fl(x * sigmoid(x)): NaN at -inf, as torch
//   softplus         v = fl(x * beta); x where v > threshold, else fl(fl(max(v, 0) + log1p(exp(-|v|))) / beta)
//   log1p            for 0 <= e <= 1: fma(fl(e * e), p(fl(e - 1/2)), e), p of degree 8 as above
//   softsign         fl(x / fl(1 + |x|)): NaN at +-inf, as torch
//   hardtanh         min_val where x < min_val, max_val where x > max_val, else x: NaN and -0 stay. relu6: 0 and 6
//   hardsigmoid      fl(hardtanh(fl(x + 3), 0, 6) / 6)
//   hardswish        fl(x * hardsigmoid(x)): NaN at -inf, as torch; x where that is large: torch's 6 x overflows
//   mish             e = exp(min(x, 20)); n = fma(e, e, fl(e + e)); fl(x * fl(n / fl(n + 2))): NaN at -inf, as torch
//   abs, negative    the sign bit cleared, or turned, of NaN too
//   square, reciprocal   fl(x * x), fl(1 / x); sqrt: fl(sqrt(x)), -0 stays, NaN below; exp, log: activations.inc
//   add, subtract, multiply   one rounding for two operands; more are taken one after another in the order written
//   maximum          a where a > b or a is NaN, else b: NaN where one is NaN, b of two zeros
//   scale            fma(x, weight, bias), or fl(fl(x - mean) / std)
//   sum over time    s = x[0]; s = fl(s + x[t]), t ascending over the valid steps
//   argmax           the first of the largest (-0 is no less than 0); the first NaN where there is one
//   batch_norm       d = fl(x - mean); fma(d, scale, fma(d, rest, bias)): weight / sqrt(variance + eps) in double is
//                    scale, rounded once, and rest, what that lacks, rounded once
//   conv1d           as linear, of each group; the terms of a window element by element, and channel by channel within each;
//                    what stands around the axis is 0
//   max_pool1d       the window's elements in order as maximum takes them, nothing around the axis
//   avg_pool1d       s = x[0]; s = fl(s + x[t]), t ascending over the window's own elements; fl(s / kernel_size)
//   concat, slice, flatten, unflatten, transpose, select, steps, flip, repeat, pad   copies: every bit stays
//   int8     in the place of part(W, x): a row of weights has the scale s, fl(largest |w| / 127) rounded to 16 bits of fraction,
//            and its weights are fl(w / s) to the nearest whole number, ties to even. A row of inputs, h too, has
//            m = largest |x| and the scale t = fl(m / 127), and its inputs are fl(x * fl(127 / m)) to the nearest whole number.
//            n is the sum of the products, exact; fl(float(n) * fl(s * t)). Where m, or the largest |w|, is less than 2^-96, it
//            is as if all were 0; where an input is NaN or infinite t is NaN
// Divisions and square roots round correctly. Exponentials, logarithms, sigmoid and tanh: activations.inc; gelu: gelu.inc.
// x86-64 without fused multiply-add ("baseline") rounds each fma twice: last bits differ there.

/// How weights are kept. Those of 16 bits are widened exactly, and computed with as float32 like all others.
enum lstmc_precision {
    LSTMC_FLOAT32,
    LSTMC_FLOAT16,
    LSTMC_BFLOAT16,
    LSTMC_INT8,
};

struct lstmc_matrix;
/// y[r][o] = bias[o] + part(W[o], x[r]). x[r] is list[r], or first + r * x_stride where list is NULL. y is not x.
typedef void (*lstmc_product)(const struct lstmc_matrix *m, const float *const _Nonnull *_Nullable list,
                               const float *_Nullable first, size_t x_stride, size_t rows, float *y, size_t y_stride);

/// Packed weights of outputs in panels, each a run of inputs * V * lanes weights [k][v][lane]: first the wide panels
/// (V = 4), then the narrow ones (V = 1). Lanes past `outputs` are zero. 64-byte aligned, like every packed buffer.
struct lstmc_matrix {
    /// float, or uint16_t, as `precision` says. Kernels of a recurrent layer and of its steps take one width alone.
    const void *weights;
    /// One for each lane of each panel, or NULL.
    const float *_Nullable bias;
    size_t inputs, outputs, wide_panels, narrow_panels;
    enum lstmc_precision precision;
    /// Of int8: one for each lane; and 128 times the sum of each lane's weights.
    const float *_Nullable scales;
    const int32_t *_Nullable moves;
    /// What multiplies by a matrix that stands alone; NULL for the kernels' own `matmul`, which takes float32.
    lstmc_product _Nullable multiply;
};

/// The functions that a cell's keys name.
enum lstmc_activation {
    LSTMC_TANH,
    LSTMC_SIGMOID,
    LSTMC_RELU,
    LSTMC_HARDSIGMOID,
    LSTMC_HARDSIGMOID_02,
    LSTMC_LINEAR,
};

struct lstmc_recurrent;
struct lstmc_pass;
struct lstmc_stream_steps;
/// Whole sequences.
typedef void (*lstmc_run)(const struct lstmc_recurrent *l, const struct lstmc_pass *pass);
/// One step of one row: x (inputs), h (state_size) and an lstm's c (hidden_size) in place; lstmc_step_workspace floats.
typedef void (*lstmc_run_step)(const struct lstmc_recurrent *l, const float *x, float *h, float *_Nullable c,
                               float *workspace);

/// One direction of one layer, packed: a panel is a block of `lanes` hidden units, its vectors the gates: i, f, g, o of an
/// lstm; r, z, n of a gru; an rnn's only one.
struct lstmc_recurrent {
    /// weight_ih with the sum of both biases (zeros without), weight_hh without bias, weight_hr (unused unless projected).
    /// A gru's b_hn is in hidden's bias alone. Where a gru resets before the product, n is in `candidate`, in panels of one
    /// vector, its lanes of `hidden` are zero, and hidden has no bias.
    struct lstmc_matrix input, hidden, projection, candidate;
    /// state_size is proj_size where there is a projection.
    size_t hidden_size, state_size, blocks;
    int lanes, gates;
    bool projected, reset_before;
    /// Of c, n or h (tanh), and of the other gates (sigmoid).
    enum lstmc_activation activation, recurrent_activation;
    lstmc_run run;
    lstmc_run_step step;
    /// Of streams; NULL where lstmc_stream_init knows them (an lstm with tanh and sigmoid), or there are none.
    const struct lstmc_stream_steps *_Nullable steps;
};

/// What one of several threads has of a run that they share: some unit blocks of every row.
struct lstmc_share {
    /// The layer with the weights of these units alone, and of these outputs of a projection.
    const struct lstmc_recurrent *own;
    /// The first of them, in floats of h or c, and of a projection.
    size_t units, states;
    /// Whether the states' first and last values, and the output, are this thread's to copy.
    bool leads;
    /// That of the thread that leads: h and c are there.
    float *workspace;
    /// Returns when all of them have called it.
    void (*meet)(const struct lstmc_share *share);
};

/// One run of one direction over whole sequences. Strides are in floats.
struct lstmc_pass {
    /// x[t * x_time + b * x_row + i]
    const float *x;
    size_t x_time, x_row;
    /// y[t * y_time + b * y_row + j], j < state_size; NULL where the output is not wanted.
    float *_Nullable y;
    size_t y_time, y_row;
    size_t steps, batch;
    /// Row numbers, longest first, and their lengths in that order, 1 <= length <= steps; both NULL where all are `steps` long.
    const int32_t *_Nullable order, *_Nullable lengths;
    /// Each row from its own last step to its first.
    bool reverse;
    /// (batch, state_size) and (batch, hidden_size): the first state, then the last. c is an lstm's alone, else NULL.
    float *h, *_Nullable c;
    /// lstmc_run_workspace floats.
    float *workspace;
    /// NULL where the run is one thread's.
    const struct lstmc_share *_Nullable share;
};

/// The kernels of one instruction set.
struct lstmc_kernels {
    /// "baseline", "avx2", "avx512" or "neon".
    const char *name;
    /// Hidden units to a block.
    int lanes;
    /// False where fma rounds twice.
    bool fused;

    // y[j] = f(x[j]), j < count; y may be x.
    void (*sigmoid)(float *y, const float *x, size_t count);
    void (*tanh)(float *y, const float *x, size_t count);
    void (*exp)(float *y, const float *x, size_t count);
    void (*log)(float *y, const float *x, size_t count);
    void (*relu)(float *y, const float *x, size_t count);

    // One row of n floats; y may be x.
    void (*softmax)(float *y, const float *x, size_t n);
    void (*log_softmax)(float *y, const float *x, size_t n);
    /// weight and bias may be NULL.
    void (*layer_norm)(float *y, const float *x, size_t n, float eps, const float *_Nullable weight,
                       const float *_Nullable bias);
    void (*l2_normalize)(float *y, const float *x, size_t n, float eps);

    // x: `steps` >= 1 rows of n floats, `stride` floats apart; y: n floats.
    void (*mean_over_time)(float *y, const float *x, size_t steps, size_t stride, size_t n);
    void (*max_over_time)(float *y, const float *x, size_t steps, size_t stride, size_t n);

    /// Of matrices of float32.
    lstmc_product matmul;
    /// An lstm with tanh and sigmoid.
    lstmc_run lstm;
    lstmc_run_step lstm_step;
};

/// Functions of one value that most programs do without: apart, so that these leave them out. y may be x.
struct lstmc_functions {
    void (*gelu)(float *y, const float *x, size_t count);
    void (*gelu_tanh)(float *y, const float *x, size_t count);
};

/// Those of the same instruction set.
const struct lstmc_functions *lstmc_functions(const struct lstmc_kernels *kernels);
/// torch.nn.GELU with the kernels in use: y[j] = gelu(x[j]), j < count; y may be x.
void lstmc_gelu(float *y, const float *x, size_t count);
void lstmc_gelu_tanh(float *y, const float *x, size_t count);

// Functions that a program carries only where it calls them, each with the kernels given. One line a kind: the header
// declares it, apart.inc compiles it for every instruction set, apart.c chooses, and tests go through the list.

/// y[j] = f(x[j]), j < count; y may be x. a and b are the kind's keys: leaky_relu negative_slope; elu alpha; softplus beta
/// and threshold; hardtanh min_val and max_val (relu6 is one of 0 and 6); without meaning elsewhere.
#define LSTMC_POINTWISE(KIND)                                                                                          \
    KIND(leaky_relu)                                                                                                   \
    KIND(elu)                                                                                                          \
    KIND(selu)                                                                                                         \
    KIND(silu)                                                                                                         \
    KIND(softplus)                                                                                                     \
    KIND(softsign)                                                                                                     \
    KIND(hardtanh)                                                                                                     \
    KIND(hardsigmoid)                                                                                                  \
    KIND(hardswish)                                                                                                    \
    KIND(mish)                                                                                                         \
    KIND(abs)                                                                                                          \
    KIND(square)                                                                                                       \
    KIND(sqrt)                                                                                                         \
    KIND(negative)                                                                                                     \
    KIND(reciprocal)

/// `count` floats, or a single one that stands for as many.
struct lstmc_operand {
    const float *x;
    bool single;
};

/// y[j] = f(a[j], b[j]), j < count; y may be a or b.
#define LSTMC_COMBINE(KIND)                                                                                            \
    KIND(add)                                                                                                          \
    KIND(subtract)                                                                                                     \
    KIND(multiply)                                                                                                     \
    KIND(maximum)

/// y[j] = f(x[j], p[j], q[j]), j < count; y may be x. p and q: weight and bias; mean and std; prelu's weight, twice.
#define LSTMC_ROWS(KIND)                                                                                               \
    KIND(scale)                                                                                                        \
    KIND(standardize)                                                                                                  \
    KIND(prelu)

#if defined(__x86_64__)
#define LSTMC_IN_EACH_SET(DECLARE, kind) DECLARE(kind##_avx512) DECLARE(kind##_avx2) DECLARE(kind##_baseline)
#elif defined(__aarch64__)
#define LSTMC_IN_EACH_SET(DECLARE, kind) DECLARE(kind##_neon)
#else
#define LSTMC_IN_EACH_SET(DECLARE, kind) DECLARE(kind##_baseline)
#endif

/// Those, and the ones for weights of 8 bits alone.
#if defined(__x86_64__)
#define LSTMC_IN_EACH_SET_OF_BYTES(DECLARE, kind) LSTMC_IN_EACH_SET(DECLARE, kind) DECLARE(kind##_vnni)
#elif defined(__aarch64__)
#define LSTMC_IN_EACH_SET_OF_BYTES(DECLARE, kind) LSTMC_IN_EACH_SET(DECLARE, kind) DECLARE(kind##_dotprod)
#else
#define LSTMC_IN_EACH_SET_OF_BYTES(DECLARE, kind) LSTMC_IN_EACH_SET(DECLARE, kind)
#endif

#define LSTMC_DECLARE_IN_SET(name) void lstmc_##name(float *y, const float *x, size_t count, float a, float b);
#define LSTMC_DECLARE(kind)                                                                                            \
    void lstmc_##kind(const struct lstmc_kernels *kernels, float *y, const float *x, size_t count, float a, float b);  \
    LSTMC_IN_EACH_SET(LSTMC_DECLARE_IN_SET, kind)
LSTMC_POINTWISE(LSTMC_DECLARE)
#undef LSTMC_DECLARE
#undef LSTMC_DECLARE_IN_SET

#define LSTMC_DECLARE_IN_SET(name)                                                                                     \
    void lstmc_##name(float *y, struct lstmc_operand a, struct lstmc_operand b, size_t count);
#define LSTMC_DECLARE(kind)                                                                                            \
    void lstmc_##kind(const struct lstmc_kernels *kernels, float *y, struct lstmc_operand a, struct lstmc_operand b,   \
                      size_t count);                                                                                   \
    LSTMC_IN_EACH_SET(LSTMC_DECLARE_IN_SET, kind)
LSTMC_COMBINE(LSTMC_DECLARE)
#undef LSTMC_DECLARE
#undef LSTMC_DECLARE_IN_SET

#define LSTMC_DECLARE_IN_SET(name)                                                                                     \
    void lstmc_##name(float *y, const float *x, const float *p, const float *q, size_t count);
#define LSTMC_DECLARE(kind)                                                                                            \
    void lstmc_##kind(const struct lstmc_kernels *kernels, float *y, const float *x, const float *p, const float *q,   \
                      size_t count);                                                                                   \
    LSTMC_IN_EACH_SET(LSTMC_DECLARE_IN_SET, kind)
LSTMC_ROWS(LSTMC_DECLARE)
#undef LSTMC_DECLARE
#undef LSTMC_DECLARE_IN_SET

/// y[r] = where row r of `size` >= 1 floats has its largest value: the first of them, or the first NaN.
void lstmc_argmax(int32_t *y, const float *x, size_t rows, size_t size);

/// The kernels in use: the best that the machine runs, or what was selected.
const struct lstmc_kernels *lstmc_kernels_current(void);

/// The kernels called `name`; NULL where there are none or this machine cannot run them.
const struct lstmc_kernels *_Nullable lstmc_kernels_named(const char *name);

/// From now on uses the kernels called `name`; false, and nothing changed, where the machine cannot run them.
/// What was packed before keeps the kernels it was packed for.
bool lstmc_kernels_select(const char *name);

/// One cell's functions of one instruction set.
struct lstmc_cell {
    lstmc_run run;
    lstmc_run_step step;
    const struct lstmc_stream_steps *_Nullable steps;
};

// What runs a packed direction: each links the kernels of its own cell alone.

/// An lstm with tanh and sigmoid.
struct lstmc_cell lstmc_use_lstm(const struct lstmc_kernels *kernels);
/// An lstm with the activations that it says.
struct lstmc_cell lstmc_use_cell(const struct lstmc_kernels *kernels);
struct lstmc_cell lstmc_use_gru(const struct lstmc_kernels *kernels);
struct lstmc_cell lstmc_use_rnn(const struct lstmc_kernels *kernels);
// The same for matrices of 16 bits; an lstm has the activations that it says.
struct lstmc_cell lstmc_use_half_lstm(const struct lstmc_kernels *kernels);
struct lstmc_cell lstmc_use_half_gru(const struct lstmc_kernels *kernels);
struct lstmc_cell lstmc_use_half_rnn(const struct lstmc_kernels *kernels);
/// What multiplies by a matrix of 16 bits.
lstmc_product lstmc_use_half_matmul(const struct lstmc_kernels *kernels);
// The same for matrices of int8.
struct lstmc_cell lstmc_use_byte_lstm(const struct lstmc_kernels *kernels);
struct lstmc_cell lstmc_use_byte_gru(const struct lstmc_kernels *kernels);
struct lstmc_cell lstmc_use_byte_rnn(const struct lstmc_kernels *kernels);
lstmc_product lstmc_use_byte_matmul(const struct lstmc_kernels *kernels);
/// Whether the machine multiplies bytes and adds their products in one instruction: VNNI, or NEON's dot product.
bool lstmc_multiplies_bytes(void);

#define LSTMC_DECLARE_IN_SET(name) extern const struct lstmc_cell lstmc_##name;
LSTMC_IN_EACH_SET(LSTMC_DECLARE_IN_SET, cell)
LSTMC_IN_EACH_SET(LSTMC_DECLARE_IN_SET, gru)
LSTMC_IN_EACH_SET(LSTMC_DECLARE_IN_SET, rnn)
LSTMC_IN_EACH_SET(LSTMC_DECLARE_IN_SET, half_cell)
LSTMC_IN_EACH_SET(LSTMC_DECLARE_IN_SET, half_gru)
LSTMC_IN_EACH_SET(LSTMC_DECLARE_IN_SET, half_rnn)
LSTMC_IN_EACH_SET_OF_BYTES(LSTMC_DECLARE_IN_SET, byte_cell)
LSTMC_IN_EACH_SET_OF_BYTES(LSTMC_DECLARE_IN_SET, byte_gru)
LSTMC_IN_EACH_SET_OF_BYTES(LSTMC_DECLARE_IN_SET, byte_rnn)
#undef LSTMC_DECLARE_IN_SET

#define LSTMC_DECLARE_IN_SET(name) extern const lstmc_product lstmc_##name;
LSTMC_IN_EACH_SET(LSTMC_DECLARE_IN_SET, half_matmul)
LSTMC_IN_EACH_SET_OF_BYTES(LSTMC_DECLARE_IN_SET, byte_matmul)
#undef LSTMC_DECLARE_IN_SET

/// One step of one row through `layers` one-directional layers. h: (layers, state_size), c: (layers, hidden_size) or NULL.
void lstmc_step(const struct lstmc_recurrent *l, size_t layers, const float *x, float *h, float *_Nullable c,
                float *workspace);
/// Floats that `run` needs for as many steps and rows.
size_t lstmc_run_workspace(const struct lstmc_recurrent *l, size_t steps, size_t batch);
/// The same for a thread that has `blocks` of the unit blocks.
size_t lstmc_share_workspace(const struct lstmc_recurrent *l, size_t blocks, size_t steps, size_t batch);
size_t lstmc_step_workspace(const struct lstmc_recurrent *l);
/// Rows of input parts computed at once.
size_t lstmc_chunk_rows(const struct lstmc_recurrent *l, size_t steps, size_t batch);
// For the runtime, which does not see lstmc_layout.h: programs that use it would need that module too.
/// Rounded up to whole cache lines.
size_t lstmc_padded(size_t floats);
/// True for an lstm of so few units, or a linear layer of so few outputs, that it uses narrower vectors than the widest.
bool lstmc_is_narrow(size_t units);
/// True where a step overwrites what comes after h and c, up to whole cache lines.
bool lstmc_has_room(size_t num_layers, size_t proj_size);
/// Floats of workspace of a convolution, and how many windows and steps it takes at once, as lstmc_layout.h says.
size_t lstmc_conv1d_workspace(size_t padded, size_t windows, size_t kernel_size, size_t dilation, size_t channels);
size_t lstmc_conv1d_stream_workspace(size_t steps, size_t kernel_size, size_t dilation, size_t all_channels,
                                     size_t channels);
size_t lstmc_conv1d_positions_workspace(size_t padded, size_t windows, size_t kernel_size, size_t dilation,
                                        size_t channels, size_t outputs);
size_t lstmc_conv1d_windows_at_once(void);
size_t lstmc_conv1d_steps_at_once(size_t windows);
/// to[j * stride] = from[j], j < count: one output's weights into its lane.
void lstmc_scatter(float *to, size_t stride, const float *from, size_t count);

struct lstmc_stream;
/// One step: x (inputs), h and c in place as `lstmc_step` has them, y what it gives or NULL, lstmc_step_workspace floats.
typedef void (*lstmc_stream_step)(const struct lstmc_stream *s, const float *x, float *h, float *_Nullable c,
                                  float *_Nullable y, float *workspace);

/// What a stream runs in one call: a recurrent layer of one direction, and the linear layer that reads it, if any.
struct lstmc_stream {
    const struct lstmc_kernels *kernels;
    const struct lstmc_recurrent *lstm;
    size_t layers;
    /// Packed for `kernels`; zero where there is none.
    struct lstmc_matrix linear;
    bool has_linear;
    /// h and c have room for whole blocks of 16 units, aligned to 64 bytes; what is past hidden_size is scratch.
    bool roomy;
    lstmc_stream_step step;
};

/// Fills *s, with the function for its very sizes where there is one; without `linear`, y is the lstm's output.
void lstmc_stream_init(struct lstmc_stream *s, const struct lstmc_kernels *kernels, const struct lstmc_recurrent *lstm,
                       size_t layers, const struct lstmc_matrix *_Nullable linear, bool roomy);

/// The steps of one instruction set for a recurrent layer of so many blocks, with a narrow linear layer or none.
struct lstmc_stream_steps {
    lstmc_stream_step one, two, three, four, larger;
};

#if defined(__x86_64__)
extern const struct lstmc_kernels lstmc_kernels_avx2, lstmc_kernels_avx512;
extern const struct lstmc_functions lstmc_functions_avx2, lstmc_functions_avx512;
extern const struct lstmc_stream_steps lstmc_stream_steps_avx2, lstmc_stream_steps_avx512;
#endif
#if defined(__aarch64__)
extern const struct lstmc_kernels lstmc_kernels_neon;
extern const struct lstmc_functions lstmc_functions_neon;
extern const struct lstmc_stream_steps lstmc_stream_steps_neon;
#else
extern const struct lstmc_kernels lstmc_kernels_baseline;
extern const struct lstmc_functions lstmc_functions_baseline;
#endif

#pragma clang assume_nonnull end
