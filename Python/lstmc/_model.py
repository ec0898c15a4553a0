# SPDX-License-Identifier: Apache-2.0
"""Models and their states."""

from __future__ import annotations

import ctypes
import math
import operator
import os
import struct
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Optional, Union

import numpy as np

from ._arrays import address, floats, integers, packed
from ._describe import ModelCost, Spec, cost_from, spec_from
from ._errors import Diagnostic, InputError, SpecWarning, check, diagnostics_from
from ._library import FLOAT32, INT32, MAX_RANK, MEMORY, TENSOR, Shape, library, path_bytes, text_bytes

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._verify import Verification

    # One array, or several by name.
    Arrays = Union[npt.ArrayLike, Mapping[str, npt.ArrayLike]]

_FLOAT32 = np.dtype(np.float32)
_INT32 = np.dtype(np.int32)
_TYPES: dict[int, np.dtype[Any]] = {1: _FLOAT32, 6: np.dtype(np.int64)}
_BY_NAME: dict[str, np.dtype[Any]] = {"float32": _FLOAT32, "int64": np.dtype(np.int64)}
# The most shapes of inputs whose results' shapes are remembered.
_REMEMBERED = 64
_MOST_THREADS = 1 << 16

_run = library.lstmc_run
_process = library.lstmc_state_process
_empty = np.empty
_ndarray = np.ndarray
_byref = ctypes.byref


def load(path: str | os.PathLike[str]) -> Model:
    """Opens a spec with its weights.

    Raises `Error` with everything that is wrong, each at its place. Warnings are given as `SpecWarning`.
    """
    handle = ctypes.c_void_p()
    check(library.lstmc_open(path_bytes(path), ctypes.byref(handle)))
    return _opened(handle, (load, (os.path.abspath(path),)))


def loads(text: str, path: str | os.PathLike[str] = "Model.lstm.yaml") -> Model:
    """Opens a spec's text as if it stood at `path`, which says where its files are and what messages call it."""
    spec, handle = text.encode(), ctypes.c_void_p()
    check(library.lstmc_open_text(spec, len(spec), path_bytes(path), ctypes.byref(handle)))
    return _opened(handle, (loads, (text, os.path.abspath(path))))


def _opened(handle: ctypes.c_void_p, source: tuple[Any, ...]) -> Model:
    model = Model.__new__(Model)
    model._begin(handle.value, source)
    for one in model.warnings:
        place = f"{one.path}:{one.line}:{one.column}: " if one.path else ""
        warnings.warn(place + one.message, SpecWarning, stacklevel=3)
    return model


class Plan:
    """What a call has to say beside the addresses of its arrays, by the shape of its only input."""

    __slots__ = ("memory", "only", "results", "steps", "strides", "tail")

    def __init__(self, array: np.ndarray, kind: int, shapes: list[tuple[tuple[int, ...], np.dtype]]) -> None:
        # Those of an array without gaps: `floats` and `integers` give no other.
        self.strides = array.strides
        self.tail = TENSOR.pack(0, 0, kind, array.ndim, *array.shape, *(0,) * (MAX_RANK - array.ndim))[16:]
        self.results = [(shape, dtype, math.prod(shape) * dtype.itemsize) for shape, dtype in shapes]
        self.only = self.results[0] if len(self.results) == 1 else None
        self.memory = struct.Struct("@" + "PN" * len(self.results))
        self.steps = array.shape[0] if array.ndim else 0


