# SPDX-License-Identifier: Apache-2.0
"""Writes the Keras graphs that the tests import, and what each must give, into ../Fixtures.

Made with Python 3.11, Keras 3.15.1 on the torch backend (PyTorch 2.15.0), h5py 3.16.0, NumPy 2.4 and safetensors 0.8. The
results are Keras' own, with the same weights in float64, under the names that the spec gives them.
"""
import io
import json
import os
import pathlib
import zipfile

os.environ["KERAS_BACKEND"] = "torch"
import h5py
import keras
import numpy as np
from keras import layers as L
from keras import ops
from safetensors.numpy import save_file

os.chdir(pathlib.Path(__file__).parent.parent / "Fixtures")
TIME = (2020, 1, 1, 0, 0, 0)


def rewrite(path, change=None, to=None):
    """The same archive without the time it was made; `change` edits its configuration."""
    with zipfile.ZipFile(path) as old:
        members = {i.filename: old.read(i) for i in old.infolist()}
    members["metadata.json"] = json.dumps({"keras_version": keras.__version__}).encode()
    if change:
        config = json.loads(members["config.json"])
        members["config.json"] = json.dumps(change(config) or config).encode()
    with zipfile.ZipFile(to or path, "w") as new:
        for name, data in members.items():
            new.writestr(zipfile.ZipInfo(name, TIME), data)


def make(layout, dtype="float32"):
    keras.backend.clear_session()
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    return layout()


def case(name, layout, inputs, results, endings=("keras", "h5"), fold=lambda name, y: y):
    rng = np.random.default_rng(sum(name.encode()))
    model = make(layout)
    values = []
    for weight in model.weights:
        low = 0.2 if "variance" in weight.path else -0.8
        values.append(rng.uniform(low, 0.8, weight.shape).astype(weight.dtype))
    model.set_weights(values)
    for ending in endings:
        model.save(f"Recognised/{name}.{ending}")
        if ending == "keras":
            rewrite(f"Recognised/{name}.{ending}")
    double = make(layout, "float64")
    double.set_weights([v.astype(np.float64) if v.dtype.kind == "f" else v for v in values])
    wide = [x.astype(np.float64) if x.dtype.kind == "f" else x for x in inputs.values()]
    found = double.predict(wide if len(wide) > 1 else wide[0], verbose=0)
    found = list(found) if isinstance(found, (list, tuple)) else [found]
    tensors = dict(inputs)
    for result, y in zip(results, found, strict=True):
        y = np.asarray(y)
        tensors[f"{result}.f64"] = np.ascontiguousarray(y[None] if result.endswith("_n") else y, dtype=np.float64)
    for ending in endings:
        save_file(tensors, f"Expected/{name}.{ending}.safetensors")
    return model


def refused(name, layout):
    make(layout).save(f"Refused/{name}.keras")
    rewrite(f"Refused/{name}.keras")


rng = np.random.default_rng(1)
X = rng.standard_normal((2, 6, 3)).astype(np.float32)


def residual():
    x = keras.Input((None, 3))
    a = L.LSTM(4, return_sequences=True, name="lower")(x)
    b = L.LSTM(4, return_sequences=True, name="upper")(a)
    s = L.Add(name="sum")([a, b])
    return keras.Model(x, [L.Dense(2, name="first")(s), L.Dense(3, activation="softmax", name="second")(s)])


def states():
    x = keras.Input((None, 3))
    y, h, c = L.LSTM(4, return_state=True, name="cell")(x)
    return keras.Model(x, [L.Dense(2, name="head")(L.Concatenate(name="both")([y, c])), c, h])


def both_states():
    x = keras.Input((None, 3))
    y, fh, fc, bh, bc = L.Bidirectional(L.LSTM(4, return_state=True, return_sequences=True), name="both")(x)
    return keras.Model(x, L.Dense(2, name="head")(L.Concatenate(name="all")([fh, bc, L.Subtract(name="less")([fc, bh])])))


def two_inputs():
    x, knobs = keras.Input((None, 2), name="audio"), keras.Input((3,), name="knobs")
    y = L.LSTM(4, return_sequences=True, name="cell")(x)
    gate = L.Dense(4, activation="sigmoid", name="gate")(knobs)
    return keras.Model([x, knobs], L.Dense(1, name="head")(L.Multiply(name="gated")([y, gate])))


