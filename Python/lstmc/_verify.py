# SPDX-License-Identifier: Apache-2.0
"""A model held to a module of PyTorch, in float32 and in float64."""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

import numpy as np

from ._commands import import_model
from ._errors import InputError
from ._model import load

if TYPE_CHECKING:
    from ._model import Model

# What lstmc promises: its error is at most this many times PyTorch's own, and a rounding.
FACTOR, ROUNDING = 1.25, 1e-7


class Comparison(NamedTuple):
    """One result: the largest difference from the module in float64, of lstmc and of the module in float32."""

    result: str
    shape: tuple[int, ...]
    error: float
    torch_error: float

    @property
    def ok(self) -> bool:
        """Whether lstmc is as near as it promises: 1.25 times PyTorch's own error, and a rounding of 1e-7."""
        return self.error <= FACTOR * self.torch_error + ROUNDING


class Verification(NamedTuple):
    """All results. True where each is as near as lstmc promises; printed, a table."""

    results: tuple[Comparison, ...]

    @property
    def ok(self) -> bool:
        return all(one.ok for one in self.results)

    @property
    def error(self) -> float:
        """The largest difference of lstmc from the module in float64."""
        return max(one.error for one in self.results)

    @property
    def torch_error(self) -> float:
        """The largest difference of the module in float32 from itself in float64."""
        return max(one.torch_error for one in self.results)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        rows = [("result", "shape", "lstmc", "torch float32", "")]
        rows += [
            (one.result, str(one.shape), f"{one.error:.2e}", f"{one.torch_error:.2e}", "" if one.ok else "too far")
            for one in self.results]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = [
            f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:>{widths[3]}}  {row[4]}".rstrip()
            for row in rows]
        return "\n".join(lines) + "\n(largest difference from the module in float64)"


def verify(module: Any, x: Any, model: Optional[Model] = None) -> Verification:
    """Holds lstmc to a module of PyTorch on `x`, prints both errors, and gives them.

    The module is run as it is, in float32, and in float64; lstmc runs `model`, or, where there is none, what `import_model`
    makes of the module's `state_dict`, with whatever that leaves open decided by the module's own results. `x` is the module's
    input: a tensor or an array, a tuple of several, or a dict by the names of the spec's inputs. The module is copied, and
    nothing is left on the disk.

    Raises `Error` where the state_dict cannot be imported, or no reading of it gives the module's numbers: then write a spec
    and give its model.
    """
    import copy

    import torch

    values = _inputs(x)
    single = copy.deepcopy(module).eval()
    double = copy.deepcopy(module).double().eval()
    with torch.no_grad():
        theirs = _outputs(single(*[_tensor(one, torch.float32) for one in values.values()]))
        exact = _outputs(double(*[_tensor(one, torch.float64) for one in values.values()]))
    if model is None:
        model = _imported(single.state_dict(), values, theirs)
    names = [one.name for one in model.spec.inputs]
    if len(names) != len(values):
        raise InputError(f"the model reads {', '.join(names)}, but the module was given {len(values)} inputs")
    given = dict(zip(names, values.values())) if not isinstance(x, Mapping) else values
    ours = model(given)
    if not isinstance(ours, dict):
        ours = {model.spec.results[0].name: ours}
    found = Verification(tuple(_compared(ours, theirs, exact)))
    print(found)
    return found


def _inputs(x: Any) -> dict[str, np.ndarray]:
    """The inputs in the module's order; names only where `x` has them."""
    if isinstance(x, Mapping):
        return {name: _numpy(one) for name, one in x.items()}
    values = list(x) if isinstance(x, (tuple, list)) else [x]
    return {"x" if index == 0 else f"x{index}": _numpy(one) for index, one in enumerate(values)}


def _numpy(value: Any) -> np.ndarray:
    return value.detach().cpu().numpy() if hasattr(value, "detach") else np.asarray(value)


def _tensor(value: np.ndarray, dtype: Any) -> Any:
    import torch

    tensor = torch.from_numpy(np.array(value))
    # PyTorch takes any size of floats, and token ids as int64.
    return tensor.to(dtype) if tensor.is_floating_point() else tensor.to(torch.int64)


def _outputs(value: Any) -> list[np.ndarray]:
    """The tensors that a module gives, in their order, out of whatever they are in."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (tuple, list)):
        return [array for one in value for array in _outputs(one)]
    return [_numpy(value)] if hasattr(value, "detach") else []


def _imported(state: Mapping[str, Any], values: Mapping[str, np.ndarray], results: list[np.ndarray]) -> Model:
    # What `import lstmc` need not wait for.
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        weights, case = os.path.join(folder, "module.safetensors"), os.path.join(folder, "case.safetensors")
        _write(weights, {name: _numpy(one) for name, one in state.items()})
        inputs = {name: one.astype(np.float32) if one.dtype.kind == "f" else one.astype(np.int64)
                  for name, one in values.items()}
        _write(case, {**inputs, **{f"result{index}": one for index, one in enumerate(results)}})
        return load(import_model(weights, folder, name="Module", against=case))


_SAFETENSORS = {
    "float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8",
    "uint8": "U8", "bool": "BOOL",
}


def _write(path: str, tensors: Mapping[str, np.ndarray]) -> None:
    """A safetensors file."""
    import json

    header, pieces, start = {}, [], 0
    for name, array in tensors.items():
        data = array.astype(array.dtype.newbyteorder("<")).tobytes()
        header[name] = {
            "dtype": _SAFETENSORS[array.dtype.name], "shape": list(array.shape), "data_offsets": [start, start + len(data)]}
        pieces.append(data)
        start += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(pieces))


def _compared(
    ours: Mapping[str, np.ndarray], theirs: list[np.ndarray], exact: list[np.ndarray]
) -> list[Comparison]:
    found, used = [], set()
    for name, result in ours.items():
        size = tuple(one for one in result.shape if one != 1)
        index = next(
            (place for place, one in enumerate(exact)
             if place not in used and tuple(axis for axis in one.shape if axis != 1) == size), None)
        if index is None:
            # A module may keep what the spec gives: h_n beside the output.
            continue
        used.add(index)
        shape = exact[index].shape
        found.append(Comparison(
            name, shape, _difference(result.reshape(shape), exact[index]), _difference(theirs[index], exact[index])))
    if not found:
        shapes = ", ".join(str(one.shape) for one in exact)
        raise InputError(
            f"the module gives {shapes or 'no tensors'}, and none of that has the size of the model's "
            + ", ".join(f"{name} {one.shape}" for name, one in ours.items()))
    return found


def _difference(values: np.ndarray, exact: np.ndarray) -> float:
    """The largest; infinite where only one of two is a number."""
    values, exact = values.astype(np.float64), exact.astype(np.float64)
    with np.errstate(invalid="ignore"):
        error = np.where((values == exact) | (np.isnan(values) & np.isnan(exact)), 0.0, np.abs(values - exact))
    return float(np.where(np.isnan(error), np.inf, error).max(initial=0.0))
