# SPDX-License-Identifier: Apache-2.0
"""Draws Keras models, saves each as .keras and as .h5, imports and runs them, and compares.

    keras_sweep.py LSTMC FOLDER [COUNT [FIRST]]

Needs Keras 3 (any backend; KERAS_BACKEND chooses it), h5py and NumPy. Prints each file that is refused with its reason, each
that gives other numbers, and the counts: right, refused, wrong. Keras' own results are those of the same weights in
float64.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")
import warnings

import absl.logging
import keras
import numpy as np
from keras import layers as L
from keras import ops

TOOL, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
warnings.simplefilter("ignore")
absl.logging.set_verbosity("error")
COUNT = int(sys.argv[3]) if len(sys.argv) > 3 else 150
FIRST = int(sys.argv[4]) if len(sys.argv) > 4 else 1
ACTIVATIONS = [
    "relu", "tanh", "sigmoid", "gelu", "elu", "selu", "silu", "softplus", "softsign", "leaky_relu", "relu6",
    "hard_sigmoid", "exponential", "mish", "linear", "hard_tanh", "log_sigmoid", "softmax"]


class Drawn:
    """A model of a seed: `build` makes the same one each time, so that it can be made in float64, too."""

    def __init__(self, seed):
        self.seed = seed

    def build(self):
        keras.backend.clear_session()
        self.rng = np.random.default_rng(self.seed)
        kind = self.one("chain", "chain", "chain", "nested", "graph", "graph", "two", "state", "masked", "masked", "ops")
        return kind, getattr(self, kind)()

    def one(self, *of):
        return of[int(self.rng.integers(len(of)))]

    def maybe(self, chance=0.5):
        return bool(self.rng.random() < chance)

    def recurrent(self, sequences, units=None, plain=False):
        units = units or int(self.rng.integers(2, 7))
        kind = self.one("LSTM", "LSTM", "LSTM", "LSTM", "LSTM", "GRU", "SimpleRNN", "RNN", "Stacked")
        keys = dict(return_sequences=sequences, use_bias=self.maybe(0.85))
        if not plain and self.maybe(0.15):
            keys["go_backwards"] = True
        odd = self.maybe(0.1)
        if kind == "LSTM":
            if odd:
                keys[self.one("activation", "recurrent_activation")] = self.one("relu", "hard_sigmoid", "sigmoid", "linear")
            layer = L.LSTM(units, **keys)
        elif kind == "GRU":
            layer = L.GRU(units, reset_after=self.maybe(), **keys)
        elif kind == "SimpleRNN":
            layer = L.SimpleRNN(units, activation="relu" if odd else "tanh", **keys)
        else:
            bias = keys.pop("use_bias")
            cells = [L.LSTMCell(units, use_bias=bias)]
            if kind == "Stacked":
                cells = [L.LSTMCell(3), L.LSTMCell(units, use_bias=bias)]
            layer = L.RNN(cells if len(cells) > 1 else cells[0], **keys)
        if not plain and kind != "Stacked" and "go_backwards" not in keys and self.maybe(0.35):
            mode = self.one("concat", "concat", "sum", "mul", "ave")
            if kind == "LSTM" and self.maybe(0.2):
                other = L.LSTM(units, return_sequences=sequences, go_backwards=True, use_bias=not keys["use_bias"])
                return L.Bidirectional(layer, backward_layer=other, merge_mode=mode)
            return L.Bidirectional(layer, merge_mode=mode)
        return layer

    def step(self):
        """A layer that leaves the time axis as it is."""
        return self.one(
            lambda: L.Dense(int(self.rng.integers(2, 6)), activation=self.one(*ACTIVATIONS), use_bias=self.maybe(0.8)),
            lambda: L.TimeDistributed(L.Dense(3, activation=self.one("relu", "tanh"))),
            lambda: L.TimeDistributed(keras.Sequential([L.Dense(4, activation="relu"), L.Dense(2)])),
            lambda: L.LayerNormalization(scale=self.maybe(0.8), center=self.maybe(0.8)),
            lambda: L.BatchNormalization(scale=self.maybe(0.8), center=self.maybe(0.8)),
            lambda: L.Dropout(0.3), lambda: L.SpatialDropout1D(0.2), lambda: L.GaussianNoise(0.1),
            lambda: L.Activation(self.one(*ACTIVATIONS)), lambda: L.LeakyReLU(negative_slope=0.2), lambda: L.ELU(0.7),
            lambda: L.ReLU(max_value=self.one(None, 6.0, 1.5)), lambda: L.PReLU(shared_axes=[1]),
            lambda: L.Rescaling(0.5, offset=0.25), lambda: L.UnitNormalization(), lambda: L.Softmax())()

    def window(self):
        return self.one(
            lambda: L.Conv1D(int(self.rng.integers(2, 6)), 3, padding=self.one("valid", "same", "causal"),
                             activation=self.one("relu", None)),
            lambda: L.MaxPooling1D(2), lambda: L.AveragePooling1D(2, strides=1), lambda: L.ZeroPadding1D((1, 2)),
            lambda: L.Cropping1D((1, 1)), lambda: L.SeparableConv1D(4, 3))()

    def body(self, plain=False):
        layers = []
        for _ in range(int(self.rng.integers(0, 2))):
            layers.append(self.step())
        if not plain and self.maybe(0.2):
            layers.append(self.window())
        for _ in range(int(self.rng.integers(1, 3))):
            layers.append(self.recurrent(True, plain=plain))
            if self.maybe():
                layers.append(self.step())
        return layers

    def end(self, flattens):
        ends = [
            lambda: [self.recurrent(False), L.Dense(2)], lambda: [L.GlobalAveragePooling1D(), L.Dense(2)],
            lambda: [L.GlobalMaxPooling1D(keepdims=self.maybe(0.2))], lambda: [],
            lambda: [self.recurrent(False), L.RepeatVector(3), self.recurrent(True), L.Dense(2)]]
        if flattens:
            ends.append(lambda: [L.Flatten(), L.Dense(3)])
        return self.one(*ends)()

    def shape(self):
        return (6, int(self.rng.integers(1, 5))) if self.maybe() else (None, int(self.rng.integers(1, 5)))

    def chain(self):
        if self.maybe(0.2):
            model = [keras.Input((None,), dtype="int32"), L.Embedding(9, 3)] + self.body() + self.end(False)
            return keras.Sequential(model)
        shape = self.shape()
        return keras.Sequential([keras.Input(shape)] + self.body() + self.end(False) + [])

    def nested(self):
        shape = self.shape()
        inner = keras.Sequential(self.body(), name="inner")
        model = [keras.Input(shape), inner] + self.end(shape[0] is not None and False)
        if self.maybe():
            model.append(keras.Sequential([L.Dense(3, activation="tanh"), L.Dense(2)], name="head"))
        return keras.Sequential(model)

    def graph(self):
        x = keras.Input((None, 4))
        a = self.recurrent(True, units=4, plain=True)(x)
        b = L.Dense(4)(self.recurrent(True, plain=True)(a))
        joined = self.one(L.Add, L.Subtract, L.Multiply, L.Average, L.Maximum, L.Minimum, L.Concatenate)()([a, b])
        if self.maybe():
            joined = L.Multiply()([joined, L.Dense(joined.shape[-1], activation="sigmoid")(joined)])
        outputs = [L.Dense(2, name="first")(joined)]
        if self.maybe():
            outputs.append(L.Dense(3, name="second")(self.recurrent(False)(joined)))
        if self.maybe(0.3):
            outputs.append(a)
        return keras.Model(x, outputs)

    def two(self):
        x, knobs = keras.Input((None, 2), name="audio"), keras.Input((3,), name="knobs")
        y = self.recurrent(True, units=4, plain=True)(x)
        gate = L.Dense(4, activation="sigmoid")(knobs)
        if self.maybe():
            y = L.Multiply()([y, gate])
            return keras.Model([x, knobs], L.Dense(1)(y))
        last = self.recurrent(False, units=3, plain=True)(y)
        return keras.Model([x, knobs], L.Dense(2)(L.Concatenate()([last, gate])))

    def state(self):
        x = keras.Input((None, 3))
        if self.maybe(0.3):
            y, fh, fc, bh, bc = L.Bidirectional(L.LSTM(4, return_state=True, return_sequences=True))(x)
            return keras.Model(x, [L.Dense(2)(L.Concatenate()([fh, bh])), L.Add()([fc, bc]), y])
        sequences = self.maybe()
        y, h, c = L.LSTM(4, return_state=True, return_sequences=sequences)(x)
        if self.maybe(0.4):
            z = keras.Input((None, 2))
            d = L.LSTM(4, return_sequences=True)(z, initial_state=[h, c])
            return keras.Model([x, z], L.Dense(2)(d))
        return keras.Model(x, self.one([L.Dense(2)(y), h, c], [L.Dense(2)(h)], [L.Dense(2)(c), L.Dense(1)(h)]))

    def masked(self):
        if self.maybe():
            x = keras.Input((None,), dtype="int32")
            y = L.Embedding(9, 4, mask_zero=True)(x)
        else:
            x = keras.Input((None, 3))
            y = L.Masking(mask_value=self.one(0.0, -1.0))(x)
        for _ in range(int(self.rng.integers(0, 3))):
            y = self.one(lambda: L.Dense(4, activation="tanh"), lambda: L.Dropout(0.1), lambda: L.LayerNormalization(),
                         lambda: self.recurrent(True, plain=self.maybe()))()(y)
        y = self.one(lambda: self.recurrent(False), lambda: L.GlobalAveragePooling1D(), lambda: L.GlobalMaxPooling1D())()(y)
        return keras.Model(x, L.Dense(2)(y)) if self.maybe() else keras.Model(x, y)

    def ops(self):
        x = keras.Input((None, 4))
        y = self.recurrent(True, units=4, plain=True)(x)
        z = self.one(
            lambda: y * 2 + x, lambda: (y - 0.5) / 3, lambda: 1 - y, lambda: ops.tanh(y) * x,
            lambda: ops.concatenate([y, x], axis=-1), lambda: y[:, :, 1:3], lambda: y[:, 1:], lambda: ops.relu(y) + 1,
            lambda: ops.abs(y) * 0.5, lambda: 2 / (ops.exp(y) + 1))()
        end = self.one(lambda: z[:, -1], lambda: ops.mean(z, axis=1), lambda: ops.max(z, axis=1), lambda: L.Dense(2)(z),
                       lambda: ops.sum(z, axis=1), lambda: z[:, 0])()
        return keras.Model(x, end)


def inputs(model, rng, masked):
    made = []
    for tensor in model.inputs:
        shape = [3] + [size or 5 for size in tensor.shape[1:]]
        if "int" in str(tensor.dtype):
            x = rng.integers(1, 9, shape).astype(np.int32)
        else:
            x = rng.standard_normal(shape).astype(np.float32)
        made.append(x)
    if masked:
        x = made[0]
        padding = 0.0
        for layer in model.layers:
            padding = layer.mask_value if isinstance(layer, L.Masking) else padding
        x[1, 3:] = padding
        x[2, :2] = padding
    return made


def listed(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=600)


def tensors(path):
    data = open(path, "rb").read()
    size = int.from_bytes(data[:8], "little")
    for name, entry in json.loads(data[8:8 + size]).items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            kind = {"F32": np.float32, "I32": np.int32, "I64": np.int64}[entry["dtype"]]
            yield name, np.frombuffer(data[8 + size + start:8 + size + end], kind).reshape(entry["shape"])


def compare(path, made, expected, single, folder, mask):
    """Refused, wrong or right, and why."""
    for old in folder.glob("*"):
        old.unlink()
    done = run(TOOL, "import", str(path), "--output", str(folder), "--name", "Drawn")
    if done.returncode:
        return "refused", " / ".join(line for line in done.stderr.splitlines() if "error" in line)
    spec = folder / "Drawn.lstm.yaml"
    text = spec.read_text()
    names = re.findall(r"^  (\w+): \{", text.split("layers:")[0], re.M) if "\ninputs:" in text else [None]
    command = [TOOL, "run", str(spec), "--output", str(folder / "y.safetensors")]
    for index, (x, name) in enumerate(zip(made, names)):
        np.save(folder / f"{index}.npy", x)
        command += ["--input", (name + "=" if name else "") + str(folder / f"{index}.npy")]
    done = run(*command)
    if done.returncode:
        return "wrong", "run: " + done.stderr
    listed = re.search(r"^outputs: \[(.*)\]", text, re.M)
    found = dict(tensors(folder / "y.safetensors"))
    found = [found[name] for name in listed[1].split(", ")] if listed else list(found.values())
    if len(found) != len(expected):
        return "wrong", f"{len(found)} results, not {len(expected)}"
    for mine, theirs, other in zip(found, expected, single):
        if mine.size != theirs.size:
            return "wrong", f"{mine.shape}, not {theirs.shape}"
        mine, theirs, other = mine.reshape(theirs.shape), theirs, other.reshape(theirs.shape)
        if mask is not None and theirs.ndim == 3:
            mine, theirs, other = mine[mask], theirs[mask], other[mask]
        error, own = np.abs(mine - theirs).max(), np.abs(other - theirs).max()
        if not error <= 4 * own + 2e-6 * (1 + np.abs(theirs).max()):
            return "wrong", f"off by {error:.2g}, Keras' own float32 by {own:.2g}"
    return "right", ""


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    counts = {"right": 0, "refused": 0, "wrong": 0}
    reasons = {}
    for seed in range(FIRST, FIRST + COUNT):
        drawn = Drawn(seed)
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy("float32")
        kind, model = drawn.build()
        rng = np.random.default_rng(seed + 10_000)
        values = []
        for weight in model.weights:
            low = 0.3 if "variance" in weight.path else -0.7
            values.append(rng.uniform(low, 0.9, weight.shape).astype(weight.dtype))
        model.set_weights(values)
        made = inputs(model, rng, kind == "masked")
        try:
            single = [np.asarray(y) for y in listed(model.predict(made, verbose=0))]
        except ValueError as error:
            print("KERAS", seed, str(error)[:200])
            continue
        paths = [FOLDER / f"{seed}.keras", FOLDER / f"{seed}.h5"]
        for path in paths:
            model.save(path)
        keras.config.set_floatx("float64")
        keras.config.set_dtype_policy("float64")
        _, double = drawn.build()
        double.set_weights([value.astype(np.float64) if value.dtype.kind == "f" else value for value in values])
        wide = [x.astype(np.float64) if x.dtype.kind == "f" else x for x in made]
        expected = [np.asarray(y) for y in listed(double.predict(wide, verbose=0))]
        mask = None
        if kind == "masked":
            mask = np.ones(made[0].shape[:2], bool)
            mask[1, 3:] = mask[2, :2] = False
        for path in paths:
            work = FOLDER / "work"
            work.mkdir(exist_ok=True)
            outcome, why = compare(path, made, expected, single, work, mask)
            counts[outcome] += 1
            if outcome == "wrong":
                print("WRONG", path.name, kind, why[:400])
            elif outcome == "refused":
                reason = re.sub(r"'[^']*?\d*'", "'…'", why.split("error")[-1])[:150]
                reasons.setdefault(reason, []).append(path.name)
            else:
                path.unlink()
    for reason, names in sorted(reasons.items(), key=lambda item: -len(item[1])):
        print(len(names), reason, names[:3])
    print(counts)


main()
