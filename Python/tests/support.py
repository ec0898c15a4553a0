# SPDX-License-Identifier: Apache-2.0
"""What the tests share: the clone, the program, and files of tensors."""

import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

import numpy as np

ROOT = pathlib.Path(os.environ.get("LSTMC_CLONE", pathlib.Path(__file__).resolve().parents[2]))
SPECS = ROOT / "Specs"
VECTORS = ROOT / "Tests" / "LSTMInterpreterTests" / "Vectors"
# The program that the package is held to.
LSTMC = os.environ.get("LSTMC", str(ROOT / ".build" / "release" / "lstmc"))

_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4"}
_NAMES = {np.dtype(text).name: name for name, text in _TYPES.items()}


def read(path):
    """The tensors of a safetensors file, and its metadata."""
    data = pathlib.Path(path).read_bytes()
    size, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, one in header.items():
        first, last = one["data_offsets"]
        piece = data[8 + size + first : 8 + size + last]
        tensors[name] = np.frombuffer(piece, _TYPES[one["dtype"]]).reshape(one["shape"]).copy()
    return tensors, metadata


def write(path, tensors):
    """A safetensors file."""
    header, data = {}, b""
    for name, array in tensors.items():
        array = np.asarray(array)
        piece = array.tobytes()
        header[name] = {
            "dtype": _NAMES[array.dtype.name], "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(piece)]}
        data += piece
    text = json.dumps(header).encode()
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + data)


def lstmc(*arguments):
    """Runs the program, which must succeed; gives what it prints."""
    outcome = subprocess.run([LSTMC, *map(str, arguments)], capture_output=True, text=True)
    if outcome.returncode != 0:
        raise AssertionError(f"lstmc {' '.join(map(str, arguments))}: {outcome.stderr}")
    return outcome.stdout


def run_program(spec, tensors, folder):
    """The results of `lstmc run` on tensors."""
    given, results = pathlib.Path(folder) / "given.safetensors", pathlib.Path(folder) / "results.safetensors"
    write(given, tensors)
    lstmc("run", spec, "--input", given, "--output", results)
    return read(results)[0]


def vector_spec(config, file):
    """A spec of a vector's module."""
    arguments = json.loads(config)
    lines = ["lstmc: 1", "name: Vector", "input:", f"  features: {arguments.pop('input_size')}"]
    if arguments.pop("batch_first", False):
        lines.append("  batch_first: true")
    cell = arguments.pop("cell", "lstm")
    lines += [
        "weights:", f"  file: {file}", '  names: { layer: "" }',
        '  ignore: [x, h0, c0, lengths, output, h_n, c_n, "*.f64"]', "layers:", f"  - {cell}: layer"]
    for key, value in arguments.items():
        lines.append(f"    {key}: {json.dumps(bool(value) if key in ('bias', 'bidirectional', 'reset_after') else value)}")
    return "\n".join(lines) + "\n"


class TestCase(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def spec(self, text, name="Model"):
        """Writes a spec of these lines."""
        path = self.folder / f"{name}.lstm.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def same_bits(self, ours, theirs):
        """The same shape, type and bits."""
        self.assertEqual((ours.shape, ours.dtype), (theirs.shape, theirs.dtype))
        self.assertEqual(ours.tobytes(), theirs.tobytes())