def nested():
    x = keras.Input((None, 3))
    inner = keras.Sequential([L.LSTM(4, return_sequences=True), L.Dense(3, activation="tanh")], name="body")
    i = keras.Input((None, 3))
    head = keras.Model(i, [L.Dense(2, name="one")(i), L.LSTM(2, name="two")(i)], name="heads")
    one, two = head(inner(x))
    return keras.Model(x, [L.Dense(2, name="last_of")(two), L.Activation("relu", name="kept")(one)])


def merges():
    x = keras.Input((None, 3))
    a = L.Bidirectional(L.LSTM(4, return_sequences=True), merge_mode="sum", name="summing")(x)
    b = L.Bidirectional(L.LSTM(4, return_sequences=True), merge_mode="ave", name="averaging")(a)
    c = L.Bidirectional(L.LSTM(4, return_sequences=True), merge_mode="mul", name="multiplying")(b)
    d = L.Bidirectional(L.LSTM(4), backward_layer=L.LSTM(4, go_backwards=True, use_bias=False), name="unlike")(c)
    return keras.Model(x, L.Dense(2, name="head")(d))


def backwards():
    x = keras.Input((None, 3))
    a = L.LSTM(4, return_sequences=True, go_backwards=True, name="turned")(x)
    return keras.Model(x, L.Dense(2, name="head")(a))


def token_mask():
    x = keras.Input((None,), dtype="int32")
    y = L.Embedding(7, 3, mask_zero=True, name="table")(x)
    return keras.Model(x, L.Dense(2, name="head")(L.Bidirectional(L.LSTM(4), name="both")(L.Dense(3)(y))))


def step_mask():
    return keras.Sequential([
        keras.Input((None, 3)), L.Masking(-1.0), L.LSTM(4, return_sequences=True), L.GlobalAveragePooling1D(name="pool")])


def autoencoder():
    return keras.Sequential([
        keras.Input((None, 3)), L.LSTM(4), L.RepeatVector(5), L.LSTM(4, return_sequences=True),
        L.TimeDistributed(keras.Sequential([L.Dense(3, activation="relu"), L.Dense(2, name="out")]), name="each")])


def flattened():
    return keras.Sequential([keras.Input((6, 3)), L.LSTM(2, return_sequences=True), L.Flatten(), L.Dense(2, name="head")])


def operations():
    x = keras.Input((None, 4))
    y = L.LSTM(4, return_sequences=True, name="cell")(x)
    z = ops.concatenate([(y * 2 + x) / 3, 1 - y], axis=-1)
    return keras.Model(x, [z[:, -1], ops.mean(z[:, 1:, 2:5], axis=1)])


def stacked():
    return keras.Sequential([
        keras.Input((None, 3)), L.RNN([L.LSTMCell(4), L.LSTMCell(3, use_bias=False)], return_sequences=True, name="stack"),
        L.RNN(L.LSTMCell(2), name="single"), L.Dense(2, name="head")])


def functions():
    return keras.Sequential([
        keras.Input((None, 3)), L.Normalization(mean=[0.1, -0.2, 0.3], variance=[0.5, 1.5, 2.0]), L.Rescaling(0.5, 0.25),
        L.LSTM(4, return_sequences=True), L.Dense(4, activation="elu"), L.LeakyReLU(0.1), L.PReLU(shared_axes=[1]),
        L.ReLU(6.0), L.GaussianNoise(0.1), L.Dense(3, activation="log_sigmoid"), L.UnitNormalization(name="unit")])


padded = X.copy()
padded[0, 4:] = -1
padded[1, :2] = -1
tokens = np.array([[1, 5, 3, 2, 0, 0], [0, 0, 6, 6, 3, 4]], dtype=np.int32)
case("graph-residual", residual, {"x": X}, ["first", "softmax"])
case("graph-states", states, {"x": X}, ["head", "c_n", "h_n"])
case("graph-both-states", both_states, {"x": X}, ["head"])
case("graph-two-inputs", two_inputs, {
    "audio": rng.standard_normal((2, 6, 2)).astype(np.float32), "knobs": rng.standard_normal((2, 3)).astype(np.float32)},
    ["head"])
