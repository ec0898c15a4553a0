# SPDX-License-Identifier: Apache-2.0
"""Draws PyTorch modules, exports them by both exporters, imports and runs them, and compares with ONNX Runtime.

    python sweep_onnx.py LSTMC [COUNT [FIRST]]

Prints what is wrong or refused and the counts; ends with 1 where a result is wrong. Needs torch, onnx, onnxscript,
onnxruntime and safetensors; run by hand, not by CI.
"""
import collections
import pathlib
import random
import sys
import tempfile
import warnings

import numpy as np
import torch
from torch import nn

import onnx_case

warnings.filterwarnings("ignore")
F = nn.functional

ACTIVATIONS = [
    nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, lambda: nn.GELU("tanh"), nn.SiLU, nn.LeakyReLU, lambda: nn.LeakyReLU(0.2),
    nn.ELU, lambda: nn.ELU(0.7), nn.SELU, nn.Softplus, lambda: nn.Softplus(2.0), nn.Softsign, nn.Hardtanh,
    lambda: nn.Hardtanh(-0.3, 0.4), nn.ReLU6, nn.Hardsigmoid, nn.Hardswish, nn.PReLU, nn.Identity, nn.Mish,
    lambda: nn.Dropout(0.3), nn.LogSigmoid, nn.Tanhshrink, nn.CELU,
]


def recurrent(rng, kind, *sizes, **keys):
    """An LSTM, a GRU or an RNN."""
    if kind == "RNN":
        return nn.RNN(*sizes, nonlinearity=rng.choice(["tanh", "relu"]), **keys)
    return {"LSTM": nn.LSTM, "GRU": nn.GRU}[kind](*sizes, **keys)


def run(layer, x, states=None):
    """The output, h and c: an LSTM's c, and for others h again."""
    if isinstance(layer, nn.LSTM):
        y, (h, c) = layer(x, states)
        return y, h, c
    y, h = layer(x, states[0] if states else None)
    return y, h, h


