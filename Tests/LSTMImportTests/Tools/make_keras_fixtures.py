# SPDX-License-Identifier: Apache-2.0
"""Writes the Keras files that the tests import, and what each must give, into ../Fixtures.

Made with Python 3.11, Keras 3.15.1 on the torch backend (PyTorch 2.15.0), h5py 3.16.0, NumPy 2.4 and safetensors 0.8;
other versions write other files. The results are Keras' own, with the same weights in float64.
"""
import io
import json
import os
import pathlib
import shutil
import zipfile

os.environ["KERAS_BACKEND"] = "torch"
import h5py
import keras
import numpy as np
from keras import layers
from safetensors.numpy import save_file

os.chdir(pathlib.Path(__file__).parent.parent / "Fixtures")
TIME = (2020, 1, 1, 0, 0, 0)


def same(path):
    """The same archive without the time it was made."""
    with zipfile.ZipFile(path) as old:
        members = [(i.filename, old.read(i)) for i in old.infolist()]
    with zipfile.ZipFile(path, "w") as new:
        for name, data in members:
            if name == "metadata.json":
                data = json.dumps({"keras_version": keras.__version__}).encode()
            new.writestr(zipfile.ZipInfo(name, TIME), data)


def make(layout, dtype="float32"):
    keras.backend.clear_session()
    keras.config.set_dtype_policy(dtype)
    return layout()


def case(name, layout, x, result, endings=("keras", "h5")):
    rng = np.random.default_rng(sum(name.encode()))
    model = make(layout)
    values = [rng.uniform(-0.8, 0.8, w.shape).astype(np.float32) for w in model.weights]
    model.set_weights(values)
    for ending in endings:
        path = f"Recognised/{name}.{ending}"
        model.save(path)
        if ending == "keras":
            same(path)
    double = make(layout, "float64")
    double.set_weights([v.astype(np.float64) for v in values])
    y = double.predict(x.astype(np.float64) if x.dtype.kind == "f" else x, verbose=0)
    for ending in endings:
        tensors = {"x": x, f"{result}.f64": np.ascontiguousarray(y, dtype=np.float64)}
        save_file(tensors, f"Expected/{name}.{ending}.safetensors")


def refused(name, layout, ending="keras"):
    path = f"Refused/{name}.{ending}"
    make(layout).save(path)
    if ending == "keras":
        same(path)


def sequential(*stack, shape=(None, 3), dtype=None):
    return lambda: keras.Sequential([keras.Input(shape, dtype=dtype), *[layer() for layer in stack]])


def functional(shape, body):
    def layout():
        x = keras.Input(shape)
        return keras.Model(x, body(x))

    return layout


L = layers
rng = np.random.default_rng(1)
X = rng.standard_normal((2, 6, 3)).astype(np.float32)
case("two-layers", sequential(
    lambda: L.LSTM(4, return_sequences=True, name="lower"), lambda: L.LSTM(5, name="upper"),
    lambda: L.Dense(2, activation="softmax", name="head")), X, "softmax")
case("both-directions", sequential(
    lambda: L.Bidirectional(L.LSTM(4, return_sequences=True)), lambda: L.LayerNormalization(name="norm"),
    lambda: L.Dropout(0.2), lambda: L.Bidirectional(L.LSTM(3)), lambda: L.Dense(5, name="head")), X, "head")
case("every-step", functional((None, 3), lambda x: L.TimeDistributed(L.Dense(2), name="head")(
    L.ReLU()(L.LSTM(4, return_sequences=True, use_bias=False)(x)))), X, "head")
case("pooled", functional((7, 3), lambda x: L.Activation("tanh", name="squashed")(L.Dense(3, name="head")(
    L.GlobalAveragePooling1D()(L.LSTM(4, return_sequences=True)(x))))),
    rng.standard_normal((2, 7, 3)).astype(np.float32), "squashed")
case("largest", sequential(
    lambda: L.Dense(4, activation="relu"), lambda: L.LSTM(4, return_sequences=True),
    lambda: L.LayerNormalization(scale=False), lambda: L.GlobalMaxPooling1D(), lambda: L.Softmax(name="scores")),
    X, "scores")
case("tokens-keras", sequential(
    lambda: L.Embedding(7, 3), lambda: L.LSTM(4, return_sequences=True), lambda: L.Dense(5, name="head"),
    shape=(None,), dtype="int32"), np.array([[1, 5, 0, 2], [6, 6, 3, 4]], dtype=np.int32), "head")
