# SPDX-License-Identifier: Apache-2.0
"""One lstm or gru after another, each as a folder that any program can read: weights in RTNeural's JSON format, and inputs."""

import array
import json
import random
import struct
import sys

# (input, hidden): the sizes of compile-time models, and two that fill the caches.
SIZES = [(1, h) for h in (8, 12, 16, 20, 24, 32, 40, 48, 64, 80)] + [(128, 128), (256, 256)]
STEPS = 1024


class Case:
    """A folder with the weights and the inputs of one size, the same in every run."""

    def __init__(self, folder, inputs, hidden, scale, cell="lstm"):
        self.folder, self.inputs, self.hidden = folder, inputs, hidden
        folder.mkdir(parents=True, exist_ok=True)
        generator = random.Random(1000 * inputs + hidden)
        bound, gates = scale / hidden**0.5, {"lstm": 4, "gru": 3}[cell]

        def matrix(rows):
            return [floats(generator.uniform(-bound, bound) for _ in range(gates * hidden)) for _ in range(rows)]

        # A gru has a bias for each of the two matrices.
        biases = {"lstm": lambda: matrix(1)[0], "gru": lambda: matrix(2)}[cell]
        weights = [matrix(inputs), matrix(hidden), biases()]
        layer = {"type": cell, "activation": "", "shape": [None, None, hidden], "weights": weights}
        write(folder / "model.json", json.dumps({"in_shape": [None, None, inputs], "layers": [layer]}).encode())
        facts = {"cell": cell, "input_size": inputs, "hidden_size": hidden, "steps": STEPS}
        write(folder / "case.json", json.dumps(facts).encode())
        x = raw(generator.uniform(-1, 1) for _ in range(STEPS * inputs))
        write(folder / "x.f32", x)
        write(folder / "x.npy", npy(x, (STEPS, inputs)))


def floats(values):
    """The float32 nearest to each value, as a number that JSON gives back exactly."""
    return list(array.array("f", values))


def raw(values):
    """Little-endian float32 values, one after another."""
    numbers = array.array("f", values)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def npy(data, shape):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust(-(-(len(header) + 11) // 64) * 64 - 11) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def tensor(path, name):
    """The float32 values of a tensor in a .safetensors file."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    start, end = json.loads(data[8 : 8 + length])[name]["data_offsets"]
    numbers = array.array("f", data[8 + length + start : 8 + length + end])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def write(path, data):
    """Leaves a file alone that is right already."""
    if not path.exists() or path.read_bytes() != data:
        path.write_bytes(data)