class Model:
    """A model that is ready to run: `load` makes one. Any number of threads may use it at once."""

    def __init__(self) -> None:
        raise TypeError("lstmc.load(path) makes a model")

    def _begin(self, handle: Optional[int], source: tuple[Any, ...]) -> None:
        import json

        self._handle = handle
        self._source = source
        self._described: dict[str, Any] = json.loads(library.lstmc_describe(handle))
        self._spec: Optional[Spec] = None
        inputs, results = self._described["inputs"], self._described["results"]
        self._inputs = {one["name"]: one for one in inputs}
        self._input_names = [one["name"] for one in inputs]
        self._result_names = [one["name"] for one in results]
        self._streamed = [one for one in results if one["part"] == "output"]
        self._stream_names = [one["name"] for one in self._streamed]
        # The names as C reads them; the addresses are good for as long as the model.
        self._texts: dict[str, ctypes.c_char_p] = {}
        self._addresses: dict[str, int] = {}
        for name in self._input_names + ["lengths", *(one["name"] for one in self._described["first_states"])]:
            self._address(name)
        # Of the only input: what may be handed over as it is, and by its shape what a call needs beside its address.
        one = inputs[0]
        self._native = _FLOAT32 if one["tokens"] is None else _INT32
        self._native_type = FLOAT32 if one["tokens"] is None else INT32
        self._is_plain = len(inputs) == 1
        self._lengths_matter = self._described["lengths_matter"]
        self._plans: dict[tuple[int, ...], Plan] = {}
        self._chunks: dict[tuple[int, ...], Plan] = {}
        self._first_address = self._addresses[self._input_names[0]]

    def __del__(self) -> None:
        handle = getattr(self, "_handle", None)
        if handle is not None:
            self._handle = None
            library.lstmc_close(handle)

    def __repr__(self) -> str:
        spec = self.spec
        inputs = ", ".join(f"{one.name} {one.axes}" for one in spec.inputs)
        results = ", ".join(f"{one.name} {one.axes}" for one in spec.results)
        return f"<lstmc.Model {spec.name}: {inputs} -> {results}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return self._source

    @property
    def spec(self) -> Spec:
        """The spec as it was understood."""
        if self._spec is None:
            self._spec = spec_from(self._described)
        return self._spec

    @property
    def cost(self) -> ModelCost:
        """Parameters, bytes, multiply-adds and state, of the model and of each layer."""
        return cost_from(self._described)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What is odd about the spec or its files."""
        return diagnostics_from(self._described["warnings"])

    # What a model is given

    def _address(self, name: str) -> int:
        address = self._addresses.get(name)
        if address is None:
            text = ctypes.c_char_p(text_bytes(name))
            address = ctypes.cast(text, ctypes.c_void_p).value or 0
            # The text before its address, which another thread may find at once.
            self._texts[name] = text
            self._addresses[name] = address
        return address

    def _named(self, x: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The inputs by name."""
        if x.__class__ is not _ndarray and isinstance(x, Mapping):
            if inputs:
                raise TypeError("give the inputs in a dict or by keyword, and not both")
            return dict(x)
        if x is None:
            return dict(inputs)
        if len(self._input_names) > 1:
            names = ", ".join(self._input_names)
            raise TypeError(f"the model has several inputs: give {names} by keyword or in a dict")
        if self._input_names[0] in inputs:
            raise TypeError(f"'{self._input_names[0]}' is given twice")
        return {self._input_names[0]: x, **inputs}

    def _given(self, named: Mapping[str, Any]) -> list[tuple[str, np.ndarray, int]]:
        given = []
        for name, value in named.items():
            one = self._inputs.get(name)
            if one is None:
                raise TypeError(f"the model has no input '{name}'; it has {', '.join(self._input_names)}")
            if one["tokens"] is None:
                given.append((name, *floats(name, value)))
            else:
                given.append((name, *integers(name, value, "token ids")))
        return given

    def _states(self, h0: Any, c0: Any) -> list[tuple[str, np.ndarray, int]]:
        given = []
        for letter, value in (("h0", h0), ("c0", c0)):
            if value is None:
                continue
            if value.__class__ is not _ndarray and isinstance(value, Mapping):
                given += [(f"{layer}.{letter}", *floats(f"{layer}.{letter}", one)) for layer, one in value.items()]
            else:
                given.append((letter, *floats(letter, value)))
        return given

    @staticmethod
    def _lengths(lengths: Any) -> list[tuple[str, np.ndarray, int]]:
        if lengths is None:
            return []
        if lengths.__class__ is not _ndarray and isinstance(lengths, Mapping):
            return [(f"{name}.lengths", *integers("lengths", one, "steps")) for name, one in lengths.items()]
        return [("lengths", *integers("lengths", lengths, "steps"))]

    def _packed(self, given: list[tuple[str, np.ndarray, int]]) -> bytes:
        return b"".join([packed(name, self._address(name), array, kind) for name, array, kind in given])

    # Whole sequences

    def __call__(
        self, x: Optional[Arrays] = None, /, *, lengths: Optional[Arrays] = None, h0: Optional[Arrays] = None,
        c0: Optional[Arrays] = None, threads: int = 1, **inputs: npt.ArrayLike,
    ) -> Any:
        """Runs the model on whole sequences: one, or a batch, of the shapes that the spec says.

        Floats are read as float32 and token ids as int32; arrays of these that are C-contiguous are not copied. Several
        inputs go by keyword, or in a dict. `lengths` are the steps of each row; `h0` and `c0` the first state, a dict by
        layer where several take one, and zeros for the one that is not given. The bits are the same whatever `threads` is.

        Gives an array, or a dict by name where there are several results. Other Python threads run meanwhile.
        """
        if x.__class__ is _ndarray and lengths is None and h0 is None and c0 is None and not inputs:
            plan = self._plans.get(x.shape)
            if plan is not None and x.dtype is self._native and x.strides == plan.strides:
                place = address(x)
                if not place & 3:
                    return self._run_planned(plan, place, threads)
        given = self._given(self._named(x, inputs)) + self._lengths(lengths) + self._states(h0, c0)
        tensors = self._packed(given)
        plan = self._plans.get(given[0][1].shape) if given and self._is_plain and not self._lengths_matter else None
        shapes = self._shapes(tensors, len(given)) if plan is None else [one[:2] for one in plan.results]
        # With what else is given, there may be mistakes still.
        if plan is None and len(given) == 1 and self._is_plain and len(self._plans) < _REMEMBERED:
            array, kind = given[0][1:]
            if kind == self._native_type:
                self._plans[array.shape] = Plan(array, kind, shapes)
        results = [_empty(shape, dtype) for shape, dtype in shapes]
        memory = b"".join([MEMORY.pack(address(one), one.nbytes) for one in results])
        check(_run(self._handle, tensors, len(given), self._threads(threads), memory, len(results)))
        return results[0] if len(results) == 1 else dict(zip(self._result_names, results))

    def _run_planned(self, plan: Plan, x: int, threads: int) -> Any:
        if threads.__class__ is not int or not 0 < threads <= _MOST_THREADS:
            threads = self._threads(threads)
        tensor = MEMORY.pack(self._first_address, x) + plan.tail
        if plan.only is not None:
            shape, dtype, size = plan.only
            result = _empty(shape, dtype)
            error = _run(self._handle, tensor, 1, threads, MEMORY.pack(address(result), size), 1)
            if error is not None:
                check(error)
            return result
        results: dict[str, np.ndarray] = {}
        places: list[int] = []
        for name, (shape, dtype, size) in zip(self._result_names, plan.results):
            results[name] = result = _empty(shape, dtype)
            places += address(result), size
        error = _run(self._handle, tensor, 1, threads, plan.memory.pack(*places), len(results))
        if error is not None:
            check(error)
        return results

    def _shapes(self, tensors: bytes, count: int) -> list[tuple[tuple[int, ...], np.dtype]]:
        found = (Shape * len(self._result_names))()
        check(library.lstmc_shapes(self._handle, tensors, count, found, len(found)))
        return [(tuple(one.shape[: one.rank]), _TYPES[one.type]) for one in found]

    @staticmethod
    def _threads(threads: Any) -> int:
        try:
            count = operator.index(threads)
        except TypeError:
            raise TypeError(f"threads is a whole number, and not {type(threads).__name__}") from None
        if not 0 < count <= _MOST_THREADS:
            raise InputError(f"threads is {count}; it must be 1 to {_MOST_THREADS}")
        return count

    # Streams

    def state(self, *, h0: Optional[Arrays] = None, c0: Optional[Arrays] = None) -> State:
        """What a stream remembers before its first step.

        `h0` and `c0` have no batch axis. Raises `Error` where the model needs whole sequences, and says which layer does.
        """
        given = self._states(h0, c0)
        handle = ctypes.c_void_p()
        check(library.lstmc_state_make(self._handle, self._packed(given), len(given), ctypes.byref(handle)))
        return State._of(self, handle.value)

    def process(self, chunk: Optional[Arrays] = None, state: Optional[State] = None, /, **inputs: npt.ArrayLike) -> Any:
        """Runs the next steps of a stream, any number of them, and carries `state` on: the bits of one run over all steps.

        `chunk` is (steps, features), or (steps,) of token ids; several inputs go in a dict, or by keyword with the state
        alone before them. Gives (steps, size), or a dict by name where there are several results; a stream whose windows are
        not full yet gives fewer steps.
        """
        if isinstance(chunk, State) and state is None:
            chunk, state = None, chunk
        if not isinstance(state, State):
            raise TypeError(f"process takes a state, which model.state() makes, and not {type(state).__name__}")
        if state._model is not self:
            raise InputError(f"the state is one of another model, {state._model.spec.name}: use model.state()")
        if chunk.__class__ is _ndarray and not inputs:
            plan = self._chunks.get(chunk.shape)
            if plan is not None and chunk.dtype is self._native and chunk.strides == plan.strides:
                place = address(chunk)
                if not place & 3:
                    return self._process_planned(plan, place, state)
        given = self._given(self._named(chunk, inputs))
        steps = next((array.shape[0] for name, array, _ in given if self._has_time(name) and array.ndim), 0)
        shapes = [((steps, *one["shape"]), _BY_NAME[one["type"]]) for one in self._streamed]
        results = [_empty(shape, dtype) for shape, dtype in shapes]
        memory = b"".join([MEMORY.pack(address(one), one.nbytes) for one in results])
        written = ctypes.c_size_t()
        check(_process(
            state._handle, self._packed(given), len(given), memory, len(results), ctypes.byref(written)))
        if len(given) == 1 and self._is_plain and len(self._chunks) < _REMEMBERED:
            array, kind = given[0][1:]
            if kind == self._native_type and array.size:
                self._chunks[array.shape] = Plan(array, kind, shapes)
        if written.value < steps:
            results = [one[: written.value] for one in results]
        return results[0] if len(results) == 1 else dict(zip(self._stream_names, results))

    def _process_planned(self, plan: Plan, x: int, state: State) -> Any:
        results: list[np.ndarray] = []
        places: list[int] = []
        for shape, dtype, size in plan.results:
            result = _empty(shape, dtype)
            results.append(result)
            places += address(result), size
        written = ctypes.c_size_t()
        error = _process(
            state._handle, MEMORY.pack(self._first_address, x) + plan.tail, 1, plan.memory.pack(*places), len(results),
            _byref(written))
        if error is not None:
            check(error)
        if written.value < plan.steps:
            results = [one[: written.value] for one in results]
        return results[0] if len(results) == 1 else dict(zip(self._stream_names, results))

    def _has_time(self, name: str) -> bool:
        return bool(self._inputs[name]["per"] == "step")

    # PyTorch

    def verify(self, module: Any, x: Any) -> Verification:
        """Holds the model to a module of PyTorch on `x`: `lstmc.verify(module, x, model=self)`."""
        from ._verify import verify

        return verify(module, x, model=self)


class State:
    """What one stream remembers: `model.state()` makes one. One thread at a time uses it; another gets an `InputError`."""

    _model: Model
    _handle: Optional[int]

    def __init__(self) -> None:
        raise TypeError("model.state() makes a state")

    @classmethod
    def _of(cls, model: Model, handle: Optional[int]) -> State:
        state = cls.__new__(cls)
        state._model, state._handle = model, handle
        return state

    def __del__(self) -> None:
        handle = getattr(self, "_handle", None)
        if handle is not None:
            self._handle = None
            library.lstmc_state_free(handle)

    def __repr__(self) -> str:
        return f"<lstmc.State of {self._model.spec.name}>"

    def copy(self) -> State:
        """Another stream that goes on from here."""
        handle = ctypes.c_void_p()
        check(library.lstmc_state_copy(self._handle, ctypes.byref(handle)))
        return State._of(self._model, handle.value)

    def __copy__(self) -> State:
        return self.copy()

    def __deepcopy__(self, memo: Any) -> State:
        return self.copy()

    def __reduce__(self) -> Any:
        raise TypeError("a state cannot be pickled: it is the memory of one stream in this process")