class Drawn(nn.Module):
    """A recurrent layer or two with what stands before, between and behind them."""

    def __init__(self, rng):
        super().__init__()
        self.plan = []
        self.rng = rng
        self.batch_first = rng.random() < 0.75
        self.time = 1 if self.batch_first else 0
        self.features = rng.choice([1, 2, 3, 5])
        self.tokens = rng.random() < 0.15
        self.extra = rng.choice([None] * 5 + ["knobs", "second", "states"])
        size = self.features
        if self.tokens:
            size = rng.choice([3, 4])
            self.embedding = nn.Embedding(11, size)
        self.front = rng.choice([None, None, None, "scale", "norm", "linear", "conv1", "affine"])
        if self.front == "norm":
            self.front_norm = nn.LayerNorm(size)
        if self.front == "linear":
            self.front_linear = nn.Linear(size, 4)
            size = 4
        if self.front == "conv1":
            self.front_conv = nn.Conv1d(size, 4, 1)
            size = 4
        if self.front == "affine":
            self.register_buffer("mean", torch.randn(size))
            self.register_buffer("std", torch.rand(size) + 0.5)
        if self.extra == "knobs":
            size += 2
        if self.extra == "second":
            size += 3
        self.inner = size
        hidden = rng.choice([1, 3, 4, 5])
        self.both = rng.random() < 0.35
        layers = rng.choice([1, 1, 2, 3])
        self.cell = rng.choice(["LSTM", "LSTM", "LSTM", "GRU", "GRU", "RNN"])
        self.lstm = recurrent(rng, self.cell, size, hidden, layers, batch_first=self.batch_first,
                              bidirectional=self.both, bias=rng.random() < 0.8)
        self.count = layers * (2 if self.both else 1)
        self.hidden = hidden
        size = hidden * (2 if self.both else 1)
        self.residual = rng.random() < 0.2 and self.extra is None
        if self.residual:
            self.skip = nn.Linear(self.inner, size)
        self.middle = rng.choice([None] * 5 + ["second", "reverse", "act", "gate", "handed"])
        if self.middle in ("second", "reverse"):
            self.lstm2 = recurrent(rng, rng.choice(["LSTM", "GRU"]), size, 4, batch_first=self.batch_first)
            size = 4
        if self.middle == "handed":
            self.lstm2 = recurrent(rng, self.cell, self.inner, hidden, batch_first=self.batch_first)
            size = hidden
        if self.middle == "act":
            self.middle_act = rng.choice(ACTIVATIONS)()
        if self.middle == "gate":
            self.gate = nn.Linear(size, size)
        self.pool = rng.choice([None, None, None, "last", "first", "h_n", "h_cat", "mean", "max", "sum", "flat",
                                "steps", "halves", "sumdir", "lastslice", "c_n", "meanmax", "h_all"])
        if self.extra == "states" and self.pool in ("h_n", "h_cat", "c_n", "h_all"):
            self.pool = None
        if self.middle in ("second", "reverse", "handed") and self.pool == "sumdir":
            self.pool = None
        if self.pool in ("h_n", "c_n"):
            size = hidden
        if self.pool == "h_cat":
            size = hidden * (2 if self.both else 1)
        if self.pool == "h_all":
            size = hidden * self.count
        if self.pool == "halves" and size % 2:
            self.pool = None
        if self.pool == "sumdir":
            size = size // 2 if self.both else size
        if self.pool == "meanmax":
            size *= 2
        self.norm = rng.choice([None, None, None, "layer", "batch"])
        if self.norm == "layer":
            self.ln = nn.LayerNorm(size)
        if self.norm == "batch":
            self.bn = nn.BatchNorm1d(size)
        self.acts = nn.ModuleList()
        self.heads = nn.ModuleList()
        for _ in range(rng.choice([1, 1, 2])):
            outs = rng.choice([1, 2, 3])
            self.acts.append(rng.choice(ACTIVATIONS)())
            self.heads.append(nn.Linear(size, outs, bias=rng.random() < 0.8))
        self.tails = [
            rng.choice([None, None, "softmax", "log_softmax", "sigmoid", "squeeze", "scale", "norm", "argmax", "temp",
                        "clamp", "abs", "exp", "view"]) for _ in self.heads]
        self.give = rng.choice([None, None, None, None, "states", "both"])
        if self.extra == "states":
            self.give = "states"

    def forward(self, x, *more):
        if self.tokens:
            x = self.embedding(x)
        if self.front == "scale":
            x = x * 0.7 + 0.1
        if self.front == "norm":
            x = self.front_norm(x)
        if self.front == "linear":
            x = self.front_linear(x)
        if self.front == "conv1":
            x = self.front_conv(x.transpose(1, 2)).transpose(1, 2)
        if self.front == "affine":
            x = (x - self.mean) / self.std
        if self.extra == "knobs":
            knobs = more[0].unsqueeze(self.time)
            shape = (x.shape[0], x.shape[1], 2)
            x = torch.cat([x, knobs.expand(shape)], -1)
        if self.extra == "second":
            x = torch.cat([x, torch.tanh(more[0])], -1)
        states = (more[0], more[-1]) if self.extra == "states" else None
        y, h, c = run(self.lstm, x, states)
        if self.residual:
            y = y + self.skip(x)
        if self.middle == "second":
            y = run(self.lstm2, y)[0]
        if self.middle == "handed":
            y = run(self.lstm2, x, (h[-1:], c[-1:]))[0]
        if self.middle == "reverse":
            y = torch.flip(run(self.lstm2, torch.flip(y, [self.time]))[0], [self.time])
        if self.middle == "act":
            y = self.middle_act(y)
        if self.middle == "gate":
            y = y * torch.sigmoid(self.gate(y))
        z = self.pooled(y, h, c)
        if self.norm == "layer":
            z = self.ln(z)
        if self.norm == "batch":
            z = self.bn(z) if z.dim() == 2 else self.bn(z.permute(1, 2, 0)).permute(2, 0, 1)
        results = []
        for act, head, tail in zip(self.acts, self.heads, self.tails):
            results.append(self.tail(head(act(z)), tail))
        if self.give in ("states", "both"):
            results += [h, c] if self.cell == "LSTM" else [h]
        if self.give == "both":
            results.append(y)
        return results[0] if len(results) == 1 else tuple(results)

    def pooled(self, y, h, c):
        t = self.time
        if self.pool == "last":
            return y.select(t, -1)
        if self.pool == "first":
            return y.select(t, 0)
        if self.pool == "lastslice":
            return y.narrow(t, 0, 2) if t == 7 else (y[:, -1:] if t == 1 else y[-1:])
        if self.pool == "h_n":
            return h[-1]
        if self.pool == "c_n":
            return c[0]
        if self.pool == "h_cat":
            return torch.cat([h[-2], h[-1]], -1) if self.both else h[-1]
        if self.pool == "h_all":
            return h.transpose(0, 1).reshape(h.shape[1], -1)
        if self.pool == "mean":
            return y.mean(t)
        if self.pool == "max":
            return y.max(t)[0]
        if self.pool == "meanmax":
            return torch.cat([y.mean(t), y.amax(t)], -1)
        if self.pool == "sum":
            return y.sum(t)
        if self.pool == "steps":
            return y[:, 1:-1] if t == 1 else y[1:-1]
        if self.pool == "halves":
            a, b = y.chunk(2, -1)
            return torch.cat([b, torch.tanh(a)], -1)
        if self.pool == "sumdir" and self.both:
            return y[..., :self.hidden] + y[..., self.hidden:]
        return y

    def tail(self, y, kind):
        if kind == "softmax":
            return torch.softmax(y, -1)
        if kind == "log_softmax":
            return torch.log_softmax(y, -1)
        if kind == "sigmoid":
            return torch.sigmoid(y)
        if kind == "squeeze":
            return y.squeeze(-1)
        if kind == "scale":
            return y * 3.0 - 1.0
        if kind == "norm":
            return F.normalize(y, dim=-1)
        if kind == "argmax":
            return y.argmax(-1)
        if kind == "temp":
            return torch.softmax(y / 0.7, -1)
        if kind == "clamp":
            return y.clamp(-0.2, 0.3)
        if kind == "abs":
            return y.abs().sqrt()
        if kind == "exp":
            return 1 / (1 + torch.exp(-y))
        if kind == "view" and y.shape[-1] == 1:
            return y.reshape(y.shape[:-1])
        return y

    def words(self):
        acts = [type(a).__name__ for a in self.acts]
        keys = ["cell", "front", "extra", "residual", "middle", "pool", "norm", "tails", "give", "tokens", "both", "batch_first"]
        return {k: getattr(self, k) for k in keys if getattr(self, k)} | {"acts": acts}


