# SPDX-License-Identifier: Apache-2.0
"""Imports one ONNX file with lstmc, runs it and the file itself on the same numbers, and compares.

    python onnx_case.py LSTMC FILE.onnx [CASE.npz]

Needs onnxruntime, numpy and safetensors. What the inputs are, h0, c0 or lengths, is read off the comments that import
writes. Used by sweep_onnx.py; run by hand, not by CI.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime
from safetensors.numpy import save_file


def tensors(path):
    """A safetensors file's tensors in its order."""
    data = pathlib.Path(path).read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    kinds = {"F32": np.float32, "I64": np.int64, "I32": np.int32, "F64": np.float64}
    found = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        found[name] = np.frombuffer(data[8 + size + start:8 + size + end], kinds[entry["dtype"]]).reshape(entry["shape"])
    return found


def reference(path, arrays):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [entry.name for entry in session.get_inputs()]
    return names, session.run(None, {name: arrays[name] for name in names})


def given(spec, names, arrays):
    """The spec's inputs of the file's, by the spec's text."""
    text = " ".join(line.lstrip("# ") for line in spec.splitlines() if line.startswith("#"))
    found, taken = {}, set()
    for name, state in re.findall(r"the input '([^']*)' is '([\w.]*)'", text):
        found[state] = arrays[name]
        taken.add(name)
    for first, last, name, state in re.findall(r"rows (\d+) to (\d+) of the input '([^']*)' are '([\w.]*)'", text):
        found[state] = arrays[name][int(first):int(last) + 1]
        taken.add(name)
    taken |= set(re.findall(r"the input '([^']*)' is not used", text))
    rest = [name for name in names if name not in taken]
    head = spec.split("layers:")[0]
    wanted = re.findall(r"^  (\w+): \{", head, re.M) if "\ninputs:" in head else ["x"]
    for name, key in zip(rest, wanted):
        value = arrays[name]
        if f"the input '{name}' has no axis for its one feature" in text:
            value = value[..., None]
        if f"the input '{name}' is one step" in text:
            value = value[:, None] if "batch_first: true" in head else value[None]
        if f"the input '{name}' has batch and time the other way round" in text:
            value = value.swapaxes(0, 1)
        if "tokens:" in next((line for line in head.splitlines() if line.startswith(f"  {key}:")), head):
            value = value.astype(np.int64)
        found[key] = value
    return found


def difference(found, expected):
    """The largest difference, whatever axes of size 1 and which order of batch and time; None for other numbers."""
    if found.size != expected.size:
        return None
    if found.size == 0:
        return 0.0
    small = tuple(size for size in expected.shape if size != 1)
    best = None
    for candidate in [found] + ([found.swapaxes(0, 1)] if found.ndim > 1 else []):
        if tuple(size for size in candidate.shape if size != 1) != small and candidate.ndim > expected.ndim + 1:
            continue
        error = np.abs(candidate.reshape(-1).astype(np.float64) - expected.reshape(-1).astype(np.float64))
        scale = max(1.0, np.abs(expected).max())
        error = float(error.max() / scale)
        best = error if best is None or error < best else best
    return best


def compare(tool, path, arrays, limit=3e-5):
    """(verdict, words): OK, REFUSED, WRONG, RUN (it does not run), SHAPE (other results)."""
    names, expected = reference(path, arrays)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="onnx-case"))
    try:
        done = subprocess.run([tool, "import", str(path), "--output", str(folder)], capture_output=True, text=True)
        if done.returncode:
            if done.returncode != 1:
                return "CRASH", f"exit {done.returncode} {done.stderr[-300:]}"
            return "REFUSED", done.stderr.strip()
        spec = next(folder.glob("*.lstm.yaml"))
        text = spec.read_text()
        save_file({k: np.ascontiguousarray(v) for k, v in given(text, names, arrays).items()}, folder / "in.safetensors")
        done = subprocess.run(
            [tool, "run", str(spec), "--input", str(folder / "in.safetensors"), "--output", str(folder / "y.safetensors")],
            capture_output=True, text=True)
        if done.returncode:
            return "RUN", done.stderr.strip() + "\n" + text
        found = tensors(folder / "y.safetensors")
        # The file has its tensors sorted; the spec lists them in the graph's order.
        order = re.search(r"^outputs: \[(.*)\]", text, re.M)
        results = [found[name.strip()] for name in order[1].split(",")] if order else list(found.values())
        worst = 0.0
        for index, wanted in enumerate(expected):
            candidates = [results[index]] if len(results) == len(expected) else results
            errors = [e for e in (difference(r, wanted) for r in candidates) if e is not None]
            if not errors:
                return "SHAPE", f"{wanted.shape} of {[r.shape for r in results]}\n{text}"
            worst = max(worst, min(errors))
        return ("OK" if worst <= limit else "WRONG"), f"{worst:.1e}\n{text}"
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    tool, path = sys.argv[1], sys.argv[2]
    case = np.load(sys.argv[3], allow_pickle=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    values = [case[key] for key in case.files if key.startswith("in")]
    verdict, words = compare(tool, path, dict(zip([i.name for i in session.get_inputs()], values)))
    print(verdict, words)
