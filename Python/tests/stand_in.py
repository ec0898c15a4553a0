# SPDX-License-Identifier: Apache-2.0
"""As much of torch as `lstmc.verify` uses, in numpy: tests of it run where there is no PyTorch."""

import contextlib

import numpy as np

float32, float64, int64 = np.float32, np.float64, np.int64


class Tensor:
    def __init__(self, array):
        self.array = array

    def detach(self):
        return self

    def cpu(self):
        return self

    def numpy(self):
        return self.array

    def is_floating_point(self):
        return self.array.dtype.kind == "f"

    def to(self, dtype):
        return Tensor(self.array.astype(dtype))


def from_numpy(array):
    return Tensor(array)


no_grad = contextlib.nullcontext


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    """torch.nn.LSTM of one layer, with batch_first or not."""

    def __init__(self, features, size, batch_first=False, seed=1):
        rng, bound = np.random.default_rng(seed), 1 / np.sqrt(size)
        shapes = {
            "weight_ih_l0": (4 * size, features), "weight_hh_l0": (4 * size, size), "bias_ih_l0": (4 * size,),
            "bias_hh_l0": (4 * size,)}
        self.parameters = {name: rng.uniform(-bound, bound, shape).astype(np.float32) for name, shape in shapes.items()}
        self.batch_first, self.training = batch_first, True

    def eval(self):
        self.training = False
        return self

    def double(self):
        self.parameters = {name: one.astype(np.float64) for name, one in self.parameters.items()}
        return self

    def state_dict(self):
        return {name: Tensor(one) for name, one in self.parameters.items()}

    def __call__(self, x):
        assert not self.training
        x = x.array.swapaxes(0, 1) if self.batch_first else x.array
        w = self.parameters
        h = c = np.zeros((x.shape[1], w["weight_hh_l0"].shape[1]), x.dtype)
        outputs = []
        for step in x:
            gates = step @ w["weight_ih_l0"].T + w["bias_ih_l0"] + h @ w["weight_hh_l0"].T + w["bias_hh_l0"]
            i, f, g, o = np.split(gates, 4, axis=-1)
            c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
            h = _sigmoid(o) * np.tanh(c)
            outputs.append(h)
        output = np.stack(outputs)
        return Tensor(output.swapaxes(0, 1) if self.batch_first else output), (Tensor(h[None]), Tensor(c[None]))