case("plain", sequential(lambda: L.LSTM(4, return_sequences=True)), X, "output")
case("gelu", sequential(lambda: L.LSTM(4), lambda: L.Dense(4, activation="gelu", name="head")), X, "gelu")

case("hard-sigmoid", sequential(lambda: L.LSTM(4, recurrent_activation="hard_sigmoid", name="cell")), X, "last")
case("relu-cell", sequential(lambda: L.LSTM(4, activation="relu", name="cell")), X, "last")
case("gru", sequential(
    lambda: L.GRU(4, return_sequences=True, name="lower"), lambda: L.GRU(5, name="upper"),
    lambda: L.Dense(2, name="head")), X, "head")
case("gru-before", sequential(lambda: L.GRU(4, reset_after=False, name="cell"), lambda: L.Dense(2, name="head")),
    X, "head")
case("gru-both", sequential(
    lambda: L.Bidirectional(L.GRU(4, return_sequences=True, use_bias=False, activation="relu")),
    lambda: L.Dense(2, name="head")), X, "head")
case("simple-rnn", sequential(
    lambda: L.SimpleRNN(4, return_sequences=True, name="lower"),
    lambda: L.Bidirectional(L.SimpleRNN(5, activation="relu", name="upper")), lambda: L.Dense(2, name="head")), X, "head")
refused("backwards", sequential(lambda: L.LSTM(4, go_backwards=True, name="cell")))
refused("sum-of-both", sequential(lambda: L.Bidirectional(L.LSTM(4), merge_mode="sum", name="both")))
refused("conv", sequential(
    lambda: L.Conv1D(4, 3, name="conv"), lambda: L.GRU(4, return_sequences=True, name="gru"), lambda: L.LSTM(4, name="cell")))
refused("masked", sequential(
    lambda: L.Embedding(7, 3, mask_zero=True, name="table"), lambda: L.LSTM(4), shape=(None,), dtype="int32"))
refused("residual", functional((None, 4), lambda x: L.Add(name="sum")([x, L.LSTM(4, return_sequences=True)(x)])))
refused("branch", functional((None, 4), lambda x: L.LSTM(4, name="second")(
    L.LSTM(4, return_sequences=True, name="first")(x), initial_state=[L.Dense(4, name="h")(x[:, 0]),
                                                                    L.Dense(4, name="c")(x[:, 0])])))
refused("elu", sequential(lambda: L.LSTM(4), lambda: L.Dense(4, activation="elu", name="head")), "h5")
refused("no-recurrence", sequential(lambda: L.Dense(2)))
make(sequential(lambda: L.LSTM(4))).save_weights("Refused/only.weights.h5")
os.replace("Refused/only.weights.h5", "Refused/only-weights.h5")

# Broken on purpose: a compressed archive, a missing member, compressed and missing weights.
with zipfile.ZipFile("Recognised/plain.keras") as archive:
    members = {name: archive.read(name) for name in archive.namelist()}


def archive(name, members, method=zipfile.ZIP_STORED, folder="Refused"):
    with zipfile.ZipFile(f"{folder}/{name}.keras", "w") as file:
        for member, data in members.items():
            info = zipfile.ZipInfo(member, TIME)
            info.compress_type = method
            file.writestr(info, data)


def changed(name, change):
    buffer = io.BytesIO(members["model.weights.h5"])
    with h5py.File(buffer, "r+") as file:
        change(file["layers/lstm/cell/vars"])
    archive(name, members | {"model.weights.h5": buffer.getvalue()})


def compress(group):
    values = group["0"][...]
    del group["0"]
    group.create_dataset("0", data=values, compression="gzip")


def chunk(group):
    values = group["0"][...]
    del group["0"]
    group.create_dataset("0", data=values, chunks=(1, 16))


def turn(group):
    values = group["0"][...].T
    del group["0"]
    group.create_dataset("0", data=values)


def integers(group):
    values = group["0"][...].astype(np.int32)
    del group["0"]
    group.create_dataset("0", data=values)


archive("deflated", members, zipfile.ZIP_DEFLATED, folder="Recognised")
shutil.copy("Expected/plain.keras.safetensors", "Expected/deflated.keras.safetensors")
archive("no-config", {k: v for k, v in members.items() if k != "config.json"})
changed("compressed-weights", compress)
changed("chunked-weights", chunk)
changed("turned-weights", turn)
changed("integer-weights", integers)
changed("missing-weights", lambda group: group.pop("1"))