class One(nn.Module):
    """The module with as many arguments as it takes: exporters want them by their names."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        return self.module(x)


class Two(One):
    def forward(self, x, second):
        return self.module(x, second)


class Three(One):
    def forward(self, x, h, c):
        return self.module(x, h, c)


class State(One):
    def forward(self, x, h):
        return self.module(x, h)


def inputs(module, rng):
    batch, steps = 2, 6
    shape = (batch, steps) if module.batch_first else (steps, batch)
    x = torch.randint(0, 11, shape) if module.tokens else torch.randn(*shape, module.features)
    more = []
    if module.extra == "knobs":
        more = [torch.randn(batch, 2)]
    if module.extra == "second":
        more = [torch.randn(*shape, 3)]
    if module.extra == "states":
        more = [torch.randn(module.count, batch, module.hidden) for _ in range(2 if module.cell == "LSTM" else 1)]
    return [x, *more]


def export(module, values, path, dynamo, dynamic):
    names = ["x", "second", "third"][: len(values)]
    if module.extra == "states":
        names = ["x", "h", "c"][: len(values)]
    axes = []
    for name, value in zip(names, values):
        if name in ("h", "c"):
            axes.append({1: "batch"})
        elif module.extra == "knobs" and name == "second":
            axes.append({0: "batch"})
        else:
            axes.append({0: "batch", 1: "time"} if module.batch_first else {0: "time", 1: "batch"})
    forms = [One, State if module.extra == "states" else Two, Three]
    module = forms[len(values) - 1](module).eval()
    if dynamo:
        auto = torch.export.Dim.AUTO
        shapes = tuple({axis: auto for axis in of} for of in axes) if dynamic else None
        torch.onnx.export(module, tuple(values), path, dynamo=True, verbose=False, input_names=names,
                          dynamic_shapes=shapes, external_data=dynamic)
    else:
        torch.onnx.export(module, tuple(values), path, dynamo=False, input_names=names,
                          dynamic_axes=dict(zip(names, axes)) if dynamic else None, opset_version=17)


def main():
    tool = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    verdicts = collections.Counter()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="onnx-sweep"))
    for seed in range(first, first + count):
        rng = random.Random(seed)
        torch.manual_seed(seed)
        module = Drawn(rng).eval()
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.copy_(torch.empty_like(parameter).uniform_(-0.8, 0.8))
            if module.norm == "batch":
                module.bn.running_mean.uniform_(-0.5, 0.5)
                module.bn.running_var.uniform_(0.3, 2)
        values = inputs(module, rng)
        try:
            with torch.no_grad():
                module(*values)
        except (RuntimeError, IndexError):
            verdicts["not drawn well"] += 1
            continue
        dynamic = rng.random() < 0.8
        for dynamo in (False, True):
            path = folder / f"{seed}-{'dynamo' if dynamo else 'script'}.onnx"
            try:
                export(module, values, str(path), dynamo, dynamic)
                arrays = {}
                names = ["x", "h", "c"] if module.extra == "states" else ["x", "second", "third"]
                for name, value in zip(names, values):
                    arrays[name] = value.numpy()
                verdict, words = onnx_case.compare(tool, path, arrays)
            except Exception as error:
                verdict, words = "EXPORT", repr(error)[:300]
            verdicts[verdict] += 1
            if verdict != "OK":
                print(f"{verdict} {path.name} {module.words()}\n    {words}", flush=True)
            for file in folder.glob(f"{seed}-*"):
                if verdict in ("OK", "EXPORT"):
                    file.unlink()
    print(dict(verdicts), "files that were not right are in", folder)
    sys.exit(1 if verdicts["WRONG"] or verdicts["CRASH"] or verdicts["SHAPE"] or verdicts["RUN"] else 0)


if __name__ == "__main__":
    main()
