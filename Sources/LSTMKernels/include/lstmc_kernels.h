// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <stddef.h>

// The order of additions
// ======================
// One order for every batch size, chunk length, thread count and instruction set with fused multiply-add, for the
// interpreter, for generated code and for the naive twin (Sources/LSTMInterpreter/Reference/ReferenceMath.swift).
// fl(...) is one rounding to float32; fma(a, b, c) is fl(a * b + c).
//
//   block   acc = 0; acc = fma(w[k], x[k], acc), k ascending, at most N = 64 terms
//   part    block 0; then part = fl(part + block j), j ascending: the sum over all k of w[k] x[k]
//   gate    fl(fl(bias + part(W, x)) + part(U, h)), bias = fl(b_ih + b_hh), 0 without bias
//   cell    c' = fma(sigmoid(f), c, fl(sigmoid(i) * tanh(g))), h' = fl(sigmoid(o) * tanh(c')); with a projection
//           h'[p] = part(weight_hr[p], h')
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
// Divisions and square roots round correctly. Exponentials, logarithms, sigmoid and tanh: activations.inc.
// x86-64 without fused multiply-add ("baseline") rounds each fma twice: last bits differ there.

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
};

/// The kernels in use: the best that the machine runs, or what was selected.
const struct lstmc_kernels *lstmc_kernels_current(void);

/// The kernels called `name`; NULL where there are none or this machine cannot run them.
const struct lstmc_kernels *lstmc_kernels_named(const char *name);

/// From now on uses the kernels called `name`; false, and nothing changed, where the machine cannot run them.
/// What was packed before keeps the kernels it was packed for.
bool lstmc_kernels_select(const char *name);

#if defined(__x86_64__)
extern const struct lstmc_kernels lstmc_kernels_avx2, lstmc_kernels_avx512;
#endif
#if defined(__aarch64__)
extern const struct lstmc_kernels lstmc_kernels_neon;
#else
extern const struct lstmc_kernels lstmc_kernels_baseline;
#endif
