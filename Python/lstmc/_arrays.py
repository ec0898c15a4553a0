# SPDX-License-Identifier: Apache-2.0
"""Arrays as the library takes them."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import numpy as np

from ._library import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, INT32, INT64, MAX_RANK, TENSOR
from ._errors import InputError

_FLOATS = {2: FLOAT16, 4: FLOAT32, 8: FLOAT64}
_NO_SIZES = (0,) * MAX_RANK
_INTEGERS = {4: INT32, 8: INT64}
_FLOAT32, _INT64 = np.dtype(np.float32), np.dtype(np.int64)
_LARGEST = np.uint64(np.iinfo(np.int64).max)


# An array's own memory begins with what every object has, and then the address of its elements: numpy's binary interface says so. To ask
# numpy takes four times as long, of which a call has several.
_HEAD = object.__basicsize__
_at = ctypes.c_void_p.from_address


def _address_inside(array: np.ndarray) -> int:
    return _at(id(array) + _HEAD).value or 0


def _address_asked(array: np.ndarray) -> int:
    return int(array.ctypes.data)


def _is_inside() -> bool:
    """Whether this interpreter's objects are as CPython's."""
    if sys.implementation.name != "cpython":
        return False
    return all(_address_inside(one) == one.ctypes.data for one in (np.empty(3), np.empty((2, 5), np.float32)[1:]))


address = _address_inside if _is_inside() else _address_asked


def _plain(array: np.ndarray) -> np.ndarray:
    """The same array where it can be read in place; else a copy that can."""
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    flags = array.flags
    if not (flags.c_contiguous and flags.aligned):
        array = array.copy(order="C")
    return array


def _array(name: str, value: Any) -> np.ndarray:
    try:
        return np.asarray(value)
    except ValueError as error:
        raise TypeError(f"'{name}' is no array: {error}") from None


def floats(name: str, value: Any) -> tuple[np.ndarray, int]:
    """An array of floats and its type; integers become floats."""
    if value.__class__ is np.ndarray and value.dtype is _FLOAT32:
        return _plain(value), FLOAT32
    array = _array(name, value)
    kind = array.dtype.kind
    if kind in "iub":
        array = array.astype(np.float64)
    elif array.dtype.name == "bfloat16":
        return _plain(array), BFLOAT16
    elif kind != "f":
        raise TypeError(f"'{name}' takes floats, and not {array.dtype}")
    if array.dtype.itemsize not in _FLOATS:
        array = array.astype(np.float64)
    if array.dtype.itemsize == 8:
        # numpy is quicker than the library, which says where a value is that float32 has no place for.
        with np.errstate(over="ignore"):
            single = array.astype(np.float32, order="C")
        if np.isfinite(single).all():
            return single, FLOAT32
    return _plain(array), _FLOATS[array.dtype.itemsize]


def integers(name: str, value: Any, what: str) -> tuple[np.ndarray, int]:
    """An array of integers and its type; `what` says what they are."""
    if value.__class__ is np.ndarray and value.dtype is _INT64:
        return _plain(value), INT64
    array = _array(name, value)
    if array.dtype.kind not in "iu":
        raise TypeError(f"'{name}' takes {what}, which are integers, and not {array.dtype}")
    if array.dtype.kind == "u" and array.dtype.itemsize == 8:
        # None of those that int64 lacks is in range anyway.
        array = np.minimum(array, _LARGEST)
    if array.dtype.kind == "u" or array.dtype.itemsize not in _INTEGERS:
        array = array.astype(np.int64)
    return _plain(array), _INTEGERS[array.dtype.itemsize]


def packed(title: str, name: int, array: np.ndarray, kind: int) -> bytes:
    """An lstmc_tensor; `name` is an address."""
    shape = array.shape
    if len(shape) > MAX_RANK:
        raise InputError(f"'{title}' has {len(shape)} axes, and no model reads so many")
    return TENSOR.pack(name, address(array), kind, len(shape), *shape, *_NO_SIZES[len(shape) :])