case("graph-nested", nested, {"x": X}, ["last_of", "kept"])
case("graph-merges", merges, {"x": X}, ["head"])
case("graph-backwards", backwards, {"x": X}, ["head"])
case("graph-token-mask", token_mask, {"x": tokens}, ["head"])
case("graph-step-mask", step_mask, {"x": padded}, ["pool"])
case("graph-autoencoder", autoencoder, {"x": X}, ["out"])
case("graph-flattened", flattened, {"x": X}, ["head"])
case("graph-operations", operations, {"x": rng.standard_normal((2, 6, 4)).astype(np.float32)}, ["get_item", "mean"])
case("graph-stacked", stacked, {"x": X}, ["head"])
case("graph-functions", functions, {"x": X}, ["unit"])


def alone():
    return keras.Sequential([
        keras.Input((None, 3)), L.Bidirectional(L.LSTM(4, return_sequences=True), name="both"), L.Dropout(0.2, name="dropout_1"),
        L.LSTM(3, name="lstm_1"), L.Dense(4, name="dense_1"), L.Dense(2, name="dense_2")])


case("weights-alone", alone, {"x": X}, ["dense_2"], endings=("h5",))
with h5py.File("Recognised/weights-alone.h5", "r+") as file:
    group = file["model_weights"]
    for name in list(group):
        group.move(name, f"/{name}")
    for name in ("layer_names", "backend", "keras_version"):
        file.attrs[name] = group.attrs[name]
    del file.attrs["model_config"], file["model_weights"]


def refusal(*stack, shape=(None, 3)):
    return lambda: keras.Sequential([keras.Input(shape), *[layer() for layer in stack]])


refused("lambda", refusal(lambda: L.LSTM(4, return_sequences=True), lambda: L.Lambda(lambda x: x, name="code", output_shape=lambda s: s)))
refused("attention", lambda: (lambda x: keras.Model(x, L.Dense(2)(L.Attention(name="attend")([x, L.LSTM(4, return_sequences=True)(x)]))))(keras.Input((None, 4))))
refused("mask-largest", refusal(lambda: L.Masking(), lambda: L.LSTM(4, return_sequences=True), lambda: L.GlobalMaxPooling1D(name="most")))
refused("mask-inside", refusal(lambda: L.Dense(4), lambda: L.Masking(name="inner"), lambda: L.LSTM(4)))
refused("mask-backwards", refusal(lambda: L.Masking(), lambda: L.LSTM(4, go_backwards=True, return_sequences=True, name="turned")))
refused("flatten-any", refusal(lambda: L.LSTM(4, return_sequences=True), lambda: L.Flatten(name="flat")))
refused("several-blockers", refusal(
    lambda: L.LSTM(4, return_sequences=True, activation="softmax", name="cell"), lambda: L.Dense(2, activation="sparsemax", name="head"),
    lambda: L.UpSampling1D(2, name="up")))
refused("reshaped-steps", refusal(lambda: L.LSTM(4, name="cell"), lambda: L.Reshape((2, 2), name="steps"), lambda: L.LSTM(2)))

# Configurations that no Keras writes.
SOURCE = "Recognised/graph-residual.keras"


def hostile(name, change):
    rewrite(SOURCE, change, f"Refused/{name}.keras")


def layer(config, name):
    return next(entry for entry in config["config"]["layers"] if entry["config"]["name"] == name)


def history(config, name, index, value):
    layer(config, name)["inbound_nodes"][0]["args"][0][index]["config"]["keras_history"] = value


def nest(config):
    for _ in range(20):
        config = {"class_name": "Sequential", "config": {"name": "m", "layers": [config]}}
    return config


hostile("graph-circle", lambda c: history(c, "sum", 0, ["first", 0, 0]))
hostile("graph-unknown", lambda c: history(c, "sum", 0, ["nobody", 0, 0]))
hostile("graph-call", lambda c: history(c, "sum", 0, ["lower", 7, 0]))
hostile("graph-result", lambda c: history(c, "sum", 0, ["lower", 0, 3]))
hostile("graph-deep", nest)
hostile("graph-twice", lambda c: c["config"]["output_layers"].__setitem__(1, c["config"]["output_layers"][0]))
hostile("graph-input", lambda c: c["config"]["output_layers"].__setitem__(1, c["config"]["input_layers"][:3]))
hostile("graph-shape", lambda c: layer(c, "lower")["config"].__setitem__("units", 5))
hostile("graph-custom", lambda c: layer(c, "lower").update(module=None, registered_name="Mine>LSTM"))
